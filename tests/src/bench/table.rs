//! What was measured, each beside its limit, as a table for people and as JSON for machines.

use core::fmt;

use serde::Serialize;

use super::statistics::{Ratio, Sample};

/// What a number counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Nanoseconds.
    Ns,
    /// So many a second.
    PerSecond,
    /// Bytes.
    Bytes,
    /// KiB of memory.
    Kib,
    /// A number of things.
    Count,
    /// Millionths of a core.
    CoreMillionths,
}

/// A value in its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Amount(pub u64, pub Unit);

/// What is asked of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Target {
    /// At most so many thousandths of the limit.
    AtMost(u64),
    /// At least so many thousandths of the limit.
    AtLeast(u64),
    /// At most this amount, whatever the machine.
    Within(Amount),
    /// Nothing: the measurement is printed.
    Printed,
}

/// One measurement beside its limit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The name of the benchmark that made it.
    pub bench: &'static str,
    /// What was measured.
    pub what: String,
    /// The median of the rounds.
    pub measured: Amount,
    /// The least and the greatest value of the rounds.
    pub spread: (u64, u64),
    /// The number of rounds.
    pub rounds: usize,
    /// What the limit is, in words; empty if there is none.
    pub limit_is: String,
    /// The limit, measured in the same run.
    pub limit: Option<u64>,
    /// What is asked.
    pub target: Target,
}

/// All measurements of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// The measurements in the order in which they were made.
    pub rows: Vec<Row>,
    /// What else a reader must know, a line each.
    pub notes: Vec<String>,
}

impl Row {
    /// A measurement with its rounds, for which nothing is asked yet.
    pub fn new(bench: &'static str, what: impl Into<String>, sample: &Sample, unit: Unit) -> Self {
        Self {
            bench,
            what: what.into(),
            measured: Amount(sample.median(), unit),
            spread: (sample.least(), sample.most()),
            rounds: sample.count(),
            limit_is: String::new(),
            limit: None,
            target: Target::Printed,
        }
    }

    /// The same beside a limit in the same unit.
    #[must_use]
    pub fn beside(mut self, limit: u64, limit_is: impl Into<String>) -> Self {
        (self.limit, self.limit_is) = (Some(limit), limit_is.into());
        self
    }

    /// The same with what is asked.
    #[must_use]
    pub const fn asked(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// The measurement as a part of its limit, in thousandths.
    pub fn ratio(&self) -> Option<Ratio> {
        self.limit.map(|limit| Ratio::of(self.measured.0, limit))
    }

    /// Whether the target is met; `None` if nothing is asked.
    pub fn is_met(&self) -> Option<bool> {
        let Ratio(ratio) = self.ratio().unwrap_or(Ratio(u64::MAX));
        match self.target {
            Target::AtMost(most) => Some(ratio <= most),
            Target::AtLeast(least) => Some(ratio >= least),
            Target::Within(Amount(most, _)) => Some(self.measured.0 <= most),
            Target::Printed => None,
        }
    }

    /// The cells of the table for people.
    fn cells(&self) -> [String; 6] {
        let Amount(measured, unit) = self.measured;
        let (least, most) = self.spread;
        let spread = if self.rounds > 1 {
            format!(" ({}..{})", Amount(least, unit), Amount(most, unit))
        } else {
            String::new()
        };
        let limit = self.limit.map(|limit| format!("{}: {}", self.limit_is, Amount(limit, unit)));
        [
            format!("{}: {}", self.bench, self.what),
            format!("{}{spread}", Amount(measured, unit)),
            limit.unwrap_or_default(),
            self.ratio().map(|it| it.to_string()).unwrap_or_default(),
            self.target.to_string(),
            self.is_met().map(|it| if it { "yes" } else { "NO" }.to_owned()).unwrap_or_default(),
        ]
    }
}

impl Table {
    /// Adds a measurement, and tells it at once on standard error: a long run is followed there.
    pub fn add(&mut self, row: Row) {
        let [what, measured, limit, ratio, ..] = row.cells();
        eprintln!("{what}: {measured}; {limit} {ratio}");
        self.rows.push(row);
    }

    /// Adds what a reader must know.
    pub fn note(&mut self, note: impl Into<String>) {
        let note = note.into();
        eprintln!("{note}");
        self.notes.push(note);
    }

