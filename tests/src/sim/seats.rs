//! Members change their nodes' keys, freeze their officers and thaw them.

use nemcon_crypto::SecretKey;
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, ChainKey, Freeze, Keys, Member, Rotation, Statement};
use nemcon_ledger::text::Code;
use nemcon_node::keyring::Keyring;

use super::world::World;
use crate::fixture::{secret, sign_for};

/// How many keys of a kind a node holds: the founding one, and those that its member may change to.
const KEYS_HELD: usize = 6;

fn label(code: &Code, role: &str, at: usize) -> String {
    if at == 0 { format!("{code}/{role}") } else { format!("{code}/{role}-{}", at + 1) }
}

fn keys(code: &Code, role: &str) -> Vec<SecretKey> {
    (0..KEYS_HELD).map(|at| secret(&label(code, role, at))).collect()
}

/// The keys that a member's node holds.
pub(super) fn keyring(code: &Code) -> Keyring {
    Keyring::of(keys(code, "node"), keys(code, "seal")).expect("some of each")
}

/// The label of the key after the one that `member` has; none if that is the last.
fn next(member: &Member, role: &str) -> Option<String> {
    let has = if role == "node" { member.node } else { member.seal };
    let at = keys(&member.code, role).iter().position(|key| key.public() == has)?;
    (at + 1 < KEYS_HELD).then(|| label(&member.code, role, at + 1))
}

impl World {
    /// What the member `by` says of its keys, on what the node `at` knows; seldom.
    pub(super) fn say_of_keys(&mut self, by: usize, at: usize) -> Option<Statement> {
        if !self.plan.faults.keys || !self.rng.chance(150) {
            return None;
        }
        let code = self.codes[by].clone();
        let replica = self.replica(at)?;
        let council = replica.chain().council().clone();
        let head = Head { council: council.digest(), by: code.clone() };
        let last_keys = replica.last_statement(&ChainKey::Keys(code.clone()));
        let last_own = replica.last_statement(&ChainKey::Own(code.clone()));
        let member = council.roster().member(&code)?;
        let (what, body, labels) = if council.is_frozen(&code) {
            let (threshold, officers) = (member.threshold, member.officers.clone());
            let thaw = Keys { head, threshold, officers, recovery: None, after: last_keys };
            ("thaw", Body::Keys(thaw), vec![format!("{code}/recovery")])
        } else if self.rng.chance(200) {
            let freeze = Freeze { head, reason: None, after: last_keys };
            ("freeze", Body::Freeze(freeze), vec![format!("{code}/desk-1")])
        } else {
            let node = next(member, "node").filter(|_| self.rng.chance(700));
            let seal = next(member, "seal").filter(|_| node.is_none() || self.rng.chance(500));
            let public = |label: &Option<String>| label.as_ref().map(|it| secret(it).public());
            let (after, new) = (last_own, (public(&node), public(&seal)));
            let rotation = Rotation { head, node: new.0, seal: new.1, after };
            if (rotation.node, rotation.seal) == (None, None) {
                return None;
            }
            let labels = [Some(format!("{code}/desk-1")), node, seal];
            ("rotation", Body::Rotation(rotation), labels.into_iter().flatten().collect())
        };
        self.tally.note(what);
        let labels: Vec<_> = labels.iter().map(String::as_str).collect();
        Some(sign_for(&body, &council.signers_of(&body).ok()?, &labels))
    }
}
