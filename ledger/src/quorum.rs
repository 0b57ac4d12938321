//! How many members decide, how many may fail, and whose turn it is to propose: the one home of these
//! rules.
//!
//! What it guarantees, for every council of at least one member: two quorums share an honest member as
//! long as no more than [`faulty_max`] members are hostile, and the honest members are a quorum.
//! What it does not: final decisions need every entitled member, and no quorum stands for them.

use crate::Height;

/// Whether `count` of `members` decide: `3 * count > 2 * members`, strictly more than two thirds.
pub const fn is_quorum(count: usize, members: usize) -> bool {
    3 * count > 2 * members
}

/// The fewest of `members` that are a quorum: `floor(2 * members / 3) + 1`.
pub const fn quorum(members: usize) -> usize {
    2 * members / 3 + 1
}

/// `f = floor((members - 1) / 3)`: how many may fail while ordering goes on. More than this many
/// include an honest one.
pub const fn faulty_max(members: usize) -> usize {
    members.saturating_sub(1) / 3
}

/// Whether `count` of `members` are more than a third: `3 * count > members`. Where `members` is a
/// multiple of three, these are more than the `f + 1` that include an honest one.
pub const fn is_over_a_third(count: usize, members: usize) -> bool {
    3 * count > members
}

/// The place in the roster, from 0, of the member that proposes at `height` in `round`:
/// `(height + round) mod members`.
///
/// # Panics
/// If there are no members.
pub const fn proposer(members: usize, height: Height, round: u32) -> usize {
    let sum = height.0 as u128 + round as u128;
    // The remainder is less than `members`, which is a usize.
    (sum % members as u128) as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::MEMBERS_MAX;

    #[test]
    fn two_quorums_share_more_members_than_may_fail() {
        for n in 1..=MEMBERS_MAX {
            let f = faulty_max(n);
            assert!(n > 3 * f && n <= 3 * f + 3, "n = {n}");
            for a in (0..=n).filter(|count| is_quorum(*count, n)) {
                for b in (0..=n).filter(|count| is_quorum(*count, n)) {
                    // Of n members, two sets of a and b share at least a + b - n.
                    assert!(a + b > n + f, "{a} and {b} of {n} may share traitors alone");
                }
            }
        }
    }

    #[test]
    fn two_quorums_of_a_small_council_share_an_honest_member_whoever_is_hostile() {
        for n in 1..=7_usize {
            let sets = 0..1_u32 << n;
            let count = |set: u32| set.count_ones() as usize;
            let quorums: Vec<u32> = sets.clone().filter(|it| is_quorum(count(*it), n)).collect();
            for hostile in sets.filter(|it| count(*it) <= faulty_max(n)) {
                let share = |a: u32, b: u32| a & b & !hostile != 0;
                assert!(quorums.iter().all(|a| quorums.iter().all(|b| share(*a, *b))), "n = {n}");
            }
        }
    }

    #[test]
    fn the_honest_members_are_a_quorum() {
        for n in 1..=MEMBERS_MAX {
            assert!(is_quorum(n - faulty_max(n), n), "n = {n}");
        }
    }

    #[test]
    fn a_quorum_is_the_fewest_that_decide_and_all_above() {
        for n in 1..=MEMBERS_MAX {
            let fewest = (0..=n).find(|count| is_quorum(*count, n));
            assert_eq!(fewest, Some(quorum(n)), "n = {n}");
            assert!((quorum(n)..=n).all(|count| is_quorum(count, n)), "n = {n}");
        }
    }

    #[test]
    fn more_than_a_third_include_an_honest_member() {
        for n in 1..=MEMBERS_MAX {
            for count in (0..=n).filter(|count| is_over_a_third(*count, n)) {
                assert!(count > faulty_max(n), "{count} of {n}");
            }
            assert!(is_over_a_third(quorum(n), n), "n = {n}");
        }
    }

    #[test]
    fn proposers_take_turns_by_height_and_round() {
        for n in 1..=MEMBERS_MAX {
            let from = |height| (0..).take(n).map(move |round| proposer(n, height, round));
            for height in [0, 1, 89, u64::MAX - 1, u64::MAX].map(Height) {
                let mut places: Vec<_> = from(height).collect();
                assert_eq!(places[0] as u64, height.0 % n as u64);
                places.sort_unstable();
                assert!(places.into_iter().eq(0..n), "each once: {n} at {}", height.0);
            }
            assert_eq!(proposer(n, Height(1), 0), proposer(n, Height(0), 1));
        }
        assert_eq!(proposer(4, Height(u64::MAX), u32::MAX), 2);
    }
}
