"""The front end is built the same way every time, and not at all when a part is missing."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from web import assets


@pytest.fixture
def wurzel(tmp_path: Path) -> Path:
    """A tree with the real packages and nothing built yet."""
    (tmp_path / "node_modules").symlink_to(assets.WURZEL / "node_modules")
    shutil.copyfile(assets.WURZEL / "package-lock.json", tmp_path / "package-lock.json")
    return tmp_path


def content_of(ordner: Path) -> dict[str, bytes]:
    return {datei.relative_to(ordner).as_posix(): datei.read_bytes() for datei in ordner.rglob("*") if datei.is_file()}


def test_the_same_packages_give_the_same_bytes_and_replace_what_was_there(wurzel: Path) -> None:
    vendor = assets.build(wurzel)
    erstes = content_of(vendor)
    (vendor / "fremd.js").write_text("")
    assert content_of(assets.build(wurzel)) == erstes
    assert not vendor.with_name("vendor.neu").exists()


def test_every_file_that_a_style_sheet_names_is_shipped(wurzel: Path) -> None:
    vendor = assets.build(wurzel)
    for blatt in vendor.rglob("*.css"):
        ohne_kommentare = re.sub(r"/\*.*?\*/", "", blatt.read_text(encoding="utf-8"), flags=re.DOTALL)
        for adresse in re.findall(r"url\(['\"]?(?!data:)([^)'\"]+)", ohne_kommentare):
            assert (blatt.parent / adresse.partition("?")[0]).is_file(), f"{blatt.name}: {adresse}"


def test_each_shipped_package_brings_its_licence_and_the_test_tools_are_not_shipped(wurzel: Path) -> None:
    vendor = assets.build(wurzel)
    versionen = json.loads((vendor / assets.VERSIONEN).read_text(encoding="utf-8"))
    lizenzen = {datei.stem.replace("__", "/") for datei in (vendor / "LICENSES").iterdir()}
    assert lizenzen == set(versionen)
    assert "bpmn-js" in versionen
    assert "axe-core" not in versionen
    assert "MIT" in (vendor / "LICENSES" / "dom-iterator.txt").read_text(encoding="utf-8")
    assert "watermark" in (vendor / "LICENSES" / "bpmn-js.txt").read_text(encoding="utf-8")


def test_a_missing_package_stops_the_build_and_leaves_the_former_one(wurzel: Path) -> None:
    vendor = assets.build(wurzel)
    vorher = content_of(vendor)
    (wurzel / "node_modules").unlink()
    with pytest.raises(assets.AssetError, match="npm ci"):
        assets.build(wurzel)
    assert content_of(vendor) == vorher


def test_only_woff2_sources_of_a_font_stay() -> None:
    css = "src: url('a.eot?1');src: url(a.woff2) format('woff2'), url('a.woff') format('woff');font-weight:400;"
    assert assets.only_woff2(css) == "src: url(a.woff2) format('woff2');font-weight:400;"


def test_a_bundle_built_in_another_way_is_refused() -> None:
    with pytest.raises(assets.AssetError, match="Plotly"):
        assets.without_map_style("var x = 1;")
    with pytest.raises(assets.AssetError, match="dmn-js"):
        assets.for_strict_policy("var x = 1;")


def test_nothing_that_the_policy_forbids_is_left_in_the_editor_of_tables(wurzel: Path) -> None:
    for name in ("dmn-viewer", "dmn-modeler"):
        bundle = (assets.build(wurzel) / "dmn-js" / f"{name}.min.js").read_text(encoding="utf-8")
        assert ' style="' not in bundle
        assert ".head&&" not in bundle or "!e.head&&e.adoptedStyleSheets" not in bundle
        assert "bjs-powered-by" in bundle


def test_a_package_without_licence_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.js").write_text("")
    (tmp_path / "README.md").write_text("MIT")
    with pytest.raises(assets.AssetError, match="Lizenztext"):
        assets.licence_of(tmp_path)
