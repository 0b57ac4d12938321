"""Whether a genesis founds a council: its charter is a law, and its parties can speak (section 1, *The genesis*)."""

from __future__ import annotations

import re
from typing import Any, Iterable

from .charter import Charter, Kind
from .fault import demand
from .parties import GENESIS_SIGNATURES_MAX, MEMBERS_MAX, UsedKeys, members_of, participants_of, verify_officers
from .records import Record
from .tabling import FORM_PARTS

MEMBER, PROPOSER = "member", "proposer"
BLOCK_SHARE_MAX, RECORD_BYTES_MAX = 64, 65_535
FIELDS = frozenset((
    "category procedure basis initiative reference companion prepared item amends predecessor incident rests-on "
    "summary proportionality targets target reasons applies exception document enters reviews expires"
).split())
TABLES = ("table", "close", "extend", "attest", "remark")
LISTS = ("roles", "reservations", "bodies", "items", "targets", "attests", "annuls", "remarks")
OF_ONE = ("rule", "procedure", "category", "reference", "applies")
TAKES = {"<letters>": "[A-Z]", "<letter>": "[a-z]"}


def verify(genesis: Record, charter: Charter, log_origin: str) -> None:
    """Raises what is wrong with a genesis."""
    demand(genesis.get("rules") == 1, "a genesis of other rules")
    _verify_lists(charter)
    _verify_kinds(charter)
    _verify_forms(charter)
    _verify_roles(charter)
    _verify_publication(charter)
    _verify_numbers(charter)
    _verify_parties(genesis, charter, log_origin)


def _once(what: str, names: Iterable[str]) -> None:
    found = list(names)
    demand(len(set(found)) == len(found), f"{what} stands twice in the charter")


def _verify_lists(charter: Charter) -> None:
    """Each word stands once where it is listed, and every word that is used is listed."""
    body, words = charter.body, charter.words
    for name in LISTS:
        _once(f"a word of charter-{name}", words(name))
    for name in OF_ONE:
        _once(f"a name of charter-{name}", (row[0].split(" ")[0] for row in body.all(f"charter-{name}")))
    for name in ("word", "source"):
        keys = [row[0] for row in body.all(f"charter-{name}")]
        demand(keys == sorted(set(keys)), f"the lines charter-{name} do not ascend by their keys, each once")
    kinds = [row[0].split(" ")[0] for row in body.all("charter-kind")]
    _once("a kind", kinds + [row[0] for row in body.all("charter-elsewhere-kind")])
    attests = words("attests")
    of_procedures = [word for procedure in charter.procedures.values() for word in procedure.attests]
    for word in words("annuls") + of_procedures:
        demand(word in attests, f"the charter attests no {word}")
    for sorts in charter.applies.values():
        demand(set(sorts) <= set(words("targets")), "what applies is for a sort of targets that is none")
    for row in body.all("charter-difference-kinds"):
        demand(set(row) <= set(kinds), "a difference is about a kind that is none")
    for how, on in charter.elsewhere:
        demand((how is None) != (not on), "what is decided elsewhere is a kind, or is on legal bases")


def _verify_kinds(charter: Charter) -> None:
    for name, rule in charter.rules.items():
        fits = rule.least is not None and rule.least >= 2 if rule.whose == "participating" else rule.least is None
        demand(fits, f"the rule {name} has another minimum than it may")
    for asked in charter.categories.values():
        demand(set(asked) <= FIELDS, "a category asks for what is no field of a measure")
    for kind in charter.kinds.values():
        demand(set(kind.asks) | set(kind.requires) <= FIELDS, f"{kind.name} asks for what is no field of a measure")
        demand(not kind.qualified or charter.qualified is not None, f"{kind.name}: no share blocks")
        appoints = kind.effect == "appointment"
        demand(not appoints or bool(charter.words("roles")), f"{kind.name}: the charter has no role to appoint to")
        _once(f"a rule of {kind.name}", (rule for rule, _, _ in kind.decided))
        for rule_name, authority, _ in kind.decided:
            _verify_use(charter, kind, rule_name, authority)


def _verify_use(charter: Charter, kind: Kind, name: str, authority: str | None) -> None:
    demand(name in charter.rules, f"{kind.name}: the charter has no rule {name}")
    rule = charter.rules[name]
    demand(rule.abstention or not kind.qualified, f"{kind.name}: {name} refuses abstention")
    allowed: dict[str, tuple[str | None, ...]] = {
        "all": (None,), "minus-concerned": ("clause", "notice"), "participating": ("decision",),
    }
    demand(authority in allowed[rule.whose], f"{kind.name}: {name} leaves members out by another authority")
    if rule.whose == "participating":
        can = any(other.effect == "authorisation" for other in charter.kinds.values())
        demand(can, f"{kind.name}: nothing could authorise it")
    leaving = kind.effect == "departure" and authority == "notice"
    whole = kind.effect is None or rule.whose == "all" or leaving
    demand(whole, f"{kind.name} changes the council, and {name} does not ask all members")


