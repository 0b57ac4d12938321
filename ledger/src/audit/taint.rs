//! What an audit does not know any more behind a record that it refuses.
//!
//! A refused record does not act in the state with which the audit goes on. A later record that differs
//! from that state may follow from the refused record, or it may be a second forgery; nobody can
//! tell. So a difference counts as a fault of its own only if nothing on which it rests was refused
//! before.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{LeafIndex, TreeSize};

use crate::council::{Council, Refusal};
use crate::record::measure_fields::{Cited, Predecessor};
use crate::record::statement::SignatureFault;
use crate::record::{Body, ChainKey, CouncilChange, Measure};
use crate::text::Code;

/// What a record is about or rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Subjects {
    /// Who signs it.
    pub(super) by: Option<Code>,
    pub(super) measures: BTreeSet<u64>,
    pub(super) incidents: BTreeSet<u64>,
    /// Whose seat, keys or ballot it is about.
    pub(super) parties: BTreeSet<Code>,
    pub(super) chain: Option<ChainKey>,
}

/// What is not known any more, each with the first refused record because of which it is not known.
#[derive(Clone, Debug, Default)]
pub(super) struct Taints {
    /// A record that nobody can read, or that is missing: anything may follow from it.
    all: Option<LeafIndex>,
    measures: BTreeMap<u64, LeafIndex>,
    incidents: BTreeMap<u64, LeafIndex>,
    /// Who signs for a party, and whether it may speak.
    keys: BTreeMap<Code, LeafIndex>,
    /// Seats, node keys, notices.
    seats: BTreeMap<Code, LeafIndex>,
    /// Weights, rules and members: a measure that nobody can read may have changed them.
    council: Option<LeafIndex>,
    /// How many decisions there are.
    decisions: Option<LeafIndex>,
    /// What a party has said last, and on what: a statement of its was refused, and nobody knows how it
    /// read before it was altered.
    speakers: BTreeMap<Code, LeafIndex>,
    /// The first record because of which it is not known what some party has said.
    first_silence: Option<LeafIndex>,
    /// The first record because of which a party's keys or seat are not known.
    first_of_seats: Option<LeafIndex>,
    chains: BTreeMap<ChainKey, LeafIndex>,
    /// Chains of which a statement was let in since, by party.
    fastened: BTreeMap<Code, BTreeSet<ChainKey>>,
    /// The tree that block records speak of is not the one that the records have.
    tree: Option<LeafIndex>,
    /// How many records were refused. A forger may have put in as many.
    refused: u64,
    /// The last block record is not the one that the next block speaks of.
    previous: Option<LeafIndex>,
    /// Block records were written again around this record, so that the order of statements behind it,
    /// which is drawn by them, is another one.
    redrawn: Option<LeafIndex>,
}

impl Subjects {
    pub(super) fn of(body: &Body) -> Self {
        let by = body.head().by.clone();
        let mut subjects = Self {
            by: Some(by.clone()),
            chain: body.link().map(|link| link.chain),
            ..Self::default()
        };
        if let Some(about) = body.about() {
            subjects.measures.insert(about.measure);
        }
        match body {
            Body::Measure(measure) => subjects.add_cited(measure),
            Body::Revision(revision) => {
                subjects.measures.insert(revision.revises.number);
                subjects.add_cited(&revision.measure);
            }
            Body::Package(package) => {
                subjects.measures.extend(package.measures.iter().map(|cited| cited.number));
            }
            Body::Ballot(ballot) => subjects.parties.extend([ballot.said.on_behalf.clone()]),
            Body::Attribution(said) => subjects.incidents.extend([said.incident.number]),
            Body::Entry(entry) => {
                subjects.measures.insert(entry.admitted_by.number);
                subjects.parties.insert(by);
            }
            Body::Keys(_) | Body::Freeze(_) | Body::Rotation(_) | Body::Notice(_) => {
                subjects.parties.insert(by);
            }
            Body::Mandate(_)
            | Body::Reservation(_)
            | Body::Extension(_)
            | Body::Withdrawal(_)
            | Body::Close(_)
            | Body::Attestation(_)
            | Body::Remark(_)
            | Body::Incident(_) => {}
        }
        subjects
    }

