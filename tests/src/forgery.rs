//! Forged exports by the hundred, each with what an audit must say of it.
//!
//! All are sealed by everybody, with a tree and tiles that fit: the strongest forger there is has all
//! members' nodes, and some of their officers' keys are still not his.

use nemcon_crypto::TreeSize;
use nemcon_crypto::merkle::{Frontier, leaf_hash};
use nemcon_ledger::record::{BlockRecord, Record};

use crate::export::{Files, export_sealed_by, leaves, rosters_of};
use crate::fixture::Ledger;

/// An export that a forger has made from a genuine ledger.
#[derive(Debug)]
pub struct Forgery {
    /// What was done, for a failing test.
    pub what: String,
    /// The records of the forged log, by leaf index.
    records: Vec<Vec<u8>>,
    /// The first record that was touched.
    pub record: usize,
    /// The names of faults of which one must be found; none: any will do.
    pub wanted: &'static [&'static str],
    /// How thorough the forger is.
    pub care: Care,
}

impl Forgery {
    /// The export, which everybody has sealed whom the honest ledger's end asks.
    pub fn files(&self, ledger: &Ledger) -> Files {
        export_sealed_by(ledger, self.leaves(ledger), ledger.chain.sealing_roster())
    }

    /// Whether it is none: some records taken out of a ledger leave one that could have been.
    pub fn is_lawful(&self, ledger: &Ledger) -> bool {
        rosters_of(&ledger.parties.genesis, &self.leaves(ledger)).is_some()
    }

    fn leaves(&self, ledger: &Ledger) -> Vec<Vec<u8>> {
        let mut records = self.records.clone();
        if self.care == Care::Rebuilt {
            rebuild(&mut records, ledger);
        }
        records
    }
}

/// How thorough the forger is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Care {
    /// Block records stay as they were.
    Stale,
    /// Block records are written again around what was changed.
    Rebuilt,
}

/// The faults that any change of a statement may be found by.
const STATEMENT: &[&str] = &["statement-refused", "record-malformed"];
const DECISION: &[&str] = &["decision-false", "record-malformed"];
const LAPSE: &[&str] = &["lapse-false", "record-malformed"];
const BLOCK: &[&str] = &[
    "record-malformed",
    "block-council",
    "block-height",
    "block-previous",
    "block-time",
    "block-proposer",
    "block-roster",
    "block-size",
    "block-root",
];

/// Every forgery of this ledger that this module knows: a few thousand of a ledger of a hundred records.
pub fn forgeries(ledger: &Ledger) -> Vec<Forgery> {
    let mut all = Vec::new();
    let records = leaves(ledger);
    for care in [Care::Stale, Care::Rebuilt] {
        rewritten(&records, care, &mut all);
        cut(&records, care, &mut all);
    }
    all
}

/// Each line of each record rewritten.
fn rewritten(records: &[Vec<u8>], care: Care, all: &mut Vec<Forgery>) {
    for (at, record) in records.iter().enumerate().skip(1) {
        let Ok(parsed) = Record::parse(record) else { continue };
        let wanted = match parsed {
            Record::Decision(_) => DECISION,
            Record::Lapse(_) => LAPSE,
            Record::Block(_) => BLOCK,
            _ => STATEMENT,
        };
        let text = String::from_utf8_lossy(record).into_owned();
        for (nth, line) in text.lines().enumerate().skip(1).filter(|(_, line)| !line.is_empty()) {
            let forged = forge_line(line);
            let mut lines: Vec<&str> = text.lines().collect();
            lines[nth] = &forged;
            let mut changed = records.to_vec();
            changed[at] = format!("{}\n", lines.join("\n")).into_bytes();
            // What the forger writes again anyway is not forged so.
            let is_rewritten =
                ["previous ", "size ", "root "].iter().any(|it| line.starts_with(it));
            if care == Care::Rebuilt && matches!(parsed, Record::Block(_)) && is_rewritten {
                continue;
            }
            // A block may have any later time and any round whose proposer it names.
            if line.starts_with("round ") || line.starts_with("time ") {
                continue;
            }
            let what = format!("{care:?}, record {at}: {line} -> {forged}");
            all.push(forgery(what, changed, at, wanted, care));
        }
    }
}

/// The line with its last word changed into another of the same sort.
fn forge_line(line: &str) -> String {
    let (head, last) = line.rsplit_once(' ').unwrap_or(("", line));
    let changed = match last {
        "in-favour" => "against".to_owned(),
        "against" | "abstain" => "in-favour".to_owned(),
        "adopted" => "not-adopted".to_owned(),
        "not-adopted" => "adopted".to_owned(),
        "none" => "0".repeat(64),
        "M1" => "M2".to_owned(),
        last if last.parse::<u64>().is_ok() => {
            (last.parse::<u64>().expect("a number") + 1).to_string()
        }
        last => {
            let mut chars: Vec<char> = last.chars().collect();
            let at = chars.len() / 2;
            chars[at] = match chars[at] {
                'a' => 'b',
                'A' => 'B',
                '1' => '2',
                c if c.is_ascii_digit() => '1',
                c if c.is_ascii_uppercase() => 'A',
                _ => 'a',
            };
            chars.into_iter().collect()
        }
    };
    format!("{head} {changed}")
}

/// Each record taken out, doubled, or put behind the next one.
fn cut(records: &[Vec<u8>], care: Care, all: &mut Vec<Forgery>) {
    for at in 1..records.len() - 1 {
        let is_block = |at: usize| matches!(Record::parse(&records[at]), Ok(Record::Block(_)));
        let mut without = records.to_vec();
        without.remove(at);
        all.push(forgery(format!("{care:?}, without record {at}"), without, at, ANY, care));
        let mut twice = records.to_vec();
        twice.insert(at, records[at].clone());
        all.push(forgery(format!("{care:?}, record {at} twice"), twice, at, ANY, care));
        if !is_block(at) && !is_block(at + 1) {
            let mut swapped = records.to_vec();
            swapped.swap(at, at + 1);
            let what = format!("{care:?}, records {at} and {} swapped", at + 1);
            all.push(forgery(what, swapped, at, ANY, care));
        }
    }
}

/// Something is wrong, whatever it shows by.
const ANY: &[&str] = &[];

const fn forgery(
    what: String,
    records: Vec<Vec<u8>>,
    record: usize,
    wanted: &'static [&'static str],
    care: Care,
) -> Forgery {
    Forgery { what, records, record, wanted, care }
}

/// Writes what block records say of the tree and of one another again.
fn rebuild(records: &mut [Vec<u8>], ledger: &Ledger) {
    let (mut frontier, mut previous) = (Frontier::new(), ledger.council().digest());
    for record in records {
        if let Ok(Record::Block(said)) = Record::parse(record) {
            let (size, root) = (TreeSize(frontier.size().0), frontier.root());
            let rewritten = BlockRecord { previous, size, root, ..said };
            *record = rewritten.render().into_bytes();
            previous = leaf_hash(record);
        }
        frontier.append(leaf_hash(record));
    }
}
