//! Files that people write or hand over.

use std::path::Path;

use nemcon_client::commitment::Opening;
use nemcon_client::config::{NodeConfig, parse_toml};
use nemcon_client::draft::{Draft, IncidentDraft, NoTexts};
use nemcon_client::founding::{Card, CardFile, Plan};
use nemcon_client::keyfile::{ForeignForm, ForeignKey, KeyRole, StoredKey, render_foreign};
use nemcon_client::seats::OfficersFile;
use nemcon_crypto::TreeSize;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, Charter, Genesis, Keys};
use nemcon_ledger::text::Time;
use nemcon_ledger::{Height, Rosters};
use nemcon_node::testnet::TestnetFile;
use nemcon_replica::evidence::{Evidence, Known};
use serde::de::DeserializeOwned;

use super::council;

/// The text as TOML of this type; the path is what errors name.
fn toml_of<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let text = core::str::from_utf8(bytes).ok()?;
    parse_toml(text, Path::new("corpus.toml")).ok()
}

/// `node.toml`.
pub(super) fn config(bytes: &[u8]) -> bool {
    let Some(config) = toml_of::<NodeConfig>(bytes) else { return false };
    assert_eq!(toml_of(config.render().as_bytes()), Some(config));
    true
}

/// `testnet.toml`.
pub(super) fn testnet(bytes: &[u8]) -> bool {
    let Some(testnet) = toml_of::<TestnetFile>(bytes) else { return false };
    assert_eq!(toml_of(testnet.render().as_bytes()), Some(testnet));
    true
}

/// A charter; one that holds together may found a council.
pub(super) fn charter(bytes: &[u8]) -> bool {
    let Some(charter) = toml_of::<Charter>(bytes) else { return false };
    if charter.verify().is_ok() {
        founds(Genesis { charter, ..council().clone() });
    }
    true
}

/// A plan of a council under the fixture's charter.
pub(super) fn plan(bytes: &[u8]) -> bool {
    let Some(plan) = toml_of::<Plan>(bytes) else { return false };
    if let Ok(genesis) = plan.assemble(council().charter.clone()) {
        founds(genesis);
    }
    true
}

/// A party's card, with any of its signatures.
pub(super) fn card(bytes: &[u8]) -> bool {
    let Ok(file) = CardFile::parse(bytes) else { return false };
    assert_eq!(file.render(), bytes);
    let card = file.card();
    assert_eq!(Card::parse(&card.render()).as_ref(), Ok(card));
    assert_eq!(file.proofs().len(), card.keys().len());
    let _ = card.differences(council());
    true
}

/// What verifies is written and read as the same.
fn founds(genesis: Genesis) {
    if genesis.verify().is_ok() {
        assert_eq!(Genesis::parse(&genesis.render()), Ok(genesis));
    }
}

/// A measure's draft, without the documents that it would read from the disk.
pub(super) fn draft(bytes: &[u8]) -> bool {
    let text = core::str::from_utf8(bytes);
    let parsed = text.ok().and_then(|text| Draft::parse(text, Path::new("corpus.toml")).ok());
    let Some(mut draft) = parsed else { return false };
    draft.documents.retain(|document| document.file.is_none());
    let member = &council().roster.members[0];
    let head = Head { council: council().digest(), by: member.code.clone() };
    let now = Time::from_ms(crate::fixture::START_MS).expect("a time of this age");
    if let Ok(body) = draft.into_body(head, &council().charter, now, Path::new("."), &NoTexts) {
        assert_eq!(Body::parse(&body.render()), Ok(body));
    }
    true
}

/// An incident's draft.
pub(super) fn incident_draft(bytes: &[u8]) -> bool {
    let Some(draft) = toml_of::<IncidentDraft>(bytes) else { return false };
    let member = &council().roster.members[0];
    let head = Head { council: council().digest(), by: member.code.clone() };
    if let Ok(body) = draft.into_body(head, &council().charter) {
        assert_eq!(Body::parse(&body.render()), Ok(body));
    }
    true
}

/// A member's new officers.
pub(super) fn officers(bytes: &[u8]) -> bool {
    let Some(file) = toml_of::<OfficersFile>(bytes) else { return false };
    let member = &council().roster.members[0];
    let head = Head { council: council().digest(), by: member.code.clone() };
    let (threshold, officers, recovery) = (file.signatures, file.officers(), file.recovery);
    let body = Body::Keys(Keys { head, threshold, officers, recovery, after: None });
    if let Ok(read) = Body::parse(&body.render()) {
        assert_eq!(read, body);
    }
    true
}

/// What opens a commitment.
pub(super) fn opening(bytes: &[u8]) -> bool {
    let Ok(opening) = Opening::parse(bytes) else { return false };
    assert_eq!(opening.render(), bytes);
    let _ = opening.digest();
    true
}

/// A key file.
pub(super) fn key_file(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(key) = StoredKey::parse(text, "a.key".as_ref()) else { return false };
    assert_eq!(*key.render(), *text);
    true
}

/// A key in the file of another program; it goes out in both forms as the same key.
pub(super) fn foreign_key(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(key) = ForeignKey::parse(text, "a.pem".as_ref()) else { return false };
    for form in ForeignForm::ALL {
        let Some(secret) = key.secret() else { break };
        let out = render_foreign(secret, KeyRole::Seal, form, None).expect("no random is needed");
        let read = ForeignKey::parse(&out, "b.pem".as_ref()).expect("what is written is read");
        assert_eq!(read.secret().map(|key| *key.seed()), Some(*secret.seed()));
    }
    true
}

/// An evidence file, judged in the fixture's council.
pub(super) fn evidence(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let Ok(evidence) = Evidence::parse(text) else { return false };
    assert_eq!(evidence.render(), text);
    let (genesis, rosters) = (council(), Rosters::founding(council()));
    let (height, size) = (Height(u64::MAX), TreeSize(u64::MAX));
    for root in [None, Some(genesis.digest())] {
        let known = Known { genesis, rosters: &rosters, height, size, root, sealed_by: &[] };
        let judged = evidence.judge(&known);
        assert_eq!(judged.is_ok(), evidence.verify(genesis, &rosters).is_ok());
        assert!(judged.is_err() || evidence.place().is_ok());
    }
    true
}
