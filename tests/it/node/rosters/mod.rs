//! Rosters that change while replicas decide: each height is decided and sealed by its own.

mod agreement;
mod keys;
mod look_up;
mod members;

use nemcon_crypto::verify_line;
use nemcon_ledger::Height;
use nemcon_ledger::record::roster::seal_vkey;
use nemcon_ledger::record::statement::Body;
use nemcon_ledger::record::{CouncilChange, Measure, Position, Statement};
use nemcon_ledger::text::Code;
use nemcon_replica::replica::Outcome;
use nemcon_tests::cluster::Cluster;
use nemcon_tests::fixture::{Ledger, Seat, after_start, code, council_of_equals, member};

/// A council of replicas whose members and keys change.
struct Changing {
    cluster: Cluster,
}

impl Changing {
    fn equals(n: usize) -> Self {
        let start = after_start(core::time::Duration::ZERO);
        Self { cluster: Cluster::start(council_of_equals(n), start) }
    }

    /// The ledger as a node has it.
    fn at(&self, by: &str) -> Ledger {
        Ledger::at(self.cluster.replica(&code(by)).chain().clone())
    }

    fn order(&mut self, at: &str, statement: &Statement) {
        let at = code(at);
        let ticket = self.cluster.submit(&at, statement);
        self.cluster.run_ms(30_000);
        let outcome = self.cluster.outcome(&at, ticket);
        assert!(matches!(outcome, Some(Outcome::Ordered { .. })), "{outcome:?}");
    }

    fn table(&mut self, by: &str, measure: Measure) -> u64 {
        let statement = self.at(by).parties.sign(&Body::Measure(measure));
        self.order(by, &statement);
        self.at(by).council().measure_by_text(&statement.text_hash).expect("it was ordered")
    }

    fn titled(&mut self, by: &str, title: &str) -> u64 {
        let measure = self.at(by).parties.measure(by, title);
        self.table(by, measure)
    }

    /// Everybody who is asked says yes; all statements enter at `at`.
    fn adopt(&mut self, at: &str, number: u64) {
        let entitled = self.at(at).measure(number).frozen.entitled.clone();
        for asked in entitled {
            let ballot = self.at(at).ballot(asked.code.as_str(), number, Position::InFavour);
            self.order(at, &ballot);
        }
    }

    fn rotate(&mut self, by: &str, at: &str, node: Option<&str>, seal: Option<&str>) {
        let ledger = self.at(at);
        let officer = format!("{by}/desk-1");
        let labels: Vec<_> = [Some(officer.as_str()), node, seal].into_iter().flatten().collect();
        let statement = ledger.sign_as(&ledger.rotation(by, node, seal), &labels);
        self.order(at, &statement);
        // What waits takes effect with a block of its own.
        self.cluster.run_ms(30_000);
    }

    fn height(&self, by: &str) -> Height {
        self.cluster.replica(&code(by)).chain().height()
    }

    fn is_following(&self, by: &str) -> bool {
        self.cluster.replica(&code(by)).is_following()
    }

    /// The newest size that all have sealed as a node has it, verified with the keys of its day.
    fn sealed(&self, at: &str) -> Height {
        let replica = self.cluster.replica(&code(at));
        let (height, _, signed) = replica.sealed_checkpoint().expect("something is sealed");
        let origin = &replica.chain().council().genesis().origin;
        for member in &replica.chain().rosters().at(height).members {
            let key = seal_vkey(origin, member);
            let mut lines = signed.signatures().iter();
            let sealed = lines.any(|line| verify_line(&key, signed.text(), line).is_ok());
            assert!(sealed, "{} has not sealed block {}", member.code, height.0);
        }
        height
    }

    fn names(&self, at: &str) -> Vec<Code> {
        let roster = self.at(at).council().roster().clone();
        roster.members.iter().map(|member| member.code.clone()).collect()
    }

    /// The fifth member enters; its node is up since its entry was decided.
    fn accede(&mut self) {
        let theirs = member("M5", "Member 5", Seat::weighing(1));
        let measure =
            self.at("M1").effect("M1", "accession", CouncilChange::Accession(Box::new(theirs)));
        let number = self.table("M1", measure);
        self.adopt("M1", number);
        self.cluster.join(&code("M5"));
        self.cluster.run_ms(30_000);
        assert_eq!(self.height("M5"), self.height("M1"), "a follower catches up");
        assert!(self.is_following("M5"));
        let entry = self.at("M5").signed_entry("M5", number);
        self.order("M1", &entry);
        self.cluster.run_ms(30_000);
    }
}
