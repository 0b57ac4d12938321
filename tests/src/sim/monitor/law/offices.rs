//! Who speaks for the parties without a ballot, as the monitor itself reads it: nobody gets or loses
//! such a seat but by decision of all.

use std::collections::{BTreeMap, BTreeSet};

use nemcon_crypto::{PublicKey, verify_line};
use nemcon_ledger::council::PARTICIPANTS_MAX;
use nemcon_ledger::record::roster::officer_vkey;
use nemcon_ledger::record::{
    Body, CouncilChange, Genesis, Measure, Member, Participant, Statement,
};
use nemcon_ledger::text::{Code, Label, Origin};

/// The seats without a ballot, and whatever keys and codes are taken.
pub(super) struct Offices {
    origin: Origin,
    /// Who speaks in the block that is read.
    now: BTreeMap<Code, Participant>,
    /// Who speaks in the next one, where this one has decided on it.
    next: BTreeMap<Code, Participant>,
    /// Every key that anybody has, or had.
    used: BTreeSet<PublicKey>,
    /// Who is admitted, and has not come yet.
    promised: BTreeMap<Code, Member>,
    /// Every code that is a member's, was, or will be.
    members: BTreeSet<Code>,
}

fn keys(member: &Member) -> impl Iterator<Item = PublicKey> {
    let officers = member.officers.iter().map(|officer| officer.key);
    officers.chain([member.recovery, member.node, member.seal])
}

impl Offices {
    pub(super) fn new(genesis: &Genesis) -> Self {
        let members = &genesis.roster.members;
        let now: BTreeMap<_, _> =
            genesis.participants.iter().map(|it| (it.code.clone(), it.clone())).collect();
        let officers = now.values().flat_map(|it| &it.officers).map(|officer| officer.key);
        Self {
            origin: genesis.origin.clone(),
            used: members.iter().flat_map(keys).chain(officers).collect(),
            promised: BTreeMap::new(),
            members: members.iter().map(|member| member.code.clone()).collect(),
            next: BTreeMap::new(),
            now,
        }
    }

    /// The role of this participant, if it is one in the block that is read.
    pub(super) fn role_of(&self, code: &Code) -> Option<Label> {
        self.now.get(code).map(|party| party.role.clone())
    }

    /// A statement of a participant bears the signatures of as many of its officers as must sign.
    pub(super) fn verify_signed(&self, statement: &Statement) -> Result<(), String> {
        let by = &statement.body.head().by;
        let Some(party) = self.now.get(by) else { return Ok(()) };
        let wanted = match statement.body {
            Body::Freeze(_) => 1,
            _ => party.threshold,
        };
        let (text, lines) = (statement.note.text(), statement.note.signatures());
        let has_signed = |key: &&_| lines.iter().any(|line| verify_line(key, text, line).is_ok());
        let keys: Vec<_> =
            party.officers.iter().map(|it| officer_vkey(&self.origin, by, it)).collect();
        let signed = keys.iter().filter(has_signed).count();
        if party.officers.is_empty() || signed != wanted || lines.len() != wanted {
            return Err(format!("orders a statement of {by} that {by} has not signed"));
        }
        Ok(())
    }

    /// Keys that somebody brings in.
    pub(super) fn hear(&mut self, body: &Body) {
        match body {
            Body::Keys(keys) => {
                self.used.extend(keys.officers.iter().map(|it| it.key).chain(keys.recovery));
            }
            Body::Rotation(new) => self.used.extend(new.node.into_iter().chain(new.seal)),
            Body::Entry(entry) => {
                self.used.extend(self.promised.remove(&entry.head.by).iter().flat_map(keys));
            }
            Body::Measure(_)
            | Body::Revision(_)
            | Body::Package(_)
            | Body::Ballot(_)
            | Body::Mandate(_)
            | Body::Reservation(_)
            | Body::Extension(_)
            | Body::Withdrawal(_)
            | Body::Close(_)
            | Body::Attestation(_)
            | Body::Remark(_)
            | Body::Incident(_)
            | Body::Attribution(_)
            | Body::Freeze(_)
            | Body::Notice(_) => {}
        }
    }

    /// A measure is adopted: who is admitted or appointed takes its seat with the next block.
    pub(super) fn adopt(&mut self, measure: &Measure) {
        match &measure.council_change {
            CouncilChange::Accession(member) => {
                self.members.insert(member.code.clone());
                self.promised.insert(member.code.clone(), (**member).clone());
            }
            CouncilChange::Appointment(party) => {
                self.used.extend(party.officers.iter().map(|officer| officer.key));
                self.next.insert(party.code.clone(), (**party).clone());
            }
            CouncilChange::None
            | CouncilChange::Participation(_)
            | CouncilChange::Departure(_)
            | CouncilChange::Weights(_)
            | CouncilChange::Rules(_) => {}
        }
    }

    fn will_be(&self, code: &Code) -> Option<&Participant> {
        self.next.get(code).or_else(|| self.now.get(code))
    }

    /// Whether the code of an entrant is another party's.
    fn has(&self, code: &Code) -> bool {
        self.will_be(code).is_some()
    }

    /// Whether a key was ever used, or is that of an entrant of another code.
    fn is_anothers(&self, key: &PublicKey, code: &Code) -> bool {
        let mut others = self.promised.values().filter(|it| it.code != *code);
        self.used.contains(key) || others.any(|it| it.has_key(key))
    }

    /// Whether an entrant can never come, beside those that are admitted before it in its package.
    pub(super) fn is_shut_out<'a>(
        &self,
        entrant: &Member,
        before: impl Iterator<Item = &'a Member>,
    ) -> bool {
        let others: Vec<_> = before.filter(|it| it.code != entrant.code).collect();
        let is_taken = |key: PublicKey| {
            self.is_anothers(&key, &entrant.code) || others.iter().any(|it| it.has_key(&key))
        };
        self.has(&entrant.code) || keys(entrant).any(is_taken)
    }

    /// Whether nobody can be appointed so any more: the code or a key is somebody else's.
    pub(super) fn is_lost(&self, party: &Participant) -> bool {
        let before = self.will_be(&party.code);
        let stays = |it: &_| before.is_some_and(|before| before.officers.contains(it));
        let new: Vec<_> = party.officers.iter().filter(|it| !stays(it)).map(|it| it.key).collect();
        let is_taken = |key: &PublicKey| self.is_anothers(key, &party.code);
        let added = self.next.keys().filter(|code| !self.now.contains_key(*code)).count();
        self.members.contains(&party.code)
            || new.iter().any(is_taken)
            || new.iter().collect::<BTreeSet<_>>().len() < new.len()
            || before.is_none() && self.now.len() + added >= PARTICIPANTS_MAX
    }

    /// The block is over: who was appointed speaks from now on. Returns their codes.
    pub(super) fn turn(&mut self) -> BTreeSet<Code> {
        let appointed = core::mem::take(&mut self.next);
        let codes = appointed.keys().cloned().collect();
        self.now.extend(appointed);
        codes
    }

    /// The council lets those speak who were appointed, and nobody else.
    pub(super) fn verify(&self, council: &[Participant]) -> Result<(), String> {
        let same = |it: &Participant| self.now.get(&it.code) == Some(it);
        if council.len() == self.now.len() && council.iter().all(same) {
            return Ok(());
        }
        Err("lets somebody speak for a participant whom nobody has appointed".to_owned())
    }
}
