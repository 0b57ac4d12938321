//! `showcase OUT`: an export of a ledger with every kind of record, whose members and keys change, for
//! programs that read exports. Prints the council's digest.

use std::path::PathBuf;
use std::process::ExitCode;

use nemcon_tests::export::export_at;
use nemcon_tests::fixture::changing;

fn main() -> ExitCode {
    let Some(out) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: showcase OUT");
        return ExitCode::from(2);
    };
    let ledger = changing();
    let size = usize::try_from(ledger.chain.size().0).expect("a ledger in memory");
    match export_at(&ledger, size, ledger.chain.sealing_roster()).write(&out) {
        Ok(()) => {
            println!("{}", ledger.council().digest());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("showcase: {error}");
            ExitCode::from(2)
        }
    }
}
