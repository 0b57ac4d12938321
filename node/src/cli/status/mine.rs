//! What concerns one party: measures that need its ballot, measures that it tabled, what it may do,
//! and what has changed.

use core::fmt;

use nemcon_client::api::MeasureSummary;
use nemcon_client::calendar::{Event, What};
use nemcon_client::seats::ParticipantSeat;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::{Code, Label, Time};
use serde::Serialize;

use crate::cli::calendar::told;
use crate::cli::measure::{Entry, listed, paragraph};

/// The greatest number of ended measures that the words name.
const OVER_TOLD_MAX: usize = 10;
/// How many dates of adopted measures are told even if none is due.
const AHEAD_TOLD: usize = 3;
/// The greatest number of dates that are told.
const AHEAD_TOLD_MAX: usize = 10;

/// What a party should know when it looks at its council.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Mine {
    /// The code of the party.
    party: Code,
    /// The role and rights of a participant; `None` for a member.
    role: Option<Part>,
    /// Whether the party is frozen: its statements are refused until its recovery key ends the freeze.
    frozen: bool,
    /// The number of open measures.
    open: usize,
    /// The measures that lack the party's ballot, or one that it may cast by mandate.
    needs: Vec<Entry>,
    /// The measures that will lack such a ballot once balloting opens.
    opening: Vec<Entry>,
    /// The other measures that the party has tabled.
    tabled: Vec<Entry>,
    /// The other measures on which the party has a ballot, mandate or reservation, or that have
    /// changed since it signed.
    stands: Vec<Entry>,
    /// The other measures on which the party may do something beside a ballot.
    may: Vec<Entry>,
    /// The recently ended measures that the party tabled, or on which it may still attest something.
    over: Vec<Entry>,
    /// The dates of adopted measures that are due by the charter's reminders, and the nearest ones.
    ahead: Vec<Event>,
}

/// The role of a participant, and what the charter lets it do.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Part {
    role: Label,
    is_vacant: bool,
    may: Vec<String>,
    attests: Vec<Label>,
    /// Those of these words that are attested whatever the procedure is.
    #[serde(skip)]
    attests_always: Vec<Label>,
    /// The words beside these with which it may annul what was adopted.
    annuls: Vec<Label>,
    /// The sorts of statement that it may have recorded with a measure.
    remarks: Vec<Label>,
    /// The words beside these with which it may release votes.
    releases: Vec<Label>,
}

/// The lists of a node, with one party's position on each measure.
pub(super) struct Lists {
    pub(super) open: Vec<MeasureSummary>,
    pub(super) recent: Vec<MeasureSummary>,
    pub(super) ahead: Vec<Event>,
}

