"""Decision models that want to harm: each is refused, or read within the limits."""

from __future__ import annotations

import io
import zipfile

KOPF = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="D" namespace="n">'


def entscheidung(inhalt: str, name: str = "e", mehr: str = "") -> bytes:
    return (
        f'{KOPF}<decision id="{name}" name="{name}"><variable name="{name}"/>{mehr}{inhalt}</decision></definitions>'
    ).encode()


def ausdruck(text: str, mehr: str = "") -> bytes:
    return entscheidung(f"<literalExpression><text>{text}</text></literalExpression>", mehr=mehr)


def tabelle(spalten: int, zeilen: list[list[str]], politik: str = "UNIQUE") -> bytes:
    kopf = "".join(
        f'<input id="i{n}"><inputExpression typeRef="number"><text>x{n}</text></inputExpression></input>'
        for n in range(spalten)
    )
    regeln = "".join(
        f'<rule id="r{nr}">{"".join(f"<inputEntry><text>{z}</text></inputEntry>" for z in zellen)}'
        "<outputEntry><text>1</text></outputEntry></rule>"
        for nr, zellen in enumerate(zeilen)
    )
    return entscheidung(f'<decisionTable hitPolicy="{politik}">{kopf}<output name="y"/>{regeln}</decisionTable>')


def _zip() -> bytes:
    strom = io.BytesIO()
    with zipfile.ZipFile(strom, "w", zipfile.ZIP_DEFLATED) as archiv:
        archiv.writestr("bombe.dmn", b"\0" * 20_000_000)
    return strom.getvalue()


_BOMBE = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
_RING = (
    f'{KOPF}<decision id="a" name="a"><variable name="a"/><informationRequirement><requiredDecision href="#b"/>'
    "</informationRequirement><literalExpression><text>b</text></literalExpression></decision>"
    '<decision id="b" name="b"><variable name="b"/><informationRequirement><requiredDecision href="#a"/>'
    "</informationRequirement><literalExpression><text>a</text></literalExpression></decision></definitions>"
)

#: name -> content
FAELLE: dict[str, bytes] = {
    "entitaeten": f'<!DOCTYPE d [<!ENTITY e0 "lol">{_BOMBE}]><definitions>&e9;</definitions>'.encode(),
    "entitaet_datei": b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><definitions>&x;</definitions>',
    "geschachtelt": entscheidung("<x>" * 100_000),
    "attribut_10_mb": entscheidung("", name="x" * 10_000_000),
    "ausdruck_tief": ausdruck("(" * 50_000 + "1" + ")" * 50_000),
    "ausdruck_lang": ausdruck(" + ".join(["1"] * 200_000)),
    "ausdruck_potenz": ausdruck("9 ** 9 ** 9 ** 9"),
    "ausdruck_schleife": ausdruck("count(for a in 1..9999999, b in 1..9999999 return a)"),
    "funktion_ruft_sich": ausdruck("{f: function(n) f(n), g: f(1)}.g"),
    "ring": _RING.encode(),
    "viele_regeln": tabelle(2, [[f"[{n}..{n + 1}]"] * 2 for n in range(25_000)]),
    "viele_spalten": tabelle(100, [["-"] * 100 for _ in range(30)]),
    "raster": tabelle(12, [[f"&lt; {(n * 7 + s * 3) % 40}" for s in range(12)] for n in range(60)]),
    "viele_entscheidungen": (
        KOPF + "".join(f'<decision id="e{n}" name="e{n}"/>' for n in range(20_000)) + "</definitions>"
    ).encode(),
    "nul": ausdruck("a\0b"),
    "utf_16": ausdruck("1").decode().encode("utf-16"),
    "utf_7": ausdruck("+ADw-script+AD4-"),
    "zip": _zip(),
    "kein_xml": b"\x00\xff" * 1000,
    "script": ausdruck("1", mehr="<description>&lt;script&gt;alert(1)&lt;/script&gt;</description>"),
    "java": ausdruck("1", mehr='<x:java xmlns:x="urn:x" class="java.lang.Runtime">exec</x:java>'),
}