    fn add_cited(&mut self, measure: &Measure) {
        let cited = |cited: &Cited| cited.number;
        let predecessor = |it: &Predecessor| it.cited.number;
        self.measures.extend(measure.authorised_by.as_ref().map(cited));
        self.measures.extend(measure.predecessor.as_ref().map(predecessor));
        self.incidents.extend(measure.incidents.iter().map(cited));
        self.parties.extend(measure.concerns.clone());
        self.parties.extend(parties_of(&measure.council_change));
    }

    /// What the end of this measure rests on, if it differs in what these parties have said.
    pub(super) fn of_ending(
        council: &Council,
        number: u64,
        parties: impl IntoIterator<Item = Code>,
    ) -> Self {
        let mut subjects = Self { measures: BTreeSet::from([number]), ..Self::default() };
        subjects.parties.extend(parties);
        if let Some(state) = council.measure(number) {
            let bound = council.package_of(state).into_iter().flat_map(|it| &it.measures);
            subjects.measures.extend(bound.map(|cited| cited.number));
            subjects.parties.extend(parties_of(&state.terms.council_change));
        }
        subjects
    }
}

/// The parties whose seat or keys a measure changes.
fn parties_of(council_change: &CouncilChange) -> Vec<Code> {
    match council_change {
        CouncilChange::Participation(codes) => codes.clone(),
        CouncilChange::Accession(member) => vec![member.code.clone()],
        CouncilChange::Departure(code) => vec![code.clone()],
        CouncilChange::Appointment(participant) => vec![participant.code.clone()],
        CouncilChange::None | CouncilChange::Weights(_) | CouncilChange::Rules(_) => Vec::new(),
    }
}

impl Taints {
    /// How much there is that is not known.
    pub(super) fn size(&self) -> usize {
        self.measures.len()
            + self.incidents.len()
            + self.keys.len()
            + self.seats.len()
            + self.speakers.len()
            + self.chains.len()
    }

    /// The record because of which a refusal may not be a lie of its own, if there is one. A forged
    /// signature of a known key always is.
    pub(super) fn excuse_refusal(&self, on: &Subjects, refusal: &Refusal) -> Option<LeafIndex> {
        use Refusal as R;
        if matches!(refusal, R::Signatures { fault: SignatureFault::Invalid { .. }, .. }) {
            return None;
        }
        let is_of_signers = matches!(
            refusal,
            R::Signatures { .. }
                | R::Frozen(_)
                | R::VacantSeat(_)
                | R::UnknownParty(_)
                | R::NotAMember(_)
                | R::NotAdmitted(_)
        );
        if is_of_signers {
            return self.of_keys(on).or(self.all);
        }
        // An entrant seals the tree of the log as it was before somebody altered a record.
        let is_of_tree = matches!(refusal, R::UnknownCheckpoint(_) | R::InvalidSeal(_));
        self.excuse(on).or_else(|| self.tree.filter(|_| is_of_tree))
    }

    /// The record because of which what is said on these subjects may differ.
    pub(super) fn excuse(&self, on: &Subjects) -> Option<LeafIndex> {
        let measures = on.measures.iter().filter_map(|number| self.measures.get(number));
        let incidents = on.incidents.iter().filter_map(|number| self.incidents.get(number));
        let parties = on.parties.iter().filter_map(|code| self.of_party(code));
        let chain = on.chain.iter().filter_map(|chain| self.of_chain(chain));
        let first = measures.chain(incidents).chain(parties).chain(chain).min().copied();
        first.or_else(|| self.of_keys(on)).or(self.all)
    }

    fn of_keys(&self, on: &Subjects) -> Option<LeafIndex> {
        on.by.as_ref().and_then(|by| self.keys.get(by)).copied()
    }