    /// The table as JSON.
    ///
    /// # Panics
    /// Never, because rows are JSON.
    pub fn json(&self) -> String {
        let row = |row: &Row| {
            let mut value = serde_json::to_value(row).expect("a row is JSON");
            value["ratio_thousandths"] = self::json(row.ratio().map(|Ratio(it)| it));
            value["met"] = self::json(row.is_met());
            value
        };
        let rows: Vec<_> = self.rows.iter().map(row).collect();
        let value = serde_json::json!({ "rows": rows, "notes": self.notes });
        serde_json::to_string_pretty(&value).expect("a table is JSON")
    }
}

fn json(value: impl Serialize) -> serde_json::Value {
    serde_json::to_value(value).expect("numbers and words are JSON")
}

impl fmt::Display for Table {
    /// A table in Markdown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| what | measured | limit in the same run | ratio | target | met |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for row in &self.rows {
            writeln!(f, "| {} |", row.cells().join(" | "))?;
        }
        for note in &self.notes {
            writeln!(f, "\n{note}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(value, unit) = *self;
        match unit {
            Unit::Ns => f.write_str(&time(value)),
            Unit::PerSecond => write!(f, "{value}/s"),
            Unit::Bytes => f.write_str(&scaled(value, ["B", "kB", "MB", "GB"])),
            Unit::Kib => f.write_str(&scaled(value * 1024, ["B", "kB", "MB", "GB"])),
            Unit::Count => write!(f, "{value}"),
            Unit::CoreMillionths => write!(f, "{}.{:04} %", value / 10_000, value % 10_000),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "at most {} x", Ratio(*most)),
            Self::AtLeast(least) => write!(f, "at least {}", Ratio(*least)),
            Self::Within(most) => write!(f, "at most {most}"),
            Self::Printed => f.write_str("printed"),
        }
    }
}

/// A time with three digits or more.
fn time(ns: u64) -> String {
    match ns {
        0..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => format!("{}.{} us", ns / 1_000, ns % 1_000 / 100),
        1_000_000..10_000_000_000 => format!("{}.{} ms", ns / 1_000_000, ns % 1_000_000 / 100_000),
        _ => format!("{}.{} s", ns / 1_000_000_000, ns % 1_000_000_000 / 100_000_000),
    }
}

/// A number with the greatest of these units that leaves it at least 10.
fn scaled(value: u64, units: [&str; 4]) -> String {
    let step = [1_000_000_000, 1_000_000, 1_000].iter().position(|step| value >= 10 * step);
    match step {
        Some(0) => format!("{} {}", value / 1_000_000_000, units[3]),
        Some(1) => format!("{} {}", value / 1_000_000, units[2]),
        Some(_) => format!("{} {}", value / 1_000, units[1]),
        None => format!("{value} {}", units[0]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(measured: u64, target: Target) -> Row {
        Row::new("x", "a thing", &Sample::of([measured]), Unit::Ns)
            .beside(100, "bare")
            .asked(target)
    }

    #[test]
    fn a_target_is_met_at_its_limit_and_missed_one_beyond() {
        assert_eq!(row(150, Target::AtMost(1500)).is_met(), Some(true));
        assert_eq!(row(151, Target::AtMost(1500)).is_met(), Some(false));
        assert_eq!(row(50, Target::AtLeast(500)).is_met(), Some(true));
        assert_eq!(row(49, Target::AtLeast(500)).is_met(), Some(false));
        assert_eq!(row(7, Target::Within(Amount(7, Unit::Ns))).is_met(), Some(true));
        assert_eq!(row(8, Target::Within(Amount(7, Unit::Ns))).is_met(), Some(false));
        assert_eq!(row(8, Target::Printed).is_met(), None);
        let bare = Row { limit: None, ..row(8, Target::AtMost(1)) };
        assert_eq!(bare.is_met(), Some(false), "without its limit nothing is met");
    }

    #[test]
    fn people_read_amounts_in_fitting_units() {
        let shown = |value, unit| Amount(value, unit).to_string();
        assert_eq!(shown(999, Unit::Ns), "999 ns");
        assert_eq!(shown(58_400, Unit::Ns), "58.4 us");
        assert_eq!(shown(2_300_000_000, Unit::Ns), "2300.0 ms");
        assert_eq!(shown(61_200_000_000, Unit::Ns), "61.2 s");
        assert_eq!(shown(9_999, Unit::Bytes), "9999 B");
        assert_eq!(shown(57_000_000, Unit::Bytes), "57 MB");
        assert_eq!(shown(60_000, Unit::Kib), "61 MB");
        assert_eq!(shown(386, Unit::CoreMillionths), "0.0386 %");
    }

    #[test]
    fn a_table_says_the_same_to_people_and_machines() {
        let mut table = Table::default();
        table.add(row(50, Target::AtLeast(600)));
        table.note("on a busy machine");
        let said = table.to_string();
        assert!(said.contains("| x: a thing | 50 ns | bare: 100 ns | 0.50 | at least 0.60 | NO |"));
        let json: serde_json::Value = serde_json::from_str(&table.json()).unwrap();
        assert_eq!(json["rows"][0]["ratio_thousandths"], 500);
        assert_eq!(json["rows"][0]["met"], false);
        assert_eq!(json["notes"][0], "on a busy machine");
    }
}
