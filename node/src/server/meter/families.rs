//! The families of metrics, in the text format of `OpenMetrics` 1.0. `docs/metrics.md` has a row for each.

use core::time::Duration;
use std::time::SystemTime;

use nemcon_replica::consensus::FaultKind;
use nemcon_replica::replica::Misdeed;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::kept::{Labels, Meters};
use super::observed::Observed;
use super::process::Process;
use crate::mesh::REFUSAL_LABELS;

/// The media type of the text.
pub(in crate::server) const OPENMETRICS: &str =
    "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Every misdeed that is counted, so that each has a row before it happens.
const MISDEEDS: [Misdeed; 15] = [
    Misdeed::Frame,
    Misdeed::Equivocation,
    Misdeed::Pending,
    Misdeed::Seal,
    Misdeed::ConflictingSeal,
    Misdeed::Certificate,
    Misdeed::Oversized,
    Misdeed::Consensus(FaultKind::UnknownSigner),
    Misdeed::Consensus(FaultKind::BadSignature),
    Misdeed::Consensus(FaultKind::BadCertificate),
    Misdeed::Consensus(FaultKind::WrongProposer),
    Misdeed::Consensus(FaultKind::BadPolRound),
    Misdeed::Consensus(FaultKind::BadFirstRound),
    Misdeed::Consensus(FaultKind::MalformedBlock),
    Misdeed::Consensus(FaultKind::RefusedBlock),
];

/// The text of all families: what a node observes of itself now, and what it has counted since it `started`.
pub(in crate::server) fn render(
    observed: &Observed,
    meters: &Meters,
    started: SystemTime,
) -> String {
    let mut families = Families(Registry::with_prefix("nemcon"));
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    families.0.register("build", "The release of the node", Info::new(version));
    families.ledger(observed);
    families.others(observed);
    families.machine(observed);
    families.kept(meters);
    let mut of_process = Families(Registry::with_prefix("process"));
    of_process.process(Process::now(started));
    families.0.text(&of_process.0)
}

/// Joins two registries into one text: the second one has another prefix.
trait Text {
    fn text(&self, more: &Registry) -> String;
}

impl Text for Registry {
    fn text(&self, more: &Registry) -> String {
        let (mut text, mut rest) = (String::new(), String::new());
        encode(&mut text, self).expect("a String takes every text");
        encode(&mut rest, more).expect("a String takes every text");
        text.truncate(text.len() - "# EOF\n".len());
        text + &rest
    }
}

struct Families(Registry);

impl Families {
    fn ledger(&mut self, it: &Observed) {
        self.gauge("ready", None, "Whether the node takes part: 1 or 0", it.is_ready.into());
        self.gauge("height", BLOCKS, "The last block here", it.height);
        self.gauge(
            "others_height",
            BLOCKS,
            "The last block that more than f members tell of",
            it.height_of_others,
        );
        self.gauge("sealed_height", BLOCKS, "The last block that all have sealed", it.sealed);
        self.gauge("log", LEAVES, "The records in the log", it.size);
        let block_time = Duration::from_millis(it.block_time.as_ms()).as_secs_f64();
        self.number(
            "block_timestamp",
            SECONDS,
            "The time of the last block, in POSIX time",
            block_time,
        );
        self.gauge("round", None, "The round of the block that is being decided, or 0", it.round);
        self.gauge("pending", STATEMENTS, "Statements that wait to be ordered", it.pending);
    }

    fn others(&mut self, it: &Observed) {
        let lags = it.members.iter().map(|(code, (lag, _))| (code.to_string(), *lag));
        self.gauges("seal_lag", BLOCKS, "Blocks that lack a member's seal", "member", lags);
        let linked = it.members.iter().map(|(code, (_, is))| (code.to_string(), u64::from(*is)));
        self.gauges("connected", None, "Whether a member's node is connected", "member", linked);
        self.gauge("quorum", MEMBERS, "The members whose nodes a block takes", it.quorum);
        let faults = MISDEEDS.iter().map(|it| (it.to_string(), 0));
        let faults = faults.chain(it.faults.iter().map(|(kind, times)| (kind.clone(), *times)));
        self.counters("peer_faults", "What no correct node sends, by kind", "kind", faults);
        let refused = REFUSAL_LABELS.iter().map(|label| ((*label).to_owned(), 0));
        let counted = it.refused.iter().map(|(why, times)| ((*why).to_owned(), *times));
        let (what, help) = ("refused_connections", "Connections that came to nothing, by reason");
        self.counters(what, help, "reason", refused.chain(counted));
    }

    fn machine(&mut self, it: &Observed) {
        let ahead = it.clock_ahead_ms.map_or(f64::NAN, |ms| {
            let size = Duration::from_millis(ms.unsigned_abs()).as_secs_f64();
            if ms < 0 { size.copysign(-1.0) } else { size }
        });
        let clock = "How far the clock is ahead of the median of the others; NaN if none is heard";
        self.number("clock_ahead", SECONDS, clock, ahead);
        let (free, day) = it.disk.map_or((0, 0), |disk| (disk.free_bytes, disk.day_bytes));
        self.gauge("disk_free", BYTES, "Room on the file system of the ledger", free);
        self.gauge("disk_day", BYTES, "The most that one day can add to the ledger", day);
        let told = it.conditions.iter().map(|(kind, about)| (kind.to_string(), *about));
        let help = "About how many members a condition is told";
        self.gauges("condition", MEMBERS, help, "name", told);
    }

