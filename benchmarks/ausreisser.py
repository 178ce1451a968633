"""Runaway expressions: what a model might say, by mistake or on purpose, to keep the machine busy.

Data for ``benchmarks/feel.py``, which measures them, and for the tests, which see each of them end in our own error.
"""

from __future__ import annotations

_VERDOPPELT = "{a:[1,1]" + "".join(f", {chr(98 + i)}: [{chr(97 + i)},{chr(97 + i)}]" for i in range(20))
_DOPPELT_2 = "".join(f", {chr(98 + i)}2: [{chr(97 + i)}2,{chr(97 + i)}2]" for i in range(20))
_AAA = "a" * 3000
#: the beginning of a context that holds a string of 80 000 digits as ``s``
_ZIFFERN = (
    '{s1: "9999999999", s2: s1+s1+s1+s1+s1+s1+s1+s1+s1+s1, s3: s2+s2+s2+s2+s2+s2+s2+s2+s2+s2, '
    "s4: s3+s3+s3+s3+s3+s3+s3+s3+s3+s3, s: s4+s4+s4+s4+s4+s4+s4+s4"
)

#: name -> expression; none of them comes to a result
AUSREISSER: dict[str, str] = {
    # loops
    "Schleifen ineinander": "count(for i in 1..1000, j in 1..1000, k in 1..1000 return i)",
    "Schleife in Schleife": "for i in 1..1000 return for j in 1..1000 return [i, j]",
    "langer Bereich": "for i in 1..1000000000 return i",
    "some": "some i in 1..100000, j in 1..100000 satisfies i = -j",
    "every": "every i in 1..100000, j in 1..100000 satisfies i >= 0",
    "Filter im Filter": "{x: for i in 1..5000 return i, r: x[count(x[item > 0]) > 0]}.r",
    "partial wächst": "for i in 1..3000 return sum(partial)",
    "Funktion je Runde": "for i in 1..50000 return (function(x) x * x)(i)",
    # recursion and nesting
    "Rekursion ohne Ende": "{f: function(n) f(n + 1), r: f(1)}.r",
    "Rekursion verzweigt": "{f: function(n) if n <= 0 then 1 else f(n - 1) + f(n - 1), r: f(40)}.r",
    "Klammern": "(" * 5000 + "1" + ")" * 5000,
    "Listen ineinander": "[" * 5000 + "]" * 5000,
    "Vorzeichen": "-" * 19_000 + "1",
    "wenn in wenn": "if true then " * 700 + "1" + " else 2" * 700,
    # doubling
    "Text verdoppelt": 'for i in 1..100 return if i = 1 then "xxxxxxxxxx" else partial[-1] + partial[-1]',
    "Liste verdoppelt": "for i in 1..100 return if i = 1 then [1] else concatenate(partial[-1], partial[-1])",
    "verschachtelt flach": f"{_VERDOPPELT}, z: flatten(u)}}.z",
    "verschachtelt verglichen": f"{_VERDOPPELT}, a2: [1,1]{_DOPPELT_2}, z: u = u2}}.z",
    "verschachtelt gesucht": f"{_VERDOPPELT}, z: list contains([u, u], u)}}.z",
    "verschachtelt ohne Doppelte": f"{_VERDOPPELT}, z: distinct values([u, u, u])}}.z",
    "verschachtelt als Text": f"{_VERDOPPELT}, z: string(u)}}.z",
    "verschachtelt ausgegeben": f"{_VERDOPPELT}}}",
    # numbers
    "Exponentialfunktion": "for i in 1..30000 return exp(i / 7)",
    "Logarithmen": "for i in 1..30000 return log(i)",
    "Wurzeln": "sum(for i in 1..100000 return sqrt(i))",
    "Potenzen": "for i in 1..30000 return 1.0000001 ** (i + 0.5)",
    "Divisionsreste": "for i in 1..20000 return modulo(1e33, 7e-30 * i)",
    "lange Zahl": "9" * 100_000,
    "Zahlen lesen": f"{_ZIFFERN}, r: for i in 1..20000 return number(s)}}.r",
    "Zahlen mit Trennzeichen": f'{_ZIFFERN}, r: for i in 1..20000 return number(s, " ", ".")}}.r',
    "Runden": "for i in 1..50000 return round half up(i / 3, 20)",
    # patterns
    "Muster (a+)+": f'matches("{_AAA}!", "(a+)+$")',
    "Muster (a|aa)*": f'matches("{_AAA}", "(a|aa)*b")',
    "Muster in Runden": f'for i in 1..3000 return matches("{_AAA[:300]}", "(a|aa)*b")',
    "Muster mit Zählern": 'for i in 1..3000 return matches("aaa", "a{900}" + string(i))',
    "Muster mit vielen Wegen": (
        '{p: string join(for i in 1..200 return "a" + string(i), "|"), '
        'r: for i in 1..3000 return matches("zzz", p + string(i))}.r'
    ),
    "Ersetzung wächst": f'replace("{_AAA}", "a", "{"$0" * 100}")',
    "Muster je Runde": 'for i in 1..3000 return matches("abc", "[a-z]+" + string(i))',
    "replace je Runde": f'for i in 1..5000 return replace("{_AAA}", "a", "b")',
    "split je Runde": f'for i in 1..5000 return split("{"a," * 1000}", ",")',
    # strings
    "Großbuchstaben": f'for i in 1..20000 return upper case("{"ß" * 3000}")',
    "contains je Runde": f'for i in 1..20000 return contains("{_AAA}", "{"a" * 1000}b")',
    "substring je Runde": f'for i in 1..20000 return substring("{"ä" * 3000}", 2)',
    "string join": f'for i in 1..500 return string join(for j in 1..500 return "{"z" * 400}", ",")',
    # lists
    "sort": "sort(for i in 1..9000 return modulo(i * 7919, 9001), function(x, y) x < y)",
    "sort mit immer true": "sort(for i in 1..9000 return i, function(x, y) true)",
    "sort mit null": "sort(for i in 1..9000 return i, function(x, y) null)",
    "sort je Runde": "for j in 1..1000 return sort(for i in 1..1000 return -i)",
    "ohne Doppelte": "distinct values(for i in 1..9000 return i)",
    "index of je Runde": "for i in 1..9000 return index of(1..9000, i)",
    "insert before je Runde": "for i in 1..5000 return insert before(1..5000, 1, 2)",
    "Summe je Runde": "for i in 1..5000 return sum(1..5000)",
    "in großer Liste": "for i in 1..5000 return i + 0.5 in (for j in 1..5000 return j)",
    "Teilliste je Runde": "{x: for i in 1..9000 return i, r: for i in 1..20000 return sublist(x, 1)}.r",
    "leere Texte verbunden": '{x: for i in 1..9000 return "", r: for i in 1..20000 return string join(x)}.r',
    "Typ je Runde": "{x: for i in 1..9000 return i, r: for i in 1..20000 return (function(l: list<number>) 1)(x)}.r",
    "Typ verschachtelt": f"{_VERDOPPELT}, z: (function(l: {'list<' * 20}number{'>' * 20}) 1)(u)}}.z",
    # contexts
    "leere Kontexte": "{x: for i in 1..9000 return {}, r: for i in 1..20000 return context merge(x)}.r",
    "langer Pfad": '{x: for i in 1..9000 return "a", r: for i in 1..20000 return get value({a: 1}, x)}.r',
    "Einträge": "for i in 1..50000 return get entries({a: 1, b: 2, c: 3})",
    "Kontext wächst": "for i in 1..5000 return if i = 1 then {} else context put(partial[-1], string(i), i)",
    # dates
    "alle Tage": 'for d in @"2000-01-01"..@"9999-12-31" return d',
    "Tage zählen": 'for i in 1..20000 return date(2000, 1, 1) + duration("P" + string(i) + "D")',
    "Stunden in Berlin": (
        'for i in 1..20000 return date and time("2020-01-01T00:00:00@Europe/Berlin") + duration("PT" + string(i) + "H")'
    ),
    "fremde Zeitzonen": 'for i in 1..20000 return date and time("2020-01-01T00:00:00@A/B" + string(i))',
    "Zeitzone wechseln": 'for i in 1..20000 return date and time(@"2020-01-01T00:00:00Z", "Europe/Berlin")',
    "Bereiche lesen": 'for i in 1..20000 return range("[1.." + string(i) + "]")',
    "Monate": "for i in 1..20000 return years and months duration(date(1000, 1, 1), date(9999, 1, 1))",
    "Kalenderwochen": "for i in 1..20000 return week of year(date(2020, 1, 1))",
    "Daten lesen": 'for i in 1..20000 return date("2020-02-2" + string(modulo(i, 9)))',
}

