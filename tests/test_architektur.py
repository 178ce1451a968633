"""The rules of the house that no single module can keep: layers, sizes, tables, locks, packaging, documentation."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

WURZEL = Path(__file__).resolve().parents[1]
PAKETE = ("engine", "wertstrom", "web")
UEBERGANGEN = {"node_modules", "vendor", "vendor.neu", "__pycache__", "test-ergebnisse", "daten", "dist", "build"}
ZEILENGRENZE = 400

#: tables that stand above the organisational unit, with the columns that they lack
OHNE_EINHEIT = {"mandant": {"mandant_id", "orga_einheit_id"}, "orga_einheit": {"orga_einheit_id"}}


def files(*endungen: str) -> Iterator[Path]:
    """Files of the project itself, without what set-up and runs leave behind."""
    for ordner, unterordner, namen in os.walk(WURZEL):
        unterordner[:] = sorted(n for n in unterordner if n not in UEBERGANGEN and (n[0] != "." or n == ".ci"))
        # In a second working tree of git, .git is a file.
        namen = [name for name in sorted(namen) if name != ".git"]
        yield from (Path(ordner, name) for name in namen if not endungen or name.endswith(endungen))


def relative(pfad: Path) -> str:
    return pfad.relative_to(WURZEL).as_posix()


def product_modules() -> list[Path]:
    return [pfad for pfad in files(".py") if relative(pfad).split("/")[0] in PAKETE]


def test_no_module_is_longer_than_400_lines() -> None:
    zeilen = {relative(pfad): len(pfad.read_text(encoding="utf-8").splitlines()) for pfad in files(".py")}
    assert {pfad: anzahl for pfad, anzahl in zeilen.items() if anzahl > ZEILENGRENZE} == {}


def test_every_module_says_what_it_owns() -> None:
    stumm = [
        relative(pfad)
        for pfad in files(".py")
        if pfad.stat().st_size and not ast.get_docstring(ast.parse(pfad.read_text(encoding="utf-8")))
    ]
    assert stumm == []


def test_every_public_class_and_function_is_documented() -> None:
    stumm = []
    for pfad in product_modules():
        for knoten in ast.parse(pfad.read_text(encoding="utf-8")).body:
            if isinstance(knoten, ast.ClassDef | ast.FunctionDef) and not knoten.name.startswith("_"):
                stumm += [f"{relative(pfad)}:{knoten.name}"] if not ast.get_docstring(knoten) else []
    assert [name for name in stumm if "/migrations/versions/" not in name] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    nichtssagend = {"utils", "util", "helpers", "helper", "core", "common", "base", "misc", "services"}
    assert [relative(pfad) for pfad in product_modules() if {pfad.stem, pfad.parent.name} & nichtssagend] == []


def test_no_test_is_skipped_and_no_test_folder_is_a_package() -> None:
    muster = re.compile("pytest" + r"\.(skip|importorskip|xfail)|mark" + r"\.(skip|skipif|xfail)\b")
    tests = [pfad for pfad in files(".py") if relative(pfad).startswith("tests/")]
    assert [relative(pfad) for pfad in tests if muster.search(pfad.read_text(encoding="utf-8"))] == []
    assert [relative(pfad) for pfad in tests if pfad.name == "__init__.py"] == []


def lint_imports(ordner: Path) -> subprocess.CompletedProcess[str]:
    """Run import-linter on a tree; the tree lies first on the path, before the installed project."""
    befehl = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    umgebung = {**os.environ, "PYTHONPATH": str(ordner), "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(befehl, cwd=ordner, env=umgebung, capture_output=True, text=True, timeout=300)


def test_the_layers_are_kept() -> None:
    ergebnis = lint_imports(WURZEL)
    assert ergebnis.returncode == 0, ergebnis.stdout + ergebnis.stderr


@pytest.mark.parametrize(
    ("datei", "zeile", "vertrag"),
    [
        ("engine/db.py", "import web.config", "web -> wertstrom -> engine, never back"),
        ("engine/errors.py", "import engine.db", "engine: inner layers"),
        ("engine/unplaced.py", "import engine.errors", "engine: inner layers"),
        ("engine/commands/__init__.py", "import SpiffWorkflow", "only engine.spiff knows SpiffWorkflow"),
        ("web/__init__.py", "import plotly", "only wertstrom.diagramme knows plotly"),
        ("engine/queries/__init__.py", "import flask", "engine knows no web"),
        ("wertstrom/__init__.py", "import flask", "wertstrom knows no web"),
    ],
)
def test_a_broken_layer_is_reported(tmp_path: Path, datei: str, zeile: str, vertrag: str) -> None:
    for paket in PAKETE:
        shutil.copytree(
            WURZEL / paket, tmp_path / paket, ignore=shutil.ignore_patterns("__pycache__", "vendor", "*.css")
        )
    shutil.copyfile(WURZEL / "pyproject.toml", tmp_path / "pyproject.toml")
    with (tmp_path / datei).open("a", encoding="utf-8") as modul:
        modul.write(f"\n{zeile}\n")
    ergebnis = lint_imports(tmp_path)
    assert ergebnis.returncode == 1, ergebnis.stdout + ergebnis.stderr
    assert re.search(rf"{re.escape(vertrag)}.* BROKEN", ergebnis.stdout), ergebnis.stdout


def test_every_table_belongs_to_a_mandant_and_an_organisational_unit() -> None:
    import engine.model  # noqa: F401 - registers the tables
    from engine.db import Base

    tabellen = Base.metadata.tables
    assert len(tabellen) > 10
    fehlend = {
        name: {"mandant_id", "orga_einheit_id"} - set(tabelle.columns.keys()) for name, tabelle in tabellen.items()
    }
    assert {name: spalten for name, spalten in fehlend.items() if spalten} == OHNE_EINHEIT
    for name, tabelle in tabellen.items():
        assert "mandant_id" in OHNE_EINHEIT.get(name, ()) or not tabelle.columns["mandant_id"].nullable, name


def test_nothing_names_a_package_index_or_a_place_on_one_machine() -> None:
    # Put together from parts, so that this file itself stays clean.
    worte = ["npmjs" + ".org", "python" + "hosted", "pypi" + ".org", "debian" + ".org", "/wor" + "k/", "/ro" + "ot/"]
    gefunden = []
    for pfad in files():
        inhalt = pfad.read_bytes().decode("utf-8", errors="replace")
        gefunden += [f"{relative(pfad)}: {wort}" for wort in worte if wort in inhalt]
    assert gefunden == []


def locked(datei: str) -> dict[str, str]:
    """Each locked package with its pin and everything that belongs to it."""
    inhalt = (WURZEL / "requirements" / datei).read_text(encoding="utf-8").replace("\\\n", " ")
    return {zeile.split(" --hash")[0].strip(): zeile for zeile in inhalt.splitlines() if zeile and zeile[0] != "#"}


@pytest.mark.parametrize(
    "datei", ["run.txt", "dev.txt", "node.txt", "lock.txt", "bench.txt", "spark.txt", "spark-build.txt", "fuzz.txt"]
)
def test_every_locked_package_has_hashes_and_names_no_index(datei: str) -> None:
    pakete = locked(datei)
    assert pakete
    assert [name for name, zeile in pakete.items() if "==" not in name or "--hash=sha256:" not in zeile] == []
    assert "://" not in "".join(pakete.values())


def test_development_uses_the_locked_versions_of_the_product() -> None:
    assert set(locked("run.txt")) <= set(locked("dev.txt"))


def test_the_front_end_lock_has_hashes_and_no_addresses() -> None:
    pakete = json.loads((WURZEL / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    fremd = {name: eintrag for name, eintrag in pakete.items() if name}
    assert fremd
    assert [name for name, eintrag in fremd.items() if "resolved" in eintrag or "integrity" not in eintrag] == []


def test_browser_and_server_use_the_same_plotly() -> None:
    from importlib import resources

    anfang = (resources.files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")[:200]
    versionen = json.loads((WURZEL / "web/static/vendor/versionen.json").read_text(encoding="utf-8"))
    assert f"plotly.js v{versionen['plotly.js-strict-dist-min']['version']}" in anfang


def test_every_shipped_package_is_in_the_list_of_licences() -> None:
    liste = (WURZEL / "docs" / "lizenzen.md").read_text(encoding="utf-8").lower()
    namen = [name.split("==")[0] for name in locked("run.txt")]
    namen += json.loads((WURZEL / "web/static/vendor/versionen.json").read_text(encoding="utf-8"))
    assert [name for name in namen if f"| {name.lower()} |" not in liste] == []


def readme_code() -> str:
    """Everything in the README that is set as code."""
    readme = (WURZEL / "README.md").read_text(encoding="utf-8")
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", readme, flags=re.DOTALL))


def test_every_make_target_in_the_readme_exists() -> None:
    ziele = set(re.findall(r"^([a-z-]+):", (WURZEL / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    genannt = set(re.findall(r"\bmake ([a-z-]+)", readme_code()))
    assert {"demo", "test", "check"} <= genannt <= ziele


def test_every_command_in_the_readme_exists() -> None:
    from web import cli

    genannt = {tuple(befehl.split()[1:]) for befehl in re.findall(r"\bhilfefluss(?: [a-z]+)+", readme_code())}
    assert len(genannt) >= 3
    for worte in genannt:
        befehl: click.Command = cli.main
        for wort in worte:
            if not isinstance(befehl, click.Group):
                break  # from here on the words are arguments
            naechster = befehl.get_command(click.Context(befehl), wort)
            assert naechster is not None, f"hilfefluss {' '.join(worte)}"
            befehl = naechster


def test_every_file_in_the_readme_exists() -> None:
    readme = (WURZEL / "README.md").read_text(encoding="utf-8")
    genannt = set(re.findall(r"\]\(([\w./-]+)\)", readme)) | set(re.findall(r"\bpython ([\w./-]+\.py)", readme))
    genannt |= set(re.findall(r"`([\w.-]+/[\w./-]*)`", readme))
    assert genannt
    assert [name for name in sorted(genannt) if not (WURZEL / name).exists()] == []


def test_every_target_of_the_makefile_can_be_planned() -> None:
    makefile = (WURZEL / "Makefile").read_text(encoding="utf-8")
    ziele = re.search(r"^\.PHONY: (.*)$", makefile, flags=re.MULTILINE).group(1).split()
    for ziel in ziele:
        ergebnis = subprocess.run(["make", "-n", ziel], cwd=WURZEL, capture_output=True, text=True, timeout=60)
        assert ergebnis.returncode == 0, f"{ziel}: {ergebnis.stderr}"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it would be installed somewhere else."""
    ziel = tmp_path_factory.mktemp("wheel")
    befehl = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(ziel)]
    ergebnis = subprocess.run(befehl, cwd=WURZEL, capture_output=True, text=True, timeout=300)
    assert ergebnis.returncode == 0, ergebnis.stdout + ergebnis.stderr
    return next(ziel.glob("*.whl"))


