//! The law as the monitor itself reads it from the records, without the council's state machine.
//!
//! It knows what must hold of any ledger: each statement is new and follows, nobody speaks for another
//! without its mandate, what is replaced is void, a decision lacks nobody and says what was said, what
//! is bound together is adopted together, and what could be adopted is.

mod grounds;
mod measure;
mod offices;
mod room;
mod seats;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{Digest, LeafIndex};
use nemcon_ledger::council::{Council, ENDINGS_PER_BLOCK_MAX};
use nemcon_ledger::record::charter::Charter;
use nemcon_ledger::record::matter::Weights;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::{
    Body, ChainKey, Decision, Genesis, Lapse, Mandate, Matter, Measure, Outcome, Revision, Roster,
    Statement,
};
use nemcon_ledger::text::{Code, Time};

use measure::{Cast, End, Given, Seen};
use offices::Offices;
use room::Room;
use seats::Words;

/// What decides a block: the roster, what it weighs as a whole, its time, the block before it.
pub(super) struct Terms<'a> {
    pub(super) roster: &'a Roster,
    pub(super) total_weight: u64,
    pub(super) time: Time,
    pub(super) previous: Digest,
}

/// What a statement does when its block closes.
enum Act {
    Withdraw(u64),
    Revise(u64, Digest, Box<Measure>),
    Close(u64, Code),
    Freeze(Code),
    Thaw(Code),
    Notice(Code, NoticeAct),
}

/// What was read in the block that is being read.
#[derive(Default)]
struct Page {
    acts: Vec<Act>,
    closed: BTreeSet<u64>,
    ended: usize,
    adopted: BTreeSet<u64>,
    /// Weights that the block has set.
    weights: Vec<Weights>,
}

/// All that was said, as far as it matters for what follows.
pub(super) struct Law {
    charter: Charter,
    texts: BTreeSet<Digest>,
    chains: BTreeMap<ChainKey, Digest>,
    measures: BTreeMap<u64, Seen>,
    packages: BTreeMap<Digest, Vec<u64>>,
    frozen: BTreeSet<Code>,
    words: Words,
    offices: Offices,
    room: Room,
    /// Incidents so far.
    incidents: u64,
    decisions: u64,
    page: Page,
}

impl Law {
    pub(super) fn new(genesis: &Genesis) -> Self {
        Self {
            charter: genesis.charter.clone(),
            texts: BTreeSet::new(),
            chains: BTreeMap::new(),
            measures: BTreeMap::new(),
            packages: BTreeMap::new(),
            frozen: BTreeSet::new(),
            words: Words::default(),
            offices: Offices::new(genesis),
            room: Room::default(),
            incidents: 0,
            decisions: 0,
            page: Page::default(),
        }
    }

    /// Measures decided so far.
    pub(super) const fn decisions(&self) -> u64 {
        self.decisions
    }

    /// Whose ballots a measure needs.
    pub(super) fn entitled(&self, number: u64) -> Vec<Code> {
        let seen = self.measures.get(&number).into_iter();
        seen.flat_map(|seen| &seen.entitled).map(|(code, _)| code.clone()).collect()
    }