_NAMENSRAUM = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def write_tabelle(zeilen: int, zelle: str, erlaubt: str = "") -> bytes:
    """A decision table (DMN) with so many rows, each with this cell (XML text), which reads ``x``.

    `erlaubt`: what every element of ``x``, then a list, has to pass.
    """
    typ = (
        '<itemDefinition name="tX" isCollection="true"><typeRef>number</typeRef>'
        f"<allowedValues><text>{erlaubt}</text></allowedValues></itemDefinition>"
        if erlaubt
        else ""
    )
    variable = '<variable name="x" typeRef="tX"/>' if erlaubt else '<variable name="x"/>'
    regeln = "".join(
        f"<rule><inputEntry><text>{zelle}</text></inputEntry><outputEntry><text>{nr}</text></outputEntry></rule>"
        for nr in range(zeilen)
    )
    return (
        f'<definitions xmlns="{_NAMENSRAUM}" id="m" name="m" namespace="urn:ausreisser">{typ}'
        f'<inputData id="x" name="x">{variable}</inputData>'
        '<decision id="d" name="d"><informationRequirement><requiredInput href="#x"/></informationRequirement>'
        '<decisionTable id="t" hitPolicy="COLLECT"><input id="e"><inputExpression><text>x</text></inputExpression>'
        f'</input><output id="a"/>{regeln}</decisionTable></decision></definitions>'
    ).encode()


#: name -> decision table that comes to no result
TABELLEN: dict[str, bytes] = {
    "Tabelle mit Schleifen": write_tabelle(200, "count(for i in 1..2000 return i) &gt; ?"),
    "Tabelle mit Mustern": write_tabelle(500, f'matches("{_AAA[:500]}", "(a|aa)*b")'),
    "Tabelle mit teurem Typ": write_tabelle(5, "-", "count(for i in 1..2000 return i) &gt; ?"),
}