def test_the_wheel_holds_everything_that_is_not_python(wheel: Path) -> None:
    namen = zipfile.ZipFile(wheel).namelist()
    for muster in (
        r"prozesse/[\w-]+/[\w-]+\.bpmn",
        r"prozesse/[\w-]+/prozess\.toml",
        r"engine/migrations/versions/\w+\.py",
        r"web/templates/.+\.html",
        r"web/static/vendor/kern/kern\.min\.css",
        r"web/static/vendor/LICENSES/bpmn-js\.txt",
        r"hilfefluss-[\d.]+\.dist-info/licenses/LICENSE",
    ):
        assert any(re.fullmatch(muster, name) for name in namen), muster
    assert {name.split("/")[0] for name in namen if ".dist-info" not in name} == {*PAKETE, "prozesse"}


def test_the_wheel_works_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "installiert")
    programm = (
        "import sys, engine, web, web.cli, wertstrom; from importlib import resources; from engine import db; "
        "assert all(sys.argv[1] in p.__file__ for p in (engine, web, wertstrom)); "
        "assert any(p.is_dir() for p in resources.files('prozesse').iterdir()); "
        "e = db.create_db_engine('sqlite:///neu.sqlite'); db.upgrade(e); e.dispose()"
    )
    ergebnis = subprocess.run(
        [sys.executable, "-c", programm, str(tmp_path / "installiert")],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installiert")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ergebnis.returncode == 0, ergebnis.stderr
