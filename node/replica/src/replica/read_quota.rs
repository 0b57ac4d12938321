//! How much is read out for a peer: bytes over time, for blocks, seals and all other answers together.
//!
//! What it guarantees: a peer costs no more than its share and what all peers have in common, however often it
//! asks; and all peers together cost no more than their shares and that. A peer that has used up both is not
//! refused: its last question is kept, and answered as soon as one of them is refilled. So a peer that catches up
//! on a long ledger is served at a bounded pace.

use std::collections::BTreeMap;

use nemcon_crypto::TreeSize;
use nemcon_ledger::Height;
use nemcon_ledger::text::{Code, Time};

use super::message::Standing;

/// How many bytes a second a member's own share is refilled with.
pub const SHARE_BYTES_PER_SECOND: u64 = 2 * 1024 * 1024;
/// How many bytes a second are refilled of what members have in common: with its own share, one that catches up
/// alone gets as much as a node of two cores can verify.
pub const COMMON_BYTES_PER_SECOND: u64 = 24 * 1024 * 1024;
/// How many bytes a second those get that are no members, all together.
pub const NON_MEMBERS_BYTES_PER_SECOND: u64 = 8 * 1024 * 1024;
/// How many bytes a full share holds.
pub const SHARE_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// What an answer counts for at least, in bytes: looking for it costs something too.
pub const ANSWER_BYTES_MIN: u64 = 4 * 1024;
/// What a block counts for at least, in bytes.
pub const BLOCK_BYTES_MIN: u64 = 2 * 1024;

/// A share of reading. It is open as long as something is left of it; one answer may take more than is
/// left, and the next one waits the longer.
#[derive(Clone, Copy, Debug)]
pub struct Share {
    left: i64,
    at: Time,
    bytes_per_second: u64,
}

impl Share {
    /// A full share, which is refilled at this pace.
    pub fn full(bytes_per_second: u64, now: Time) -> Self {
        Self { left: signed(SHARE_BYTES_MAX), at: now, bytes_per_second }
    }

    /// Refills it. A clock that was set back costs nobody anything.
    fn refill(&mut self, now: Time) {
        let elapsed_ms = now.as_ms().saturating_sub(self.at.as_ms());
        let more = signed(elapsed_ms.saturating_mul(self.bytes_per_second) / 1000);
        self.left = self.left.saturating_add(more).min(signed(SHARE_BYTES_MAX));
        self.at = now;
    }

    /// Whether an answer may be given at `now`.
    pub fn is_open(&mut self, now: Time) -> bool {
        self.refill(now);
        self.left > 0
    }

    /// An answer of so many bytes was given.
    pub fn charge(&mut self, bytes: u64) {
        self.left = self.left.saturating_sub(signed(bytes.max(ANSWER_BYTES_MIN)));
    }

    /// When it is open again, or was.
    pub fn opens_at(&self) -> Time {
        let lacking = u64::try_from(1 - self.left.min(1)).unwrap_or_default();
        let ms = lacking.saturating_mul(1000).div_ceil(self.bytes_per_second);
        Time::from_ms(self.at.as_ms().saturating_add(ms)).unwrap_or(self.at)
    }
}

fn signed(bytes: u64) -> i64 {
    i64::try_from(bytes).unwrap_or(i64::MAX)
}

/// A peer's last block, and for each member the size up to which the peer has told to hold its seals.
pub type HeldSeals = (Height, BTreeMap<Code, TreeSize>);

/// What a peer wants to have read out for it. Of each kind the newest wish counts.
#[derive(Clone, Debug, Default)]
pub struct Wishes {
    /// What this node saw it sign at this height.
    pub seen: Option<Height>,
    /// Where this node stands.
    pub standing: bool,
    /// The seals that it lacks.
    pub seals: Option<HeldSeals>,
    /// Blocks from this height on.
    pub blocks: Option<Height>,
}

/// One wish.
#[derive(Clone, Debug)]
pub enum Wish {
    /// What this node saw it sign at this height.
    Seen(Height),
    /// Where this node stands.
    Standing,
    /// The seals that it lacks.
    Seals(HeldSeals),
    /// Blocks from this height on.
    Blocks(Height),
}