    fn kept(&mut self, meters: &Meters) {
        let seconds = || Unit::Seconds;
        let ordering = "From the hand-in of a statement here to its block";
        self.0.register_with_unit("ordering", ordering, seconds(), meters.ordering.clone());
        let finality = "From a block here to the seals of all members";
        self.0.register_with_unit("finality", finality, seconds(), meters.finality.clone());
        let sync = "One sync of the disk";
        self.0.register_with_unit("disk_sync", sync, seconds(), meters.sync.clone());
        let handed_in = "Statements that were handed in here, by what became of them";
        let statements = Unit::Other("statements".to_owned());
        self.0.register_with_unit("handed_in", handed_in, statements, meters.handed_in.clone());
        let requests = "Answers of the HTTP interface, by status";
        self.0.register("http_requests", requests, meters.requests.clone());
    }

    fn process(&mut self, process: Process) {
        self.number("start_time", SECONDS, "The start, in POSIX time", process.started_s);
        self.gauge("open_fds", None, "Open files", process.open_files);
        self.gauge("max_fds", None, "Files that may be open", process.open_files_max);
        self.gauge("resident_memory", BYTES, "Memory that is taken up", process.resident_bytes);
    }

    fn gauge(&mut self, name: &str, unit: Option<&str>, help: &str, value: u64) {
        // The crate writes gauges as signed numbers; no count here comes near their end.
        let value = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
        match unit {
            Some(unit) => self.0.register_with_unit(name, help, self::unit(unit), value),
            None => self.0.register(name, help, value),
        }
    }

    fn number(&mut self, name: &str, unit: Option<&str>, help: &str, value: f64) {
        let unit = self::unit(unit.unwrap_or_default());
        self.0.register_with_unit(name, help, unit, ConstGauge::new(value));
    }

    fn gauges(
        &mut self,
        name: &str,
        unit: Option<&str>,
        help: &str,
        label: &'static str,
        values: impl Iterator<Item = (String, u64)>,
    ) {
        let family = Family::<Labels, Gauge>::default();
        for (of, value) in values {
            family.get_or_create(&[(label, of)]).set(i64::try_from(value).unwrap_or(i64::MAX));
        }
        match unit {
            Some(unit) => self.0.register_with_unit(name, help, self::unit(unit), family),
            None => self.0.register(name, help, family),
        }
    }

    fn counters(
        &mut self,
        name: &str,
        help: &str,
        label: &'static str,
        values: impl Iterator<Item = (String, u64)>,
    ) {
        let family = Family::<Labels, Counter>::default();
        for (of, value) in values {
            family.get_or_create(&[(label, of)]).inc_by(value);
        }
        self.0.register(name, help, family);
    }
}

const BLOCKS: Option<&str> = Some("blocks");
const BYTES: Option<&str> = Some("bytes");
const LEAVES: Option<&str> = Some("leaves");
const MEMBERS: Option<&str> = Some("members");
const SECONDS: Option<&str> = Some("seconds");
const STATEMENTS: Option<&str> = Some("statements");

fn unit(name: &str) -> Unit {
    Unit::Other(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::condition::{Disk, KINDS};
    use std::collections::BTreeMap;

    fn text() -> String {
        let code = |code: &str| code.parse().unwrap();
        let observed = Observed {
            height: 7,
            height_of_others: 8,
            sealed: 6,
            size: 20,
            block_time: nemcon_ledger::Time::from_ms(1_500).unwrap(),
            round: 0,
            pending: 1,
            members: [(code("BE"), (0, true)), (code("DK"), (1, false))].into(),
            quorum: 2,
            faults: [("invalid-seal".to_owned(), 3)].into(),
            refused: BTreeMap::new(),
            disk: Some(Disk { free_bytes: 5, day_bytes: 6 }),
            clock_ahead_ms: Some(-2_500),
            conditions: KINDS.into_iter().map(|kind| (kind, 0)).collect(),
            is_ready: true,
        };
        let meters = Meters::new();
        meters.handed_in(Some(Duration::from_millis(90)));
        render(&observed, &meters, SystemTime::UNIX_EPOCH)
    }

    #[test]
    fn each_number_stands_under_its_name_with_its_unit() {
        let text = text();
        for line in [
            "nemcon_ready 1",
            "nemcon_others_height_blocks 8",
            "nemcon_block_timestamp_seconds 1.5",
            "nemcon_seal_lag_blocks{member=\"DK\"} 1",
            "nemcon_connected{member=\"DK\"} 0",
            "nemcon_peer_faults_total{kind=\"invalid-seal\"} 3",
            "nemcon_peer_faults_total{kind=\"equivocation\"} 0",
            "nemcon_refused_connections_total{reason=\"stranger\"} 0",
            "nemcon_clock_ahead_seconds -2.5",
            "nemcon_condition_members{name=\"seal-late\"} 0",
            "nemcon_ordering_seconds_bucket{le=\"0.1\"} 1",
            "nemcon_ordering_seconds_bucket{le=\"0.05\"} 0",
            "nemcon_handed_in_statements_total{outcome=\"ordered\"} 1",
            "# UNIT nemcon_ordering_seconds seconds",
            "process_start_time_seconds 0.0",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
        assert_eq!(text.matches("# EOF").count(), 1);
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn no_family_stands_twice() {
        let text = text();
        let mut types: Vec<_> = text.lines().filter(|line| line.starts_with("# TYPE")).collect();
        let all = types.len();
        types.sort_unstable();
        types.dedup();
        assert_eq!(types.len(), all);
        assert_eq!(all, 27, "{types:?}");
    }
}
