//! `corpora [ROOT]`: writes the seeds of the fuzz corpora into `tests/fuzz/corpus`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

use nemcon_tests::decoders::samples::samples;

fn main() -> ExitCode {
    let root = env::args_os().nth(1).map_or_else(|| PathBuf::from("."), PathBuf::from);
    match write(&root.join("tests/fuzz/corpus")) {
        Ok(count) => {
            println!("corpora: {count} seeds");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("corpora: {error}");
            ExitCode::from(2)
        }
    }
}

fn write(corpus: &std::path::Path) -> io::Result<usize> {
    let samples = samples();
    for (decoder, name, bytes) in &samples {
        let folder = corpus.join(decoder);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)?;
    }
    Ok(samples.len())
}