impl Wishes {
    /// Whether it wants nothing.
    pub const fn is_empty(&self) -> bool {
        self.seen.is_none() && !self.standing && self.seals.is_none() && self.blocks.is_none()
    }

    /// Takes out the next one, the smallest answers first.
    pub fn take(&mut self) -> Option<Wish> {
        if core::mem::take(&mut self.standing) {
            return Some(Wish::Standing);
        }
        let seen = self.seen.take().map(Wish::Seen);
        let seals = || self.seals.take().map(Wish::Seals);
        seen.or_else(seals).or_else(|| self.blocks.take().map(Wish::Blocks))
    }

    /// Notes which seals a peer has, of members for which `is_known` says that there may be seals.
    pub fn want_seals(&mut self, standing: &Standing, is_known: impl Fn(&Code) -> bool) {
        let sealed = standing.sealed.iter().filter(|(code, _)| is_known(code));
        let sealed = sealed.map(|(code, size)| (code.clone(), *size)).collect();
        self.seals = Some((standing.height, sealed));
    }
}

/// The shares of members, and what they have asked for. A new connection brings no new share.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares {
    by_member: BTreeMap<Code, Share>,
    /// What a member gets whose own share is used up; none until then.
    common: Option<Share>,
    wishes: BTreeMap<Code, Wishes>,
    /// The last height at which each was found to be stuck, and when it got blocks for that.
    stuck: BTreeMap<Code, (Height, Time)>,
}

/// How soon a member that does not ask gets the same blocks again, in milliseconds.
pub const SERVE_AGAIN_MS: u64 = 1_000;

impl Shares {
    /// Whether a member may be given an answer: something is left of its own share, or of what all have in common.
    pub(super) fn is_open(&mut self, member: &Code, now: Time) -> bool {
        self.own(member, now).is_open(now) || self.common(now).is_open(now)
    }

    /// A member was given an answer of so many bytes.
    pub(super) fn charge(&mut self, member: &Code, bytes: u64, now: Time) {
        if self.own(member, now).is_open(now) {
            self.own(member, now).charge(bytes);
        } else {
            self.common(now).charge(bytes);
        }
    }

    fn own(&mut self, member: &Code, now: Time) -> &mut Share {
        let full = || Share::full(SHARE_BYTES_PER_SECOND, now);
        self.by_member.entry(member.clone()).or_insert_with(full)
    }

    fn common(&mut self, now: Time) -> &mut Share {
        self.common.get_or_insert_with(|| Share::full(COMMON_BYTES_PER_SECOND, now))
    }

    pub(super) fn wishes_of(&mut self, member: &Code) -> &mut Wishes {
        self.wishes.entry(member.clone()).or_default()
    }

    /// The next wish of a member whose share is open.
    pub(super) fn next(&mut self, member: &Code, now: Time) -> Option<Wish> {
        if !self.is_open(member, now) {
            return None;
        }
        self.wishes.get_mut(member)?.take()
    }

    /// The members whose wishes wait.
    pub(super) fn waiting(&self) -> impl Iterator<Item = &Code> {
        self.wishes.iter().filter(|(_, wishes)| !wishes.is_empty()).map(|(code, _)| code)
    }

    /// When the next wish can be met.
    pub(super) fn due(&self) -> Option<Time> {
        let own = self.waiting().filter_map(|code| self.by_member.get(code));
        let first = own.map(Share::opens_at).min()?;
        Some(self.common.as_ref().map_or(first, |common| first.min(common.opens_at())))
    }

    /// Whether a member that was found to be stuck at `height` is to get its blocks now.
    pub(super) fn is_stuck_anew(&mut self, member: &Code, height: Height, now: Time) -> bool {
        let before = self.stuck.insert(member.clone(), (height, now));
        let is_anew = before.is_none_or(|(at, since)| {
            at != height || now.as_ms().abs_diff(since.as_ms()) >= SERVE_AGAIN_MS
        });
        if !is_anew {
            self.stuck.extend(before.map(|before| (member.clone(), before)));
        }
        is_anew
    }