    /// Reads a statement; its signatures have been verified.
    pub(super) fn read_statement(
        &mut self,
        statement: &Statement,
        leaf: LeafIndex,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        let (body, hash) = (&statement.body, statement.text_hash);
        self.verify_new(statement)?;
        self.offices.verify_signed(statement)?;
        let known = match body {
            Body::Incident(_) => self.incidents,
            _ => self.measures.len() as u64,
        };
        let block = (terms.previous, terms.time);
        self.room.hear(statement, block, known, &self.charter.shares)?;
        if let Some(link) = body.link() {
            let last = self.chains.insert(link.chain.clone(), hash);
            if last != link.after {
                return Err(format!("orders a statement {} that does not follow", link.chain));
            }
        }
        match body {
            Body::Measure(measure) => self.table(measure, hash, terms)?,
            Body::Revision(revision) => self.revise(revision, hash)?,
            Body::Package(package) => {
                let numbers: Vec<u64> = package.measures.iter().map(|it| it.number).collect();
                self.bind(&package.head.by, hash, &numbers)?;
            }
            Body::Ballot(ballot) => {
                let cast = Cast::of(ballot, leaf, hash);
                self.open(ballot.about.measure, terms)?.take_ballot(&ballot.on_behalf, cast)?;
            }
            Body::Mandate(mandate) => self.empower(mandate, leaf, hash, terms)?,
            Body::Extension(it) => self.extend(it.about.measure, it.closes, terms)?,
            Body::Withdrawal(it) => self.steer(it.about.measure, Act::Withdraw),
            Body::Close(it) => self.close(it.about.measure, &it.head.by, terms)?,
            Body::Incident(_) => self.incidents += 1,
            Body::Freeze(it) => self.page.acts.push(Act::Freeze(it.head.by.clone())),
            Body::Keys(it) => self.page.acts.push(Act::Thaw(it.head.by.clone())),
            Body::Notice(it) => self.page.acts.push(Act::Notice(it.head.by.clone(), it.act)),
            Body::Reservation(_)
            | Body::Attestation(_)
            | Body::Attribution(_)
            | Body::Rotation(_)
            | Body::Entry(_) => {}
        }
        if let Body::Package(package) = body {
            let numbers: Vec<u64> = package.measures.iter().map(|it| it.number).collect();
            self.room.steer(body, &numbers);
        }
        if let Body::Extension(_) | Body::Withdrawal(_) | Body::Close(_) = body {
            let bound = body.about().map(|about| self.bound_to(about.measure));
            self.room.steer(body, &bound.unwrap_or_default());
        }
        self.words.hear(body);
        self.offices.hear(body);
        Ok(())
    }

    /// A statement is ordered once, by a party that may speak.
    fn verify_new(&mut self, statement: &Statement) -> Result<(), String> {
        let by = &statement.body.head().by;
        if !self.texts.insert(statement.text_hash) {
            return Err(format!("orders a statement of {by} a second time"));
        }
        let is_of_keys = matches!(statement.body, Body::Freeze(_) | Body::Keys(_));
        if !is_of_keys && self.frozen.contains(by) {
            return Err(format!("orders a statement of {by}, which is frozen"));
        }
        Ok(())
    }

    fn table(&mut self, measure: &Measure, text: Digest, terms: &Terms<'_>) -> Result<(), String> {
        let number = self.measures.len() as u64 + 1;
        let ahead = measure.authorised_by.and_then(|cited| {
            let seen = self.measures.get(&cited.number)?;
            let is_adopted = seen.text == cited.text && seen.end == Some(End::Adopted);
            match &seen.measure.matter {
                Matter::Participation(codes) if is_adopted => Some(codes.clone()),
                _ => None,
            }
        });
        if let Matter::Appointment(party) = &measure.matter
            && self.offices.is_lost(party)
        {
            return Err(format!("measure {number} appoints to a seat, or by a key, that is taken"));
        }
        let seen = Seen::table(&self.charter, measure, text, terms, ahead.as_deref());
        self.measures.insert(number, seen.map_err(|what| format!("measure {number} {what}"))?);
        Ok(())
    }

    fn revise(&mut self, revision: &Revision, text: Digest) -> Result<(), String> {
        let number = revision.revises.number;
        let seen = self.known(number)?;
        if seen.end.is_some() || seen.package.is_some() || seen.text != revision.revises.text {
            return Err(format!("orders a revision of measure {number}, which cannot be revised"));
        }
        if seen.measure.head.by != revision.measure.head.by {
            return Err(format!("orders a revision of measure {number} that is another's"));
        }
        self.page.acts.push(Act::Revise(number, text, Box::new(revision.measure.clone())));
        Ok(())
    }

    fn bind(&mut self, by: &Code, hash: Digest, numbers: &[u64]) -> Result<(), String> {
        for number in numbers {
            let seen = self.known(*number)?;
            let is_silent = seen.casts.is_empty() && seen.mandates.is_empty();
            let is_own = seen.measure.head.by == *by && !seen.appoints();
            if seen.end.is_some() || seen.package.is_some() || !is_silent || !is_own {
                return Err(format!(
                    "orders a package with measure {number}, which it cannot bind"
                ));
            }
            seen.package = Some(hash);
        }
        self.packages.insert(hash, numbers.to_vec());
        Ok(())
    }

