//! Real values for every decoder: the seeds of the corpora, made from the fixture's councils.

mod disk;
mod files;
mod handed_over;
mod on_measures;
mod records;
mod wire;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Position;

use crate::export::leaves;
use crate::fixture::{Ledger, board, day};

/// A decoder's name, a file's name, its bytes.
pub type Sample = (&'static str, String, Vec<u8>);

/// Seeds for every decoder.
pub fn samples() -> Vec<Sample> {
    let bench = Bench::new();
    let mut all = Samples(Vec::new());
    bench.records(&mut all);
    bench.seats(&mut all);
    on_measures::add_to(&mut all);
    bench.notes(&mut all);
    bench.tiles(&mut all);
    bench.certificates(&mut all);
    bench.wire(&mut all);
    bench.disk(&mut all);
    bench.evidence(&mut all);
    bench.files(&mut all);
    bench.handed_over(&mut all);
    handed_over::answers(&mut all);
    all.0
}

struct Samples(Vec<Sample>);

impl Samples {
    fn add(&mut self, decoder: &'static str, name: &str, bytes: impl Into<Vec<u8>>) {
        self.0.push((decoder, name.to_owned(), bytes.into()));
    }
}

/// A board that has adopted one measure, let one lapse, and has one withdrawn and one closed.
struct Bench {
    ledger: Ledger,
    council: Digest,
    leaves: Vec<Vec<u8>>,
}

impl Bench {
    fn new() -> Self {
        let mut ledger = Ledger::found(board());
        let parties = ledger.parties.clone();
        for title in ["Adopted", "Lapses", "Withdrawn", "Closed"] {
            ledger.table(parties.measure("B1", title));
        }
        let all = ["B1", "B2", "B3", "B4", "B5", "B6", "B7"];
        ledger.cast(1, &all.map(|by| (by, Position::InFavour)));
        ledger.cast(4, &all.map(|by| (by, Position::Against)));
        let steering = [ledger.withdrawal("B1", 3), ledger.close("B1", 4)];
        ledger.run(&steering);
        ledger.run_at(day(30), &[]);
        let council = ledger.council().digest();
        Self { leaves: leaves(&ledger), council, ledger }
    }
}
