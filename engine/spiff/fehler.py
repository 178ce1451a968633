"""The refusals of the process engine, each naming the element it happened at. Never holds values of variables."""

from __future__ import annotations

from engine import errors


class Modellfehler(errors.Invalid):
    """Das Modell lässt sich nicht ausführen. Bitte prüfen Sie die Zeichnung."""

    def __init__(self, text: str | None = None, *, element: str | None = None) -> None:
        super().__init__(text)
        #: id of the element in the drawing, when one is to blame
        self.element = element


class Ausfuehrungsfehler(errors.EngineError):
    """Der Vorgang kann an dieser Stelle nicht weiterlaufen. Ihre Prozessverantwortlichen helfen weiter."""

    def __init__(self, text: str | None = None, *, element: str | None = None, prozess_id: str | None = None) -> None:
        super().__init__(text)
        self.element = element
        self.prozess_id = prozess_id


class Budgetfehler(Ausfuehrungsfehler):
    """Der Vorgang wurde angehalten, weil er ohne Ende weiterlaufen würde. Bitte prüfen Sie das Modell auf Schleifen."""


class Stillstand(Ausfuehrungsfehler):
    """Der Vorgang bliebe stehen: Niemand könnte ihn fortsetzen. Bitte prüfen Sie die Zusammenführungen im Modell."""


class Zustandsfehler(errors.EngineError):
    """Der gespeicherte Stand des Vorgangs ist nicht lesbar. Bitte wenden Sie sich an den Betrieb."""
