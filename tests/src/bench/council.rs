//! A council whose members' keys are all at hand: whatever a member signs, made without a node.

use std::path::Path;

use nemcon_client::founding::Founding;
use nemcon_client::keyfile::{self, KeyRole};
use nemcon_client::keyset::{NODE_FILE, SEAL_FILE};
use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::cosignature::cosign;
use nemcon_crypto::{Digest, SecretKey};
use nemcon_ledger::Height;
use nemcon_ledger::durable::Seal;
use nemcon_ledger::record::charter::Allowance;
use nemcon_ledger::record::statement::{Head, sign_as_officer};
use nemcon_ledger::record::{
    About, Ballot, Body, Boundary, CouncilChange, Genesis, Measure, Particulars, Position, Said,
    Statement,
};
use nemcon_ledger::text::{Code, Label, Line, Time};
use nemcon_node::testnet::{GENESIS_FILE, Testnet};
use nemcon_replica::consensus::{CommitCertificate, Round, VoteKind, sign_bytes};
use nemcon_replica::keyring::Keyring;

use crate::crash::Failed;

/// The kind of the measures of the benchmark.
const KIND: &str = "cfsp-decision";
/// The rule that decides the measures of the benchmark.
const RULE: &str = "unanimity";
/// The legal basis of the measures of the benchmark.
const BASIS: &str = "Article 29 TEU";
/// What the measures of the benchmark say, so that their records are as long as those of short acts.
const SUMMARY: &str = "Adds entries to the list of persons and entities in the annex, and corrects one that is there.";

/// The keys of one member.
#[derive(Clone, Debug)]
struct Member {
    code: Code,
    label: Label,
    officer: SecretKey,
    node: SecretKey,
    seal: SecretKey,
}

/// A council with the keys of all its members.
#[derive(Clone, Debug)]
pub struct Signers {
    /// The genesis of the council.
    pub genesis: Genesis,
    /// The digest of the council.
    pub council: Digest,
    members: Vec<Member>,
}

/// The charter of the Union for the first `members`, where a day does not bound what a party says: a
/// benchmark says in a minute what a delegation says in a year. The share of a block stays.
pub fn charter(members: usize) -> Result<Shipped, Failed> {
    let shipped = Shipped::load(CharterName::EuCouncil).first(members);
    let mut shipped = shipped.map_err(|error| Failed(error.to_string()))?;
    // TOML has no greater number.
    let bytes = u64::try_from(i64::MAX).expect("it is positive");
    let unbounded = Allowance { statements: u32::MAX, bytes };
    (shipped.charter.shares.ballots, shipped.charter.shares.day) = (unbounded, unbounded);
    Ok(shipped)
}

fn line(text: &str) -> Line {
    text.parse().expect("the benchmark's own words are lines")
}

impl Signers {
    /// Reads the genesis and the keys of a test network.
    pub fn load(testnet: &Testnet) -> Result<Self, Failed> {
        let said = |error: &dyn core::fmt::Display| Failed(error.to_string());
        let bytes = std::fs::read(testnet.dir().join(GENESIS_FILE))?;
        let founding = Founding::parse(&bytes).map_err(|error| said(&error))?;
        let genesis = founding.genesis().clone();
        let members = genesis.roster.members.iter().map(|member| {
            let folder = testnet.folder(&member.code);
            let key = |path: &Path, role| keyfile::load(path, role).map_err(|error| said(&error));
            let officers = testnet.officer_keys(&member.code)?;
            let officer = officers.first().ok_or_else(|| Failed("no officer".to_owned()))?;
            Ok(Member {
                code: member.code.clone(),
                label: member.officers[0].label.clone(),
                officer: key(officer, KeyRole::Officer)?,
                node: key(&folder.join(NODE_FILE), KeyRole::Node)?,
                seal: key(&folder.join(SEAL_FILE), KeyRole::Seal)?,
            })
        });
        let members = members.collect::<Result<_, Failed>>()?;
        Ok(Self { council: genesis.digest(), genesis, members })
    }

