#!/usr/bin/env python3
"""Reads calendar.ics, which `nemcon` wrote, with another implementation of RFC 5545 (icalendar)."""

import datetime
import hashlib
import pathlib

import icalendar

path = pathlib.Path(__file__).with_name("calendar.ics")
raw = path.read_bytes()
assert raw.count(b"\n") == raw.count(b"\r\n") and raw.endswith(b"\r\n"), "lines end in CRLF"
assert all(len(line) <= 75 for line in raw.split(b"\r\n")), "no line is longer than 75 bytes"

calendar = icalendar.Calendar.from_ical(raw)
assert not calendar.errors, calendar.errors
assert calendar["VERSION"] == "2.0" and calendar["NAME"] == r"Council\; of all"
council = hashlib.sha256(b"council").hexdigest()


def read(event):
    assert not event.errors, event.errors
    assert str(event["CLASS"]) == "CONFIDENTIAL"
    assert event["DTSTAMP"].dt == datetime.datetime(2026, 11, 29, 12, tzinfo=datetime.UTC)
    alarms = [it["TRIGGER"].dt.days for it in event.walk("VALARM") if it["ACTION"] == "DISPLAY"]
    begins = event["DTSTART"].dt.astimezone(datetime.UTC)
    return str(event["UID"]), begins.isoformat(), str(event["SUMMARY"]), alarms


TITLE = "Décision (PESC) 2019/797; mesures restrictives contre les cyberattaques, prorogée"
wanted = [
    ("3-deadline", "2026-12-12T10:00:00", "deadline of measure 3: Framework, as amended", []),
    ("1-review", "2026-12-20T00:00:00", f"review of measure 1: {TITLE}", []),
    ("1-expiry", "2027-05-18T00:00:00", f"measure 1 expires: {TITLE}", [-90, -30]),
    ("2-review", "2027-11-30T00:00:00", "review of measure 2: Framework, as amended", [-180, -90, -30]),
]
found = [read(event) for event in calendar.walk("VEVENT")]
expected = [(f"{council}-measure-{uid}", f"{at}+00:00", said, days) for uid, at, said, days in wanted]
assert found == expected, found
print(f"icalendar {icalendar.__version__} reads {len(found)} events as they were written")
