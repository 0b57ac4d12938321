//! A charter in plain sentences.

use core::fmt::Write as _;

use crate::words::count;
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::{
    Allowance, Authority, Difference, Effect, Elsewhere, EntitledSet, Kind, ROLE_MEMBER,
    ROLE_PROPOSER, Roles, Rule, Shares, Use,
};
use nemcon_ledger::text::Label;

use super::publication::{learned, publication};
use super::vocabulary::{list, vocabulary};

/// What a person should know before living under this charter.
pub fn explain(charter: &Charter) -> String {
    let mut words = format!("{}\n", charter.name);
    heading(&mut words, "Who may do what");
    for (roles, what) in [
        (&charter.may_table, "table a measure"),
        (&charter.may_extend, "put its deadline off"),
        (&charter.may_close, "end balloting before the deadline"),
        (&charter.may_attest, "attest something about it"),
        (&charter.may_remark, "have a statement of its own recorded with it"),
    ] {
        let _ = writeln!(words, "{} may {what}.", who(charter, roles));
    }
    words.push_str("Whoever tabled a measure may revise it, withdraw it, and bind it to others.\n");
    heading(&mut words, "What is decided, and how");
    for kind in &charter.kinds {
        words.push_str(&decided(charter, kind));
    }
    heading(&mut words, "What members weigh");
    words.push_str(&weighing(charter));
    heading(&mut words, "What each ballot counts for");
    words.push_str(&counting(charter));
    heading(&mut words, "What members may say besides");
    words.push_str(&besides(charter));
    heading(&mut words, "How much one party may say");
    words.push_str(&shares(charter));
    heading(&mut words, "What nobody may do");
    words.push_str(&forbidden(charter));
    if !charter.differences.is_empty() {
        heading(&mut words, "Where it is unlike the law that it models");
        charter.differences.iter().for_each(|it| words.push_str(&unlike(it)));
    }
    words
}

fn heading(words: &mut String, title: &str) {
    let _ = write!(words, "\n{title}\n{}\n", "─".repeat(title.chars().count()));
}

fn source(charter: &Charter, topic: &str) -> String {
    charter.source(topic).map(|source| format!(" [{source}]")).unwrap_or_default()
}

/// The source of the law on measures of this kind.
pub fn source_of(charter: &Charter, kind: &Kind, rule: &Rule) -> String {
    let source = charter.source_of(&kind.name, &rule.name);
    source.map(|source| format!(" [{source}]")).unwrap_or_default()
}

/// The roles in words, with a capital: `Every delegation or the presidency`; `Nobody` if there are none.
pub fn who(charter: &Charter, roles: &Roles) -> String {
    let role = |role: &Label| match role.as_str() {
        ROLE_MEMBER => format!("every {}", charter.word("member", "member")),
        ROLE_PROPOSER => "whoever tabled it".to_owned(),
        role => format!("the {role}"),
    };
    let mut words: Vec<_> = roles.iter().map(role).collect();
    let Some(last) = words.pop() else { return "Nobody".to_owned() };
    let text = if words.is_empty() { last } else { format!("{} or {last}", words.join(", ")) };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn decided(charter: &Charter, kind: &Kind) -> String {
    let mut words = String::new();
    for way in &kind.decided {
        let Some(rule) = charter.rule(&way.by) else { continue };
        let _ = writeln!(
            words,
            "A measure of kind {} is decided by {}: {}{}{}.",
            kind.name,
            rule.name,
            ballots_of(rule, way),
            basis(way),
            source_of(charter, kind, rule),
        );
    }
    if let Some(may) = &kind.may_table {
        let _ = writeln!(words, "  {} may table it.", who(charter, may));
    }
    if charter.publication.is_some() {
        let _ = writeln!(words, "  Its votes are {}.", learned(charter.votes(&kind.name)));
    }
    if let Some(effect) = kind.effect {
        let _ = writeln!(words, "  Its adoption changes the council: {}.", changes(effect));
    }
    if kind.effect == Some(Effect::Appointment) {
        let _ = writeln!(
            words,
            "  Any {} may table it; no participant ends it early, and it is bound to no other.",
            charter.word("member", "member"),
        );
    }
    if kind.qualified {
        words.push_str("  A member may abstain with a formal declaration.\n");
    }
    if !kind.requires.is_empty() {
        let _ = writeln!(words, "  It is refused without: {}.", list(&kind.requires));
    }
    if !kind.asks.is_empty() {
        let _ = writeln!(words, "  Shown as \"not stated\" where absent: {}.", list(&kind.asks));
    }
    words
}

/// Whose ballots a rule asks for, and what it does not let a member do.
pub fn ballots_of(rule: &Rule, way: &Use) -> String {
    let whose = match rule.entitled {
        EntitledSet::All => "it needs every member's ballot".to_owned(),
        EntitledSet::MinusConcerned => {
            "it needs the ballot of every member but the one that it concerns".to_owned()
        }
        EntitledSet::Participating => format!(
            "it needs the ballot of each of those that take part, at least {}",
            rule.minimum.unwrap_or(2)
        ),
    };
    let rests = match way.authority {
        None => "",
        Some(Authority::Clause) => "; the charter itself leaves that member out",
        Some(Authority::Notice) => "; it must itself have given notice that it leaves",
        Some(Authority::Decision) => "; an adopted decision of all has named them",
    };
    let abstain = if rule.abstention { "" } else { "; nobody can abstain" };
    let own = if rule.mandates { "" } else { "; nobody casts another's ballot" };
    format!("{whose}{rests}{abstain}{own}")
}

fn basis(way: &Use) -> String {
    if way.on.is_empty() { String::new() } else { format!(", on {}", list(&way.on)) }
}

const fn changes(effect: Effect) -> &'static str {
    match effect {
        Effect::Authorisation => "some members may go ahead together",
        Effect::Accession => "a member may enter",
        Effect::Departure => "a member that has given notice leaves",
        Effect::Appointment => "who speaks for a participant, or that nobody does",
        Effect::Weights => "the members' weights",
        Effect::Rules => "the version of the rules",
    }
}

