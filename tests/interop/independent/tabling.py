"""What is let in by tabling: measures, revisions, packages, incidents and attributions."""

from __future__ import annotations

import re
from os.path import commonprefix
from dataclasses import replace

from .charter import Kind
from .fault import demand, shown
from .outcome import brought_keys, lost_alone
from .parties import Participant, participants_of
from .records import Record
from .state import Council, Incident, Measure, expect

OPEN_PER_PARTY_MAX, PACKAGE_MAX = 64, 16
CHANGES = {
    "authorisation": "participating", "accession": "admits", "departure": "departs",
    "appointment": "appoints", "weights": "total-weight", "rules": "next-rules",
}
FORM_PARTS = {
    "<number>": "[1-9][0-9]*", "<digits>": "[0-9]+", "<year>": "[0-9]{4}", "<yy>": "[0-9]{2}",
    "<letters>": "[A-Z]+", "<letter>": "[a-z]",
}


def table(council: Council, record: Record) -> None:
    """A measure is tabled: its entitled members, the roster and the weights are fixed."""
    by = record.get("by")
    kind = _verify_kind(council, record)
    allowed = kind.table if kind.table is not None else council.charter.words("table")
    member_appoints = kind.effect == "appointment" and council.member(by) is not None
    demand(member_appoints or council.may(by, allowed), f"{by} may not table a measure of the kind {kind.name}")
    mine = sum(measure.proposer == by for measure in council.open_measures())
    demand(mine < OPEN_PER_PARTY_MAX, f"{by} has {OPEN_PER_PARTY_MAX} measures open")
    entitled, others, notice = _entitled(council, record)
    measure = Measure(
        len(council.measures) + 1, by, record, 1, record.get("closes"), entitled, others, notice,
        council.roster_digest(), [member.code for member in council.members],
        {member.code: member.weight for member in council.members}, council.total,
    )
    verify_text(council, measure, record)
    council.add(measure)


def _verify_kind(council: Council, record: Record) -> Kind:
    charter, name = council.charter, record.get("kind")
    demand(name not in charter.elsewhere_kinds, f"{name} is decided elsewhere")
    kind = expect(charter.kinds.get(name), f"the charter knows no kind {name}")
    fits = [decided for decided in kind.decided if decided[0] == record.get("rule")]
    demand(bool(fits), f"{name} is not decided by {record.get('rule')}")
    bases = [row[0] for row in record.all("basis")]
    on_fitting = [on for _, _, on in fits if not on or any(meets(basis, form) for basis in bases for form in on)]
    demand(bool(on_fitting), "the measure names no legal basis on which this rule is used")
    for basis in bases:
        for elsewhere in charter.elsewhere_on:
            demand(not meets(basis, elsewhere), f"what rests on {shown(basis)} is decided elsewhere")
            demand(not meets(elsewhere, basis), f"a part of {shown(basis)} is decided elsewhere")
    return kind


def meets(basis: str, on: str) -> bool:
    """Whether the basis is what the charter names, or has groups in parentheses more."""
    shared = len(commonprefix((basis, on)))
    return re.sub(r"^(\([^()]+\))+", "", basis[shared:]) == on[shared:]


def _entitled(council: Council, record: Record) -> tuple[list[str], list[tuple[str, str]], str | None]:
    """The entitled members, the others with the reason, and whose notice that rests on."""
    codes = [member.code for member in council.members]
    rule = council.charter.rules[record.get("rule")]
    if rule.whose == "all":
        demand(not record.has("concerns") and not record.has("authorised-by"), "where all decide nobody is left out")
        return codes, [], record.get("departs")
    if rule.whose == "participating":
        return _participating(council, record, codes, rule.at_least)
    concerned = expect(record.get("concerns"), "the measure names no member concerned")
    demand(concerned in codes and not record.has("authorised-by"), f"{concerned} is no member")
    kind = council.charter.kinds[record.get("kind")]
    demand(kind.effect != "departure" or record.get("departs") == concerned, "the one that leaves is concerned")
    authority = {how for name, how, _ in kind.decided if name == record.get("rule")}
    notice = None if "clause" in authority else concerned
    demand(notice is None or concerned in council.notices, f"{concerned} has given no notice")
    source = kind.source or council.charter.sources.get(record.get("rule"))
    why = "it is the member concerned" + (f" ({source})" if source else "")
    return [code for code in codes if code != concerned], [(concerned, why)], notice or record.get("departs")


def _participating(
    council: Council, record: Record, codes: list[str], least: int
) -> tuple[list[str], list[tuple[str, str]], None]:
    cited = expect(record.row("authorised-by"), "the measure cites no authorisation")
    demand(not record.has("concerns"), "a measure leaves out by one authority")
    authorising = council.cited(*cited)
    verify_in_force(council, authorising)
    demand(not authorising.replaced, "another authorisation has replaced the one that is cited")
    named = {row[0] for row in authorising.record.all("participating")}
    demand(bool(named), f"measure {authorising.number} authorises nothing")
    entitled = [code for code in codes if code in named]
    demand(len(entitled) >= least, "too few take part")
    why = f"it does not take part in what measure {authorising.number} authorised"
    return entitled, [(code, why) for code in codes if code not in named], None


