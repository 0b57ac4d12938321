//! Many engines: agreement and progress in bad weather.

use super::sim::{Rng, Sim, Weather};
use super::*;

const HOUR_MS: u64 = 3_600_000;

fn assert_good(seeds: u64, members: usize, weather: impl Fn(&mut Rng) -> Weather) {
    for seed in 0..seeds {
        let weather = weather(&mut Rng(seed ^ 0xabcd));
        let mut sim = Sim::new(seed, members, weather);
        assert!(sim.run(12, HOUR_MS), "seed {seed}: no progress");

        assert_eq!(sim.double_signs, 0, "seed {seed}: signed twice");
    }
}

fn calm() -> Weather {
    Weather { delay_ms_max: 50, ..Weather::default() }
}

fn storm(rng: &mut Rng, members: usize) -> Weather {
    let who = |rng: &mut Rng| usize::try_from(rng.below(members as u64)).unwrap();
    let crash = |rng: &mut Rng| (rng.below(20_000), who(rng), 100 + rng.below(5_000));
    let from = rng.below(3_000);
    Weather {
        loss_percent: 5,
        duplicate_percent: 10,
        delay_ms_max: 400,
        partition: Some((from, from + 6_000, u32::try_from(rng.below(1 << members)).unwrap())),
        crashes: (0..8).map(|_| crash(rng)).collect(),
        ..Weather::default()
    }
}

#[test]
fn a_lone_member_decides() {
    assert_good(1, 1, |_| calm());
}

#[test]
fn four_and_seven_agree() {
    assert_good(5, 4, |_| calm());
    assert_good(3, 7, |_| calm());
}

#[test]
fn four_agree_through_loss_partitions_and_crashes() {
    assert_good(30, 4, |rng| storm(rng, 4));
}

#[test]
fn seven_agree_through_loss_partitions_and_crashes() {
    assert_good(10, 7, |rng| storm(rng, 7));
}

#[test]
fn a_crash_between_any_two_effects_is_survived() {
    assert_good(30, 4, |_| Weather { cut_per_mille: 15, ..calm() });
}

#[test]
fn one_member_down_stops_nobody() {
    assert_good(5, 4, |rng| Weather {
        down: vec![usize::try_from(rng.below(4)).unwrap()],
        ..calm()
    });
}

#[test]
fn a_traitor_convicts_itself_and_breaks_nothing() {
    let mut convicted = 0;
    for seed in 0..10 {
        let traitor = usize::try_from(seed % 4).unwrap();
        let mut sim = Sim::new(seed, 4, Weather { traitor: Some(traitor), ..calm() });
        assert!(sim.run(4, HOUR_MS), "seed {seed}: no progress");
        assert_eq!(sim.double_signs, 0, "seed {seed}");
        for evidence in &sim.evidence {
            assert_eq!(evidence.signer(), member(traitor), "seed {seed}");
            assert_eq!(evidence.verify(council(), &secret(traitor).public()), Ok(()));
        }
        convicted += usize::from(!sim.evidence.is_empty());
    }
    assert!(convicted > 0, "no seed exposed the traitor");
}

#[test]
fn a_member_with_a_wrong_clock_follows_and_does_not_rule() {
    for skew_ms in [-60_000, 60_000] {
        let skew = Some((1, skew_ms));
        let mut sim = Sim::new(5, 4, Weather { skew, ..calm() });
        assert!(sim.run(8, HOUR_MS));
        assert!(
            sim.block_times().all(|(decided_ms, time_ms)| decided_ms.abs_diff(time_ms) < 7_000)
        );
        assert_eq!(sim.double_signs, 0);
    }
}

#[test]
fn without_work_the_network_falls_silent() {
    let mut sim = Sim::new(1, 4, calm());
    assert!(sim.run(2, HOUR_MS));
    assert!(sim.drain(10_000), "timers go on for ever");
    let before = sim.messages;
    assert!(sim.run(3, 2 * HOUR_MS), "the network does not wake up");
    assert!(sim.messages > before);
}

/// The control: without its log a node signs twice, and the monitor sees it.
#[test]
fn forgetting_the_log_is_caught() {
    let caught = (0..30).filter(|seed| {
        let mut rng = Rng(seed ^ 0x1234);
        let mut sim = Sim::new(*seed, 4, Weather { forget_log: true, ..storm(&mut rng, 4) });
        sim.run(12, 60_000);
        sim.double_signs > 0
    });
    assert!(caught.count() > 0, "the monitor cannot fail");
}