/// Something that is unlike the law, with the kinds that it is about.
fn unlike(it: &Difference) -> String {
    let kinds = if it.kinds.is_empty() { String::new() } else { format!(", {}", list(&it.kinds)) };
    format!("{} ({}{kinds}): {}.\n", it.how, it.topic, it.says)
}

fn weighing(charter: &Charter) -> String {
    let of = &charter.weight.of;
    let total = charter.weight.total;
    let fractions = match charter.qualified {
        Some(share) => {
            format!("at least {} of it is what declared abstentions block with", share.weight)
        }
        None => "no rule of this charter takes a fraction of it".to_owned(),
    };
    format!(
        "Each member weighs what the founding plan gives it ({of}); every ballot counts once all the same.\n\
         The total is {total}: the whole of which fractions are taken; {fractions}. It is what all members \
         weigh together, or an official figure that is not less: it is not added up from the members.\n"
    )
}

fn counting(charter: &Charter) -> String {
    let mut words = String::from(
        "A measure is adopted once every entitled member has signed, at least one is in favour and \
         nobody is against.\n",
    );
    if charter.rules.iter().any(|rule| rule.abstention) {
        words
            .push_str("An abstention does not prevent adoption where the rule lets one abstain.\n");
    }
    if let Some(share) = charter.qualified {
        let _ = writeln!(
            words,
            "Abstentions with a declaration block together where they are at least {} of the \
             members with at least {} of the {} ({}){}.",
            share.members,
            share.weight,
            charter.weight.of,
            charter.weight.total,
            source(charter, "qualified"),
        );
    }
    words.push_str(
        "One ballot against blocks until it is replaced or balloting ends; then nothing is \
         adopted. A missing ballot at the deadline lets the measure lapse.\n",
    );
    if let Some(days) = charter.expiring_days() {
        let _ = writeln!(
            words,
            "Reminders come so many days before what is in force ends or is reviewed: {}. Within {days} \
             days of its end a measure counts as expiring.",
            list(&charter.reminder_days)
        );
    }
    if let Some(days) = charter.notice_days {
        let _ = writeln!(
            words,
            "A member that has given notice leaves after {}, unless it takes the notice back{}.",
            count(days.into(), "day"),
            source(charter, "membership")
        );
    }
    words
}

fn besides(charter: &Charter) -> String {
    let mut words = String::new();
    if charter.mandates {
        let _ = writeln!(
            words,
            "A member may let one other cast its ballot on one measure where its rule does not say \
             otherwise{}.",
            source(charter, "mandates")
        );
    } else {
        words.push_str("Nobody casts another's ballot.\n");
    }
    for (what, items) in [
        ("Reservations are of these sorts", &charter.reservations),
        ("Measures are prepared by", &charter.bodies),
        ("Measures come as one of these items", &charter.items),
        ("Attested is one of", &charter.attests),
        ("Adopted measures end, or never were, once this is attested", &charter.annuls),
        ("Statements of a party's own are of these sorts", &charter.remarks),
        ("Targets are of these sorts", &charter.targets),
    ] {
        if !items.is_empty() {
            let _ = writeln!(words, "{what}: {}.", list(items));
        }
    }
    words.push_str(&publication(charter));
    words.push_str(&vocabulary(charter));
    words
}