    fn empower(
        &mut self,
        mandate: &Mandate,
        leaf: LeafIndex,
        text_hash: Digest,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        let given = mandate.holder.clone().map(|holder| Given { holder, leaf, text_hash });
        self.open(mandate.about.measure, terms)?.take_mandate(&mandate.on_behalf, given)
    }

    fn extend(&mut self, number: u64, closes: Time, terms: &Terms<'_>) -> Result<(), String> {
        self.open(number, terms)?;
        for number in self.bound_to(number) {
            self.known(number)?.closes = closes;
        }
        Ok(())
    }

    /// Somebody ends a measure early; no participant ends what takes a participant's seat away.
    fn close(&mut self, number: u64, by: &Code, terms: &Terms<'_>) -> Result<(), String> {
        if self.known(number)?.appoints() && terms.roster.member(by).is_none() {
            return Err(format!("lets {by} close measure {number}, which appoints"));
        }
        self.steer(number, |number| Act::Close(number, by.clone()));
        Ok(())
    }

    fn steer(&mut self, number: u64, act: impl Fn(u64) -> Act) {
        let bound = self.bound_to(number);
        self.page.acts.extend(bound.into_iter().map(act));
    }

    fn known(&mut self, number: u64) -> Result<&mut Seen, String> {
        self.measures.get_mut(&number).ok_or_else(|| format!("speaks of measure {number}, unknown"))
    }

    /// A measure that something may be said on.
    fn open(&mut self, number: u64, terms: &Terms<'_>) -> Result<&mut Seen, String> {
        let seen = self.known(number)?;
        if seen.end.is_some() || terms.time >= seen.closes {
            return Err(format!("orders a statement on measure {number}, which is over"));
        }
        Ok(seen)
    }

    fn bound_to(&self, number: u64) -> Vec<u64> {
        let package = self.measures.get(&number).and_then(|seen| seen.package);
        package.and_then(|hash| self.packages.get(&hash)).cloned().unwrap_or_else(|| vec![number])
    }

    /// What the statements of the block do, once they have all been read.
    fn settle(&mut self) {
        let acts = core::mem::take(&mut self.page.acts);
        let is_silenced =
            |by: &Code| acts.iter().any(|act| matches!(act, Act::Freeze(it) if it == by));
        for act in &acts {
            match act {
                Act::Freeze(code) => {
                    self.frozen.insert(code.clone());
                    self.measures.values_mut().for_each(|seen| seen.void(code));
                }
                Act::Thaw(code) => self.thaw(code),
                Act::Withdraw(number) => self.finish(*number, End::Other),
                Act::Close(_, by) if is_silenced(by) => {}
                Act::Close(number, _) => drop(self.page.closed.insert(*number)),
                Act::Notice(code, act) => self.words.announce(code, *act),
                Act::Revise(..) => {}
            }
        }
        for act in acts {
            if let Act::Freeze(code) = &act {
                // Also a notice that came after it: who may have given it is not known.
                self.words.announce(code, NoticeAct::Withdrawn);
            }
            if let Act::Revise(number, text, measure) = act
                && let Some(seen) = self.measures.get_mut(&number)
                && seen.end.is_none()
            {
                seen.replace(text, *measure);
                // What goes first of a revision and a close is the revision.
                self.page.closed.remove(&number);
            }
        }
    }

    fn thaw(&mut self, code: &Code) {
        if self.frozen.remove(code) {
            self.room.renew(code);
        }
    }

    fn finish(&mut self, number: u64, end: End) {
        if let Some(seen) = self.measures.get_mut(&number) {
            seen.end.get_or_insert(end);
        }
    }

    /// A decision: nobody is missing, it says what was said, and its outcome is what that amounts to.
    pub(super) fn read_decision(
        &mut self,
        decision: &Decision,
        terms: &Terms<'_>,
    ) -> Result<(), String> {
        self.settle();
        let number = decision.measure;
        self.verify_end(number, terms, decision.outcome == Outcome::Adopted)?;
        self.decisions += 1;
        if decision.number != self.decisions {
            return Err(format!("measure {number} is decision {} out of turn", decision.number));
        }
        self.known(number)?.verify_decision(number, decision)?;
        let is_ready = self.is_ready(number, terms.roster);
        if is_ready != (decision.outcome == Outcome::Adopted) {
            return Err(format!("measure {number} is {}, against its ballots", decision.outcome));
        }
        if is_ready {
            self.page.adopted.insert(number);
            let measure = self.known(number)?.measure.clone();
            self.words.adopt(&measure);
            if let Matter::Weights(weights) = &measure.matter {
                self.page.weights.push(weights.clone());
            }
            self.offices.adopt(&measure);
        }
        self.page.ended += 1;
        self.finish(number, if is_ready { End::Adopted } else { End::Other });
        Ok(())
    }

