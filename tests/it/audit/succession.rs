//! A council that goes on from another one: what of that an audit can check [rules.md R21].

use nemcon_ledger::audit::{LinkFault, OldKey, Report, audit, verify_link};
use nemcon_ledger::record::{Boundary, Genesis, Succession};
use nemcon_tests::export::{export, export_of, leaves};
use nemcon_tests::fixture::{Ledger, code, council_of_equals, secret};

fn old() -> Ledger {
    let mut ledger = Ledger::found(council_of_equals(4));
    ledger.table(ledger.parties.measure("M1", "One"));
    ledger.table(ledger.parties.measure("M1", "Two"));
    ledger
}

/// M1 to M3 go on without M4, from where `old` ends.
fn link(old: &Ledger) -> Succession {
    let checkpoint = Boundary { size: old.chain.size(), root: old.chain.root() };
    let council = old.council().digest();
    Succession { council, checkpoint, leaves_out: vec![code("M4")] }
}

fn founded(succeeds: Option<Succession>) -> Report {
    let genesis = Genesis { succeeds, ..council_of_equals(3) };
    let mut ledger = Ledger::found(genesis);
    ledger.table(ledger.parties.measure("M1", "On"));
    audit(&export(&ledger), &ledger.council().digest())
}

fn audited(old: &Ledger) -> Report {
    audit(&export(old), &old.council().digest())
}

#[test]
fn a_successor_goes_on_from_the_ledger_that_it_links() {
    let old = old();
    let successor = founded(Some(link(&old)));
    assert!(successor.is_verified() && successor.heirs.is_none(), "nothing is said of the link");
    let heirs = verify_link(&successor, &audited(&old)).unwrap();
    let keys: Vec<_> = heirs.iter().map(|heir| (heir.code.as_str(), heir.old_keys.len())).collect();
    assert_eq!(keys, [("M1", 1), ("M2", 1), ("M3", 1)]);
}

/// The same codes with other officers: nobody can tell who they are.
fn with_new_officers(old: &Ledger, kept: usize) -> Report {
    let mut genesis = Genesis { succeeds: Some(link(old)), ..council_of_equals(3) };
    for member in genesis.roster.members.iter_mut().skip(kept) {
        for officer in &mut member.officers {
            officer.label = format!("new-{}", officer.label).parse().unwrap();
            officer.key = secret(&format!("{}/{}", member.code, officer.label)).public();
        }
    }
    let mut ledger = Ledger::found(genesis);
    ledger.table(ledger.parties.measure("M1", "On"));
    audit(&export(&ledger), &ledger.council().digest())
}

#[test]
fn a_successor_that_no_old_key_has_signed_is_none() {
    let old = old();
    let successor = with_new_officers(&old, 0);
    assert!(successor.is_verified(), "{:#?}", successor.faults);
    assert_eq!(verify_link(&successor, &audited(&old)), Err(LinkFault::Unsigned));
}

#[test]
fn of_each_member_of_a_successor_it_is_told_whether_an_old_key_has_signed() {
    let old = old();
    let heirs = verify_link(&with_new_officers(&old, 1), &audited(&old)).unwrap();
    let label = old.parties.genesis.roster.members[0].officers[0].label.clone();
    assert_eq!(heirs[0].old_keys, [OldKey::Officer(label)]);
    assert!(heirs[1..].iter().all(|heir| heir.old_keys.is_empty()));
}

#[test]
fn an_old_recovery_key_among_the_new_officers_shows_who_founds() {
    let mut ledger = Ledger::found(council_of_equals(4));
    ledger.table(ledger.parties.measure("M1", "One"));
    let mut report = with_new_officers(&ledger, 1);
    let (code, _) = report.founded_with[0].clone();
    let recovery = ledger.parties.genesis.roster.members[0].recovery;
    report.founded_with = vec![(code, recovery)];
    let heirs = verify_link(&report, &audited(&ledger)).unwrap();
    assert_eq!(heirs[0].old_keys, [OldKey::Recovery]);
}

#[test]
fn each_false_link_is_named() {
    let old = old();
    let report = audited(&old);
    let judge = |edit: &dyn Fn(&mut Succession)| {
        let mut link = link(&old);
        edit(&mut link);
        verify_link(&founded(Some(link)), &report)
    };
    let linked = nemcon_crypto::TreeSize(report.size.0 - 2);
    let found = report.size;
    assert_eq!(
        judge(&|link| link.checkpoint.size = linked),
        Err(LinkFault::Size { linked, found })
    );
    let root = old.council().digest();
    let fault = LinkFault::Root { linked: root, found: old.chain.root() };
    assert_eq!(judge(&|link| link.checkpoint.root = root), Err(fault));
    for named in [vec![], vec![code("M5")], vec![code("M4"), code("M5")]] {
        let left_out = vec![code("M4")];
        let fault = LinkFault::LeftOut { left_out, named: named.clone() };
        assert_eq!(judge(&|link| link.leaves_out.clone_from(&named)), Err(fault));
    }
    assert_eq!(verify_link(&founded(None), &report), Err(LinkFault::Founded));
}

#[test]
fn a_predecessor_that_is_another_council_or_is_not_verified_proves_nothing() {
    let old = old();
    let successor = founded(Some(link(&old)));
    let mut records = leaves(&old);
    records.pop();
    let cut = audit(&export_of(&old, records), &old.council().digest());
    let other = Ledger::found(council_of_equals(5));
    for report in [cut, audited(&other), Report::default()] {
        assert_eq!(verify_link(&successor, &report), Err(LinkFault::NotVerified));
    }
}

/// Decisions behind the checkpoint that a successor links would be lost without a word.
#[test]
fn a_predecessor_that_went_on_is_not_linked_at_its_last_checkpoint() {
    let mut old = old();
    let successor = founded(Some(link(&old)));
    old.table(old.parties.measure("M4", "Left out"));
    let fault = verify_link(&successor, &audited(&old)).unwrap_err();
    assert!(matches!(fault, LinkFault::Size { .. }) && fault.to_string().contains("left out"));
}