/// How much one party can make all nodes store.
fn shares(charter: &Charter) -> String {
    let Shares { block, day, ballots, changes } = charter.shares;
    let says = |allowance: Allowance, what: &str| {
        let bytes = size(allowance.bytes);
        format!("{} {what} a day, of {bytes} together", grouped(u64::from(allowance.statements)))
    };
    format!(
        "Each {} and each participant has a share of a block and of a day; a day is one of UTC, by the \
         times of the blocks.\nA block takes {block} statements of each, and {block} ballots beside \
         them.\nEach may make {}. Beside these it may cast {}, and make {}, and as many of its node and \
         its membership.\nA freeze always has room. What is beyond the share of a day is refused until \
         the next one.\n",
        charter.word("member", "member"),
        says(day, "statements"),
        says(ballots, "ballots"),
        says(changes, "changes of its officers"),
    )
}

/// A number with its thousands separated.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(|group| String::from_utf8_lossy(group)).collect();
    groups.join(",")
}

/// A number of bytes, in the largest unit that divides it.
fn size(bytes: u64) -> String {
    match bytes {
        0 => "0 bytes".to_owned(),
        _ if bytes.is_multiple_of(1 << 20) => format!("{} MiB", grouped(bytes >> 20)),
        _ if bytes.is_multiple_of(1 << 10) => format!("{} KiB", grouped(bytes >> 10)),
        _ => format!("{} bytes", grouped(bytes)),
    }
}

fn forbidden(charter: &Charter) -> String {
    let mut words = String::from(
        "Nobody chooses who decides: who is left out follows from the charter, from a member's own \
         notice or from a decision of all.\nNobody speaks for another without its mandate, passes a \
         mandate on, or holds two on one measure.\nNobody is made to sign: silence is never a \
         signature, and no majority stands in for it.\nNobody changes the rule or the entitled set \
         of a measure on the table.\nNo member is expelled.\n",
    );
    words.push_str(participants(charter));
    for Elsewhere { kind, on, because } in &charter.elsewhere {
        let what = match kind {
            Some(kind) => format!("of kind {kind}"),
            None => format!("on {}", list(on)),
        };
        let _ = writeln!(words, "A measure {what} is not decided here: {because}.");
    }
    words
}

/// What the charter says of participants, if it knows any.
fn participants(charter: &Charter) -> &'static str {
    let is_appointed = charter.kinds.iter().any(|kind| kind.effect == Some(Effect::Appointment));
    match (charter.has_roles(), is_appointed) {
        (true, true) => {
            "Nobody speaks for a participant but whom all have appointed, at the founding or since.\n"
        }
        (true, false) => {
            "Nobody is ever appointed to a participant's seat: no kind of measure does it, so that a \
             participant that is frozen says nothing until a successor is founded.\n"
        }
        (false, _) => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shipped::{CharterName, Shipped};

    #[test]
    fn a_charter_reads_as_sentences_with_their_sources() {
        let said = explain(&Shipped::load(CharterName::EuCouncil).charter);
        for want in [
            "Every delegation, the high-representative or the presidency may table a measure.",
            "Every delegation, the commission or the high-representative may have a statement of its",
            "Statements of a party's own are of these sorts: statement-for-the-minutes, explanation",
            "kind listing is decided by unanimity: it needs every member's ballot, on Article 29 \
             TEU [Articles 29 and 31(1) TEU; Article 238(4) TFEU; Article 6(1) of Decision (CFSP) \
             2019/797].\n  Every delegation or the high-representative may table it.",
            "at least 9; an adopted decision of all has named them",
            "kind conclusions is decided by consensus: it needs every member's ballot; nobody can \
             abstain; nobody casts another's ballot [Council practice; the treaties have no vote",
            "at least 1/3 of the members with at least 1/3 of the population",
            "The total is 451028881: the whole of which fractions are taken; at least 1/3 of it",
            "A measure on Article 215 TFEU is not decided here: the Council decides by qualified majority",
            "A measure of kind implementing-regulation is not decided here: it gives effect",
            "Where it is unlike the law that it models\n─",
            "\nstricter (rules): silence never adopts",
            "\nstricter (weights, populations): the Council sets the populations by simple majority",
            "who speaks for a participant, or that nobody does.\n  Any delegation may table it; no \
             participant ends it early",
            "Nobody speaks for a participant but whom all have appointed",
            "A block takes 16 statements of each, and 16 ballots beside them.\nEach may make 512 \
             statements a day, of 1 MiB together. Beside these it may cast 1,024 ballots a day, of 2 MiB \
             together, and make 16 changes of its officers a day, of 256 KiB together",
        ] {
            assert!(said.contains(want), "wanted: {want}\n{said}");
        }
        let said = explain(&Shipped::load(CharterName::Plain).charter);
        assert!(said.contains("Nobody may attest something about it."), "{said}");
        assert!(said.contains("Incidents are not shared."), "{said}");
        assert!(said.contains("Every director may have a statement of its own"), "{said}");
    }
}
