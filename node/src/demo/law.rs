//! The demo's scenarios beyond tabling and casting: a revision, a mandate, a package.

use nemcon_client::api::MeasureStatus;
use std::path::Path;
use std::time::Instant;

use nemcon_client::acts::{package, revision};
use nemcon_client::failure::Failure;
use nemcon_client::statements::{self, Choice};
use nemcon_ledger::record::{Body, Position};
use nemcon_ledger::text::Line;

use super::casting::{Ballot, Casting};
use super::{Demo, said};

/// The sentence that the proposer adds in its revision.
const ADDED: &str = "Revised after a first reading: a report on it is made within six months.";

impl Demo {
    /// Half of the members sign, the proposer revises the text, and all sign the new text.
    pub(super) fn revise_main(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let codes = self.nodes.codes();
        let early: Vec<_> = codes[..codes.len() / 2].to_vec();
        let ballots = early.iter().map(|code| Ok((self.party(code)?, 1, yes())));
        let ballots = ballots.collect::<Result<Vec<_>, Failure>>()?;
        self.have_cast(ballots)?;
        self.done("ballots", begun, &format!("{} of {} sign REV 1", early.len(), codes.len()));
        let begun = Instant::now();
        let party = self.party(&self.nodes.code(0))?;
        let mut draft = self.draft(0)?;
        // Without a deadline in the draft, the revision keeps the current one.
        draft.closes_in = None;
        draft.summary.push(ADDED.parse::<Line>().expect("the sentence is a line"));
        let body = revision(&party, 1, draft, Path::new("."))?;
        let words = say(&party, &body, "the text is now REV 2, what was signed on REV 1 is void")?;
        self.done("revise", begun, &words);
        self.wait("the new text", |demo| {
            let is_new = demo.nodes.all_show(1, |measure| measure.revision == 2)?;
            Ok(is_new.then_some(()))
        })?;
        self.stage.turn_page();
        self.cast_all(&codes)
    }

    /// The last member gives the first one a mandate to cast its ballot.
    pub(super) fn act_by_mandate(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let codes = self.nodes.codes();
        let (holder, grantor) = (codes[0].clone(), codes[codes.len() - 1].clone());
        let party = self.party(&grantor)?;
        let measure = party.client.measure(1)?;
        let body = statements::mandate(party.head.clone(), &measure, Some(holder.clone()))?;
        let words = say(&party, &body, &format!("{grantor} lets {holder} cast its ballot"))?;
        self.done("mandate", begun, &words);
        self.wait("the mandate", |demo| {
            let stands = demo.nodes.all_show(1, |measure| !measure.mandates.is_empty())?;
            Ok(stands.then_some(()))
        })?;
        let begun = Instant::now();
        let mut ballots: Vec<Ballot> = Vec::new();
        for code in codes.iter().filter(|code| **code != grantor) {
            ballots.push((self.party(code)?, 1, yes()));
        }
        let for_it = Choice { on_behalf: Some(grantor.clone()), ..yes() };
        ballots.push((self.party(&holder)?, 1, for_it));
        self.have_cast(ballots)?;
        let words = format!("{} members sign, {holder} for {grantor} as well", codes.len() - 1);
        self.done("ballots", begun, &words);
        Ok(())
    }

    /// The first member tables another measure and a package of both; all sign both measures.
    pub(super) fn bind_both(&mut self) -> Result<(), Failure> {
        let begun = Instant::now();
        let party = self.party(&self.nodes.code(0))?;
        // The measures of a package must have one deadline.
        let mut draft = self.draft(1)?;
        (draft.closes, draft.closes_in) = (Some(party.client.measure(1)?.closes.to_string()), None);
        let answer = nemcon_client::acts::table(&party, draft, Path::new("."))?;
        self.done("table", begun, &format!("a second one: {}", said(&answer)));
        self.show_title(2)?;
        let begun = Instant::now();
        let body = package(&party, &[1, 2])?;
        let words = say(&party, &body, "both are adopted together or not at all")?;
        self.done("bind", begun, &words);
        self.wait("the package", |demo| {
            Ok(demo.nodes.all_show(1, |measure| measure.package.is_some())?.then_some(()))
        })?;
        self.cast_all(&self.nodes.codes())?;
        let measure = self.nodes.first_client().measure(1)?;
        self.stage.event(&format!("all have signed the first: it is {}", measure.status));
        let begun = Instant::now();
        let mut ballots = Vec::new();
        for code in self.nodes.codes() {
            ballots.push((self.party(&code)?, 2, yes()));
        }
        self.have_cast(ballots)?;
        self.wait("both to be adopted", |demo| {
            demo.look()?;
            let second = demo.nodes.first_client().measure(2)?;
            Ok((second.status == MeasureStatus::Adopted).then_some(()))
        })?;
        self.done("second", begun, "all have signed the second: both are adopted in one block");
        Ok(())
    }

    /// Casts the ballots, and waits until all are ordered.
    pub(super) fn have_cast(&mut self, ballots: Vec<Ballot>) -> Result<(), Failure> {
        let mut casting = Casting::begin(ballots, self.pace());
        self.wait("the ballots", |demo| {
            casting.advance()?;
            demo.look()?;
            Ok(casting.is_done().then_some(()))
        })
    }
}

/// Signs and submits a statement, and prints `words` with what became of it.
pub(super) fn say(
    party: &nemcon_client::session::Party,
    body: &Body,
    words: &str,
) -> Result<String, Failure> {
    let answer = party.submit(&party.sign(body)?)?;
    Ok(format!("{words}: {}", said(&answer)))
}

/// The choice "in favour".
pub(super) fn yes() -> Choice {
    Position::InFavour.into()
}
