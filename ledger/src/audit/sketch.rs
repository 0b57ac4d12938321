//! What can be read of a record that does not parse: enough to say which later records may rest on it.

use nemcon_crypto::LeafIndex;

use super::taint::Taints;
use crate::council::Council;
use crate::record::{Body, ChainKey, Record};
use crate::text::value::parse_number;
use crate::text::{Code, Origin};

/// What can be read of it.
pub(super) struct Sketch {
    /// The kind that its first line names; `record` if it names none.
    pub(super) kind: &'static str,
    /// Its text, if only its signatures are malformed.
    body: Option<Body>,
    by: Option<Code>,
    on_behalf: Option<Code>,
    /// Whose keys the signature lines name.
    signers: Vec<Code>,
    measures: Vec<u64>,
    /// The parties that a measure would admit, let go or appoint.
    seats: Vec<Code>,
}

impl Sketch {
    pub(super) fn of(bytes: &[u8], origin: &Origin) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines = text.lines();
        let first = lines.next().and_then(|line| line.strip_prefix("nemcon/v1 "));
        let kind = first.and_then(|word| Record::kinds().find(|kind| *kind == word));
        let values = |field: &'static str| {
            text.lines().filter_map(move |line| line.strip_prefix(field)?.strip_prefix(' '))
        };
        let code = |value: &str| value.split(' ').next().and_then(|it| it.parse().ok());
        let number = |value: &str| value.split(' ').next().and_then(|it| parse_number(it).ok());
        Self {
            kind: kind.unwrap_or("record"),
            body: text.rfind("\n\n").and_then(|end| Body::parse(&text[..=end]).ok()),
            signers: values("—").filter_map(|line| party_in(line, origin)).collect(),
            seats: values("admits")
                .chain(values("departs"))
                .chain(values("appoints"))
                .filter_map(code)
                .collect(),
            by: values("by").find_map(|value| value.parse().ok()),
            on_behalf: values("for").find_map(|value| value.parse().ok()),
            measures: values("measure").chain(values("revises")).filter_map(number).collect(),
        }
    }

    /// Marks as unknown what may rest on the record. The two numbers are those that a measure and an
    /// incident would get.
    pub(super) fn spoil(
        self,
        taints: &mut Taints,
        council: &Council,
        (measure, incident): (u64, u64),
        leaf: LeafIndex,
    ) {
        let named = [&self.by, &self.on_behalf].into_iter().flatten();
        taints.silence(named.chain(&self.signers).cloned(), leaf);
        if let Some(body) = &self.body {
            let number = if matches!(body, Body::Incident(_)) { incident } else { measure };
            taints.spoil(body, number, leaf);
            return;
        }
        taints.spoil_tree(leaf);
        for code in self.seats {
            taints.spoil_party(code, leaf);
        }
        let party = self.on_behalf.or(self.by);
        match (self.kind, party) {
            ("measure", _) => taints.spoil_all([measure], leaf),
            ("decision" | "lapse", _) if !self.measures.is_empty() => {
                for number in self.measures {
                    taints.spoil_ending(council, number, leaf);
                }
            }
            ("keys" | "freeze", Some(by)) => {
                taints.loosen(ChainKey::Keys(by.clone()), leaf);
                taints.spoil_party(by, leaf);
            }
            ("rotation" | "notice" | "entry", Some(by)) => {
                taints.loosen(ChainKey::Own(by.clone()), leaf);
                taints.spoil_party(by, leaf);
            }
            ("package", _) if !self.measures.is_empty() => taints.spoil_all(self.measures, leaf),
            (_, Some(code)) if !self.measures.is_empty() => {
                for number in &self.measures {
                    taints.loosen(ChainKey::Measure(*number, code.clone()), leaf);
                }
                taints.spoil_all(self.measures, leaf);
            }
            _ => taints.spoil_everything(leaf),
        }
    }
}

/// The party in the key name of a signature line: `<origin>/<code>/<label> <base64>`.
fn party_in(line: &str, origin: &Origin) -> Option<Code> {
    let name = line.split(' ').next()?;
    name.strip_prefix(origin.as_str())?.strip_prefix('/')?.split('/').next()?.parse().ok()
}
