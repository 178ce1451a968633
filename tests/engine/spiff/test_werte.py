"""Values of expressions as JSON."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.spiff.werte import as_json


@pytest.mark.parametrize(
    ("wert", "erwartet"),
    [
        (Decimal("3"), 3),
        (Decimal("3.0"), 3),
        (Decimal("0.5"), 0.5),
        (True, True),
        (1.0, 1.0),
        (date(2026, 3, 2), "2026-03-02"),
        (datetime(2026, 3, 2, 8, tzinfo=UTC), "2026-03-02T08:00:00+00:00"),
        ({"a": (Decimal("1"), {1: None})}, {"a": [1, {"1": None}]}),
    ],
)
def test_values_keep_their_meaning(wert, erwartet):
    assert repr(as_json(wert)) == repr(erwartet)


@given(
    st.recursive(
        st.none() | st.booleans() | st.text() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False),
        lambda kinder: st.lists(kinder) | st.dictionaries(st.text(), kinder),
    )
)
def test_any_value_can_be_stored(wert):
    assert orjson.loads(orjson.dumps(as_json(wert))) == as_json(wert)
