//! The demo's picture: a tile for each member, with its ballot's position and its seal.

use console::{Style, measure_text_width, truncate_str};
use nemcon_client::api::MeasureStatus;
use nemcon_ledger::record::Position;
use nemcon_ledger::text::Code;

use nemcon_client::api::{BallotView, Measure, MemberStatus, Status};

/// The width of a tile with the space to its right.
const TILE_WIDTH: usize = 12;
/// The number of lines besides the tiles.
const OTHER_LINES: usize = 6;
/// The explanation of the signs in the tiles.
const LEGEND: &str =
    "✔ in favour  ○ ◐ abstains  ✘ against  ❄ frozen  … on its way  · not signed  ▪ sealed";
/// The greatest width of a bar.
const BAR_WIDTH_MAX: usize = 40;

/// The whole picture, in at most `rows` lines of `width` columns.
pub(super) fn picture(
    measure: &Measure,
    status: &Status,
    members: &str,
    (rows, width): (usize, usize),
) -> Vec<String> {
    let mut lines = vec![title(measure)];
    let tiles = tiles(measure, status, width);
    // A picture that is higher than the terminal scrolls, and could not be drawn over.
    if tiles.len() + OTHER_LINES < rows {
        lines.push(String::new());
        lines.extend(tiles);
        lines.push(Style::new().dim().apply_to(LEGEND).to_string());
        lines.push(String::new());
    }
    let (total, sealed) = (measure.ballots.len(), sealed(measure, status));
    let signed = total - measure.missing.len();
    let missing = [missing(measure, members), mandates(measure)];
    let missing = missing.iter().filter(|it| !it.is_empty()).cloned().collect::<Vec<_>>();
    lines.push(format!("{}  {}", bar("ballots", signed, total, width), missing.join("  ")));
    let waits = awaited(status).map(|off| format!(", the next is {off}'s, which is off"));
    let (seals, block) = (bar("seals", sealed, total, width), status.height);
    lines.push(format!("{seals}  block {block}{}", waits.unwrap_or_default()));
    lines.iter().map(|line| fit(line, width)).collect()
}

/// The member whose turn it is to propose the next block, if its node is off while the others wait.
pub(super) fn awaited(status: &Status) -> Option<&Code> {
    let awaits = status.awaits.as_ref().filter(|awaits| awaits.step == "proposal")?;
    let mut members = status.members.iter();
    members.any(|it| it.code == awaits.proposer && !it.connected).then_some(&awaits.proposer)
}

/// The line cut to the width. A line that the terminal wraps could not be drawn over.
pub(super) fn fit(line: &str, width: usize) -> String {
    truncate_str(line, width.saturating_sub(1), "…").into_owned()
}

fn title(measure: &Measure) -> String {
    let style = match measure.status {
        MeasureStatus::Adopted => Style::new().green().bold(),
        MeasureStatus::Blocked | MeasureStatus::NotAdopted | MeasureStatus::Lapsed => {
            Style::new().red().bold()
        }
        MeasureStatus::Open | MeasureStatus::Withdrawn => Style::new().bold(),
    };
    format!("{}  {}", style.apply_to(&measure.status), measure.title)
}

fn missing(measure: &Measure, members: &str) -> String {
    match measure.missing.len() {
        0 => String::new(),
        1..=6 => {
            let codes: Vec<_> = measure.missing.iter().map(Code::as_str).collect();
            format!("missing: {}", codes.join(" "))
        }
        many => format!("missing: {many} {members}"),
    }
}

/// The ballots that were cast by mandate, in words.
fn mandates(measure: &Measure) -> String {
    let cast = measure.ballots.iter().filter_map(|ballot| {
        let holder = ballot.cast_by.as_ref()?;
        Some(format!("* {} by {holder}", ballot.code))
    });
    cast.collect::<Vec<_>>().join("  ")
}

/// The number of members that have sealed the newest block.
fn sealed(measure: &Measure, status: &Status) -> usize {
    let is_entitled = |code: &Code| measure.ballots.iter().any(|ballot| ballot.code == *code);
    let sealed = status.members.iter().filter(|member| member.sealed_height >= status.height);
    sealed.filter(|member| is_entitled(&member.code)).count()
}

fn tiles(measure: &Measure, status: &Status, width: usize) -> Vec<String> {
    let columns = (width.saturating_sub(1) / TILE_WIDTH).max(1);
    let tile = |ballot: &BallotView| {
        let member = status.members.iter().find(|member| member.code == ballot.code);
        tile(ballot, member, status.height)
    };
    let tiles: Vec<_> = measure.ballots.iter().map(tile).collect();
    tiles.chunks(columns).map(<[String]>::concat).collect()
}

/// A tile, ` EL   ✔    ▪`: the code, the position, and the seal of the block at `height`.
fn tile(ballot: &BallotView, member: Option<&MemberStatus>, height: u64) -> String {
    let is_on = member.is_some_and(|member| member.connected);
    let is_frozen = member.is_some_and(|member| member.frozen);
    let (style, said) = match ballot.position {
        Some(Position::InFavour) => (Style::new().black().on_green(), "✔"),
        Some(Position::Abstain) => (Style::new().black().on_yellow(), "○"),
        Some(Position::AbstainQualified) => (Style::new().black().on_yellow(), "◐"),
        Some(Position::Against) => (Style::new().white().on_red(), "✘"),
        _ if is_frozen => (Style::new().black().on_cyan(), "❄"),
        _ if !is_on => (Style::new().dim(), "off"),
        _ if ballot.pending => (Style::new().reverse(), "…"),
        _ => (Style::new().dim(), "·"),
    };
    let has_sealed = member.is_some_and(|member| member.sealed_height >= height);
    let seal = if has_sealed { "▪" } else { " " };
    // Another member has cast the ballot by mandate.
    let mandate = if ballot.cast_by.is_some() { "*" } else { "" };
    let face = format!(" {:<4} {} ", ballot.code.as_str(), pad(&format!("{said}{mandate}"), 3));
    let tile = format!("{} {seal}", style.apply_to(face));
    pad(&tile, TILE_WIDTH)
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(measure_text_width(text));
    format!("{text}{}", " ".repeat(missing))
}

