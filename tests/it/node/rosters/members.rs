//! Members that enter and leave.

use nemcon_ledger::record::CouncilChange;
use nemcon_ledger::record::membership::NoticeAct;
use nemcon_ledger::record::statement::Body;
use nemcon_replica::replica::{Outcome, Rejection};
use nemcon_tests::fixture::code;

use super::Changing;

#[test]
fn a_member_that_enters_follows_first_and_then_decides_with_the_others() {
    let mut council = Changing::equals(4);
    council.accede();
    assert_eq!(council.names("M5").len(), 5);
    assert!(!council.is_following("M5"));
    // Four of five decide only with it.
    council.cluster.crash(&code("M1"));
    let number = council.titled("M2", "With the fifth");
    assert_eq!(council.at("M5").measure(number).frozen.entitled.len(), 5);
    council.cluster.boot(&code("M1"));
    council.cluster.run_ms(60_000);
    assert_eq!(council.sealed("M5"), council.height("M2"));
    assert_eq!(council.sealed("M1"), council.height("M2"));
    council.cluster.verify_agreement();
}

#[test]
fn what_only_the_others_were_entitled_to_is_final_without_the_seal_of_an_entrant() {
    let mut council = Changing::equals(4);
    let number = council.titled("M1", "Older than the fifth");
    council.accede();
    council.cluster.crash(&code("M5"));
    council.adopt("M1", number);
    council.cluster.run_ms(30_000);
    let replica = council.cluster.replica(&code("M1"));
    assert!(replica.sealed_by_all().0 < replica.chain().height());
    let entitled = council.at("M1").measure(number).frozen.entitled.clone();
    let codes = entitled.iter().map(|entitled| &entitled.code).collect();
    let sealed = replica.sealed_by(&codes).expect("all who were asked have sealed");
    assert_eq!(sealed.size, replica.chain().size());
}

#[test]
fn a_member_that_leaves_owes_no_seal_and_its_node_follows() {
    let mut council = Changing::equals(5);
    let ledger = council.at("M5");
    let notice = ledger.sign_as(&ledger.notice("M5", NoticeAct::Given), &["M5/desk-1"]);
    council.order("M5", &notice);
    let measure = council.at("M1").effect("M1", "departure", CouncilChange::Departure(code("M5")));
    let number = council.table("M1", measure);
    council.adopt("M1", number);
    council.cluster.run_ms(30_000);
    assert_eq!(council.names("M1").len(), 4);
    assert!(council.is_following("M5"));
    let measure = council.at("M1").parties.measure("M1", "Said where nobody listens");
    let statement = council.at("M1").parties.sign(&Body::Measure(measure));
    let ticket = council.cluster.submit(&code("M5"), &statement);
    let refused = Some(&Outcome::Refused(Rejection::Following));
    assert_eq!(council.cluster.outcome(&code("M5"), ticket), refused);
    council.titled("M2", "Without the fifth");
    assert_eq!(council.height("M5"), council.height("M1"));
    council.cluster.crash(&code("M5"));
    council.titled("M2", "Without even its node");
    assert_eq!(council.sealed("M1"), council.height("M1"));
}