    fn of_party(&self, code: &Code) -> Option<&LeafIndex> {
        let all = [&self.keys, &self.seats, &self.speakers];
        all.into_iter().filter_map(|unknown| unknown.get(code)).min()
    }

    fn of_chain(&self, chain: &ChainKey) -> Option<&LeafIndex> {
        self.chains.get(chain).or_else(|| self.speakers.get(chain.code()))
    }

    /// The record because of which the roster may differ.
    pub(super) fn of_roster(&self) -> Option<LeafIndex> {
        self.first_of_seats.or(self.council).or(self.all)
    }

    /// The record because of which anybody may have said something else.
    pub(super) const fn of_speakers(&self) -> Option<LeafIndex> {
        self.first_silence
    }

    /// The record because of which decisions may be counted otherwise.
    pub(super) const fn of_decisions(&self) -> Option<LeafIndex> {
        self.decisions
    }

    /// The record because of which the tree that block records speak of may differ.
    pub(super) const fn of_tree(&self) -> Option<LeafIndex> {
        self.tree
    }

    /// The record because of which a block record may name this size where the tree has `is`: records
    /// that were refused may have been put in.
    pub(super) fn of_size(&self, said: TreeSize, is: TreeSize) -> Option<LeafIndex> {
        let put_in = is.0.checked_sub(said.0).filter(|put_in| *put_in <= self.refused);
        self.all.or(self.tree.filter(|_| put_in.is_some()))
    }

    /// The record because of which the last block record may be another.
    pub(super) const fn of_previous(&self) -> Option<LeafIndex> {
        self.previous
    }

    /// The record because of which the order of statements may be another; `is_linked` tells whether
    /// the block names the block record before it as it stands.
    pub(super) fn of_order(&self, is_linked: bool) -> Option<LeafIndex> {
        let previous = self.previous.filter(|_| !is_linked);
        previous.or(self.redrawn).or(self.all)
    }

    /// The record because of which anything may differ.
    pub(super) const fn of_all(&self) -> Option<LeafIndex> {
        self.all
    }

    /// The record because of which this measure is not judged.
    pub(super) fn of_measure(&self, number: u64) -> Option<LeafIndex> {
        self.measures.get(&number).copied()
    }

    /// Whether the last statement of this chain is unknown.
    pub(super) fn is_loose(&self, chain: &ChainKey) -> bool {
        let is_fast = |known: &BTreeSet<ChainKey>| known.contains(chain);
        self.of_chain(chain).is_some() && !self.fastened.get(chain.code()).is_some_and(is_fast)
    }

    /// The last statement of this chain is unknown.
    pub(super) fn loosen(&mut self, chain: ChainKey, leaf: LeafIndex) {
        if let Some(known) = self.fastened.get_mut(chain.code()) {
            known.remove(&chain);
        }
        note(&mut self.chains, [chain], leaf);
    }

    /// Marks all chains of these parties as unknown.
    pub(super) fn silence(&mut self, codes: impl IntoIterator<Item = Code>, leaf: LeafIndex) {
        for code in codes {
            self.fastened.remove(&code);
            if note(&mut self.speakers, [code], leaf) {
                self.first_silence = self.first_silence.into_iter().chain([leaf]).min();
            }
        }
    }

    /// The chain's last statement is known again.
    pub(super) fn fasten(&mut self, chain: ChainKey) {
        self.fastened.entry(chain.code().clone()).or_default().insert(chain);
    }

