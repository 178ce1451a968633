"""One evaluation: its budget, its variables, what the caller lends it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from engine.feel import grenzen
from engine.feel.fehler import BudgetError
from engine.feel.werte import Funktion


class Lauf:
    """Budget and lent functions of one evaluation. Not shared between threads."""

    __slots__ = ("aufrufe", "funktionen", "jetzt", "schritte")

    def __init__(
        self,
        funktionen: Mapping[str, Callable[..., object]],
        jetzt: datetime | None = None,
        schritte: int = grenzen.MAX_SCHRITTE,
    ) -> None:
        self.funktionen = funktionen
        self.jetzt = jetzt
        self.schritte = schritte
        self.aufrufe = 0

    def charge(self, kosten: int) -> None:
        """Take from the budget; raises `BudgetError` when it is used up."""
        self.schritte -= kosten
        if self.schritte < 0:
            raise BudgetError("Der Ausdruck dauert zu lange. Vereinfachen Sie ihn oder verkleinern Sie die Liste.")

    def check_size(self, anzahl: int) -> None:
        """Entries of a list that is about to be built; charges them too."""
        if anzahl > grenzen.MAX_LISTE:
            raise BudgetError(f"Der Ausdruck erzeugt eine zu lange Liste: Möglich sind {grenzen.MAX_LISTE} Einträge.")
        self.charge(anzahl)

    def check_text(self, laenge: int) -> None:
        """Characters of a string that is about to be built; charges them too."""
        if laenge > grenzen.MAX_TEXT:
            raise BudgetError(f"Der Ausdruck erzeugt einen zu langen Text: Möglich sind {grenzen.MAX_TEXT} Zeichen.")
        self.charge(laenge >> 6)

    def enter(self) -> None:
        """One call of a function of the model."""
        self.aufrufe += 1
        if self.aufrufe > grenzen.MAX_AUFRUFE:
            raise BudgetError("Der Ausdruck ruft Funktionen zu tief geschachtelt auf.")

    def leave(self) -> None:
        """The call is over."""
        self.aufrufe -= 1


class Sicht:
    """Variables in reach at one place: own names first, then those around."""

    __slots__ = ("eltern", "lauf", "namen")

    def __init__(self, namen: dict[str, object], eltern: Sicht | None, lauf: Lauf) -> None:
        self.namen = namen
        self.eltern = eltern
        self.lauf = lauf

    def get(self, name: str) -> object:
        """The value of a name, null if nobody knows it."""
        sicht: Sicht | None = self
        while sicht is not None:
            if name in sicht.namen:
                return sicht.namen[name]
            if sicht.eltern is None:
                return sicht.resolve(name)
            sicht = sicht.eltern
        return None

    def resolve(self, name: str) -> object:  # noqa: ARG002 - the outermost view knows more
        """What the outermost view knows beyond its own names."""
        return None

    def child(self, namen: dict[str, object]) -> Sicht:
        """A view with more names."""
        return Sicht(namen, self, self.lauf)


class Wurzel(Sicht):
    """The outermost view: variables of the caller, converted when first used, then functions."""

    __slots__ = ("_convert", "_eingebaut", "_kontext")

    def __init__(
        self,
        kontext: Mapping[str, object],
        lauf: Lauf,
        convert: Callable[[object, Lauf], object],
        eingebaut: Callable[[str, Lauf], Funktion | None],
    ) -> None:
        super().__init__({}, None, lauf)
        self._kontext = kontext
        self._convert = convert
        self._eingebaut = eingebaut

    def resolve(self, name: str) -> object:
        """Variable, else lent function, else built-in function."""
        if name in self._kontext:
            wert = self._convert(self._kontext[name], self.lauf)
        else:
            wert = self._eingebaut(name, self.lauf)
        self.namen[name] = wert
        return wert