impl Part {
    /// The role of the participant, and its rights by the charter in the genesis.
    pub(super) fn of(seat: &ParticipantSeat, genesis: &Genesis) -> Self {
        let role = &seat.participant.role;
        let charter = &genesis.charter;
        let has = |wanted: &str| {
            charter.tables().any(|(table, roles)| table == wanted && roles.contains(role))
        };
        let all = [("table", "may_table"), ("extend", "may_extend"), ("close", "may_close")];
        let may = all.into_iter().filter(|(_, table)| has(table));
        let may_attest = has("may_attest");
        let words = |is_wanted: &dyn Fn(&Label) -> bool| -> Vec<Label> {
            let words = charter.attests.iter().filter(|_| may_attest);
            words.filter(|word| is_wanted(word)).cloned().collect()
        };
        let annuls = |word: &Label| charter.annuls.contains(word);
        let releases = |word: &Label| charter.is_of_release(word);
        Self {
            role: role.clone(),
            is_vacant: seat.participant.officers.is_empty(),
            may: may.map(|(act, _)| act.to_owned()).collect(),
            attests: words(&|word| !annuls(word) && !releases(word)),
            attests_always: words(&|word| {
                !annuls(word) && !releases(word) && charter.is_attested_of(word, None)
            }),
            annuls: words(&annuls),
            releases: words(&releases),
            remarks: if has("may_remark") { charter.remarks.clone() } else { Vec::new() },
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attests = self.attests.iter().chain(&self.annuls).chain(&self.releases);
        let attests: Vec<_> = attests.map(ToString::to_string).collect();
        let acts = listed(&self.may, "and").map(|acts| format!("{acts} measures"));
        let attests = listed(&attests, "and").map(|words| format!("attest {words}"));
        let remarks: Vec<_> = self.remarks.iter().map(ToString::to_string).collect();
        let remarks = listed(&remarks, "or").map(|sorts| format!("make remarks ({sorts})"));
        let may: Vec<_> = acts.into_iter().chain(attests).chain(remarks).collect();
        let may = listed(&may, "and").unwrap_or_else(|| "do nothing".to_owned());
        write!(f, "{}, without a ballot: it may {may}", self.role)?;
        if self.is_vacant { f.write_str("; its seat is vacant, so nobody does") } else { Ok(()) }
    }
}

impl Mine {
    /// What concerns `me` in a node's lists.
    pub(super) fn of(me: &Code, role: Option<Part>, lists: Lists, now: Time) -> Self {
        let Lists { open, recent, ahead } = lists;
        let mut mine = Self {
            party: me.clone(),
            role,
            frozen: false,
            open: open.len(),
            needs: Vec::new(),
            opening: Vec::new(),
            tabled: Vec::new(),
            stands: Vec::new(),
            may: Vec::new(),
            over: Vec::new(),
            ahead: noticed(ahead),
        };
        for entry in Entry::all(open, Some(me), now) {
            mine.add(entry);
        }
        let mut over = Entry::all(recent, Some(me), now);
        for entry in &mut over {
            entry.notes.extend(unattested(entry));
        }
        over.retain(|it| it.measure.by == *me || !it.notes.is_empty());
        mine.over = over;
        mine
    }

    /// Changes this to what concerns a frozen party, which has no ballot to cast and may do nothing.
    pub(super) fn frozen(mut self) -> Self {
        self.frozen = true;
        self.needs.clear();
        self.opening.clear();
        self.may.clear();
        if let Some(role) = &mut self.role {
            role.may.clear();
            role.attests.clear();
            role.remarks.clear();
            role.annuls.clear();
            role.releases.clear();
        }
        self
    }

    /// What a frozen party should know: how the freeze ends.
    fn how_to_end_the_freeze(&self) -> String {
        let me = &self.party;
        let how = match &self.role {
            None => "New officers, signed with its recovery key, end that: `nemcon key officers`"
                .to_owned(),
            Some(_) => {
                "A measure that appoints who speaks for it ends that, once all have adopted it: a \
                        party that may table it uses `nemcon member appoint`"
                    .to_owned()
            }
        };
        format!(
            "{me} is FROZEN: nothing that is signed for it is taken. {how} (docs/changing-keys.md)"
        )
    }

    /// Adds an open measure to the list for the party's strongest concern.
    fn add(&mut self, mut entry: Entry) {
        let me = &self.party;
        let may = acts(&entry, self.role.as_ref());
        let is_own = entry.measure.by == *me;
        let place = if entry.needs(me) {
            &mut self.needs
        } else if entry.will_need(me) {
            &mut self.opening
        } else if is_own {
            &mut self.tabled
        } else if !entry.notes.is_empty() {
            &mut self.stands
        } else if may.is_some() {
            &mut self.may
        } else {
            return;
        };
        if !is_own {
            entry.notes.extend(may);
        }
        place.push(entry);
    }