def verify_in_force(council: Council, measure: Measure) -> None:
    """Adopted, not expired, not repealed and not annulled."""
    demand(measure.status == "adopted", f"measure {measure.number} was not adopted")
    expires = measure.record.get("expires")
    lives = (expires is None or expires > council.time) and not measure.repealed and not measure.annulled
    demand(lives, f"measure {measure.number} is no longer in force")


def verify_text(council: Council, measure: Measure, record: Record) -> None:
    """The rules on a text, when it is tabled and when it replaces another."""
    verify_dates(council, record, record.get("closes"))
    _verify_words(council, record)
    _verify_listing(council, record)
    documents = [(row[2], row[3]) for row in record.all("document")]
    demand(len(set(documents)) == len(documents), "a document is bound twice in one language")
    for number, text_hash in record.all("incident"):
        demand(1 <= number <= len(council.incidents), f"there is no incident {number}")
        demand(council.incidents[number - 1].text_hash == text_hash, f"incident {number} has another text")
    predecessor = record.row("predecessor")
    if predecessor is not None:
        before = council.cited(*predecessor[1:])
        verify_in_force(council, before)
        lacking = [c for c in before.entitled if council.member(c) and c not in measure.entitled]
        demand(not lacking, f"{' '.join(lacking)} had a ballot on what this replaces")
    _verify_change(council, replace(measure, record=record), record)


def verify_dates(council: Council, record: Record, closes_at: int) -> None:
    """The dates of a text follow one another, with the deadline as it stands or is to stand."""
    opens, _, enters, reviews, expires = (
        record.get(name) for name in ("opens", "closes", "enters", "reviews", "expires")
    )
    closes = closes_at
    demand(closes > council.time, "the deadline does not lie ahead")
    demand(opens is None or opens < closes, "it opens before it closes")
    demand(enters is None or closes <= enters, "it enters into force at its deadline or later")
    demand(reviews is None or reviews > (enters if enters is not None else closes), "the review comes too early")
    latest = next(date for date in (reviews, enters, closes) if date is not None)
    after = expires is None or (expires >= latest if reviews is not None else expires > latest)
    demand(after, "it expires too early")


def _verify_words(council: Council, record: Record) -> None:
    charter, kind = council.charter, council.charter.kinds[record.get("kind")]
    known = {
        "procedure": charter.procedures, "category": charter.categories, "item": charter.words("items"),
        "prepared": charter.words("bodies"), "targets": charter.words("targets"),
        "target": charter.words("targets"), "applies": charter.applies,
    }
    for name, some in known.items():
        for row in record.all(name):
            free = name == "category" and not some
            demand(free or row[0] in some, f"the charter has no {name} {row[0]}")
    forms = [row[0] for row in charter.body.all("charter-basis")]
    for (basis,) in record.all("basis"):
        demand(not forms or any(has_form(basis, form) for form in forms), f"no form of a basis: {shown(basis)}")
    for (reference,) in record.all("reference"):
        if charter.references:
            label, _, rest = reference.partition(" ")
            fits = any(has_form(rest, form) for form in charter.references.get(label, ()))
            demand(fits, f"no form of a reference: {shown(reference)}")
    for name in kind.requires:
        demand(_is_stated(record, name), f"a measure of the kind {kind.name} needs {name}")


def _is_stated(record: Record, name: str) -> bool:
    if name == "reasons":
        listed = record.all("target")
        return bool(listed) and all(len(row) == 3 for row in listed)
    return record.has(name)


