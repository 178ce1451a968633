"""Loading models: hostile and broken ones are refused in words, good ones are shared and never change."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from engine import errors, spiff
from engine.spiff import Modellfehler, modell
from engine.spiff.ebene import Vorgangsebene
from engine.spiff.lauf import Lauf

JETZT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
MEHRFACH, SCHLEIFE = "multiInstanceLoopCharacteristics", "standardLoopCharacteristics"


@pytest.fixture(scope="module")
def reich(zeichne):
    """Everything the engine can execute in one process."""
    return zeichne(
        """
        start -> xor_m -> and_s
        and_s -> a -> and_j
        and_s -> tp_1 -> or_v
        or_v -[n = 1]-> m -> or_z
        or_v -*-> s -> or_z
        or_z -> and_j
        and_s -> ereignis_g
        ereignis_g -> timer_t -> e1
        ereignis_g -> eingang -> e1
        and_j -> ruf_q -> c -> xor_x
        xor_x -[nochmal = true]-> xor_m
        xor_x -*-> stopp
        r -> mahnen
        """,
        teile={"tp_1": "start_1 -> x -> ende_1"},
        ruft={"ruf_q": "q"},
        timer={"timer_t": ("timeDuration", "PT3H")},
        rand={"r": ("tp_1", "timeCycle", "R5/PT1H", False)},
        zusatz={
            "m": f"<{MEHRFACH}><loopDataInputRef>liste</loopDataInputRef><inputDataItem id='i'/></{MEHRFACH}>",
            "s": f"<{SCHLEIFE} loopMaximum='2'><loopCondition>n > 0</loopCondition></{SCHLEIFE}>",
        },
    )


def _spiele_durch(spiele, modell, keim: int) -> list[tuple[list[str], list[str]]]:
    spiel = spiele(modell, variablen={"n": keim % 2, "liste": [1, 2]})
    bild = []
    for stunde in range(40):
        bild.append((spiel.bereit, spiel.passiert))
        if spiel.stand.beendet:
            break
        if stunde % 3 == 2:
            spiel.warte(JETZT + timedelta(hours=stunde))
        elif spiel.bereit:
            element = spiel.bereit[(stunde * keim) % len(spiel.bereit)]
            spiel.erledige(element, now=JETZT + timedelta(hours=stunde), nochmal=stunde < 20)
    return bild


def _abbild(modell: spiff.Modell) -> str:
    """Everything that hangs on the specs, as text."""
    gesehen: set[int] = set()

    def text(wert: object) -> str:
        if isinstance(wert, dict):
            return "{" + ",".join(f"{k}:{text(v)}" for k, v in wert.items()) + "}"
        if isinstance(wert, list | tuple | set | frozenset):
            return (
                "[" + ",".join(sorted(map(text, wert)) if isinstance(wert, set | frozenset) else map(text, wert)) + "]"
            )
        if hasattr(wert, "__dict__") and type(wert).__module__.startswith(("SpiffWorkflow", "engine.spiff")):
            if id(wert) in gesehen:
                return f"<{type(wert).__name__}>"
            gesehen.add(id(wert))
            return type(wert).__name__ + text(vars(wert))
        return repr(wert)

    return text(dict(modell.spezifikationen))


def test_a_model_is_parsed_once_per_key_and_shared(zeichne):
    xml = zeichne("start -> a -> ende").xml()
    eins, zwei = (spiff.lade_modell(spiff.Quelle("gleich", "p", (xml,))) for _ in range(2))
    assert eins is zwei
    assert spiff.lade_modell(spiff.Quelle("anders", "p", (xml,))) is not eins
    assert spiff.bekanntes_modell("gleich") is eins and spiff.bekanntes_modell("nie geladen") is None


def test_the_model_unused_longest_leaves_the_memory_first(zeichne, lade):
    speicher = modell._Speicher(2)
    a, b, c = (lade(zeichne("start -> a")) for _ in range(3))
    speicher.add(a)
    speicher.add(b)
    assert speicher.get(a.schluessel) is a
    speicher.add(c)
    assert len(speicher) == 2 and speicher.get(b.schluessel) is None and speicher.get(a.schluessel) is a


def test_a_run_never_changes_a_model(spiele, lade, reich, zeichne):
    """SpiffWorkflow fault 10: what one Vorgang does must not be seen by the next."""
    modell = lade(reich, zeichne("start -> y -> ende", id="q"))
    vorher, erstes = _abbild(modell), _spiele_durch(spiele, modell, 1)
    for keim in range(2, 12):
        _spiele_durch(spiele, modell, keim)
    assert _abbild(modell) == vorher
    assert _spiele_durch(spiele, modell, 1) == erstes
    assert len(erstes) > 15


def test_events_and_ad_hoc_never_change_a_model(spiele, lade, zeichne):
    """SpiffWorkflow fault 10: event sub-processes and ad-hoc sub-processes change the spec there."""
    zeichnung = zeichne(
        "start -> and_s\nand_s -> adhoc_1 -> a\nand_s -> tp_1 -> b\nand_s -> fang_c -> c\nr -> d\nq -> e\netp_1",
        teile={
            "adhoc_1": "x\ntp_2",
            "tp_2": "start_2 -> y",
            "tp_1": "start_1 -> w -> xor_1\nxor_1 -*-> ende_f\nxor_1 -[n = 1]-> ende_k\netp_2",
            "etp_1": "start_e -> u -> wurf_s",
            "etp_2": "start_f -> v",
        },
        timer={
            "fang_c": ("bedingung", "n = 1"),
            "ende_f": ("fehler", "F"),
            "ende_k": ("eskalation", "K"),
            "start_e": ("nachricht", "E", False),
            "start_f": ("timeCycle", "R/PT5H", False),
            "wurf_s": ("signal", "S"),
        },
        rand={"r": ("tp_1", "fehler", "", True), "q": ("adhoc_1", "signal", "S", False)},
    )
    modell = lade(zeichnung)
    vorher = _abbild(modell)
    for n in (0, 1):
        spiel = spiele(modell).loese_aus("start_e").erledige("x", "tp_2", "y", "u", n=n)
        spiel.warte(JETZT + timedelta(hours=6)).erledige("w").erledige("adhoc_1")
        assert {"a", "e"} <= set(spiel.bereit) and ("d" in spiel.bereit) == (n == 0)
    assert _abbild(modell) == vorher


def test_many_threads_share_one_model(spiele, lade, reich, zeichne):
    modell = lade(reich, zeichne("start -> y -> ende", id="q"))
    soll = {keim: _spiele_durch(spiele, modell, keim) for keim in range(8)}
    ist: dict[int, object] = {}

    def arbeite(keim: int) -> None:
        ist[keim] = [_spiele_durch(spiele, modell, keim) for _ in range(3)]

    faeden = [threading.Thread(target=arbeite, args=(keim,)) for keim in soll]
    for faden in faeden:
        faden.start()
    for faden in faeden:
        faden.join()
    assert ist == {keim: [bild] * 3 for keim, bild in soll.items()}


def test_many_threads_load_one_model_once(zeichne):
    quelle = spiff.Quelle("wettlauf", "p", (zeichne("start -> a -> ende").xml(),))
    geladen = []
    faeden = [threading.Thread(target=lambda: geladen.append(spiff.lade_modell(quelle))) for _ in range(8)]
    for faden in faeden:
        faden.start()
    for faden in faeden:
        faden.join()
    assert len({id(m) for m in geladen}) == 1 and len(geladen) == 8


ANGRIFFE = [
    "__import__('pathlib').Path('{}').touch()",
    "open('{}', 'w')",
    "exec(\"open('{}','w')\")",
    "(lambda: open('{}','w'))()",
    "[c for c in ().__class__.__base__.__subclasses__()][0] or open('{}','w')",
    "().__class__.__bases__[0]",
    "print(1)",
    "import os",
]


@pytest.mark.parametrize("angriff", ANGRIFFE)
@pytest.mark.parametrize("stelle", ["bedingung", "timeDuration", "timeDate", "timeCycle", "anzahl", "schleife", "ende"])
def test_no_python_of_a_model_is_ever_executed(spiele, tmp_path: Path, angriff, stelle):
    """SpiffWorkflow fault 17."""
    ziel = tmp_path / "eingebrochen"
    text = angriff.format(ziel)
    zusatz = {
        "anzahl": {"a": f"<{MEHRFACH}><loopCardinality><![CDATA[{text}]]></loopCardinality></{MEHRFACH}>"},
        "schleife": {"a": f"<{SCHLEIFE}><loopCondition><![CDATA[{text}]]></loopCondition></{SCHLEIFE}>"},
        "ende": {
            "a": f"<{MEHRFACH}><loopCardinality>2</loopCardinality>"
            f"<completionCondition><![CDATA[{text}]]></completionCondition></{MEHRFACH}>"
        },
    }
    zeichnung = "start -> timer_t -> xor_x\nxor_x -*-> a -> b\n"
    zeichnung += f"xor_x -[{text if stelle == 'bedingung' else 'false'}]-> c"
    timer = {"timer_t": (stelle, text) if stelle.startswith("time") else ("timeDuration", "PT0S")}
    try:
        spiel = spiele(zeichnung, timer=timer, zusatz=zusatz.get(stelle, {}))
        if "a" in spiel.bereit:
            spiel.erledige("a")
    except errors.EngineError:
        pass
    assert not ziel.exists()


def test_spiffworkflows_python_engine_is_out_of_reach(zeichne, lade):
    modell = lade(zeichne("start -> a"))
    ebene = Vorgangsebene(modell.haupt, modell.spezifikationen, Lauf({}, spiff.Umgebung(), JETZT))
    for maschine in (ebene.script_engine, ebene.script_engine.environment):
        for name in ("evaluate", "execute", "validate", "call_service"):
            with pytest.raises(RuntimeError):
                getattr(maschine, name)("1 + 1", {})


def _datei(inhalt: str, kopf: str = "") -> bytes:
    return f'{kopf}<definitions xmlns="{BPMN}"><process id="p">{inhalt}</process></definitions>'.encode()


LACHEN = '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "' + "&a;" * 10 + '">]>'


@pytest.mark.parametrize(
    ("xml", "grund"),
    [
        (b"", "kein gültiges XML"),
        (b"<a", "kein gültiges XML"),
        (b"<a/>", "kein BPMN-Modell"),
        (b"\x00\xff", "kein gültiges XML"),
        (_datei("", "<!DOCTYPE d>"), "DOCTYPE"),
        (_datei("<userTask id='&b;'/>", LACHEN), "DOCTYPE"),
        (_datei("<userTask id='&x;'/>", "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"), "DOCTYPE|XML"),
        (f"<definitions xmlns='{BPMN}'>{'<a>' * 5000}".encode(), "kein gültiges XML"),
        (_datei(""), "Startereignis"),
        (_datei("<startEvent id='s'/><sequenceFlow id='f' sourceRef='s' targetRef='weg'/>"), "„f“.*nicht gibt"),
        (_datei("<startEvent id='s'/><userTask id='s'/>"), "„s“.*mehrfach"),
        (_datei("<startEvent/>"), "keine id"),
        (_datei("<startEvent id='s'/><scriptTask id='t' name='Böse  Tat'/>"), "„Böse Tat“.*scriptTask"),
        (_datei("<startEvent id='s'/><complexGateway id='t'/>"), "complexGateway"),
        (_datei("<startEvent id='s'/><boundaryEvent id='t' attachedToRef='s'/>"), "„t“"),
        (
            _datei(
                "<startEvent id='s'/><intermediateCatchEvent id='t'><linkEventDefinition/></intermediateCatchEvent>"
            ),
            "„t“.*link",
        ),
        (_datei("<startEvent id='s'/><intermediateCatchEvent id='t'/>"), "„t“"),
        (
            _datei(
                "<startEvent id='s'/><intermediateCatchEvent id='t'><timerEventDefinition/></intermediateCatchEvent>"
            ),
            "fehlt",
        ),
        (_datei("<startEvent id='s'/><endEvent id='t'><compensateEventDefinition/></endEvent>"), "„t“.*compens"),
        (_datei("<startEvent id='s'/><subProcess id='t' triggeredByEvent='true'/>"), "„t“.*Ereignis-Teilprozess"),
        (_datei("<startEvent id='s'/><serviceTask id='t'/>"), "„t“.*Dienst"),
    ],
)
def test_what_cannot_be_executed_is_refused_with_its_reason(lade, xml, grund):
    with pytest.raises(Modellfehler, match=grund) as fehler:
        lade(xml)
    assert isinstance(fehler.value, errors.Invalid) and "Traceback" not in fehler.value.text


@pytest.mark.parametrize(
    ("text", "grund", "element"),
    [
        ("start -> xor_x\nxor_x -> a\nxor_x -> b", "keine Bedingung", "xor_x"),
        ("start -> xor_x\nxor_x -[((]-> a\nxor_x -*-> b", "nicht lesbar", "f1_xor_x_a"),
        ("start -> a -> start", "Start- oder Randereignis", "f1_a_start"),
        ("start -> a -> ende -> a", "Von einem Ende", "f2_ende_a"),
        ("start -> ereignis_g -> xor_x", "Ereignis-Gateway", "ereignis_g"),
    ],
)
def test_wrong_wiring_names_its_element(lade, zeichne, text, grund, element):
    with pytest.raises(Modellfehler, match=grund) as fehler:
        lade(zeichne(text))
    assert fehler.value.element == element


@pytest.mark.parametrize(
    ("feld", "text"),
    [
        ("timeDuration", "P9999999999M"),  # docs/spiffworkflow.md: loops for minutes in SpiffWorkflow
        ("timeDuration", "P99999999999D"),
        ("timeDate", "2030-02-30"),
        ("timeDate", "2030-01-01T99:00:00Z"),
        ("timeCycle", "R3/PT1H/PT1H"),
        ("timeDuration", "frist_at(("),
        ("timeDuration", "x" * 20_000),
    ],
)
def test_a_time_that_can_never_be_read_is_refused_when_the_model_is_loaded(lade, zeichne, feld, text):
    with pytest.raises(Modellfehler, match="„timer_t“"):
        lade(zeichne("start -> timer_t -> a", timer={"timer_t": (feld, text)}))


def test_a_missing_process_is_named(lade, zeichne):
    with pytest.raises(Modellfehler, match="Prozess weg fehlt"):
        lade(zeichne("start -> a"), prozess="weg")


def test_a_graph_made_to_be_slow_is_refused_quickly(lade, zeichne):
    knoten = [f"or_{nr}" for nr in range(1200)]
    text = "start -> " + " -> ".join(f"{k}" for k in knoten)
    text += "\n" + "\n".join(f"{b} -> {a}" for a, b in pairwise(knoten))
    xml = zeichne(text.replace("->", "-[x = 1]->")).xml()
    with pytest.raises(Modellfehler, match="inklusive Zusammenführungen"):
        lade(xml.replace(b"<conditionExpression>x = 1</conditionExpression></sequenceFlow>", b"</sequenceFlow>", 1))


def test_several_start_events_begin_at_the_plain_one(spiele):
    timer = {"start_z": ("timeDuration", "PT1H")}
    assert spiele("start_z -> a -> ende\nstart_e -> b -> ende", timer=timer).bereit == ["b"]
    assert spiele("start_z -> a -> ende", timer=timer).bereit == ["a"]


def test_labels_are_shown_in_errors_and_ids_kept_in_results(lade, zeichne, spiele):
    xml = (
        zeichne("start -> a -> xor_x\nxor_x -[x = 1]-> b")
        .xml()
        .replace(b'id="xor_x"', b'id="xor_x" name="Ist\n alles da?"')
    )
    spiel = spiele(lade(xml))
    with pytest.raises(spiff.Ausfuehrungsfehler, match="„Ist alles da\\?“") as fehler:
        spiel.erledige("a")
    assert fehler.value.element == "xor_x"