    /// The number of members.
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there are none, which no council allows.
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The code of the member at this place.
    pub fn code(&self, at: usize) -> &Code {
        &self.members[at].code
    }

    /// The node key and the seal key of the member at this place.
    pub fn keyring(&self, at: usize) -> Keyring {
        let member = &self.members[at];
        Keyring::new(member.node.clone(), member.seal.clone())
    }

    /// A measure that the member at this place tables.
    pub fn measure(&self, by: usize, title: &str, closes: Time) -> Statement {
        let measure = Measure {
            head: self.head(by),
            title: line(title),
            kind: KIND.parse().expect("a label"),
            rule: RULE.parse().expect("a label"),
            authorised_by: None,
            concerns: None,
            category: None,
            procedure: None,
            basis: vec![line(BASIS)],
            initiative: None,
            references: Vec::new(),
            particulars: Particulars::default(),
            amends: Vec::new(),
            predecessor: None,
            incidents: Vec::new(),
            rests_on: Vec::new(),
            summary: vec![line(SUMMARY)],
            proportionality: None,
            targets: Vec::new(),
            listed: Vec::new(),
            applies: Vec::new(),
            exceptions: Vec::new(),
            documents: Vec::new(),
            council_change: CouncilChange::None,
            opens: None,
            closes,
            enters: None,
            reviews: None,
            expires: None,
        };
        self.sign(by, &Body::Measure(measure))
    }

    /// A ballot of the member at this place, after its last statement on the measure.
    pub fn ballot(
        &self,
        by: usize,
        about: &About,
        position: Position,
        after: Option<Digest>,
    ) -> Statement {
        let (head, about) = (self.head(by), about.clone());
        let said = Said { on_behalf: head.by.clone(), head, about, after };
        let ballot = Ballot { said, position, declaration: None, mandate: None, is_tacit: false };
        self.sign(by, &Body::Ballot(ballot))
    }

    /// How statements name a measure that these signers have tabled under this number.
    pub fn about(statement: &Statement, number: u64) -> About {
        let Body::Measure(measure) = &statement.body else {
            unreachable!("the benchmark names its measures alone")
        };
        About {
            measure: number,
            revision: 1,
            text: statement.text_hash,
            title: measure.title.clone(),
            rule: measure.rule.clone(),
            package: None,
        }
    }

    /// The certificate that all members sign for a block in round 0.
    pub fn certificate(&self, height: Height, value_id: Digest) -> CommitCertificate {
        let kind = VoteKind::Precommit;
        let message = sign_bytes::vote(self.council, kind, height, Round(0), Some(value_id));
        let signatures = (0..).zip(&self.members).map(|(at, it)| (at, it.node.sign(&message)));
        CommitCertificate { height, round: Round(0), value_id, signatures: signatures.collect() }
    }

    /// The seals of all members on a boundary.
    pub fn seals(&self, boundary: &Boundary, time_s: u64) -> Vec<Seal> {
        let Boundary { size, root } = *boundary;
        let checkpoint = Checkpoint::new(&self.genesis.checkpoint_origin(), size, root)
            .expect("the council's origin is a line");
        let seal = |member: &Member| {
            let made = cosign(&checkpoint, time_s, &member.seal).expect("times of this age");
            let (member, signature) = (member.code.to_string(), *made.signature());
            Seal { size, root, member, time_s, signature }
        };
        self.members.iter().map(seal).collect()
    }

    fn head(&self, by: usize) -> Head {
        Head { council: self.council, by: self.members[by].code.clone() }
    }

    fn sign(&self, by: usize, body: &Body) -> Statement {
        let Member { code, label, officer, .. } = &self.members[by];
        let line = sign_as_officer(&body.render(), &self.genesis.origin, code, label, officer);
        Statement::new(body, vec![line]).expect("the benchmark's own statements")
    }
}
