"""The foreign front end: picks what the pages need out of ``node_modules`` into ``web/static/vendor``.

Owns the list of files, fonts and licences that the browser gets, and nothing else: it installs no package, changes no
file outside the vendor folder and is never imported by the running application. Run by ``make setup`` as
``python -P web/assets.py``; the same packages always give the same bytes.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

WURZEL = Path(__file__).resolve().parent.parent
#: written last; its presence means that the folder is complete
VERSIONEN = "versionen.json"

#: weights that KERN's components use, and the subsets that names of families need
SCHRIFTSCHNITTE = ("400", "400-italic", "500", "600")

#: packages below dmn-js whose licence (MIT) stands in their readme and nowhere else
LIZENZ_IM_LIESMICH = frozenset({"component-props", "component-xor", "dom-iterator", "semver-compat"})


class AssetError(Exception):
    """A package lacks a file that the pages need."""


def only_woff2(css: str) -> str:
    """Drop every font source but woff2: all supported browsers read it, and the other files are not shipped."""

    def keep(match: re.Match[str]) -> str:
        woff2 = re.findall(r"url\([^)]*\.woff2[^)]*\)\s*format\(['\"]woff2['\"]\)", match.group(0))
        return f"src: {', '.join(woff2)};" if woff2 else ""

    return re.sub(r"src:[^;]*;", keep, css)


def as_script(commonjs: str) -> str:
    """Turn Plotly's CommonJS locale into a script that registers itself."""
    return f"(function () {{\nvar module = {{}};\n{commonjs.rstrip()}\nPlotly.register(module.exports);\n}})();\n"


def without_map_style(bundle: str) -> str:
    """Keep Plotly's bundle from adding the map widget's inline style, which our policy forbids; no page has maps."""
    geaendert, anzahl = re.subn(r'if\(!document\.getElementById\("[0-9a-f]{64}"\)\)', "if(false)", bundle)
    if anzahl != 1:
        raise AssetError("Plotlys Paket ist anders gebaut als erwartet; without_map_style prüfen")
    return geaendert


def for_strict_policy(bundle: str) -> str:
    """Make dmn-js fit our policy, which forbids style elements and style attributes in markup.

    CodeMirror adopts its style sheet through the object model; the attributes of the fixed markup (logo, its box) go,
    ``entscheidungen.css`` has the same rules. Inferno's complaint about its own build goes as well.
    """
    text, blaetter = re.subn(r"!(\w+)\.head&&\1\.adoptedStyleSheets&&", r"\1.adoptedStyleSheets&&", bundle)
    text, attribute = re.subn(r' style="(?:\'\+\w+\(\[[^\]]*\]\)\+\'|[\w\s:;.-]|\\n)*"', "", text)
    text, klagen = re.subn(r'-1===\((\w+)\.name\|\|\1\.toString\(\)\)\.indexOf\("testFn"\)&&\w+\("[^"]*"\)', "0", text)
    if (blaetter, klagen) != (1, 1) or attribute < 3 or ' style="' in text:
        raise AssetError("Das Paket von dmn-js ist anders gebaut als erwartet; for_strict_policy prüfen")
    return text


def form_for_strict_policy(bundle: str) -> str:
    """Make the editor of form-js fit our policy: CodeMirror adopts its style sheet through the object model.

    The calendar adds its rules to a style element only where it finds no sheet that it may change; it finds ours.
    """
    text, anzahl = re.subn(r"!root\.head && root\.adoptedStyleSheets", "root.adoptedStyleSheets", bundle)
    if anzahl != 1:
        raise AssetError("Das Paket von form-js ist anders gebaut als erwartet; form_for_strict_policy prüfen")
    return text


def unchanged(text: str) -> str:
    """The text as the package ships it."""
    return text


@dataclass(frozen=True)
class Datei:
    """One text or font file: source below ``node_modules``, target below the vendor folder."""

    quelle: str
    ziel: str
    convert: Callable[[str], str] = unchanged


#: style sheets of dmn-js: the tables, the diagram, the single expressions, and what its editor adds
DMN_BLAETTER = (
    "diagram-js",
    "dmn-js-shared",
    "dmn-js-drd",
    "dmn-js-decision-table",
    "dmn-js-decision-table-controls",
    "dmn-js-literal-expression",
    "dmn-js-boxed-expression",
    "dmn-js-boxed-expression-controls",
)

