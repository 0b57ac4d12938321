//! Whether a council goes on from where another one ended.

use nemcon_crypto::PublicKey;

use super::faults::LinkFault;
use super::heirs::{Heir, OldKey};
use super::report::Report;
use crate::record::{Member, Roster};
use crate::text::Code;

/// Checks that the council of `successor` goes on from the ledger of `predecessor`, names whom it
/// leaves out, and was founded by somebody of that council; returns the founding members with the old
/// keys that they have signed with. That its founders had the right to found it is not in any ledger.
///
/// # Errors
/// The first [`LinkFault`].
pub fn verify_link(successor: &Report, predecessor: &Report) -> Result<Vec<Heir>, LinkFault> {
    let link = successor.succeeds.as_ref().ok_or(LinkFault::Founded)?;
    let root = predecessor.root.filter(|_| predecessor.is_verified());
    let (Some(found), Some(council)) = (root, predecessor.council) else {
        return Err(LinkFault::NotVerified);
    };
    if council != link.council {
        return Err(LinkFault::NotVerified);
    }
    let (linked, size) = (link.checkpoint, predecessor.size);
    if linked.size != size {
        return Err(LinkFault::Size { linked: linked.size, found: size });
    }
    if linked.root != found {
        return Err(LinkFault::Root { linked: linked.root, found });
    }
    let old = predecessor.members.iter();
    let left_out: Vec<_> = old.filter(|code| !successor.founders.contains(code)).cloned().collect();
    if left_out != link.leaves_out {
        return Err(LinkFault::LeftOut { left_out, named: link.leaves_out.clone() });
    }
    let heirs = heirs(successor, predecessor.roster.as_deref());
    let is_known = heirs.iter().any(|heir| !heir.old_keys.is_empty());
    if is_known { Ok(heirs) } else { Err(LinkFault::Unsigned) }
}

fn heirs(successor: &Report, old: Option<&Roster>) -> Vec<Heir> {
    let founders = successor.founders.iter();
    let heir = |code: &Code| {
        let before = old.and_then(|roster| roster.member(code));
        let signed = successor.founded_with.iter().filter(|(by, _)| by == code);
        let old_keys = signed.filter_map(|(_, key)| old_key(before?, *key));
        Heir { code: code.clone(), old_keys: old_keys.collect() }
    };
    founders.map(heir).collect()
}

/// Which of the member's keys this is, if it is one that speaks for it.
fn old_key(member: &Member, key: PublicKey) -> Option<OldKey> {
    let officer = member.officers.iter().find(|officer| officer.key == key);
    let officer = officer.map(|officer| OldKey::Officer(officer.label.clone()));
    officer.or_else(|| (member.recovery == key).then_some(OldKey::Recovery))
}
