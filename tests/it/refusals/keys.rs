//! What is said of keys, seats and weights.

use nemcon_crypto::{TreeSize, hash};
use nemcon_ledger::council::{OFFICERS_MAX, Refusal};
use nemcon_ledger::record::charter::Effect;
use nemcon_ledger::record::council_change::{NextRules, Weights};
use nemcon_ledger::record::genesis::MEMBERS_MAX;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::roster::OfficersFault;
use nemcon_ledger::record::{Body, CouncilChange, Entry, Member, Officer};
use nemcon_tests::fixture::{
    Ledger, Seat, code, council_of_equals, label, member, officer, secret, sign_for,
};

use super::{Bench, Case};

impl Bench {
    pub(super) fn signed(
        &mut self,
        name: &'static str,
        body: &Body,
        keys: &[&str],
        refusal: Refusal,
    ) {
        let statement = self.ledger.sign_as(body, keys);
        self.refuses(name, &statement, refusal);
    }

    pub(super) fn council_change(
        &mut self,
        name: &'static str,
        council_change: CouncilChange,
        refusal: Refusal,
    ) {
        let kind = match council_change.effect().expect("a matter with an effect") {
            Effect::Accession => "accession",
            Effect::Departure => "departure",
            Effect::Appointment => "appointment",
            Effect::Weights => "weights",
            Effect::Rules => "rules-version",
            Effect::Authorisation => "cooperation",
        };
        let body = Body::Measure(self.ledger.effect("M1", kind, council_change));
        self.signed(name, &body, &["M1/desk-1"], refusal);
    }
}

fn entrant(name: &str) -> Member {
    member(name, "The entrant", Seat::weighing(1))
}

fn accession(edit: impl FnOnce(&mut Member)) -> CouncilChange {
    let mut member = entrant("M9");
    edit(&mut member);
    CouncilChange::Accession(Box::new(member))
}

/// As many officers as asked for, each with a key of its own.
pub(super) fn officers(count: usize) -> Vec<Officer> {
    (0..count).map(|at| officer(&format!("o-{at}"), &format!("many/{at}"))).collect()
}

fn who_may(bench: &mut Bench) {
    let body = bench.ledger.notice("M1", NoticeAct::Given);
    let Body::Notice(mut notice) = body else { unreachable!() };
    notice.head.by = code("CH");
    let close = Body::Close(close(bench));
    let parts = bench.ledger.council().signers_of(&close).expect("the chair");
    let statement = sign_for(&Body::Notice(notice), &parts, &["CH/desk-1"]);
    bench.refuses("a participant's notice", &statement, Refusal::NotAMember(code("CH")));

    let refusal = Refusal::AlreadyAMember(code("CH"));
    let taken = accession(|it| it.code = code("CH"));
    bench.council_change("a participant's code", taken, refusal);
    let taken = accession(|it| it.code = code("M2"));
    bench.council_change("a member's code", taken, Refusal::AlreadyAMember(code("M2")));
}

fn close(bench: &mut Bench) -> nemcon_ledger::record::Close {
    if bench.ledger.council().measure(1).is_none() {
        bench.ledger.table(bench.ledger.parties.measure("M1", "A measure"));
    }
    bench.ledger.parties.close(bench.ledger.council(), "CH", 1)
}

fn of_keys(bench: &mut Bench) {
    let of_m2 =
        |bench: &Bench, threshold, officers| bench.ledger.keys("M2", threshold, officers, None);
    let recovery = &["M2/recovery"];
    let same = bench.ledger.member("M2").officers.clone();
    let body = of_m2(bench, 1, same.clone());
    bench.signed("nothing new", &body, recovery, Refusal::NothingChanges(code("M2")));
    for (threshold, officers) in [(0, 1), (2, 1), (1, 0)] {
        let body = of_m2(bench, threshold, same[..officers].to_vec());
        let fault = OfficersFault::Threshold { threshold, officers };
        let refusal = Refusal::Officers { code: code("M2"), fault };
        bench.signed("officers that cannot sign", &body, recovery, refusal);
    }
    for name in ["desk-1", "recovery"] {
        let body = of_m2(bench, 1, vec![same[0].clone(), officer(name, "M2/card")]);
        let refusal =
            Refusal::Officers { code: code("M2"), fault: OfficersFault::Label(label(name)) };
        bench.signed("a label twice, or reserved", &body, &["M2/recovery", "M2/card"], refusal);
    }
    let body = of_m2(bench, 1, officers(OFFICERS_MAX + 1));
    let names: Vec<_> = (0..=OFFICERS_MAX).map(|at| format!("many/{at}")).collect();
    let mut keys: Vec<_> = names.iter().map(String::as_str).collect();
    keys.push("M2/recovery");
    bench.signed("too many officers", &body, &keys, Refusal::TooManyOfficers(code("M2")));
    let body = of_m2(bench, 1, vec![officer("card", "M1/desk-1")]);
    let key = Box::new(secret("M1/desk-1").public());
    let refusal = Refusal::KeyUsed { code: code("M2"), key };
    bench.signed("another's key", &body, &["M2/recovery", "M1/desk-1"], refusal);

    let body = bench.ledger.keys("M2", 1, vec![officer("a", "M2/x"), officer("b", "M2/x")], None);
    let refusal = Refusal::KeyUsed { code: code("M2"), key: Box::new(secret("M2/x").public()) };
    bench.signed("one key twice", &body, &["M2/recovery", "M2/x"], refusal);
}

