"""The four kinds of refusal that the engine knows; `web.errors` maps them to pages, once.

The docstring of a class is its default message. Texts are for people: what could not be done, why, what helps now.
They never hold personal data.
"""


class EngineError(Exception):
    """Die Handlung war nicht möglich. Bitte versuchen Sie es erneut."""

    def __init__(self, text: str | None = None) -> None:
        self.text: str = text or (type(self).__doc__ or "").strip()
        super().__init__(self.text)


class NotFound(EngineError):
    """Das Gesuchte gibt es nicht, oder Sie haben darauf keinen Zugriff."""


class NotAllowed(EngineError):
    """Diese Handlung ist nicht möglich: Ihre Rolle erlaubt sie nicht. Ihre Fachadministration hilft weiter."""


class Conflict(EngineError):
    """Die Aufgabe hat sich inzwischen geändert. Sie sehen jetzt den neuen Stand."""


class Invalid(EngineError):
    """Einige Angaben fehlen oder passen nicht. Bitte prüfen Sie die markierten Felder."""

    def __init__(self, text: str | None = None, *, felder: dict[str, str] | None = None) -> None:
        super().__init__(text)
        #: one message per field key; empty when the whole input was refused
        self.felder: dict[str, str] = felder or {}
