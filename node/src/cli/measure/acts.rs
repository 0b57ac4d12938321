//! Acts on open measures: revisions, packages, extensions, attestations, early closes and withdrawals.

use std::collections::BTreeSet;
use std::path::Path;

use nemcon_client::acts::{measures, revision_of};
use nemcon_client::api::{Answer, Measure};
use nemcon_client::atomic_write::folder_of;
use nemcon_client::draft::{Draft, parse_span_ms, parse_time};
use nemcon_client::failure::Failure;
use nemcon_client::reading::Basis;
use nemcon_client::statements;
use nemcon_client::words::{ordered_then, state};
use nemcon_ledger::Time;
use nemcon_ledger::text::{Label, Line, Show as _};
use serde_json::json;

use crate::cli::act::{act, looked};
use crate::cli::context::Context;
use crate::cli::handing::became;
use crate::cli::measure::bound::BOUND;
use crate::cli::signing::Signing;

pub(super) fn revise(
    number: u64,
    file: &Path,
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let draft = Draft::load(file)?;
    if signing.is_unasked() && draft.closes.is_none() && draft.closes_in.is_none() {
        return Err(Failure::usage(format_args!(
            "{} gives no deadline: `--yes` would sign the one that the node tells, unseen",
            file.shown()
        ))
        .next(format_args!("give `closes` in it, as `nemcon measure show {number}` shows it")));
    }
    let party = signing.party(&context.session()?)?;
    let before = party.client.measure(number)?;
    let body = revision_of(&party, &before, draft, folder_of(file))?;
    let basis = Basis::default().standing(&before);
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else { return Ok(()) };
    let (after, now) = looked(party.client.measure(number), |after| {
        format!("measure {number} is at REV {}: {}", after.revision, state(after))
    });
    let next = format!("{now}\nnext: `nemcon measure diff {number}` shows what changed");
    let said = ordered_then(&answer, next);
    became(context.screen, &answer, &json!({ "answer": answer, "measure": after }), said)
}

pub(super) fn bind(
    numbers: &[u64],
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    let party = signing.party(&context.session()?)?;
    verify_distinct(numbers)?;
    let measures = measures(&party, numbers)?;
    verify_one_deadline(&measures)?;
    let body = statements::package(party.head.clone(), &measures)?;
    let mut basis = Basis::default();
    for measure in &measures {
        basis = basis.noting(format!("{}: “{}”", measure.number, measure.title));
        basis = basis.and(Basis::alone(measure)?);
    }
    let Some(answer) = signing.submit(&party, &body, basis, context.screen)? else { return Ok(()) };
    let text_hash = match &answer {
        Answer::Ordered { text_hash, .. } | Answer::Pending { text_hash } => Some(*text_hash),
        Answer::Refused { .. } => None,
    };
    let said = ordered_then(&answer, BOUND);
    became(context.screen, &answer, &json!({ "answer": answer, "package": text_hash }), said)
}

fn verify_distinct(numbers: &[u64]) -> Result<(), Failure> {
    if numbers.iter().collect::<BTreeSet<_>>().len() < numbers.len() {
        return Err(Failure::usage("a measure stands twice among them").next("name each once"));
    }
    Ok(())
}

/// Checks that all measures have one deadline, as a package needs, and says how to reach that.
fn verify_one_deadline(measures: &[Measure]) -> Result<(), Failure> {
    let closes: Vec<_> = measures.iter().map(|it| (it.number, it.closes)).collect();
    let Some((_, latest)) = closes.iter().max_by_key(|(_, at)| *at).copied() else { return Ok(()) };
    let earlier: Vec<_> = closes.iter().filter(|(_, at)| *at < latest).collect();
    if earlier.is_empty() {
        return Ok(());
    }
    let said: Vec<_> =
        closes.iter().map(|(number, at)| format!("measure {number} at {at}")).collect();
    let extend: Vec<_> = earlier
        .iter()
        .map(|(number, _)| format!("`nemcon measure extend {number} --until {latest}`"))
        .collect();
    Err(Failure::refused(format_args!(
        "what is adopted together closes together; these close apart: {}",
        said.join(", ")
    ))
    .next(format_args!("{}, and then this again", extend.join(", "))))
}

/// When an extended measure shall close.
#[derive(Clone, Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub(in crate::cli) struct NewDeadline {
    /// The new deadline: 2026-12-24T12:00:00Z.
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// How much later than the current deadline: "3 days".
    #[arg(long, value_name = "SPAN")]
    by: Option<String>,
}

impl NewDeadline {
    /// Checks that the span parses. Signing without a question refuses `--by`, because the new
    /// deadline then rests on a deadline that only the node states.
    ///
    /// # Errors
    /// [`Failure`].
    fn verify(&self, number: u64, is_unasked: bool) -> Result<(), Failure> {
        if let Some(by) = &self.by {
            parse_span_ms(by).ok_or_else(no_span)?;
        }
        if is_unasked && self.until.is_none() {
            return Err(Failure::usage(
                "`--by` counts from the deadline that the node tells, and `--yes` would sign the sum \
                 unseen",
            )
            .next(format_args!(
                "give the deadline itself, `--until TIME`; `nemcon measure show {number}` shows the one \
                 that stands"
            )));
        }
        Ok(())
    }