fn one_at_a_time(bench: &mut Bench) {
    let waiting = || Refusal::ChangeWaiting(code("M2"));
    let change = |bench: &Bench, card: &str, after| {
        let mut body = bench.ledger.keys("M2", 1, vec![officer("card", card)], None);
        if let Body::Keys(keys) = &mut body
            && let Some(after) = after
        {
            keys.after = Some(after);
        }
        bench.ledger.sign_as(&body, &["M2/recovery", card])
    };
    let first = change(bench, "M2/card", None);
    let second = change(bench, "M2/card-2", Some(first.leaf_hash));
    bench.refuses_after("officers twice in a block", &[first], &second, waiting());

    for (node, seal) in [(Some("M2/node-2"), None), (None, Some("M2/seal-2"))] {
        let keys = ["M2/desk-1", "M2/node-2", "M2/seal-2", "M2/seal-3"];
        let first = bench.ledger.sign_as(&bench.ledger.rotation("M2", node, seal), &keys);
        let mut body = bench.ledger.rotation("M2", None, Some("M2/seal-3"));
        let Body::Rotation(rotation) = &mut body else { unreachable!() };
        rotation.after = Some(first.leaf_hash);
        let second = bench.ledger.sign_as(&body, &keys);
        bench.refuses_after("a rotation on a rotation", &[first], &second, waiting());
    }

    let first = bench.ledger.sign_as(&bench.ledger.notice("M2", NoticeAct::Given), &["M2/desk-1"]);
    let mut body = bench.ledger.notice("M2", NoticeAct::Withdrawn);
    let Body::Notice(notice) = &mut body else { unreachable!() };
    notice.after = Some(first.leaf_hash);
    let second = bench.ledger.sign_as(&body, &["M2/desk-1"]);
    bench.refuses_after("given and withdrawn in a block", &[first], &second, waiting());

    let body = bench.ledger.notice("M2", NoticeAct::Withdrawn);
    bench.signed("no notice", &body, &["M2/desk-1"], Refusal::NoNotice(code("M2")));
    let notice = bench.ledger.sign_as(&bench.ledger.notice("M3", NoticeAct::Given), &["M3/desk-1"]);
    bench.ledger.run(&[notice]);
    let body = bench.ledger.notice("M3", NoticeAct::Given);
    bench.signed("a notice twice", &body, &["M3/desk-1"], Refusal::NoticeStands(code("M3")));
}

fn frozen(bench: &mut Bench) {
    let freeze = bench.ledger.sign_as(&bench.ledger.freeze("M4"), &["M4/desk-1"]);
    bench.ledger.run(&[freeze]);
    let body = bench.ledger.freeze("M4");
    bench.signed("frozen twice", &body, &["M4/desk-1"], Refusal::AlreadyFrozen(code("M4")));
    let body = bench.ledger.notice("M4", NoticeAct::Given);
    bench.signed("said while frozen", &body, &["M4/desk-1"], Refusal::Frozen(code("M4")));
}

fn of_effects(bench: &mut Bench) {
    bench.council_change(
        "a departure without notice",
        CouncilChange::Departure(code("M2")),
        Refusal::NoNotice(code("M2")),
    );
    let key = secret("M1/node").public();
    let refusal = Refusal::KeyUsed { code: code("M9"), key: Box::new(key) };
    bench.council_change("an entrant with another's key", accession(|it| it.seal = key), refusal);
    let key = secret("M9/node").public();
    let refusal = Refusal::KeyUsed { code: code("M9"), key: Box::new(key) };
    bench.council_change("an entrant with one key twice", accession(|it| it.seal = key), refusal);
    let fault = OfficersFault::Threshold { threshold: 2, officers: 1 };
    let refusal = Refusal::Officers { code: code("M9"), fault };
    bench.council_change("an entrant that cannot sign", accession(|it| it.threshold = 2), refusal);
    let many = accession(|it| it.officers = officers(OFFICERS_MAX + 1));
    bench.council_change("an entrant's officers", many, Refusal::TooManyOfficers(code("M9")));

    let weights = |of: &[&str], total| {
        CouncilChange::Weights(Weights {
            weights: of.iter().map(|it| (code(it), 1)).collect(),
            total,
        })
    };
    bench.council_change("no whole", weights(&["M1"], 0), Refusal::NoWeight);
    bench.council_change(
        "a stranger's weight",
        weights(&["M8"], 4),
        Refusal::NotAMember(code("M8")),
    );
    bench.council_change("out of order", weights(&["M2", "M1"], 4), Refusal::WeightsOrder);
    bench.council_change("a weight twice", weights(&["M1", "M1"], 4), Refusal::WeightsOrder);
    let too_heavy = Refusal::WeightsAboveTotal { sum: 4, total: 3 };
    bench.council_change("more than the whole", weights(&["M1", "M2"], 3), too_heavy);
    let release = "nemcon 0.1.0".parse().expect("a line");
    let rules = CouncilChange::Rules(NextRules { version: 1, release });
    bench.council_change("rules that apply", rules, Refusal::RulesNotNewer { said: 1, is: 1 });
}

