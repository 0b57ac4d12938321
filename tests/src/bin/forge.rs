//! `forge DEMO OUT`: the export of a demo with other votes in its decision, tree and tiles rebuilt
//! around it, and every seal made anew with the keys that the demo has left: the strongest forgery
//! there is, of which all members would be part.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use nemcon_client::founding::Founding;
use nemcon_client::keyfile::KeyFile;
use nemcon_ledger::text::Code;
use nemcon_tests::export::{read_leaves, sealed_export};

/// The line of a decision that commits to its votes.
const VOTES: &str = "\nvotes ";

fn main() -> ExitCode {
    let mut args = env::args_os().skip(1).map(PathBuf::from);
    let (Some(demo), Some(out), None) = (args.next(), args.next(), args.next()) else {
        eprintln!("usage: forge DEMO OUT");
        return ExitCode::from(2);
    };
    match forge(&demo, &out) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("forge: {error}");
            ExitCode::from(2)
        }
    }
}

/// Writes the forgery; which record it changes.
fn forge(demo: &Path, out: &Path) -> io::Result<String> {
    let export = demo.join("export");
    let founding = Founding::parse(&fs::read(export.join("genesis"))?).map_err(io::Error::other)?;
    let mut leaves = read_leaves(&export)?;
    let at = leaves.iter().position(|leaf| leaf.starts_with(b"nemcon/v1 decision\n"));
    let at = at.ok_or_else(|| io::Error::other("there is no decision"))?;
    let text = String::from_utf8(leaves[at].clone()).map_err(io::Error::other)?;
    let (before, after) =
        text.split_once(VOTES).ok_or_else(|| io::Error::other("it commits to no votes"))?;
    let (said, rest) = after.split_at(64);
    // Other votes: the digits of the commitment in another order.
    let other: String = said.chars().rev().collect();
    leaves[at] = format!("{before}{VOTES}{other}{rest}").into_bytes();
    let keys = |code: &Code, role: &str| {
        let path = demo.join(format!("members/{code}/{role}.key"));
        KeyFile::read(&path).expect("the demo leaves its keys").secret
    };
    for (path, bytes) in sealed_export(founding.genesis(), founding.render(), leaves, &keys).0 {
        let path = out.join(path);
        fs::create_dir_all(path.parent().expect("it is below OUT"))?;
        fs::write(path, bytes)?;
    }
    Ok(format!("record {at}"))
}
