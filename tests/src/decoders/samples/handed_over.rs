//! Seeds of what one person hands to another: drafts, openings, exports, what a node tells.

use nemcon_client::api;
use nemcon_client::commitment::Opening;
use nemcon_client::seats::Seats;
use nemcon_crypto::hash;
use nemcon_ledger::record::{Body, Position};

use super::{Bench, Samples};
use crate::export::export;
use crate::fixture::{Ledger, board, secret};

impl Bench {
    pub(super) fn handed_over(&self, all: &mut Samples) {
        let ballot = self.ledger.parties.ballot(self.ledger.council(), "B1", 1, Position::InFavour);
        all.add("body", "ballot", Body::Ballot(ballot).render());
        all.add("body", "freeze", self.ledger.freeze("B1").render());
        let opening = format!("nemcon opening v1\nnonce {}\n\nwho,\n\nand why\n", "0a".repeat(32));
        Opening::parse(opening.as_bytes()).expect("it opens");
        all.add("opening", "capitals", opening.replace("0a", "0A"));
        all.add("opening", "text", opening);
        let key = |label: &str| secret(label).public();
        let officers = format!(
            "signatures = 1\nrecovery = \"{}\"\n[[officer]]\nlabel = \"card\"\nkey = \"{}\"\n",
            key("B1/recovery-2"),
            key("B1/card")
        );
        all.add("officers", "one", officers);
        let incident = "title = \"Outage\"\ncategory = \"outage\"\nfrom = \"2026-11-20T08:00:00Z\"\n\
                        summary = [\"The reading room.\"]\n[severity]\nscope = \"large\"\n";
        all.add("incident_draft", "one", incident);
        let seats = Seats::of(&self.ledger.chain, |_| None);
        let json = serde_json::to_vec(&seats).expect("an answer of our own is JSON");
        all.add("seats", "board", json);
        let rejoin = api::RejoinAnswer::Refused {
            code: "votes-already".to_owned(),
            message: "it votes already".to_owned(),
            advice: "Leave it as it is.".to_owned(),
        };
        let json = serde_json::to_vec(&rejoin).expect("an answer of our own is JSON");
        all.add("api_answers", "rejoin", json);
        exports(all);
    }
}

/// Each file of an export behind its path.
fn exports(all: &mut Samples) {
    let mut ledger = Ledger::found(board());
    ledger.table(ledger.parties.measure("B1", "A measure"));
    for (path, bytes) in export(&ledger).0 {
        let name = path.replace('/', "-");
        all.add("export", &name, [path.as_bytes(), b"\n", &bytes].concat());
    }
}

/// What a node answers, as it stands on the wire.
pub(super) fn answers(all: &mut Samples) {
    let text_hash = hash::sha256(b"a text");
    let pending = api::Answer::Pending { text_hash };
    let refused = api::Answer::Refused {
        code: "malformed".to_owned(),
        message: "not a note".to_owned(),
        rule: None,
        topic: None,
        advice: "Write it anew.".to_owned(),
    };
    let records = api::Records { first: 0, records: vec!["text\n".to_owned()], size: 1 };
    let view = api::CheckpointView { size: 0, height: 0, note: None };
    let json = |value: Result<Vec<u8>, _>| value.expect("an answer of our own is JSON");
    all.add("api_answers", "pending", json(serde_json::to_vec(&pending)));
    all.add("api_answers", "refused", json(serde_json::to_vec(&refused)));
    all.add("api_answers", "records", json(serde_json::to_vec(&records)));
    all.add("api_answers", "checkpoint", json(serde_json::to_vec(&view)));
}
