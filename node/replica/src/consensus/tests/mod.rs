//! Engines in one thread: a scripted bench for one, a seeded network for many.

mod bench;
mod faults;
mod network;
mod proposals;
mod rejoin;
mod sim;
mod sleep;

use nemcon_crypto::hash::{sha256, sha256_parts};
use nemcon_crypto::{Digest, SecretKey};
use nemcon_ledger::Height;

use super::*;

/// The clock at the start of every test.
const NOON_MS: u64 = 1_800_000_000_000;

fn council() -> Digest {
    sha256(b"council")
}

fn secret(member: usize) -> SecretKey {
    let mut seed = [7; 32];
    seed[0] = u8::try_from(member).unwrap();
    SecretKey::from_seed(&seed)
}

fn member(member: usize) -> MemberKey {
    MemberKey::of(&secret(member).public())
}

fn roster(n: usize) -> Roster {
    Roster::new(&(0..n).map(|member| secret(member).public()).collect::<Vec<_>>()).unwrap()
}

/// A block whose validity is written in it.
fn block(height: u64, time_ms: u64, first_round: u32, valid: bool, nonce: u64) -> BlockValue {
    let mut bytes = vec![u8::from(valid)];
    bytes.extend(height.to_be_bytes());
    bytes.extend(time_ms.to_be_bytes());
    bytes.extend(first_round.to_be_bytes());
    bytes.extend(nonce.to_be_bytes());
    open(Height(height), &BlockBytes::new(bytes)).unwrap()
}

fn open(height: Height, bytes: &BlockBytes) -> Option<BlockValue> {
    let raw: &[u8; 29] = bytes.as_slice().try_into().ok()?;
    let number = |from: usize| u64::from_be_bytes(raw[from..from + 8].try_into().unwrap());
    let first_round = Round(u32::from_be_bytes(raw[17..21].try_into().unwrap()));
    let id = sha256_parts(&[b"id", raw]);
    let value = BlockValue { id, time_ms: number(9), first_round, bytes: bytes.clone() };
    (number(1) == height.0).then_some(value)
}

/// Believes what a block says of itself.
struct TrivialHost;

impl Host for TrivialHost {
    fn open(&mut self, height: Height, bytes: &BlockBytes) -> Option<BlockValue> {
        open(height, bytes)
    }

    fn judge(&mut self, _height: Height, value: &BlockValue) -> Verdict {
        if value.bytes.as_slice()[0] == 1 { Verdict::Valid } else { Verdict::Refused }
    }
}

fn vote(by: usize, kind: VoteKind, height: u64, round: u32, value: Option<Digest>) -> Vote {
    let (height, round) = (Height(height), Round(round));
    let signature = secret(by).sign(&sign_bytes::vote(council(), kind, height, round, value));
    Vote { kind, height, round, value, signer: member(by), signature }
}

fn proposal(
    by: usize,
    height: u64,
    round: u32,
    pol_round: Option<u32>,
    value: &BlockValue,
) -> Proposal {
    let (height, round, pol_round) = (Height(height), Round(round), pol_round.map(Round));
    let (block, signer) = (value.bytes.clone(), member(by));
    let header = ProposalHeader { height, round, pol_round, content: block.digest() };
    let signature = secret(by).sign(&sign_bytes::proposal(council(), &header));
    Proposal { height, round, pol_round, block, signer, signature }
}