/// A bar with its count: `ballots ████████░░░░ 12 of 27`.
pub(super) fn bar(what: &str, done: usize, all: usize, width: usize) -> String {
    let cells = (width / 3).clamp(4, BAR_WIDTH_MAX);
    let full = (cells * done).checked_div(all).unwrap_or(0);
    let bar = "█".repeat(full) + &"░".repeat(cells - full);
    format!("{what:<8} {bar} {done} of {all}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash;
    use nemcon_ledger::Time;

    fn measure(codes: &[&str]) -> Measure {
        let ballot = |code: &&str| BallotView {
            code: code.parse().unwrap(),
            name: (*code).to_owned(),
            weight: 1,
            position: (*code == "BE").then_some(Position::InFavour),
            cast_by: None,
            tacit: false,
            declaration: None,
            time: None,
            leaf: None,
            pending: false,
        };
        let missing = codes.iter().filter(|code| **code != "BE").map(|code| code.parse().unwrap());
        Measure {
            number: 1,
            revision: 1,
            text_hash: hash::sha256(b""),
            leaf: 1,
            title: "A title that is long enough to be cut on a narrow terminal".to_owned(),
            kind: String::new(),
            rule: String::new(),
            by: "BE".parse().unwrap(),
            tabled: Time::default(),
            opens: None,
            closes: Time::default(),
            status: MeasureStatus::Open,
            reason: None,
            publication: None,
            ended: None,
            outcome_leaf: None,
            is_final: false,
            ballots: codes.iter().map(ballot).collect(),
            missing: missing.collect(),
            members: codes.len() as u64,
            total_weight: codes.len() as u64,
            force: None,
            excluded: Vec::new(),
            mandates: Vec::new(),
            reservations: Vec::new(),
            attestations: Vec::new(),
            remarks: Vec::new(),
            package: None,
            former: Vec::new(),
            tabled_leaf: 1,
            revised: None,
            past: Vec::new(),
            extensions: Vec::new(),
            unstated: Vec::new(),
            source: None,
            differences: Vec::new(),
            text: String::new(),
            last: std::collections::BTreeMap::new(),
        }
    }

    fn status(codes: &[&str]) -> Status {
        let member = |code: &&str| MemberStatus {
            code: code.parse().unwrap(),
            name: String::new(),
            connected: *code != "EL",
            sealed_height: u64::from(*code == "BE"),
            height: None,
            since: None,
            frozen: *code == "FR",
            faults: std::collections::BTreeMap::new(),
        };
        Status {
            council: hash::sha256(b""),
            name: String::new(),
            member: "BE".parse().unwrap(),
            now: Time::default(),
            height: 1,
            block_time: None,
            size: 1,
            root: hash::sha256(b""),
            sealed_size: 0,
            sealed_height: 0,
            round: None,
            pending: Vec::new(),
            pending_count: 0,
            members: codes.iter().map(member).collect(),
            frozen_participants: Vec::new(),
            needs_me: Vec::new(),
            following: false,
            holds: Vec::new(),
            observing: false,
            faults: std::collections::BTreeMap::new(),
            refused: std::collections::BTreeMap::new(),
            conditions: Vec::new(),
            clock: None,
            awaits: None,
            folder: None,
            files: None,
        }
    }

    #[test]
    fn the_picture_fits_the_terminal() {
        let codes = ["BE", "BG", "CZ", "DK", "DE", "EE", "IE", "EL"];
        for (rows, width) in [(50, 200), (24, 80), (24, 30), (5, 80), (1, 1)] {
            let lines = picture(&measure(&codes), &status(&codes), "members", (rows, width));
            assert!(lines.len() < rows.max(4), "{rows} rows: {lines:?}");
            assert!(lines.iter().all(|line| measure_text_width(line) <= width), "{lines:?}");
        }
    }

    #[test]
    fn it_says_who_has_signed_who_has_sealed_who_is_off_and_who_is_frozen() {
        let codes = ["BE", "BG", "EL", "FR"];
        let lines = picture(&measure(&codes), &status(&codes), "members", (24, 80));
        let text = console::strip_ansi_codes(&lines.join("\n")).into_owned();
        assert!(text.contains(" BE   ✔    ▪"), "{text}");
        assert!(text.contains(" BG   ·"), "{text}");
        assert!(text.contains(" EL   off"), "{text}");
        assert!(text.contains(" FR   ❄"), "{text}");
        assert!(text.contains("1 of 4  missing: BG EL FR"), "{text}");
    }

    #[test]
    fn a_ballot_that_another_member_cast_is_marked() {
        let codes = ["BE", "BG"];
        let mut measure = measure(&codes);
        measure.ballots[0].cast_by = Some("BG".parse().unwrap());
        let lines = picture(&measure, &status(&codes), "members", (24, 80));
        let text = console::strip_ansi_codes(&lines.join("\n")).into_owned();
        assert!(text.contains(" BE   ✔*") && text.contains("* BE by BG"), "{text}");
        assert!(!text.contains(" BG   ·*"), "{text}");
    }
}