def has_form(words: str, form: str) -> bool:
    """Whether the words are of a form of the charter's."""
    parts = re.split("(<[a-z]+>)", form)
    pattern = "".join(FORM_PARTS.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(pattern, words) is not None


def _verify_listing(council: Council, record: Record) -> None:
    counts = record.all("targets")
    listed: dict[str, int] = {}
    for row in record.all("target"):
        listed[row[0]] = listed.get(row[0], 0) + 1
    if counts and listed:
        right = all(listed.get(sort, 0) == n for sort, n in counts) and set(listed) <= {sort for sort, _ in counts}
        demand(right, "targets are not as many as are counted")
    present = {sort for sort, _ in counts} | set(listed)
    for (word,) in record.all("applies"):
        sorts = council.charter.applies.get(word, [])
        demand(not sorts or not present or bool(present & set(sorts)), f"{word} applies to no target")


def _verify_change(council: Council, measure: Measure, record: Record) -> None:
    effect = council.charter.kinds[record.get("kind")].effect
    for name, line in CHANGES.items():
        demand(record.has(line) == (name == effect), f"the line {line!r} does not fit the kind")
    if effect is None:
        return
    demand(not record.has("enters"), "what changes the council has no other date")
    codes = [member.code for member in council.members]
    if effect in ("authorisation", "weights"):
        named = [row[0] for row in record.all("participating") + record.all("weight")]
        demand(named == [code for code in codes if code in named], "codes stand in the order of the roster")
        _verify_named(council, record, named)
    elif effect == "departure":
        leaves = record.get("departs")
        demand(leaves in codes and leaves in council.notices, f"{leaves} has given no notice")
    elif effect == "rules":
        demand(record.get("next-rules") > council.rules, "rules go forward")
    _verify_party(council, measure, record)


def _verify_named(council: Council, record: Record, named: list[str]) -> None:
    if record.has("participating"):
        rules = council.charter.rules.values()
        least = min((rule.at_least for rule in rules if rule.whose == "participating"), default=1)
        demand(len(named) >= least, "too few take part")


def _verify_party(council: Council, measure: Measure, record: Record) -> None:
    code = record.get("admits") or record.get("appoints")
    why = lost_alone(council, measure)
    demand(why is None or not (code or record.has("total-weight")), why or "")
    if record.has("admits"):
        demand(council.has_room_for_entrant(), "the roster is full")
    if code:
        uses = [council.used.identity(code, use, key) for use, key in brought_keys(measure)]
        demand(len(set(uses)) == len(uses), "two keys have one key id")
    if record.has("appoints"):
        role = record.all("appoints")[0][2]
        demand(role in council.charter.words("roles"), f"the charter has no role {role}")
        standing, new = council.appointee(code), participants_of(record, "appoints")[0]
        same = standing is not None and _named(standing) == _named(new)
        demand(not same or council.will_be_frozen(code), "an appointment that changes nothing")


def _named(party: Participant) -> tuple[object, ...]:
    return party.k, party.role, party.name, party.officers


def revise(council: Council, record: Record) -> None:
    """A revision is let in; it acts at the end of its block."""
    measure = council.cited(*record.row("revises") or (0, ""))
    number = measure.number
    demand(measure.is_open and council.time < measure.closes, f"measure {number} has ended")
    demand(measure.proposer == record.get("by"), "only the proposer revises a measure")
    demand(record.get("revision") == measure.revision + 1, "the revision has another number")
    demand(measure.package is None, "what is bound keeps its text")
    demand(number not in council.pending.revised, "a measure is revised once in a block")
    for name in ("kind", "rule", "authorised-by", "concerns"):
        demand(record.row(name) == measure.record.row(name), f"a revision changes {name}")
    _verify_kind(council, record)
    standing = (_content(measure.record), _content(measure.record, measure.closes))
    demand(_content(record) not in standing, "a revision that changes nothing")
    verify_text(council, measure, record)
    council.pending.revised[number] = record


def _content(record: Record, closes: int | None = None) -> list[tuple[str, tuple[object, ...]]]:
    skipped = ("council", "by", "revises", "revision", "after")
    lines = [(line.name, line.values) for line in record.lines if line.name not in skipped]
    return [(name, (closes,)) if name == "closes" and closes is not None else (name, v) for name, v in lines]


def bind(council: Council, record: Record) -> None:
    """A package binds open measures of one proposer before anybody has spoken on them."""
    rows = record.all("measure")
    demand(len(rows) <= PACKAGE_MAX, "a package binds 16 measures at most")
    found = [council.cited(*row) for row in rows]
    for measure in found:
        number = measure.number
        demand(measure.is_open and council.time < measure.closes, f"measure {number} has ended")
        demand(measure.proposer == record.get("by"), f"measure {number} has another proposer")
        demand(measure.package is None, f"measure {number} is bound")
        demand(not measure.ballots and not measure.mandates, f"on measure {number} somebody has spoken")
        dates = (measure.closes, measure.record.get("opens"))
        demand(dates == (found[0].closes, found[0].record.get("opens")), "what is bound closes together")
        pending = council.pending
        touched = number in pending.withdrawn or number in pending.revised or number in pending.closed
        demand(not touched and not measure.record.has("appoints"), f"measure {number} cannot be bound")
    council.packages[record.text_hash] = [measure.number for measure in found]
    for measure in found:
        measure.package = record.text_hash


def report(council: Council, record: Record) -> None:
    """An incident is reported."""
    charter, until = council.charter, record.get("until")
    words = charter.words
    demand(council.member(record.get("by")) is not None, "only members report incidents")
    demand(record.get("category") in words("incident-categories"), "the charter has no such category")
    began = record.get("from")
    demand(began <= council.time and (until is None or began <= until <= council.time), "it has not happened yet")
    factors = [factor for factor, _ in record.all("severity")]
    demand(len(set(factors)) == len(factors), "a factor stands twice")
    for factor, level in record.all("severity"):
        known = factor in words("incident-factors") and level in words("incident-levels")
        demand(known, f"the charter has no severity {factor} {level}")
    council.incidents.append(Incident(record.text_hash))


def attribute(council: Council, record: Record) -> None:
    """A member attributes an incident."""
    number, text_hash = record.row("incident") or (0, "")
    demand(council.member(record.get("by")) is not None, "only members attribute incidents")
    demand(1 <= number <= len(council.incidents), f"there is no incident {number}")
    demand(council.incidents[number - 1].text_hash == text_hash, f"incident {number} has another text")
    words = council.charter.words
    demand(record.get("finding") in words("incident-findings"), "the charter has no such finding")
    demand(record.get("confidence") in words("incident-confidence"), "the charter has no such confidence")
