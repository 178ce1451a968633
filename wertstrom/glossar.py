"""The glossary of key figures and waste rules, generated from their registers: nobody writes it by hand.

Owns the words around; every entry comes from the register, its explanation from the docstring of the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable

from wertstrom.kennzahlen import KENNZAHLEN, MEILENSTEINZIELE, ZAEHLZIELE, Zaehlziel
from wertstrom.verschwendung import HINWEIS, REGELN

_KOPF = """# Kennzahlen

Erzeugt mit `hilfefluss wertstrom glossar > docs/kennzahlen.md`; nicht von Hand ändern. Jede Kennzahl wird an einer
einzigen Stelle berechnet (`wertstrom/kennzahlen`), aus Ereignissen ohne Personen. Drei Uhren, nie gemischt: **KT**
Kalendertage zu 24 Stunden, **AT** Arbeitstage nach Dienstzeit und Feiertagen des Amts, **Frist** nach Gesetz. Mittel
addieren sich, Mediane nicht. Offene Vorgänge sind in keiner Durchlaufzeit und stehen daneben.

Was ein Prozess selbst beiträgt: Meilensteine, Fristen, Standardzeiten und Wertklassen stehen in seiner `prozess.toml`.
Gruppiert werden Vorgänge nach den S0-Feldern `hilfeart`, `track`, `bezirk` und `pilot`; gezählt wird, was S0-Felder mit
den Namen der Zählungen unten als Zahl enthalten. Anderes aus den Steuerungsdaten wird nicht gelesen.
"""


def write_glossar() -> str:
    """The whole file docs/kennzahlen.md, as Markdown."""
    teile = [_KOPF, "## Übersicht\n", _overview(), "## Kennzahlen des Konzepts (K01–K28)\n", _konzept()]
    teile.append("## Im Einzelnen\n")
    teile += [_entry(name) for name in KENNZAHLEN]
    teile += ["## Verschwendung (W01–W12)\n", HINWEIS + "\n", _verschwendung()]
    return "\n".join(teile).rstrip() + "\n"


def _overview() -> str:
    zeilen = ["| Kennzahl | Einheit | Uhr |", "|---|---|---|"]
    zeilen += [f"| [{k.titel}](#{name}) | {k.einheit} | {k.uhr} |" for name, k in KENNZAHLEN.items()]
    return "\n".join(zeilen) + "\n"


def _konzept() -> str:
    zeilen = []
    for m in MEILENSTEINZIELE:
        ziel = f"≤ {m.ziel.tage:g} {m.ziel.uhr.value}"
        zeilen.append(f"| {m.code} | {m.titel} | `meilensteinzeit` von `{m.von}` bis `{m.bis}` | {ziel} |")
    for z in ZAEHLZIELE:
        zeilen.append(f"| {z.code} | {z.titel} | `zaehlquote` `{z.zaehler}` / `{z.nenner}` | {_bounds(z)} |")
    zeilen += [f"| {code} | {titel} | {wie} | {ziel} |" for code, titel, wie, ziel in _WEITERE]
    return "\n".join(["| Nr. | Kennzahl | Berechnet als | Ziel |", "|---|---|---|---|", *sorted(zeilen)]) + "\n"


def _verschwendung() -> str:
    zeilen = ["| Code | Verschwendung | Art | Sicherheit | Regel |", "|---|---|---|---|---|"]
    regeln = sorted(REGELN.values(), key=lambda r: r.code)
    zeilen += [f"| {r.code} | {r.titel} | {r.art} | {r.sicherheit} | {r.erklaerung} |" for r in regeln]
    return "\n".join(zeilen) + "\n"


def _bounds(ziel: Zaehlziel) -> str:
    if ziel.mindestens is not None:
        return f"≥ {ziel.mindestens * 100:.0f} %"
    return f"≤ {ziel.hoechstens * 100:.0f} %" if ziel.hoechstens is not None else "–"


_WEITERE = (
    ("K04", "Verfahrensbeschleunigung", "`beschleunigung`", "–30 % (nur als Bezug)"),
    ("K05", "Dokumentierte Fallkonferenzen", "`dokumentationsquote` Konferenz, Protokoll", "–"),
    ("K06", "Dokumentierte Kinderschutzeinschätzungen", "`dokumentationsquote` Meldung, Einschätzungen", "–"),
    ("K12", "Bearbeitungsdauer Pilot und übrige", "`durchlaufzeit_nach_merkmal` `pilot`, `beschleunigung`", "–"),
    ("K14", "Wiederaufnahmequote", "`wiederaufnahmequote`", "–"),
    ("K16", "Zielerreichungsgrad", "`zielerreichungsgrad` über alle mit Ziel", "≥ 80 %"),
    ("K17", "Rückgabequote", "`rueckgabequote`", "–"),
    ("K18", "Unterschriftenzyklen", "`unterschriftenzyklen`", "–"),
    ("K19", "Dokumentationsschritte", "`dokumentationsschritte`, `doppelt_erfasst`", "–"),
    ("K20", "Liegezeit je Schritt", "`liegezeit`", "–"),
    ("K21", "Prozesswirkungsgrad und Flussgrad", "`prozesswirkungsgrad`", "–"),
    ("K22", "Schnittstellen je Vorgang", "`schnittstellen`", "–"),
)


def _entry(name: str) -> str:
    k = KENNZAHLEN[name]
    return "\n".join(
        [
            f"### {name}\n",
            f"**{k.titel}** · Einheit: {k.einheit} · Uhr: {k.uhr}\n",
            f"- Formel: {k.formel}",
            f"- Quelle: {k.quelle}\n",
            _docstring(k.funktion) + "\n",
        ]
    )


def _docstring(funktion: Callable[..., object]) -> str:
    """What the function says about itself up to its formula, then its example as code."""
    text = inspect.getdoc(funktion) or ""
    kopf, _, rest = text.partition("\nFormula\n")
    beispiel = rest.partition("\nExample\n-------\n")[2].rstrip()
    return f"{kopf.strip()}\n\n```python\n{beispiel}\n```"
