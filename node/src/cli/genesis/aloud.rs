//! A founding read aloud: who sits in the council, what is decided how, and a party's own line; and its fingerprint.

use core::fmt::Write as _;
use std::path::Path;

use nemcon_audit::Screen;
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CardDifference, CardFile, Fingerprint, Founding};
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::record::{Genesis, Member, Officer, Participant, Visibility};
use nemcon_ledger::text::{Code, Show as _};
use serde_json::json;

use super::shown::{describe, notes, other_council, progress, read};
use nemcon_client::charter::explain;

/// What a founding says, in sentences; at the end the own line of the party `own`.
pub(super) fn sentences(founding: &Founding, own: Option<&Code>) -> String {
    let genesis = founding.genesis();
    let readers = match genesis.visibility {
        Visibility::Members => "its members and participants read its records",
        Visibility::Public => "whoever is given an export reads its records",
    };
    let mut words = format!("The council {}: {readers}.\n", genesis.origin);
    words.push_str(&who_sits(genesis));
    let _ = write!(words, "\n{}\n", notes(genesis));
    let _ = write!(words, "\n{}", explain(&genesis.charter));
    if let Some(code) = own {
        let _ = write!(words, "\n{}", own_line(genesis, code));
    }
    words.trim_end().to_owned()
}

/// Every party with its weight, in protocol order.
fn who_sits(genesis: &Genesis) -> String {
    let members = &genesis.roster.members;
    let total = genesis.charter.weight.total;
    let mut words =
        format!("\n{} found it and sit in this order:\n", count(members.len() as u64, "member"));
    for (at, member) in (1..).zip(members) {
        let Member { code, name, weight, threshold, officers, .. } = member;
        let _ = writeln!(
            words,
            "{at:>3}. {code} {name}: weighs {weight} of {total}, {}; {} for it",
            share(*weight, total),
            signs(*threshold, officers)
        );
    }
    for Participant { code, name, role, threshold, officers } in &genesis.participants {
        let signs = signs(*threshold, officers);
        let _ = writeln!(words, "     {code} {name}: {role}, has no ballot; {signs} for it");
    }
    words
}

/// A weight as a share of the total, in percent: `71.4 %`.
fn share(weight: u64, total: u64) -> String {
    let thousandths =
        (u128::from(weight) * 1000).checked_div(u128::from(total)).unwrap_or_default();
    format!("{}.{} %", thousandths / 10, thousandths % 10)
}

fn signs(threshold: usize, officers: &[Officer]) -> String {
    match (threshold, officers.len()) {
        (1, 1) => "its one officer signs".to_owned(),
        (1, many) => format!("any 1 of {many} officers signs"),
        (needed, many) => format!("{needed} of {many} officers sign"),
    }
}

/// What the genesis says of one party, key by key.
fn own_line(genesis: &Genesis, code: &Code) -> String {
    let mut words = "Your own line\n─────────────\n".to_owned();
    let officers = |words: &mut String, officers: &[Officer]| {
        for Officer { label, key } in officers {
            let _ = writeln!(words, "officer {label} signs with {key}");
        }
    };
    if let Some(member) = genesis.roster.member(code) {
        let Member { name, weight, threshold, .. } = member;
        let _ = writeln!(
            words,
            "{code} is {name}, a member that weighs {weight}; {} for it.",
            signs(*threshold, &member.officers)
        );
        officers(&mut words, &member.officers);
        let _ = writeln!(words, "recovery key {}", member.recovery);
        let _ = writeln!(words, "node key {}", member.node);
        let _ = writeln!(words, "seal key {}", member.seal);
    } else if let Some(it) = genesis.participants.iter().find(|it| it.code == *code) {
        let signs = signs(it.threshold, &it.officers);
        let _ =
            writeln!(words, "{code} is {}, a participant: {}; {signs} for it.", it.name, it.role);
        officers(&mut words, &it.officers);
    } else {
        let _ = writeln!(words, "{code} does NOT stand in this text.");
    }
    words
}

/// The council digest with its fingerprint, to be read aloud.
pub(super) fn spoken(digest: Digest) -> String {
    format!(
        "council {digest}\nits fingerprint, to be read aloud: nine groups of three words, or the same in numbers\n{}",
        Fingerprint::of(digest).lines().join("\n")
    )
}

/// Runs `nemcon genesis fingerprint`.
///
/// # Errors
/// [`Failure`].
pub(super) fn fingerprint(file: &Path, screen: Screen) -> Result<(), Failure> {
    let digest = read(file)?.digest();
    let fingerprint = Fingerprint::of(digest);
    let value = json!({
        "council": digest, "fingerprint": fingerprint.to_string(), "words": fingerprint.words(),
        "numbers": fingerprint.numbers(),
    });
    screen.result(&value, spoken(digest))
}

/// Runs `nemcon genesis check`: reads the founding aloud, and compares a card with it.
///
/// # Errors
/// [`Failure`] if it is another council's, if the party does not stand in it, or if the card differs.
pub(super) fn check(
    file: &Path,
    card: Option<(&Path, &CardFile)>,
    own: Option<&Code>,
    wanted: Option<Digest>,
    screen: Screen,
) -> Result<(), Failure> {
    let founding = read(file)?;
    let digest = founding.digest();
    if let Some(wanted) = wanted.filter(|wanted| *wanted != digest) {
        return Err(other_council(file, digest, wanted));
    }
    let own = own.or_else(|| card.map(|(_, card)| card.card().code()));
    let stands = own.is_none_or(|code| founding.genesis().signers(code).is_some());
    let differences =
        card.map(|(_, card)| card.card().differences(founding.genesis())).unwrap_or_default();
    let mut words = format!("{}\n\n", sentences(&founding, own));
    if let Some((path, card)) = card {
        let _ = writeln!(words, "{}\n", compared(path, card, &differences));
    }
    let _ = writeln!(words, "{}\n", progress(&founding));
    words.push_str(&spoken(digest));
    let mut value = describe(&founding);
    value["card_differs"] = json!(differences);
    value["own"] = json!(own);
    screen.result(&value, words)?;
    if !differences.is_empty() || !stands {
        let what =
            if stands { "your card is not what stands there" } else { "you do not stand there" };
        return Err(if screen.is_json() {
            Failure::silent()
        } else {
            Failure::refused(format_args!("{}: NOT to be signed: {what}", file.shown()))
                .next("ask whoever assembled it, by another way than the file came")
        });
    }
    Ok(())
}

/// Whether a card stands in the text, in words.
pub(super) fn compared(path: &Path, card: &CardFile, differences: &[CardDifference]) -> String {
    let path = path.shown();
    if differences.is_empty() {
        let code = card.card().code();
        return format!("{path}: all that it says of {code} stands in this text, byte by byte.");
    }
    let lines: Vec<_> = differences.iter().map(|it| format!("\n  {it}")).collect();
    format!("{path} and this text DIFFER:{}", lines.concat())
}