def _verify_forms(charter: Charter) -> None:
    """A form is read in one way only."""
    forms = [row[0] for name in ("basis", "form") for row in charter.body.all(f"charter-{name}")]
    for form in forms:
        rest, begun = form, False
        while "<" in rest:
            before, _, rest = rest.partition("<")
            demand(before != "" or not begun, "two parts of a form touch")
            name, end, rest = rest.partition(">")
            part = f"<{name}>"
            demand(end == ">" and part in FORM_PARTS, "a form has a part that is none")
            touches = re.match(TAKES.get(part, "[0-9]"), rest)
            demand(touches is None, "in a form stands what could be of the part before it")
            begun = True


def _verify_roles(charter: Charter) -> None:
    """Each role that a line names is somebody's, and each role may do something."""
    roles = charter.words("roles")
    demand(MEMBER not in roles and PROPOSER not in roles, "a participant has the role of a member or of a proposer")
    own = [kind.table for kind in charter.kinds.values() if kind.table is not None]
    for tablers in [charter.words("table"), *own]:
        demand(PROPOSER not in tablers, "nobody has proposed what is to be tabled")
    named = {role for name in TABLES for role in charter.words(name)} | {role for table in own for role in table}
    demand(named <= {MEMBER, PROPOSER, *roles}, "a line names a role that the charter does not list")
    demand(set(roles) <= named, "a role may do nothing")
    for who, what in (("attest", "attests"), ("remark", "remarks")):
        together = bool(charter.words(who)) == bool(charter.words(what))
        demand(together, f"charter-{who} and charter-{what} stand together")


def _verify_publication(charter: Charter) -> None:
    votes = [kind.votes for kind in charter.kinds.values() if kind.votes is not None]
    demand(charter.publishes or not votes, "a kind says who learns its votes, and nothing is public")
    word = charter.released_by
    demand(word is None or word in charter.words("attests"), "what releases votes is not attested")
    demand(word is not None or "released" not in votes, "nothing releases the votes of a kind")


def _verify_numbers(charter: Charter) -> None:
    days: list[Any] = list(charter.words("reminder-days"))
    counts_down = all(one > other for one, other in zip(days, days[1:]))
    demand(0 not in days and counts_down, "the days of reminders do not count down")
    demand(charter.notice_days != 0, "a notice that nobody could take back")
    demand(1 <= charter.share_block <= BLOCK_SHARE_MAX, "a block takes 1 to 64 statements of a party")
    for name, (statements, size) in charter.shares.items():
        demand(statements > 0 and size >= RECORD_BYTES_MAX, f"charter-share-{name} has no room for one statement")


def _verify_parties(genesis: Record, charter: Charter, log_origin: str) -> None:
    members, participants = members_of(genesis), participants_of(genesis)
    parties: list[Any] = [*members, *participants]
    demand(1 <= len(members) <= MEMBERS_MAX, "a council has 1 to 90 members")
    codes = [party.code for party in parties]
    demand(len(set(codes)) == len(codes), "a code stands twice")
    for party in parties:
        verify_officers(party.k, party.officers, len(party.officers))
    left_out = [row[0] for row in genesis.all("leaves-out")]
    whole = len(set(left_out)) == len(left_out) and not set(left_out) & {member.code for member in members}
    demand(whole, "who is left out is a member, or is left out twice")
    roles = charter.words("roles")
    demand(all(party.role in roles for party in participants), "a participant has a role that is none")
    held = {MEMBER, *(party.role for party in participants)}
    demand(bool(held & set(charter.words("table"))), "nobody may table a measure")
    demand(sum(member.weight for member in members) <= charter.weight, "the members weigh more than the whole")
    signatures = max([sum(member.k for member in members), *(party.k for party in participants)])
    demand(signatures <= GENESIS_SIGNATURES_MAX, "more signatures would be needed than a genesis carries")
    used = UsedKeys(charter.origin, log_origin)
    for party in parties:
        for use, key in party.keys():
            demand(used.is_new(party.code, use, key), f"a key of {party.code} stands twice")
            used.add(party.code, [(use, key)])