    /// The new deadline of a measure that closes at `closes`.
    ///
    /// # Errors
    /// [`Failure`] if the option is no time or span.
    fn after(&self, closes: Time) -> Result<Time, Failure> {
        match (&self.until, &self.by) {
            (Some(until), _) => {
                parse_time("--until", Some(until)).ok().flatten().ok_or_else(|| {
                    Failure::usage(format_args!("`--until` {until}: not a time"))
                        .next("write it like 2026-12-24T12:00:00Z")
                })
            }
            (None, by) => {
                let ms = by.as_deref().and_then(parse_span_ms).ok_or_else(no_span)?;
                let ms = closes.as_ms().checked_add(ms).ok_or_else(no_span)?;
                Time::from_ms(ms).map_err(|_| no_span())
            }
        }
    }
}

fn no_span() -> Failure {
    Failure::usage("`--by` is a number, at least 1, and a unit, 100 years at most together")
        .next("such as --by \"3 days\"")
}

pub(super) fn extend(
    number: u64,
    deadline: &NewDeadline,
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    signing.verify_possible(context.screen)?;
    deadline.verify(number, signing.is_unasked())?;
    act(number, signing, context, |party, measure| {
        let closes = deadline.after(measure.closes)?;
        Ok::<_, Failure>(statements::extension(party.head.clone(), measure, closes)?)
    })
}

pub(super) fn attest(
    number: u64,
    word: &Label,
    reference: Option<&Line>,
    signing: &Signing,
    context: Context<'_>,
) -> Result<(), Failure> {
    act(number, signing, context, |party, measure| {
        statements::attestation(party.head.clone(), measure, word.clone(), reference.cloned())
    })
}

/// Ends balloting by an early close or a withdrawal.
pub(super) fn end(number: u64, signing: &Signing, context: Context<'_>) -> Result<(), Failure> {
    act(number, signing, context, |party, measure| statements::close(party.head.clone(), measure))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use axum::Router;
    use axum::extract::Path as Asked;
    use axum::routing::{get, post};
    use nemcon_ledger::Chain;

    use super::*;
    use crate::cli::global::Global;
    use nemcon_audit::Screen;
    use nemcon_client::fixture::serve;
    use nemcon_client::fixture::{another, genesis, officer};
    use nemcon_client::founding::Founding;
    use nemcon_client::seats::Seats;
    use nemcon_client::shipped::{CharterName, Shipped};

    /// A node of a founded council, and the number of requests for a measure that it got.
    fn node() -> (Global, Arc<AtomicUsize>) {
        let genesis = genesis();
        let mut founding = Founding::unsigned(genesis.clone());
        for (member, at) in genesis.roster.members.iter().zip(0..) {
            for number in (0..).take(member.threshold) {
                founding.sign(&member.code, &officer(at, number)).unwrap();
            }
        }
        let seats = json!(Seats::of(&Chain::found(genesis), |_| None)).to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let measure = move |Asked(number): Asked<u64>| async move {
            counted.fetch_add(1, Ordering::SeqCst);
            json!(another(number, "A measure")).to_string()
        };
        let council = Some(founding.digest());
        let note = founding.render();
        let nothing = json!({ "foresight": "follows", "consequences": [] }).to_string();
        let router = Router::new()
            .route("/v1/genesis", get(|| async { note }))
            .route("/v1/seats", get(|| async { seats }))
            .route("/v1/measures/{number}", get(measure))
            .route("/v1/foresight", post(|| async { nothing }));
        let base = Some(serve(router).base().to_owned());
        let party = "BG".parse().ok();
        (Global { party, node: base, council, ..Global::default() }, asked)
    }

    #[test]
    fn each_measure_is_asked_for_once_so_that_what_is_shown_is_what_is_signed() {
        let (global, asked) = node();
        let context = Context { global: &global, screen: Screen::new(true) };
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        bind(&[1, 2], &Signing::elsewhere(&at("package")), context).unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        let draft = Shipped::load(CharterName::EuCouncil).measures[0];
        std::fs::write(at("draft.toml"), draft).unwrap();
        let prepared = Signing::elsewhere(&at("revision"));
        revise(1, &at("draft.toml"), &prepared, context).unwrap();
        assert_eq!(asked.load(Ordering::SeqCst), 3);
    }

    #[test]
    fn a_deadline_is_put_off_to_a_time_or_by_a_span() {
        let closes: Time = "2026-11-23T20:47:00.000Z".parse().unwrap();
        let by = |by: &str| NewDeadline { until: None, by: Some(by.to_owned()) }.after(closes);
        assert_eq!(by("3 days").unwrap().to_string(), "2026-11-26T20:47:00.000Z");
        let is_signed = |by: &str, is_unasked| {
            NewDeadline { until: None, by: Some(by.to_owned()) }.verify(1, is_unasked)
        };
        is_signed("3 days", false).unwrap();
        assert!(is_signed("3 days", true).unwrap_err().advice().unwrap().contains("--until TIME"));
        assert!(is_signed("soon", true).unwrap_err().advice().unwrap().contains("3 days"));
        assert!(by("soon").unwrap_err().advice().unwrap().contains("3 days"));
        let until = |at: &str| NewDeadline { until: Some(at.to_owned()), by: None }.after(closes);
        assert_eq!(until("2026-12-24T12:00:00Z").unwrap().to_string(), "2026-12-24T12:00:00.000Z");
        assert!(until("Christmas").is_err());
    }
}