    /// A statement of this body at `leaf` does nothing; it would have got `number` among its kind.
    pub(super) fn spoil(&mut self, body: &Body, number: u64, leaf: LeafIndex) {
        let Subjects { chain, mut measures, incidents, parties, by } = Subjects::of(body);
        match body {
            Body::Measure(measure) => {
                measures = BTreeSet::from([number]);
                self.spoil_matter(&measure.council_change, leaf);
            }
            Body::Revision(revision) => self.spoil_matter(&revision.measure.council_change, leaf),
            Body::Incident(_) => {
                note(&mut self.incidents, [number], leaf);
            }
            Body::Attribution(_) => {
                note(&mut self.incidents, incidents, leaf);
            }
            Body::Keys(_) | Body::Freeze(_) => self.spoil_keys(by, leaf),
            Body::Rotation(_) | Body::Notice(_) => self.spoil_seats(parties, leaf),
            Body::Entry(_) => {
                self.spoil_keys(by, leaf);
                self.spoil_seats(parties, leaf);
            }
            Body::Package(_)
            | Body::Ballot(_)
            | Body::Mandate(_)
            | Body::Reservation(_)
            | Body::Extension(_)
            | Body::Withdrawal(_)
            | Body::Close(_)
            | Body::Attestation(_)
            | Body::Remark(_) => {}
        }
        if let Some(chain) = chain {
            self.loosen(chain, leaf);
        }
        self.spoil_all(measures, leaf);
        self.spoil_tree(leaf);
    }

    /// Marks as unknown how this measure ends, and what its end changes.
    pub(super) fn spoil_ending(&mut self, council: &Council, number: u64, leaf: LeafIndex) {
        self.spoil_all([number], leaf);
        self.decisions.get_or_insert(leaf);
        match council.measure(number) {
            Some(state) => self.spoil_matter(&state.terms.council_change, leaf),
            None => {
                self.council.get_or_insert(leaf);
            }
        }
        self.spoil_tree(leaf);
    }

    /// Marks as unknown what this matter may have changed in the council.
    fn spoil_matter(&mut self, council_change: &CouncilChange, leaf: LeafIndex) {
        for code in parties_of(council_change) {
            self.spoil_party(code, leaf);
        }
        if matches!(council_change, CouncilChange::Weights(_) | CouncilChange::Rules(_)) {
            self.council.get_or_insert(leaf);
        }
    }

    /// Marks these measures as unknown.
    pub(super) fn spoil_all(&mut self, numbers: impl IntoIterator<Item = u64>, leaf: LeafIndex) {
        note(&mut self.measures, numbers, leaf);
    }

    /// What was said for this party, by it or with its keys, is unknown.
    pub(super) fn spoil_party(&mut self, code: Code, leaf: LeafIndex) {
        self.spoil_keys([code.clone()], leaf);
        self.spoil_seats([code], leaf);
    }

    fn spoil_keys(&mut self, codes: impl IntoIterator<Item = Code>, leaf: LeafIndex) {
        if note(&mut self.keys, codes, leaf) {
            self.first_of_seats = self.first_of_seats.into_iter().chain([leaf]).min();
        }
    }

    fn spoil_seats(&mut self, codes: impl IntoIterator<Item = Code>, leaf: LeafIndex) {
        if note(&mut self.seats, codes, leaf) {
            self.first_of_seats = self.first_of_seats.into_iter().chain([leaf]).min();
        }
    }

    /// Roots and sizes in block records speak of another tree from here on.
    pub(super) fn spoil_tree(&mut self, leaf: LeafIndex) {
        self.refused += 1;
        self.tree.get_or_insert(leaf);
    }

    /// Marks everything as unknown from this record on.
    pub(super) fn spoil_everything(&mut self, leaf: LeafIndex) {
        self.all.get_or_insert(leaf);
        self.spoil_tree(leaf);
    }

    /// A block record speaks of the tree as it is: it was written behind what was refused before it.
    pub(super) fn redraw(&mut self) {
        self.redrawn = self.redrawn.or(self.tree);
    }

    /// The next block may speak of another block record than the one that stands there.
    pub(super) const fn set_previous(&mut self, because: Option<LeafIndex>) {
        self.previous = because;
    }
}

/// Notes the first record because of which something is unknown; whether something was not so before.
fn note<K: Ord>(
    unknown: &mut BTreeMap<K, LeafIndex>,
    keys: impl IntoIterator<Item = K>,
    leaf: LeafIndex,
) -> bool {
    let before = unknown.len();
    for key in keys {
        unknown.entry(key).or_insert(leaf);
    }
    unknown.len() > before
}