    /// A connection has ended: a peer that comes back asks again.
    pub(super) fn forget_connection(&mut self, member: &Code) {
        self.wishes.remove(member);
        self.stuck.remove(member);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: u64) -> Time {
        Time::from_ms(1_000_000 + ms).unwrap()
    }

    #[test]
    fn a_share_is_used_up_and_refilled_at_its_pace_up_to_its_size() {
        let mut share = Share::full(SHARE_BYTES_PER_SECOND, at(0));
        share.charge(SHARE_BYTES_MAX + SHARE_BYTES_PER_SECOND);
        assert!(!share.is_open(at(0)) && !share.is_open(at(1_000)));
        assert_eq!(share.opens_at(), at(1_001));
        assert!(share.is_open(at(1_001)));
        assert!(share.is_open(at(3_600_000)));
        share.charge(SHARE_BYTES_MAX);
        assert!(!share.is_open(at(3_600_000)), "an hour fills it once");
    }

    #[test]
    fn small_answers_count_for_what_they_cost_to_look_for() {
        let (mut share, mut answers) = (Share::full(SHARE_BYTES_PER_SECOND, at(0)), 0);
        while share.is_open(at(0)) {
            share.charge(1);
            answers += 1;
        }
        assert_eq!(answers, SHARE_BYTES_MAX / ANSWER_BYTES_MIN);
    }

    #[test]
    fn a_clock_that_is_set_back_leaves_a_share_as_it_was() {
        let mut share = Share::full(SHARE_BYTES_PER_SECOND, at(5_000));
        share.charge(SHARE_BYTES_MAX + 1);
        assert!(!share.is_open(at(0)));
        assert!(share.is_open(at(2)), "refilled from the clock as it is now");
    }

    /// How many bytes these members get in ten minutes, who ask for 3 MiB whenever they may.
    fn given(shares: &mut Shares, members: &[Code]) -> u64 {
        let mut bytes = 0;
        for now in (0..600_000).step_by(100).map(at) {
            for member in members {
                while shares.is_open(member, now) {
                    shares.charge(member, 3 << 20, now);
                    bytes += 3 << 20;
                }
            }
        }
        bytes
    }

    #[test]
    fn who_asks_alone_gets_the_common_share_and_many_get_no_more_of_it_together() {
        let members: Vec<Code> = (0..26).map(|n| format!("M{n}").parse().unwrap()).collect();
        for asking in [1, 2, 26] {
            let (given, n) = (given(&mut Shares::default(), &members[..asking]), asking as u64);
            let most = 600 * (n * SHARE_BYTES_PER_SECOND + COMMON_BYTES_PER_SECOND)
                + (n + 1) * (SHARE_BYTES_MAX + (3 << 20));
            assert!((most - most / 20..=most).contains(&given), "{asking}: {given} of {most}");
        }
    }

    #[test]
    fn a_wish_is_due_when_either_share_opens() {
        let (mut shares, member) = (Shares::default(), "AA".parse::<Code>().unwrap());
        shares.wishes_of(&member).standing = true;
        given(&mut shares, core::slice::from_ref(&member));
        let due = shares.due().expect("a wish waits");
        let before = Time::from_ms(due.as_ms() - 1).unwrap();
        assert!(shares.next(&member, before).is_none());
        assert!(shares.next(&member, due).is_some());
    }

    #[test]
    fn of_what_a_peer_wants_the_newest_counts_and_the_smallest_answer_comes_first() {
        let mut wishes = Wishes::default();
        for height in [9, 3] {
            (wishes.blocks, wishes.seen) = (Some(Height(height)), Some(Height(height)));
        }
        wishes.standing = true;
        assert!(matches!(wishes.take(), Some(Wish::Standing)));
        assert!(matches!(wishes.take(), Some(Wish::Seen(Height(3)))));
        assert!(matches!(wishes.take(), Some(Wish::Blocks(Height(3)))));
        assert!(wishes.take().is_none() && wishes.is_empty());
    }
}