    /// A lapse: somebody is missing, or the decision has lost its ground.
    pub(super) fn read_lapse(&mut self, lapse: &Lapse, terms: &Terms<'_>) -> Result<(), String> {
        self.settle();
        let number = lapse.measure;
        let seen = self.known(number)?;
        let missing = seen.missing();
        let is_lost = self.is_lost(number, terms.roster);
        if missing != lapse.missing || missing.is_empty() && !is_lost {
            return Err(format!("measure {number} lapses, and not those it says are missing"));
        }
        self.verify_end(number, terms, is_lost)?;
        self.page.ended += 1;
        self.finish(number, if is_lost { End::Lost } else { End::Other });
        Ok(())
    }

    /// A measure ends once: when it is adopted or lost, both early, or closed, or its time is over.
    fn verify_end(&mut self, number: u64, terms: &Terms<'_>, is_early: bool) -> Result<(), String> {
        let is_closed = self.page.closed.contains(&number);
        let seen = self.known(number)?;
        if seen.end.is_some() {
            return Err(format!("measure {number} ends twice"));
        }
        let is_due = is_early || is_closed || terms.time >= seen.closes;
        if is_due { Ok(()) } else { Err(format!("measure {number} ends before its time")) }
    }

    /// Whether a measure, and all that are bound to it, can be adopted.
    fn is_ready(&self, number: u64, roster: &Roster) -> bool {
        let is_adoptable = |number: &u64| {
            let seen = self.measures.get(number);
            seen.is_some_and(|seen| {
                matches!(seen.end, None | Some(End::Adopted)) && seen.is_adoptable()
            })
        };
        self.bound_to(number).iter().all(is_adoptable) && !self.is_lost(number, roster)
    }

    /// The council holds those for participants whom all have appointed, and for frozen who is.
    pub(super) fn verify_offices(&self, council: &Council) -> Result<(), String> {
        self.offices.verify(council.participants())?;
        let frozen: BTreeSet<_> = council.frozen().map(|(code, _)| code.clone()).collect();
        let is_party = |code: &&Code| council.signers(code).is_some();
        if self.frozen.iter().filter(is_party).eq(&frozen) {
            return Ok(());
        }
        Err("freezes or thaws somebody without a word of his or of all".to_owned())
    }

    /// The block is read: what could be adopted is, together with what it is bound to; what was due
    /// has ended; and the next roster follows from what its members said.
    pub(super) fn end_block(&mut self, terms: &Terms<'_>, next: &Roster) -> Result<(), String> {
        self.room.end_block(&self.charter.shares)?;
        self.settle();
        self.words.verify_change(terms.roster, next)?;
        let has_left =
            |code: &Code| terms.roster.member(code).is_some() && next.member(code).is_none();
        for member in terms.roster.members.iter().filter(|member| has_left(&member.code)) {
            self.measures.values_mut().for_each(|seen| seen.void_mandates(&member.code));
        }
        for code in self.offices.turn() {
            self.thaw(&code);
        }
        self.verify_endings(terms)?;
        self.page = Page::default();
        Ok(())
    }

    /// What is bound together is adopted together, and nothing goes on that this block had to end.
    fn verify_endings(&self, terms: &Terms<'_>) -> Result<(), String> {
        let page = &self.page;
        for number in &page.adopted {
            if let Some(other) = self.bound_to(*number).iter().find(|it| !page.adopted.contains(it))
            {
                return Err(format!("measure {number} is adopted without {other}, bound to it"));
            }
        }
        for (number, seen) in self.measures.iter().filter(|(_, seen)| seen.end.is_none()) {
            if seen.closes <= terms.time && page.ended < ENDINGS_PER_BLOCK_MAX {
                return Err(format!("measure {number} goes on past its deadline"));
            }
            if self.is_ready(*number, terms.roster) {
                return Err(format!("measure {number} has all it needs and is not adopted"));
            }
        }
        Ok(())
    }
}
