"""metrics.py URL PACKAGING before | away MEMBER: asks a Prometheus that scrapes a test network."""

import json
import re
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

WITHIN_S = 60


def ask(path, **arguments):
    address = f"{sys.argv[1]}/api/v1/{path}?{urllib.parse.urlencode(arguments)}"
    with urllib.request.urlopen(address, timeout=10) as answer:
        said = json.load(answer)
    assert said["status"] == "success", said
    return said["data"]


def result(query):
    return ask("query", query=query)["result"]


def wait(what, look):
    """What `look` gives as soon as it is something; Prometheus itself paces this by its interval of 1 s."""
    end = time.monotonic() + WITHIN_S
    while time.monotonic() < end:
        try:
            found = look()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.2)
    sys.exit(f"metrics: not within {WITHIN_S} s: {what}")


def queries(dashboard):
    """The queries of a dashboard, for all its nodes."""
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            query = target["expr"].replace("$instance", ".+").replace("$__rate_interval", "30s")
            yield panel["title"], query


def before(packaging):
    wait("four nodes are scraped", lambda: len(result("nemcon_ready == 1")) == 4)
    wait("a second scrape", lambda: len(result("count_over_time(up[30s]) >= 2")) == 4)
    rules = wait("the rules are evaluated", lambda: evaluated(ask("rules")))
    for rule in rules:
        assert rule["health"] == "ok" and not rule.get("lastError"), rule
    asked = [(rule["name"], rule["query"]) for rule in rules]
    shown = list(queries(json.loads((packaging / "grafana.json").read_text())))
    served = {name for name in ask("label/__name__/values")}
    for whose, query in asked + shown:
        result(query)
        for name in re.findall(r"\b(?:nemcon|process)_[a-z_]+", query):
            assert name in served, f"{whose}: no node serves {name}"
    # Shown panels have something to show on a council that has just begun, but for those of what goes wrong or has not
    # happened yet.
    empty = {title for title, query in shown if not result(query)}
    assert empty <= {"Conditions", "Age of the last block"}, empty
    firing = [alert["labels"] for alert in ask("alerts")["alerts"] if alert["state"] == "firing"]
    assert not firing, firing
    print(f"metrics: {len(rules)} rules and {len(shown)} queries evaluate on four nodes, {len(served)} series names")


def evaluated(data):
    rules = [rule for group in data["groups"] for rule in group["rules"]]
    return rules if all(rule["health"] != "unknown" for rule in rules) else None


def away(member):
    def seen():
        pending = {(it["labels"]["alertname"], it["labels"].get("member")) for it in ask("alerts")["alerts"]}
        return {("NemconDown", None), ("NemconPeerAway", member)} <= pending

    wait(f"the node of {member} is noticed as down, and as away by the others", seen)
    wait("the condition is told", lambda: result('nemcon_condition_members{name="peer-unreachable"} > 0'))
    print(f"metrics: the node of {member} is away, and is noticed")


if sys.argv[3] == "before":
    before(Path(sys.argv[2]))
else:
    away(sys.argv[4])
