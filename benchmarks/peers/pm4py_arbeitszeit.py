"""Seconds that pm4py needs for the working time of intervals, as one JSON object; intervals (µs) come as JSON on stdin.

A program of its own for an environment of its own: pm4py is AGPL-3.0 and no part of Hilfefluss. Called by
`benchmarks/arbeitszeit.py`.
"""

from __future__ import annotations

import json
import sys
import time
from datetime import datetime
from zoneinfo import ZoneInfo

from pm4py.util.business_hours import BusinessHours

TAG_S = 24 * 3600
#: Monday to Friday, 08:00 to 16:00, in seconds of the week
FENSTER = [(tag * TAG_S + 8 * 3600, tag * TAG_S + 16 * 3600) for tag in range(5)]

zone = ZoneInfo("Europe/Berlin")
paare = [[datetime.fromtimestamp(us / 1e6, zone) for us in paar] for paar in json.load(sys.stdin)]
beginn = time.perf_counter()
for von, bis in paare:
    BusinessHours(von, bis, business_hour_slots=FENSTER).get_seconds()
print(json.dumps({"sekunden": time.perf_counter() - beginn}))
