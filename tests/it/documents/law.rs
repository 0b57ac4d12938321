//! `docs/law.md` against the charters and the refusals: every topic is a heading there.

use std::collections::BTreeSet;
use std::fs;

use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_ledger::council::LAWS;
use nemcon_tests::process::in_workspace;

/// The headings of the document, as topics are written: `Common accord` is `common-accord`.
fn topics() -> BTreeSet<String> {
    let text = fs::read_to_string(in_workspace("docs/law.md")).expect("the document is there");
    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
    headings.map(|heading| heading.to_lowercase().replace(' ', "-")).collect()
}

#[test]
fn every_topic_of_a_refusal_and_of_a_difference_is_a_heading_of_the_law() {
    let topics = topics();
    for law in LAWS {
        assert!(topics.contains(law.topic), "{}: {}", law.code, law.topic);
    }
    for name in CharterName::ALL {
        let charter = Shipped::load(name).charter;
        for it in &charter.differences {
            assert!(topics.contains(it.topic.as_str()), "{name}: {}", it.topic);
        }
        for topic in charter.sources.keys() {
            let is_rule = charter.rule(topic).is_some();
            assert!(is_rule || topics.contains(topic.as_str()), "{name}: {topic}");
        }
    }
}
