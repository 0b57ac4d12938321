//! `nemcon member`: lists the seats of the council, and tables or signs what changes them: entries,
//! departures, appointments, weights.

use core::cmp::Ordering;
use nemcon_audit::progress;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::acts::{self, Entrant};
use nemcon_client::draft::{Draft, DraftError};
use nemcon_client::export::{SealedHead, sealed_head};
use nemcon_client::failure::Failure;
use nemcon_client::founding::Weighing;
use nemcon_client::reading::Basis;
use nemcon_client::seats::{ParticipantSeat, Seat, Seats};
use nemcon_client::session::Session;
use nemcon_client::words::{count, minute, ordered_then};
use nemcon_ledger::record::charter::{Effect, Weight};
use nemcon_ledger::record::council_change::Weights;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{Boundary, CouncilChange};
use nemcon_ledger::text::{Code, Show as _};
use serde_json::json;

use super::handing::became;
use super::measure::table_asked;
use super::signing::Signing;
use crate::cli::context::Context;
use nemcon_audit::Screen;

/// Who sits in the council.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum MemberCommand {
    /// List members and participants with their keys, who is frozen, who enters and who leaves.
    List,
    /// Table the measure that admits an entrant: a draft with `[admits]`.
    Admit {
        /// The measure's file (TOML).
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// Take an admitted entrant's seat: give `--key` for its officers, recovery, node and seal keys.
    Enter {
        #[command(flatten)]
        signing: Signing,
    },
    /// Say that your member leaves; it may take that back until it has left.
    Notice {
        /// Take the notice back.
        #[arg(long)]
        withdraw: bool,
        #[command(flatten)]
        signing: Signing,
    },
    /// Table the measure that lets a member go that has given notice: a draft with `departs`.
    Depart {
        /// The measure's file (TOML).
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// Table who speaks for a participant from then on, or that nobody does: a draft with `[appoints]`.
    Appoint {
        /// The measure's file (TOML).
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
    /// Table new weights: a draft with `weights` and `total_weight`.
    Weights {
        /// The measure's file (TOML).
        file: PathBuf,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Runs `nemcon member`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &MemberCommand, context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    match command {
        MemberCommand::List => {
            let seats = session.client().seats()?;
            context.screen.result(&seats, list(&seats))
        }
        MemberCommand::Admit { file, signing } => {
            effect(&session, file, Effect::Accession, signing, context.screen)
        }
        MemberCommand::Depart { file, signing } => {
            effect(&session, file, Effect::Departure, signing, context.screen)
        }
        MemberCommand::Appoint { file, signing } => {
            effect(&session, file, Effect::Appointment, signing, context.screen)
        }
        MemberCommand::Weights { file, signing } => {
            effect(&session, file, Effect::Weights, signing, context.screen)
        }
        MemberCommand::Enter { signing } => enter(&session, signing, context.screen),
        MemberCommand::Notice { withdraw, signing } => {
            let act = if *withdraw { NoticeAct::Withdrawn } else { NoticeAct::Given };
            notice(&session, act, signing, context.screen)
        }
    }
}

/// Tables a draft whose kind must have this effect.
fn effect(
    session: &Session,
    file: &Path,
    effect: Effect,
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    let draft = Draft::load(file)?;
    if draft.council_change()?.effect() != Some(effect) {
        return Err(Failure::usage(format_args!(
            "{}: {}",
            file.shown(),
            DraftError::CouncilChange
        ))
        .next(match effect {
            Effect::Accession => "give the entrant under `[admits]`, as in a founding plan",
            Effect::Departure => "give the member that leaves as `departs = \"CODE\"`",
            Effect::Appointment => {
                "give the participant under `[appoints]`, as in a founding plan; `signatures = 0` \
                     and no officer: its seat is vacant"
            }
            _ => "give `weights` in roster order, and `total_weight`",
        }));
    }
    if let CouncilChange::Weights(new) = draft.council_change()? {
        screen.say(weighed(&session.client().seats()?, &new))?;
    }
    table_asked(session, file, draft, signing, screen)
}

/// The sum of all weights compared with the total, if the new weights were adopted now.
fn weighed(seats: &Seats, new: &Weights) -> String {
    let weight_of = |seat: &Seat| {
        let code = &seat.member.code;
        let weight = seat.member.weight;
        let new = new.weights.iter().find(|(of, _)| of == code);
        new.map_or(weight, |(_, weight)| *weight)
    };
    let whole = Weight { total: new.total, of: seats.weight_of.clone() };
    let weighing = Weighing::of(seats.members.iter().map(weight_of), &whole);
    let advice = match weighing.standing() {
        Ordering::Equal => String::new(),
        Ordering::Less => format!(
            "\n  if {} is no official figure, write `total_weight = {}` in the draft",
            weighing.total, weighing.sum
        ),
        Ordering::Greater => {
            "\n  members cannot weigh more than the whole: this will be refused".to_owned()
        }
    };
    format!("once adopted, {}{advice}", weighing.share())
}

fn enter(session: &Session, signing: &Signing, screen: Screen) -> Result<(), Failure> {
    signing.verify_possible(screen)?;
    // The text of an entry holds a seal, so the seal key must be on this machine even if the
    // signing is elsewhere.
    let party = session.keyholder()?;
    let entrant = Entrant::of(&party)?;
    // The node's word is not enough: the log is audited up to the tree head that the entrant seals.
    let sealed = progress::of_records(|progress| sealed_head(session, progress))?;
    let body = entrant.entry(&sealed)?;
    let basis = Basis::default().noting(seals(&party.head.by, &sealed));
    let by = &party.head.by;
    let Some(answer) = signing.submit(&party, &body, basis, screen)? else {
        return Ok(());
    };
    let said = ordered_then(&answer, format_args!("{by} takes its seat when it is its turn"));
    became(screen, &answer, &json!({ "answer": answer }), said)
}

/// What the entrant's seal is over, and how this is known.
fn seals(by: &Code, sealed: &SealedHead) -> String {
    let Boundary { size, root } = sealed.boundary;
    format!(
        "the node of {by} SEALS the ledger of {size} up to block {}, root {root}: audited here from \
         the founding on, and sealed by {}",
        sealed.height,
        count(sealed.seals as u64, "member"),
        size = count(size.0, "record"),
    )
}

fn notice(
    session: &Session,
    act: NoticeAct,
    signing: &Signing,
    screen: Screen,
) -> Result<(), Failure> {
    signing.verify_possible(screen)?;
    let party = signing.party(session)?;
    let body = acts::notice(&party, act)?;
    let Some(answer) = signing.submit(&party, &body, Basis::default(), screen)? else {
        return Ok(());
    };
    let by = &party.head.by;
    let next = match act {
        NoticeAct::Given => format!(
            "{by} has said that it leaves: the others decide on it, and until it has left it may \
             take that back with `nemcon member notice --withdraw`"
        ),
        NoticeAct::Withdrawn => format!("{by} stays"),
    };
    became(screen, &answer, &json!({ "answer": answer }), ordered_then(&answer, next))
}

fn participant(seat: &ParticipantSeat) -> String {
    let party = &seat.participant;
    let who = if party.officers.is_empty() {
        "VACANT: nobody speaks for it".to_owned()
    } else {
        let officers = count(party.officers.len() as u64, "officer");
        format!("{} of {officers}", party.signatures)
    };
    let frozen = seat.frozen_since.map(|since| format!(", FROZEN since {since}"));
    let frozen = frozen.unwrap_or_default();
    format!("{:<8} {}, {}, no ballot, {who}{frozen}", party.code, party.name, party.role)
}

fn list(seats: &Seats) -> String {
    let of = |seat: &Seat, admitted: Option<u64>| {
        let member = &seat.member;
        let mut words = vec![format!(
            "{:<8} {}, {} {}, {} of {}",
            member.code,
            member.name,
            seats.weight_of,
            member.weight,
            member.signatures,
            count(member.officers.len() as u64, "officer"),
        )];
        words.extend(seat.frozen_since.map(|since| format!("FROZEN since {since}")));
        words.extend(seat.notice.map(|notice| match notice.leaves {
            Some(time) => format!("has given notice, LEAVES at {}", minute(time)),
            None => "has given notice".to_owned(),
        }));
        words.extend(seats.waiting.contains(&member.code).then(|| "a change waits".to_owned()));
        words.extend(
            admitted.map(|number| format!("admitted by measure {number}, not yet entered")),
        );
        words.join(", ")
    };
    let mut lines: Vec<_> = seats.members.iter().map(|seat| of(seat, None)).collect();
    lines.extend(seats.admitted.iter().map(|it| of(&it.seat, Some(it.measure))));
    lines.extend(seats.participants.iter().map(participant));
    lines.push(format!("total {} {}", seats.weight_of, seats.total_weight));
    if let Some(release) = &seats.needs_release {
        lines.push(format!("the council goes on by rules that need {release}"));
    }
    lines.join("\n")
}
