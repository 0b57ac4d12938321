//! Random sequences about keys and seats: what one chain writes another accepts, nothing panics, and
//! the roster never breaks its own rules.

use std::collections::BTreeSet;

use nemcon_crypto::SecretKey;
use nemcon_ledger::chain::{BlockError, Chain};
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::signers::sign_lines;
use nemcon_ledger::record::{Body, Matter, Position, Roster, Statement};
use nemcon_tests::fixture::{
    Ledger, SEAL_TIME_S, Seat, code, council_of_equals, member, officer, secret,
};
use proptest::collection::vec;
use proptest::prelude::*;

/// Something that a member, of M1 to M6, tries; M5 and M6 come to the council only by entering.
#[derive(Clone, Debug)]
enum Try {
    Officers(u8),
    Freeze(u8),
    Rotate(u8, bool, bool),
    Notice(u8, bool),
    Admit(u8, u8),
    Enter(u8),
    Depart(u8, u8),
    Ballot(u8, u8),
    Block,
}

fn tries() -> impl Strategy<Value = Try> {
    let who = || 1..=6_u8;
    prop_oneof![
        2 => who().prop_map(Try::Officers),
        2 => who().prop_map(Try::Freeze),
        4 => (who(), any::<bool>(), any::<bool>()).prop_map(|(by, n, s)| Try::Rotate(by, n, s)),
        3 => (who(), any::<bool>()).prop_map(|(by, given)| Try::Notice(by, given)),
        2 => (who(), 5..=6_u8).prop_map(|(by, whom)| Try::Admit(by, whom)),
        3 => (5..=6_u8).prop_map(Try::Enter),
        2 => (who(), who()).prop_map(|(by, whom)| Try::Depart(by, whom)),
        12 => (who(), 1..6_u8).prop_map(|(by, number)| Try::Ballot(by, number)),
        6 => Just(Try::Block),
    ]
}

struct Run {
    ledger: Ledger,
    waiting: Vec<Statement>,
    /// How many keys were made so far.
    made: usize,
    secrets: Vec<SecretKey>,
}

impl Run {
    fn begin() -> Self {
        let ledger = Ledger::found(council_of_equals(4));
        let uses = ["desk-1", "recovery", "node", "seal"];
        let secrets = (1..=6).flat_map(|at| uses.map(|it| secret(&format!("M{at}/{it}"))));
        Self { ledger, waiting: Vec::new(), made: 0, secrets: secrets.collect() }
    }

    fn new_key(&mut self) -> String {
        self.made += 1;
        let label = format!("made/{}", self.made);
        self.secrets.push(secret(&label));
        label
    }

    fn perform(&mut self, what: &Try) {
        let body = match what {
            Try::Block => return self.block(),
            Try::Officers(by) => {
                let card = self.new_key();
                self.ledger.keys(&name(*by), 1, vec![officer("card", &card)], None)
            }
            Try::Freeze(by) => self.ledger.freeze(&name(*by)),
            Try::Rotate(by, node, seal) => {
                let node = (*node || !*seal).then(|| self.new_key());
                let seal = seal.then(|| self.new_key());
                self.ledger.rotation(&name(*by), node.as_deref(), seal.as_deref())
            }
            Try::Notice(by, given) => {
                let act = if *given { NoticeAct::Given } else { NoticeAct::Withdrawn };
                self.ledger.notice(&name(*by), act)
            }
            Try::Admit(by, whom) => {
                let entrant = member(&name(*whom), "The entrant", Seat::weighing(1));
                let matter = Matter::Accession(Box::new(entrant));
                Body::Measure(self.ledger.effect(&name(*by), "accession", matter))
            }
            Try::Depart(by, whom) => {
                let matter = Matter::Departure(code(&name(*whom)));
                Body::Measure(self.ledger.effect(&name(*by), "departure", matter))
            }
            Try::Enter(whom) => {
                let council = self.ledger.council();
                let admits = |matter: &Matter| matter.effect() == Some(Effect::Accession);
                let Some(number) =
                    council.measures().find(|it| admits(&it.measure.matter)).map(|it| it.number)
                else {
                    return;
                };
                Body::Entry(self.ledger.entry(&name(*whom), number))
            }
            Try::Ballot(by, number) => {
                let number = u64::from(*number);
                if self.ledger.council().measure(number).is_none() {
                    return;
                }
                let council = self.ledger.council();
                let position = Position::InFavour;
                Body::Ballot(self.ledger.parties.ballot(council, &name(*by), number, position))
            }
        };
        if let Ok(parts) = self.ledger.council().signers_of(&body) {
            let lines = sign_lines(&body.render(), &parts, &self.secrets, SEAL_TIME_S);
            self.waiting.extend(Statement::new(&body, lines).ok());
        }
    }

    fn block(&mut self) {
        let before = self.ledger.council().roster().clone();
        let statements = core::mem::take(&mut self.waiting);
        // Two chains write and judge each block, and are compared.
        self.ledger.offer_at(self.ledger.next_time(), &statements);
        let after = self.ledger.council().roster();
        assert!(changed(&before, after) <= before.faults_max().max(1));
        assert!(!after.members.is_empty());
        let keys: Vec<_> = after.members.iter().flat_map(keys_of).collect();
        assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "a key has one use");
        assert_eq!(after.digest(), self.ledger.council().roster_digest());
    }

    /// Blocks until nothing waits any more.
    fn finish(&mut self) {
        self.block();
        for _ in 0..100 {
            if self.ledger.idle().is_none() {
                return;
            }
        }
        panic!("an idle council goes on writing");
    }
}

fn name(at: u8) -> String {
    format!("M{at}")
}

fn keys_of(member: &nemcon_ledger::record::Member) -> Vec<nemcon_crypto::PublicKey> {
    let officers = member.officers.iter().map(|officer| officer.key);
    officers.chain([member.recovery, member.node, member.seal]).collect()
}

/// How many node keys entered, left or changed.
fn changed(before: &Roster, after: &Roster) -> usize {
    let is_new =
        |roster: &Roster, code, node| roster.member(code).is_none_or(|other| other.node != node);
    let new = after.members.iter().filter(|it| is_new(before, &it.code, it.node)).count();
    let gone = before.members.iter().filter(|it| after.member(&it.code).is_none()).count();
    new + gone
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 96, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn no_sequence_about_keys_and_seats_breaks_a_council(what in vec(tries(), 1..120)) {
        let mut run = Run::begin();
        for what in &what {
            run.perform(what);
        }
        run.finish();
        let mut judge = Chain::found(run.ledger.parties.genesis.clone());
        for block in &run.ledger.blocks {
            judge = judge.apply(block).map_err(|error: BlockError| {
                TestCaseError::fail(error.to_string())
            })?;
        }
        prop_assert_eq!(judge.root(), run.ledger.chain.root());
        prop_assert_eq!(judge.council().roster(), run.ledger.council().roster());
    }
}
