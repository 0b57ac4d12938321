//! `nemcon genesis configure`: the configuration of a member's node, from the genesis and the members' cards.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use nemcon_audit::output;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig, PeerConfig, render_settings};
use nemcon_client::failure::Failure;
use nemcon_client::founding::{CardsError, Founding, NamedCard, read_cards};
use nemcon_client::keyset::{NODE_FILE, SEAL_FILE};
use nemcon_client::words::count;
use nemcon_crypto::Digest;
use nemcon_ledger::council::join;
use nemcon_ledger::text::{Code, Show as _};
use serde_json::json;

use super::shown::{other_council, read};
use crate::cli::context::Context;

/// The port where a node listens unless its card names another.
const LISTEN_PORT: u16 = 4101;
/// The port of a node's HTTP interface.
const HTTP_PORT: u16 = 4201;

/// From what a node's configuration is made.
#[derive(Clone, Debug, clap::Args)]
pub(in crate::cli) struct ConfigureArgs {
    /// The genesis file, as it will lie on the node's machine.
    file: PathBuf,
    /// The members' cards, or folders with files that end in .card: they give the addresses of their nodes.
    #[arg(required = true)]
    cards: Vec<PathBuf>,
    /// Where the other nodes reach this one; by default at every address of this machine, at the port on your card.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// Where the command line reaches this node, on this machine only.
    #[arg(long, value_name = "ADDRESS", default_value_t = SocketAddr::from((Ipv4Addr::LOCALHOST, HTTP_PORT)))]
    http: SocketAddr,
    /// The configuration to write; it must not exist. Paths in it are taken from its folder.
    #[arg(short, long, value_name = "FILE", default_value = NODE_CONFIG_FILE)]
    out: PathBuf,
}

/// Runs `nemcon genesis configure`.
///
/// # Errors
/// [`Failure`] if the genesis is another council's or not founded, or if a card is not what stands in it.
pub(super) fn run(args: &ConfigureArgs, context: Context<'_>) -> Result<(), Failure> {
    let code = context.global.party.as_ref().ok_or_else(|| {
        Failure::usage("the node of which member?").next("give `--as CODE`, your code")
    })?;
    let council = context.global.council.ok_or_else(|| {
        Failure::usage("which council? The file is not believed about itself").next(
            "give `--council DIGEST` or `--fingerprint WORDS`, as you compared it with the others",
        )
    })?;
    if !args.http.ip().is_loopback() {
        return Err(Failure::usage(format_args!("`--http {}` is not a loopback address", args.http))
            .next("give one of this machine alone, such as 127.0.0.1:4201; `[http_tls]` serves other machines"));
    }
    let founding = founded(&args.file, council)?;
    let member = founding.genesis().roster.member(code);
    member.ok_or_else(|| {
        Failure::usage(format_args!("{code} is no member of this council, and has no node"))
            .next("`nemcon genesis show FILE` lists the members")
    })?;
    let cards = cards_of(args, &founding)?;
    let (peers, lacking) = peers(code, &cards, &founding);
    let own = cards.iter().find(|card| card.file.card().code() == code);
    let config = NodeConfig {
        member: code.clone(),
        council,
        genesis: beside(&args.file, &args.out),
        ledger: "ledger".into(),
        following: false,
        publish: None,
        notify: None,
        calendar: false,
        metrics: None,
        http_tls: None,
        node_key: NODE_FILE.into(),
        seal_key: SEAL_FILE.into(),
        listen: args.listen.unwrap_or_else(|| listen(own)),
        http: args.http,
        peers,
    };
    let table = config.render().parse().expect("what was rendered is TOML");
    output::write_new(&args.out, render_settings(Some(&table)).as_bytes())?;
    let words = said(args, &config, &lacking);
    let value = json!({
        "file": args.out.to_string_lossy(), "member": code, "council": council,
        "peers": config.peers.len(), "lacking": lacking,
    });
    context.screen.result(&value, words)
}

fn said(args: &ConfigureArgs, config: &NodeConfig, lacking: &[Code]) -> String {
    let (out, peers) = (args.out.shown(), count(config.peers.len() as u64, "other node"));
    let mut words = format!("the configuration of {}'s node in {out}: {peers}", config.member);
    if !lacking.is_empty() {
        let codes = join(lacking);
        words = format!(
            "{words}\nNO address is known of {codes}: write it there as `[[peer]]` once it is"
        );
    }
    format!(
        "{words}\nnext: put {NODE_FILE} and {SEAL_FILE} beside it, then `nemcon node init --config {out}` once, and \
         `nemcon node run --config {out}`"
    )
}

/// The genesis, if it founds the council.
fn founded(file: &Path, council: Digest) -> Result<Founding, Failure> {
    let founding = read(file)?;
    if founding.digest() != council {
        return Err(other_council(file, founding.digest(), council));
    }
    founding.verify(&council).map_err(|error| {
        Failure::refused(format_args!("{}: {error}", file.shown()))
            .next("take the merged genesis, which all members have signed")
    })?;
    Ok(founding)
}

/// The cards, each of which must be what stands in the genesis.
fn cards_of(args: &ConfigureArgs, founding: &Founding) -> Result<Vec<NamedCard>, Failure> {
    let (cards, CardsError(mut faults)) = read_cards(&args.cards);
    for NamedCard { path, file } in &cards {
        if let Err(error) = file.verify() {
            faults.push((path.clone(), error.into()));
        }
    }
    if !faults.is_empty() {
        return Err(CardsError(faults).into());
    }
    let differs = |card: &&NamedCard| !card.file.card().differences(founding.genesis()).is_empty();
    let other: Vec<_> = cards.iter().filter(differs).map(|it| it.path.shown()).collect();
    if other.is_empty() {
        return Ok(cards);
    }
    Err(Failure::refused(format_args!("not what stands in the genesis: {}", other.join(", ")))
        .next("`nemcon genesis check FILE --card CARD` says what differs; take the cards that founded"))
}

/// The other members' nodes in protocol order, and the members of whose node no address is known.
fn peers(own: &Code, cards: &[NamedCard], founding: &Founding) -> (Vec<PeerConfig>, Vec<Code>) {
    let (mut peers, mut lacking) = (Vec::new(), Vec::new());
    for member in &founding.genesis().roster.members {
        let card = cards.iter().find(|card| *card.file.card().code() == member.code);
        let address = card.and_then(|card| card.file.card().address());
        match address {
            _ if member.code == *own => {}
            Some(address) => {
                peers.push(PeerConfig { code: member.code.clone(), address: address.to_string() });
            }
            None => lacking.push(member.code.clone()),
        }
    }
    (peers, lacking)
}

/// Where a node listens whose card this is: at the card's port, on every address of the machine.
fn listen(card: Option<&NamedCard>) -> SocketAddr {
    let address = card.and_then(|card| card.file.card().address());
    let port = address.and_then(|it| it.as_str().rsplit_once(':')).map(|(_, port)| port.parse());
    SocketAddr::from((Ipv4Addr::UNSPECIFIED, port.and_then(Result::ok).unwrap_or(LISTEN_PORT)))
}

/// The path of the genesis as the configuration names it: its bare name where it lies beside it.
fn beside(genesis: &Path, out: &Path) -> PathBuf {
    let folders = (folder_of(genesis).canonicalize(), folder_of(out).canonicalize());
    match (genesis.file_name(), folders) {
        (Some(name), (Ok(one), Ok(other))) if one == other => name.into(),
        _ => std::path::absolute(genesis).unwrap_or_else(|_| genesis.to_owned()),
    }
}