DATEIEN = (
    Datei("@kern-ux/native/dist/kern.min.css", "kern/kern.min.css"),
    Datei("bpmn-js/dist/bpmn-navigated-viewer.production.min.js", "bpmn-js/bpmn-navigated-viewer.min.js"),
    Datei("bpmn-js/dist/bpmn-modeler.production.min.js", "bpmn-js/bpmn-modeler.min.js"),
    Datei("bpmn-js/dist/assets/diagram-js.css", "bpmn-js/diagram-js.css"),
    Datei("bpmn-js/dist/assets/bpmn-js.css", "bpmn-js/bpmn-js.css"),
    Datei("bpmn-js/dist/assets/bpmn-font/css/bpmn.css", "bpmn-js/bpmn-font/css/bpmn.css", only_woff2),
    Datei("bpmn-js/dist/assets/bpmn-font/font/bpmn.woff2", "bpmn-js/bpmn-font/font/bpmn.woff2"),
    Datei("dmn-js/dist/dmn-navigated-viewer.production.min.js", "dmn-js/dmn-viewer.min.js", for_strict_policy),
    Datei("dmn-js/dist/dmn-modeler.production.min.js", "dmn-js/dmn-modeler.min.js", for_strict_policy),
    *(Datei(f"dmn-js/dist/assets/{name}.css", f"dmn-js/{name}.css") for name in DMN_BLAETTER),
    Datei("dmn-js/dist/assets/dmn-font/css/dmn.css", "dmn-js/dmn-font/css/dmn.css", only_woff2),
    Datei("dmn-js/dist/assets/dmn-font/font/dmn.woff2", "dmn-js/dmn-font/font/dmn.woff2"),
    Datei("@bpmn-io/form-js/dist/form-editor.umd.js", "form-js/form-editor.js", form_for_strict_policy),
    Datei("@bpmn-io/form-js/dist/assets/form-js.css", "form-js/form-js.css"),
    Datei("@bpmn-io/form-js/dist/assets/form-js-editor.css", "form-js/form-js-editor.css"),
    Datei("htmx.org/dist/htmx.min.js", "htmx/htmx.min.js"),
    Datei("plotly.js-strict-dist-min/plotly-strict.min.js", "plotly/plotly-strict.min.js", without_map_style),
    Datei("plotly.js-locales/de.js", "plotly/plotly-locale-de.js", as_script),
)


def build(wurzel: Path = WURZEL) -> Path:
    """Fill ``web/static/vendor`` from ``node_modules``; an interrupted run leaves the former folder as it was.

    Returns
    -------
    The vendor folder.

    Raises
    ------
    AssetError
        When ``node_modules`` is missing or a package lacks an expected file.
    """
    module, vendor = wurzel / "node_modules", wurzel / "web" / "static" / "vendor"
    neu = vendor.with_name("vendor.neu")
    shutil.rmtree(neu, ignore_errors=True)
    neu.mkdir(parents=True)
    for datei in DATEIEN:
        copy(module / datei.quelle, neu / datei.ziel, datei.convert)
    build_fonts(module / "@fontsource" / "fira-sans", neu / "fira-sans")
    build_licences(wurzel, neu)
    shutil.rmtree(vendor, ignore_errors=True)
    neu.rename(vendor)
    return vendor


def copy(quelle: Path, ziel: Path, convert: Callable[[str], str] = unchanged) -> None:
    """Copy one file's content (not its mode or time), converted where a conversion is given."""
    if not quelle.is_file():
        raise AssetError(f"{quelle} fehlt; „npm ci --ignore-scripts“ legt die Pakete an")
    ziel.parent.mkdir(parents=True, exist_ok=True)
    if convert is unchanged:
        shutil.copyfile(quelle, ziel)
    else:
        ziel.write_text(convert(quelle.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")


def build_fonts(paket: Path, ziel: Path) -> None:
    """One style sheet ``fira-sans.css`` with the used weights, and the woff2 files that it names."""
    blaetter = [paket / f"{schnitt}.css" for schnitt in SCHRIFTSCHNITTE]
    if fehlend := [blatt.name for blatt in blaetter if not blatt.is_file()]:
        raise AssetError(f"{paket} enthält {', '.join(fehlend)} nicht")
    css = "\n".join(only_woff2(blatt.read_text(encoding="utf-8")).rstrip() + "\n" for blatt in blaetter)
    for name in sorted(set(re.findall(r"url\(\./files/([\w-]+\.woff2)\)", css))):
        copy(paket / "files" / name, ziel / "files" / name)
    (ziel / "fira-sans.css").write_text(css, encoding="utf-8", newline="\n")


def build_licences(wurzel: Path, ziel: Path) -> None:
    """Licence texts of all shipped packages (the bundles contain their dependencies), and the list of versions."""
    lock = json.loads((wurzel / "package-lock.json").read_text(encoding="utf-8"))
    versionen = {}
    for pfad, eintrag in sorted(lock["packages"].items()):
        if not pfad or eintrag.get("dev"):
            continue
        name = pfad.rpartition("node_modules/")[2]
        versionen[name] = {"version": eintrag["version"], "lizenz": eintrag.get("license", "")}
        copy(licence_of(wurzel / pfad), ziel / "LICENSES" / f"{name.replace('/', '__')}.txt")
    text = json.dumps(versionen, indent=2, ensure_ascii=False, sort_keys=True)
    (ziel / VERSIONEN).write_text(text + "\n", encoding="utf-8", newline="\n")


def licence_of(paket: Path) -> Path:
    """The licence file of a package; its absence stops the build, since nothing may be shipped without it.

    A few authors put their word into the readme only: there it is the readme.
    """
    for datei in sorted(paket.glob("*")):
        if re.fullmatch(r"licen[cs]e(-mit)?(\.(md|txt))?", datei.name, re.IGNORECASE):
            return datei
    for datei in sorted(paket.glob("*")):
        if paket.name in LIZENZ_IM_LIESMICH and datei.name.lower() == "readme.md":
            return datei
    raise AssetError(f"{paket} enthält keinen Lizenztext")


def main() -> int:
    """Build and say what came of it; exit code 1 with the reason when it failed."""
    try:
        vendor = build()
    except AssetError as error:
        sys.stderr.write(f"Oberfläche nicht gebaut: {error}.\n")
        return 1
    dateien = [datei for datei in vendor.rglob("*") if datei.is_file()]
    umfang_mib = sum(datei.stat().st_size for datei in dateien) / 2**20
    sys.stdout.write(f"Oberfläche: {len(dateien)} Dateien, {umfang_mib:.1f} MiB in web/static/vendor\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
