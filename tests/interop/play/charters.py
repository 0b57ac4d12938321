"""Genesis texts to play with."""

from __future__ import annotations

import random

from independent.text import encode64

from .world import World

CHARTER = """charter-name A council that is played
charter-weight {total} weight
charter-qualified 1/3 1/3
charter-word member State
charter-rule unanimity all
charter-rule minus-concerned minus-concerned
charter-rule participating participating at-least 2
charter-rule common-accord all no-abstention no-mandates
charter-kind listing qualified
{votes}charter-decided unanimity
charter-asks incident expires
charter-kind resolution
charter-kind-source Article 9 of the law of kinds
{open}charter-decided unanimity
charter-decided common-accord
charter-on Article 2
charter-kind conclusions
charter-decided common-accord
charter-requires summary
charter-kind breach
charter-kind-source The source of breaches
charter-decided minus-concerned clause
charter-kind leaving-terms
charter-decided minus-concerned notice
charter-kind cooperation
charter-effect authorisation
charter-decided unanimity
charter-kind joint-act
charter-decided participating decision
charter-kind accession
charter-effect accession
charter-decided unanimity
charter-kind departure
charter-effect departure
charter-decided minus-concerned notice
charter-kind appointment
charter-kind-table chair
charter-effect appointment
charter-decided unanimity
charter-kind weights
charter-effect weights
charter-decided unanimity
charter-kind rules-version
charter-effect rules
charter-decided unanimity
charter-elsewhere the majority decides it, elsewhere
charter-on Article 7(2)
charter-elsewhere it is a regulation
charter-elsewhere-kind regulation
charter-procedure written tacit
charter-procedure-attests procedure-agreed
charter-procedure meeting
charter-procedure-attests quorum-met
charter-reference oj
charter-form L <number>, <number>.<number>.<year>, p. <number>
charter-bodies council
charter-items a b
charter-roles chair clerk
charter-table member chair
charter-close proposer chair
charter-extend proposer chair
charter-attest chair
charter-attests published annulled procedure-agreed quorum-met{released}
charter-annuls annulled
charter-remark member chair clerk
charter-remarks statement-for-the-minutes explanation-of-vote
{publication}charter-mandates yes
charter-reservations scrutiny substance
charter-targets person entity
charter-applies entry-ban person
charter-applies asset-freeze
charter-incident-categories intrusion disruption
charter-incident-factors scope impact
charter-incident-levels low high
charter-incident-findings none state
charter-incident-confidence low high
{notice}charter-share-block {block}
charter-share-day {day} 1048576
charter-share-ballots {ballots} 2097152
charter-share-changes {changes} 262144
charter-source minus-concerned Article 3 of the law of rules
"""


def member_lines(world: World, code: str, weight: int, officers: int, k: int, first: str = "member") -> list[str]:
    """The lines of a member with new keys."""
    lines = [f"{first} {code} {weight} {k} Member {code}"]
    lines += [f"officer {code} o{n} {encode64(world.key())}" for n in range(officers)]
    return lines + [f"{use} {code} {encode64(world.key())}" for use in ("recovery", "node", "seal")]


def participant_lines(world: World, code: str, role: str, officers: int, k: int, first: str) -> list[str]:
    """The lines of a participant with new keys."""
    lines = [f"{first} {code} {k} {role} Participant {code}"]
    return lines + [f"officer {code} o{n} {encode64(world.key())}" for n in range(officers)]


def genesis(world: World, dice: random.Random) -> list[str]:
    """A genesis of three to eight members and two participants."""
    count = dice.choice((1, 2, 3, 4, 4, 5, 7, 8))
    weights = [dice.randrange(0, 60) for _ in range(count)]
    publishes = dice.random() < 0.5
    text = CHARTER.format(
        total=max(1, sum(weights) + dice.choice((0, 0, 1, 7))),
        votes="charter-kind-votes released\n" if publishes else "",
        open="charter-kind-votes public\n" if publishes else "",
        released=" votes-released" if publishes else "",
        publication="charter-publication LIMITE\ncharter-released-by votes-released\n" if publishes else "",
        notice=f"charter-notice-days {dice.choice((1, 3, 30))}\n" if dice.random() < 0.6 else "",
        block=dice.choice((2, 3, 16)), day=dice.choice((8, 40, 512)), ballots=dice.choice((6, 40, 1024)),
        changes=dice.choice((2, 4, 16)),
    )
    lines = ["nemcon/v1 genesis", "origin example.org/play", "rules 1", "visibility members"]
    lines += text.splitlines()
    for n, weight in enumerate(weights, 1):
        officers = dice.choice((1, 1, 2, 3))
        lines += member_lines(world, f"M{n}", weight, officers, dice.randrange(1, min(2, officers) + 1))
    lines += participant_lines(world, "CH", "chair", 2, dice.choice((1, 2)), "participant")
    return lines + participant_lines(world, "CL", "clerk", 1, 1, "participant")