    fn heads(&self) -> [(&[Entry], String); 6] {
        let nearest = ", the nearest deadline first";
        let needs = match (self.needs.len(), self.open) {
            (_, 1) => "the only open measure".to_owned(),
            (1, open) => format!("1 of {open} open measures"),
            (needs, open) => format!("{needs} of {open} open measures{nearest}"),
        };
        [
            (&self.needs, format!("needs you: a ballot on {needs}")),
            (
                &self.opening,
                "needs you once balloting opens: nothing is to be signed before".to_owned(),
            ),
            (&self.tabled, format!("tabled by you{nearest}")),
            (&self.stands, "signed by you or for you, and something to know".to_owned()),
            (&self.may, format!("open to you{nearest}")),
            (&self.over, "over within the last 14 days".to_owned()),
        ]
    }
}

/// The dates of adopted measures that a party should know of: those that are due, and the nearest.
/// Those of open measures stand with the measures.
fn noticed(mut ahead: Vec<Event>) -> Vec<Event> {
    ahead.retain(|event| !matches!(event.what, What::Opens | What::Deadline));
    let mut place = 0;
    ahead.retain(|event| {
        place += 1;
        place <= AHEAD_TOLD || event.is_due()
    });
    ahead.truncate(AHEAD_TOLD_MAX);
    ahead
}

/// What the party may do on another's measure; the words that it may attest, if it has
/// attested others already.
fn acts(entry: &Entry, role: Option<&Part>) -> Option<String> {
    let party = entry.party()?;
    let is_open = |word: &Label| party.unattested.iter().any(|it| it == word.as_str());
    let has_all = |words: &[Label]| !words.is_empty() && words.iter().all(is_open);
    let is_whole = role.is_some_and(|role| has_all(&role.attests_always));
    let attest = is_whole.then(|| "attest".to_owned());
    let may: Vec<_> = party.may.iter().cloned().chain(attest).collect();
    let may = listed(&may, "or").map(|may| format!("you may {may} it"));
    let some = if is_whole { None } else { unattested(entry) };
    let words: Vec<_> = may.into_iter().chain(some).collect();
    (!words.is_empty()).then(|| words.join("; "))
}

fn unattested(entry: &Entry) -> Option<String> {
    let words = listed(&entry.party()?.unattested, "or")?;
    let number = entry.measure.number;
    Some(format!("not attested by you: {words} (`nemcon measure attest {number} WORD`)"))
}

impl fmt::Display for Mine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.frozen {
            return f.write_str(&paragraph(&self.how_to_end_the_freeze()));
        }
        let mut between = "";
        if let Some(role) = &self.role {
            let takes_part = format!("{} takes part as {role}", self.party);
            f.write_str(&paragraph(&takes_part))?;
            between = "\n\n";
        } else if self.needs.is_empty() {
            let now = if self.opening.is_empty() { "" } else { " now" };
            write!(f, "nothing needs you{now}")?;
            between = "\n\n";
        }
        for (entries, head) in self.heads() {
            if entries.is_empty() {
                continue;
            }
            write!(f, "{between}{head}")?;
            between = "\n\n";
            let is_over = entries[0].left_ms.is_none();
            let told = if is_over { OVER_TOLD_MAX } else { usize::MAX };
            for entry in entries.iter().take(told) {
                write!(f, "\n{entry}")?;
            }
            if entries[0].needs(&self.party) {
                f.write_str(
                    "\nread: `nemcon measure show N`; sign: `nemcon ballot cast N POSITION`",
                )?;
            }
            if entries.len() > told {
                write!(f, "\nand {} more: `nemcon measure list`", entries.len() - told)?;
            }
        }
        if !self.ahead.is_empty() {
            f.write_str("\n\nahead of what was adopted; `nemcon calendar` has every date")?;
            for event in &self.ahead {
                write!(f, "\n{}", told(event))?;
            }
        }
        let shown = [&self.needs, &self.opening, &self.tabled, &self.stands, &self.may];
        let shown = shown.map(Vec::len);
        let rest = self.open.saturating_sub(shown.iter().sum());
        if rest > 0 {
            let more = if rest == self.open { "" } else { "other " };
            let what = if rest == 1 { "measure is" } else { "measures are" };
            write!(f, "\n\n{rest} {more}{what} open: `nemcon measure list`")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