fn entries(bench: &mut Bench) {
    let number =
        bench.ledger.adopt("M1", "accession", CouncilChange::Accession(Box::new(entrant("M9"))));
    let entry = bench.ledger.entry("M9", number);
    let mut case = |name, edit: &dyn Fn(&mut Entry), refusal| {
        let mut edited = entry.clone();
        edit(&mut edited);
        let body = Body::Entry(edited);
        let keys = ["M9/desk-1", "M9/recovery", "M9/node", "M9/seal"];
        bench.signed(name, &body, &keys, refusal);
    };
    let not_admitted = || Refusal::NotAdmitted(code("M9"));
    case("admitted by another", &|it| it.admitted_by.number += 1, not_admitted());
    let text = hash::sha256(b"another text");
    case("admitted by another text", &|it| it.admitted_by.text = text, not_admitted());
    let size = TreeSize(entry.checkpoint.size.0 - 1);
    let refusal = Refusal::UnknownCheckpoint(size);
    case("where no block ends", &|it| it.checkpoint.size = size, refusal);
    let refusal = Refusal::UnknownCheckpoint(entry.checkpoint.size);
    case("another root", &|it| it.checkpoint.root = text, refusal);
    let earlier = {
        let size = bench.ledger.blocks[0].records.len() as u64 + 1;
        let records = bench.ledger.blocks[0].record().expect("a block record");
        assert_eq!(records.size.0 + 1, size);
        size
    };
    let mut other = entry.clone();
    other.sealed = bench_seal(bench, earlier);
    let keys = ["M9/desk-1", "M9/recovery", "M9/node", "M9/seal"];
    let refusal = Refusal::InvalidSeal(code("M9"));
    bench.signed("a seal of another checkpoint", &Body::Entry(other), &keys, refusal);
    let parts = Entry::signers(
        &bench.ledger.parties.genesis.origin,
        &bench.ledger.council().log_origin(),
        &entrant("M8"),
    );
    let mut stranger = entry.clone();
    stranger.head.by = code("M8");
    let keys = ["M8/desk-1", "M8/recovery", "M8/node", "M8/seal"];
    let statement = sign_for(&Body::Entry(stranger), &parts, &keys);
    bench.refuses("nobody admits it", &statement, Refusal::NotAdmitted(code("M8")));

    let signed = bench.ledger.signed_entry("M9", number);
    bench.ledger.run(&[signed]);
    let body = Body::Entry(bench.ledger.entry("M9", number));
    let keys = ["M9/desk-1", "M9/recovery", "M9/node", "M9/seal"];
    bench.signed("it sits there already", &body, &keys, Refusal::AlreadyAMember(code("M9")));
}

fn bench_seal(bench: &Bench, size: u64) -> nemcon_crypto::cosignature::Cosignature {
    let root = bench.ledger.chain.root();
    let log = bench.ledger.council().log_origin();
    let checkpoint = nemcon_crypto::Checkpoint::new(&log, TreeSize(size), root);
    let key = secret("M9/seal");
    nemcon_crypto::cosignature::cosign(&checkpoint.expect("a checkpoint"), 1, &key).expect("a seal")
}

/// A council of as many members as may be takes no more.
fn beyond_the_roster() -> Case {
    let ledger = Ledger::found(council_of_equals(MEMBERS_MAX));
    let council_change = CouncilChange::Accession(Box::new(entrant("X")));
    let body = Body::Measure(ledger.effect("M1", "accession", council_change));
    let said = ledger.try_apply(&ledger.parties.sign(&body));
    Case { name: "a member too many", said, refusal: Refusal::RosterFull }
}

pub(super) fn cases() -> Vec<Case> {
    let mut bench = Bench::new(Ledger::found(council_of_equals(4)));
    who_may(&mut bench);
    of_keys(&mut bench);
    one_at_a_time(&mut bench);
    of_effects(&mut bench);
    entries(&mut bench);
    frozen(&mut bench);
    bench.cases.push(beyond_the_roster());
    bench.cases
}
