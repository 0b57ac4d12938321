//! For tests of this and other crates: a council of four members, a measure as its node shows it,
//! and a node with scripted answers. Only the feature `fixture` builds it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test that meets the unexpected must fail"
)]

use std::collections::BTreeMap;
use std::path::Path;

use axum::Router;
use nemcon_crypto::hash;
use nemcon_crypto::signing::SecretKey;
use nemcon_ledger::Time;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Genesis};
use nemcon_ledger::text::Label;

use crate::api::{BallotView, Measure, MeasureStatus};
use crate::client::{Access, Client};
use crate::draft::{Draft, DraftTarget, NoTexts};
use crate::founding::{Plan, PlannedMember, PlannedOfficer, Visibility};
use crate::shipped::{CharterName, Shipped};

/// Four members; BE's statements need two of its three officers.
pub fn genesis() -> Genesis {
    let shipped = Shipped::load(CharterName::EuCouncil).first(4).unwrap();
    let officers = |at: u8| {
        let count = if at == 0 { 3 } else { 1 };
        let officer = |n: u8| PlannedOfficer {
            label: ["desk", "deputy", "head"][usize::from(n)].parse().unwrap(),
            key: officer(at, n).public(),
        };
        (0..count).map(officer).collect()
    };
    let members = (0_u8..).zip(&shipped.seats).map(|(at, seat)| PlannedMember {
        code: seat.code.clone(),
        name: seat.name.clone(),
        weight: seat.weight,
        signatures: if at == 0 { 2 } else { 1 },
        recovery: officer(at, 10).public(),
        node: officer(at, 11).public(),
        seal: officer(at, 12).public(),
        officers: officers(at),
    });
    let plan = Plan {
        origin: shipped.origin.clone(),
        visibility: Visibility::Members,
        charter: "unused".into(),
        members: members.collect(),
        participants: Vec::new(),
    };
    plan.assemble(shipped.charter).unwrap()
}

/// The founding key `number` of the member at `member`: officers from 0, then recovery, node and seal.
pub fn officer(member: u8, number: u8) -> SecretKey {
    SecretKey::from_seed(&[member * 16 + number + 1; 32])
}

/// The head of a statement by `code`.
pub fn head(genesis: &Genesis, code: &str) -> Head {
    Head { council: genesis.digest(), by: code.parse().unwrap() }
}

/// The time at which the measure was tabled.
pub fn now() -> Time {
    "2026-11-23T20:47:00.000Z".parse().unwrap()
}

/// The measure that comes along first, with commitments that are the same each time.
fn listing() -> Draft {
    let text = Shipped::load(CharterName::EuCouncil).measures[0];
    let mut draft = Draft::parse(text, Path::new("measure.toml")).unwrap();
    let commitment = |what: &str| hash::sha256(what.as_bytes());
    let listed = |(sort, count): (&Label, &u32)| {
        let who = commitment(sort.as_str());
        let target = DraftTarget { sort: sort.clone(), who, reasons: Some(commitment("why")) };
        vec![target; *count as usize]
    };
    draft.target = draft.targets.iter().flat_map(listed).collect();
    draft
}

/// The measure as a node shows it before any ballot.
pub fn shown(genesis: &Genesis) -> Measure {
    let body =
        listing().into_body(head(genesis, "BG"), &genesis.charter, now(), Path::new("."), &NoTexts);
    let body = body.unwrap();
    let Body::Measure(measure) = &body else { panic!("a draft makes a measure") };
    let ballots = genesis.roster.members.iter().map(|member| BallotView {
        code: member.code.clone(),
        name: member.name.to_string(),
        weight: member.weight,
        position: None,
        cast_by: None,
        tacit: false,
        declaration: None,
        time: None,
        leaf: None,
        pending: false,
    });
    Measure {
        number: 1,
        revision: 1,
        text_hash: hash::sha256(body.render().as_bytes()),
        leaf: 1,
        title: measure.title.to_string(),
        kind: measure.kind.to_string(),
        rule: measure.rule.to_string(),
        by: measure.head.by.clone(),
        tabled: now(),
        opens: None,
        closes: measure.closes,
        status: MeasureStatus::Open,
        reason: None,
        publication: None,
        ended: None,
        outcome_leaf: None,
        is_final: false,
        ballots: ballots.collect(),
        missing: genesis.roster.members.iter().map(|member| member.code.clone()).collect(),
        members: genesis.roster.members.len() as u64,
        total_weight: genesis.charter.weight.total,
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
        text: body.render(),
        last: BTreeMap::new(),
    }
}

/// Another measure, with this number and title.
pub fn another(number: u64, title: &str) -> Measure {
    let mut measure = shown(&genesis());
    let Body::Measure(mut said) = Body::parse(&measure.text).unwrap() else { panic!("a measure") };
    said.title = title.parse().unwrap();
    measure.text = Body::Measure(said).render();
    let text_hash = hash::sha256(measure.text.as_bytes());
    Measure { number, title: title.to_owned(), text_hash, ..measure }
}

/// Serves `router` on a thread of its own until the process of the test ends.
pub fn serve(router: Router) -> Client {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/", listener.local_addr().unwrap());
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        runtime.unwrap().block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, router).await.unwrap();
        });
    });
    Client::new(&base, Access::None)
}
