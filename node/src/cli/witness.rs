//! `nemcon witness`: cosigns checkpoints of logs, as C2SP tlog-witness says.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;

use clap::Args;
use nemcon_audit::Screen;
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyRole, KeySource};
use nemcon_client::witnessing::{Witness, logs_of};
use nemcon_crypto::note::KeyName;
use serde_json::json;

use crate::server::witness;

/// The witness to run.
#[derive(Clone, Debug, Args)]
pub(super) struct WitnessArgs {
    /// The name of the witness, as its lines carry it: a domain of its operator and a path, without `https://`.
    #[arg(long, value_name = "NAME", value_parser = name)]
    name: KeyName,
    /// The key file of the witness (`nemcon key new --role witness`), or `credential:NAME`.
    #[arg(long, value_name = "FILE")]
    witness_key: KeySource,
    /// The logs whose checkpoints it cosigns: lines `log VKEY` and a last one `quorum none`, such as the `finality.policy` of a council’s export.
    #[arg(long, value_name = "FILE")]
    logs: PathBuf,
    /// The folder in which it remembers the last checkpoint of each log. It belongs into no backup that could come back
    /// older: a witness that forgets could cosign two histories.
    #[arg(long, value_name = "DIR")]
    state: PathBuf,
    /// Make the folder: the witness, and its key, are new.
    #[arg(long)]
    new: bool,
    /// The address on which it answers `POST /add-checkpoint`.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4301")]
    listen: SocketAddr,
}

/// The name of a key, as a person writes it.
pub(super) fn name(text: &str) -> Result<KeyName, String> {
    text.parse().map_err(|error: nemcon_crypto::note::KeyNameError| error.to_string())
}

/// Runs `nemcon witness`, until Ctrl-C or SIGTERM.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(args: &WitnessArgs, screen: Screen) -> Result<(), Failure> {
    let key = args.witness_key.load(KeyRole::Witness)?;
    let logs = logs_of(&args.logs)?;
    let listener = TcpListener::bind(args.listen).map_err(|error| {
        Failure::usage(format_args!("{}: {error}", args.listen))
            .next("name an address of this machine that is free with `--listen`")
    })?;
    let count = logs.len();
    let witness = Witness::open((args.name.clone(), key), logs, &args.state, args.new)?;
    let failed = |error: std::io::Error| Failure::usage(format_args!("the witness: {error}"));
    let address = listener.local_addr().map_err(failed)?;
    let vkey = witness.verifier_key().to_string();
    screen.result(
        &json!({ "address": address, "key": vkey, "logs": count }),
        format_args!(
            "the witness answers on http://{address}, and knows {count} keys of logs\n\
             whoever asks it names it so: witness {} {vkey} http://{address}",
            args.name.as_str().replace('/', "-"),
        ),
    )?;
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).init();
    witness::run(listener, witness).map_err(failed)
}
