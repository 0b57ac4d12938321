//! `nemcon status`: which members are missing, what needs the party, which seals are there, and how
//! far the node is behind.

mod mine;
mod operator;

use core::fmt::Write as _;

use nemcon_client::calendar::Event;
use nemcon_client::clock::now;
use nemcon_client::failure::Failure;
use nemcon_client::publication::marking_line;
use nemcon_client::session::Session;
use nemcon_client::words::{count, moment, short};
use nemcon_ledger::text::Code;

use crate::cli::calendar::Ahead;
use crate::cli::context::Context;
use mine::{Lists, Mine, Part};

use nemcon_client::api::{FolderView, Life, MemberStatus, PendingRecord, Status};

/// Runs `nemcon status`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(context: Context<'_>) -> Result<(), Failure> {
    let session = context.session()?;
    let status = session.client().status()?;
    let me = session.code().unwrap_or(&status.member);
    let Ahead { events, charter } = Ahead::of(&session, &status)?;
    let mine = mine(&session, &status, me, events)?;
    let is_others = status.members.iter().any(|it| it.code == *me) && *me != status.member;
    let whose = if is_others { format!("for {me}\n") } else { String::new() };
    // What a node tells of its council is for members, whatever of it is public elsewhere.
    let marking = marking_line(&charter);
    let words = format!("{marking}{}\n{whose}{mine}", describe(&status));
    let is_of_folder = status.folder.is_some();
    let shown = serde_json::json!(Shown { status, mine });
    context.screen.result(&if is_of_folder { without_connections(shown) } else { shown }, words)
}

/// What concerns the command's party: the node's member, or another party.
fn mine(session: &Session, status: &Status, me: &Code, ahead: Vec<Event>) -> Result<Mine, Failure> {
    let client = session.client();
    let is_members = *me == status.member || status.members.iter().any(|it| it.code == *me);
    let role = if is_members { None } else { Some(role(session, status, me)?) };
    let lists = Lists {
        open: client.measures(Some(Life::Open), Some(me))?,
        recent: client.measures(Some(Life::Recent), Some(me))?,
        ahead,
    };
    let is_frozen = status.frozen_participants.contains(me)
        || status.members.iter().any(|it| it.code == *me && it.frozen);
    let mine = Mine::of(me, role, lists, now()?);
    Ok(if is_frozen { mine.frozen() } else { mine })
}

/// The participant's role and rights, if the party is a participant.
fn role(session: &Session, status: &Status, code: &Code) -> Result<Part, Failure> {
    let seats = session.client().seats()?;
    let seat = seats.participant(code).ok_or_else(|| {
        Failure::refused(format_args!(
            "{code} is neither a member of this council nor a participant"
        ))
        .next("`nemcon member list` gives all who are")
    })?;
    Ok(Part::of(seat, session.founding_of(status.council)?.genesis()))
}

/// What a folder says, which knows of no connection.
fn without_connections(mut shown: serde_json::Value) -> serde_json::Value {
    let members = shown.get_mut("members").and_then(serde_json::Value::as_array_mut);
    for member in members.into_iter().flatten() {
        member["connected"] = serde_json::Value::Null;
    }
    shown
}

/// The state of the node and its council, with what concerns one party.
#[derive(serde::Serialize)]
struct Shown {
    #[serde(flatten)]
    status: Status,
    mine: Mine,
}

fn describe(status: &Status) -> String {
    let mut words =
        format!("{}, node of {}\ncouncil {}\n", status.name, status.member, status.council);
    let at = status.block_time.map(|time| format!(" at {}", moment(time)));
    let _ = writeln!(
        words,
        "block   {}{}, {}, root {}…",
        status.height,
        at.unwrap_or_default(),
        count(status.size, "record"),
        short(status.root)
    );
    let _ = writeln!(words, "sealed  {}", sealed(status));
    match &status.folder {
        None => {
            let _ = writeln!(words, "nodes   {}", operator::connected(status));
        }
        Some(folder) => words += &read_from(folder, status.height),
    }
    if !status.pending.is_empty() {
        let pending: Vec<_> = status.pending.iter().map(pending).collect();
        let more = status.pending_count.saturating_sub(pending.len() as u64);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let _ = writeln!(words, "waiting {}{more}", pending.join("; "));
    }
    if status.folder.is_none() {
        words += &operator::lines(status);
    }
    let frozen: Vec<_> =
        status.members.iter().filter(|it| it.frozen).map(|it| it.code.as_str()).collect();
    if !frozen.is_empty() {
        let _ = writeln!(
            words,
            "FROZEN  {}: nothing is said for it until its recovery key ends that; its node votes and \
             seals as before",
            frozen.join(" ")
        );
    }
    if !status.frozen_participants.is_empty() {
        let _ = writeln!(
            words,
            "FROZEN  {}: nothing is said for it until all appoint who speaks for it",
            nemcon_ledger::council::join(&status.frozen_participants)
        );
    }
    for (what, counted) in
        [("faults of peers", &status.faults), ("refused connections", &status.refused)]
    {
        let counted: Vec<_> =
            counted.iter().map(|(why, times)| format!("{why} ({times})")).collect();
        if !counted.is_empty() {
            let _ = writeln!(words, "{what}: {}", counted.join(", "));
        }
    }
    if status.folder.is_none() {
        words += &operator::conditions(status);
    }
    words
}

/// What a folder that was read without its node says, and what it cannot.
fn read_from(folder: &FolderView, height: u64) -> String {
    let mut words = format!(
        "read    from {}, without its node: nothing is known of connections, conditions and waiting records\n",
        folder.path
    );
    if let Some(why) = &folder.ends {
        let _ = writeln!(words, "ENDS    behind block {height}, before the journal does: {why}");
    }
    words
}

fn sealed(status: &Status) -> String {
    let behind = laggards(status);
    if behind.is_empty() && status.sealed_height == status.height {
        let members = status.members.len();
        return match status.sealed_height {
            0 => "nothing to seal yet".to_owned(),
            height => format!("by all {members}, up to block {height}"),
        };
    }
    let lag = status.height.saturating_sub(status.sealed_height);
    let behind: Vec<_> = behind
        .iter()
        .map(|member| format!("{} (at block {})", member.code, member.sealed_height))
        .collect();
    format!(
        "by all up to block {}, {} behind; missing seals of {}",
        status.sealed_height,
        count(lag, "block"),
        behind.join(" ")
    )
}

fn laggards(status: &Status) -> Vec<&MemberStatus> {
    status.members.iter().filter(|member| member.sealed_height < status.height).collect()
}

fn pending(record: &PendingRecord) -> String {
    let about = record.measure.map(|number| format!(" on measure {number}")).unwrap_or_default();
    format!("{} of {}{about}", record.kind, record.by)
}
