//! `docs/limits.md` says of each named limit what the code has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use nemcon_client::shipped::{CharterName, Shipped};
use nemcon_ledger::record::charter::{Allowance, Shares};
use nemcon_tests::process::in_workspace;

/// Every constant of the library crates that is a whole number, by name; some names stand in several
/// modules.
struct Constants(BTreeMap<String, Vec<String>>);

impl Constants {
    fn read() -> Self {
        let mut constants = Self(BTreeMap::new());
        for package in [
            "crypto",
            "ledger",
            "ledger/disk",
            "ledger/kit",
            "node/replica",
            "node/client",
            "node/audit",
            "node/desk",
            "node",
        ] {
            constants.add_folder(&in_workspace(package).join("src"));
        }
        constants
    }

    fn add_folder(&mut self, folder: &Path) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                self.add_folder(&path);
            } else {
                self.add(&fs::read_to_string(&path).unwrap());
            }
        }
    }

    /// `const NAME: type = value;`, and the fields of `Limits::default`, `name: value,`.
    fn add(&mut self, source: &str) {
        let limits = source.split_once("impl Default for Limits").map_or("", |(_, rest)| rest);
        let fields = limits.lines().skip(3).take_while(|line| line.trim() != "}");
        for (name, value) in fields.filter_map(|line| line.trim().split_once(": ")) {
            self.insert(&format!("Limits::{name}"), value.trim_end_matches(','));
        }
        for line in source.lines() {
            let Some((_, rest)) = line.split_once("const ") else { continue };
            let Some((name, rest)) = rest.split_once(": ") else { continue };
            let Some((_, value)) = rest.split_once(" = ") else { continue };
            self.insert(name, value.trim_end_matches(';'));
        }
    }

    fn insert(&mut self, name: &str, value: &str) {
        self.0.entry(name.to_owned()).or_default().push(value.to_owned());
    }

    /// What a constant may be; none if no source has it as a whole number.
    fn values(&self, name: &str) -> Vec<u64> {
        let texts = self.0.get(name).into_iter().flatten();
        texts.filter_map(|text| self.evaluate(text)).collect()
    }

    /// Sums, products, quotients and shifts of numbers and other constants, from the left.
    fn evaluate(&self, text: &str) -> Option<u64> {
        let text = text.replace(" as usize", "").replace("u16::MAX", "65535");
        if let Some((sum, rest)) = text.split_once('(') {
            if let Some(seconds) = duration(sum, rest) {
                return Some(seconds);
            }
            let inner = self.evaluate(rest.strip_suffix(')')?)?;
            return self.evaluate(&format!("{sum}{inner}"));
        }
        let mut value = 0;
        let mut operator = "+";
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let number = || {
                let digits = word.replace('_', "").parse().ok();
                digits.or_else(|| self.values(word).first().copied())
            };
            match (operator, word) {
                (_, "+" | "*" | "/" | "<<" | "-") => operator = word,
                ("+", _) => value += number()?,
                ("*", _) => value *= number()?,
                ("/", _) => value /= number()?,
                ("-", _) => value -= number()?,
                _ => value <<= number()?,
            }
        }
        Some(value)
    }
}

/// A `Duration`, in seconds.
fn duration(unit: &str, number: &str) -> Option<u64> {
    let number: u64 = number.strip_suffix(')')?.parse().ok()?;
    match unit {
        "Duration::from_secs" => Some(number),
        "Duration::from_mins" => Some(60 * number),
        _ => None,
    }
}

/// The whole numbers of a cell with their units, as bytes, and as milliseconds too where they are
/// seconds.
fn numbers(cell: &str) -> Vec<u64> {
    let cell = cell.replace(['(', ')', ';', ':'], " ").replace("once", "1");
    let words: Vec<&str> = cell.split_whitespace().map(|word| word.trim_end_matches(',')).collect();
    let mut numbers = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let plain = word.replace(',', "");
        let power = plain.strip_prefix("2^").and_then(|bits| bits.parse::<u32>().ok());
        let Some(number) = power.map(|bits| 1 << bits).or_else(|| plain.parse::<u64>().ok()) else {
            continue;
        };
        numbers.push(number);
        match words.get(at + 1).copied() {
            Some("KiB") => numbers.push(number << 10),
            Some("MiB") => numbers.push(number << 20),
            // Seconds, or so many `a second`.
            Some("s" | "a") => numbers.push(1000 * number),
            _ => {}
        }
    }
    numbers
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn is_limit(name: &str) -> bool {
    name.starts_with("Limits::") || name.contains('_') && name == name.to_uppercase()
}

#[test]
fn each_limit_that_is_named_has_the_value_that_is_told() {
    let constants = Constants::read();
    let text = fs::read_to_string(in_workspace("docs/limits.md")).unwrap();
    let (mut compared, mut wrong) = (0, Vec::new());
    for row in text.lines().filter(|line| line.starts_with("| ") && line.contains('`')) {
        let cells: Vec<&str> = row.split(" | ").collect();
        let names: Vec<&str> = quoted(row).filter(|name| is_limit(name)).collect();
        let told: Vec<u64> = cells.iter().flat_map(|cell| numbers(cell)).collect();
        for name in names {
            // The second name of `Limits` in a row stands without its type.
            let values = constants.values(name);
            compared += 1;
            if !values.iter().any(|value| told.contains(value)) {
                wrong.push(format!("{name} is {values:?}, told are {told:?}"));
            }
        }
    }
    assert!(compared > 60, "{compared} limits");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The sums of what a member can make others store a day are those of the charter that is shipped.
#[test]
fn what_a_party_may_add_a_day_is_told_as_the_charter_says() {
    let Shares { day, ballots, changes, .. } = Shipped::load(CharterName::EuCouncil).charter.shares;
    let text = fs::read_to_string(in_workspace("docs/limits.md")).unwrap();
    let table = text.split("### What a member can make others store a day").nth(1).unwrap();
    let said = |row: &str| {
        let line = table.lines().find(|line| line.starts_with(&format!("| {row}"))).unwrap();
        let cells: Vec<u64> = line.split(" | ").skip(1).flat_map(numbers).collect();
        (cells[0], cells[1])
    };
    let of = |it: &Allowance| (u64::from(it.statements), it.bytes);
    assert_eq!(said("ballots"), of(&ballots));
    assert_eq!(said("changes of officers"), of(&changes));
    assert_eq!(said("rotations"), of(&changes));
    assert_eq!(said("all else"), of(&day));
    let sum = |all: &[&Allowance]| {
        let all = all.iter().map(|it| of(it));
        all.fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1))
    };
    assert_eq!(said("together"), sum(&[&ballots, &changes, &changes, &day]));
    let renewed = sum(&[&ballots, &changes, &day, &ballots, &changes, &changes, &day]);
    assert_eq!(said("and where a freeze"), renewed);
}

/// A queue that others fill and that nobody named would be missing here.
#[test]
fn the_comparison_can_fail() {
    let constants = Constants::read();
    assert_eq!(constants.values("LATE_VOTES_MAX"), [360]);
    assert_eq!(constants.values("Limits::bulk_bytes_max"), [32 << 20]);
    assert_eq!(constants.values("Limits::cut_off_for"), [60]);
    assert_eq!(constants.values("TILE_BYTES_MAX"), [256 * 65_537]);
    assert_eq!(constants.values("NO_SUCH_MAX"), [0_u64; 0]);
    assert!(numbers("64 and 512 KiB a party").contains(&(512 << 10)));
    assert!(!numbers("64 and 512 KiB a party").contains(&65));
}
