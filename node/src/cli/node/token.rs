//! `nemcon node token`: who may ask the node's HTTP interface.

use core::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::config::NodeConfig;
use nemcon_client::failure::Failure;
use nemcon_client::token::{Holder, Role, Token, TokenFile, Tokens};
use nemcon_ledger::text::{Code, Show as _};
use serde_json::{Value, json};

use nemcon_audit::Screen;

/// Makes tokens, and lists them.
#[derive(Clone, Debug, Subcommand)]
pub(in crate::cli) enum TokenCommand {
    /// Replace tokens beside the configuration: whoever has the old ones is let in no longer, once
    /// the node has read its configuration again.
    New {
        /// The roles whose tokens are replaced: read, submit, operate; by default all.
        roles: Vec<Role>,
        /// Make a token for another party: its holder may hand in this party's statements and ask what became of them, and
        /// nothing else.
        #[arg(long = "for", value_name = "CODE")]
        party: Option<Code>,
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
    },
    /// List the tokens beside the configuration: whose each is, and since when. No token is printed.
    List {
        /// The node's configuration.
        #[arg(long, value_name = "FILE", default_value = "node.toml")]
        config: PathBuf,
    },
}

/// Runs `nemcon node token`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &TokenCommand, screen: Screen) -> Result<(), Failure> {
    match command {
        TokenCommand::New { roles, party, config } => {
            // The configuration must load before any token is replaced, since tokens without one are of no use.
            let node = NodeConfig::load(config)?;
            match party {
                Some(party) => new_for(party, roles, &node, config, screen),
                None => renew(roles, config, screen),
            }
        }
        TokenCommand::List { config } => {
            NodeConfig::load(config)?;
            list(config, screen)
        }
    }
}

fn renew(roles: &[Role], config: &Path, screen: Screen) -> Result<(), Failure> {
    let roles = if roles.is_empty() { &Role::ALL } else { roles };
    let mut files = Vec::new();
    for role in roles {
        let file = role.file_in(folder_of(config));
        Token::generate(*role)?.write(&file)?;
        files.push(file);
    }
    let names: Vec<_> = files.iter().map(|file| file.shown()).collect();
    let words = format!(
        "made anew: {}\nnext: a node that runs takes what is new, and the old no longer, once it has \
         read its configuration again: send it SIGHUP, or start it anew",
        names.join(", ")
    );
    screen.result(&json!({ "tokens": names }), words)
}

fn new_for(
    party: &Code,
    roles: &[Role],
    node: &NodeConfig,
    config: &Path,
    screen: Screen,
) -> Result<(), Failure> {
    if roles != [Role::Submit] {
        return Err(Failure::usage("another party is given a token for handing in alone")
            .next(format_args!("`nemcon node token new submit --for {party}`")));
    }
    if *party == node.member {
        return Err(Failure::usage(format_args!("{party} is this node's own member"))
            .next("its tokens are read.token, submit.token and operate.token"));
    }
    let holder = Holder::of_party(party.clone());
    let file = holder.file_in(folder_of(config));
    Token::generate_for(holder)?.write(&file)?;
    let file = file.shown();
    let words = format!(
        "made: {file}\n\
         whoever has it may hand in statements that {party} has signed, and ask what became of them; nothing else\n\
         next: send the node SIGHUP, or start it anew; then give the file to {party} where nobody else reads it, with the \
         node's `https://` address. To take it back, delete the file and send SIGHUP again"
    );
    screen.result(&json!({ "tokens": [file], "for": party }), words)
}

fn list(config: &Path, screen: Screen) -> Result<(), Failure> {
    let files = Tokens::listed(folder_of(config))?;
    let mut words = String::new();
    for TokenFile { path, holder, made } in &files {
        let made = made.map_or_else(|| "an unknown time".to_owned(), |made| made.to_string());
        let says = match holder {
            Ok(holder) => format!("{:<16} since {made}", holder.to_string()),
            Err(error) => format!("NOT TAKEN: {error}"),
        };
        let _ = writeln!(words, "{says}  {}", path.shown());
    }
    words.push_str(
        "next: a node takes what lies here when it starts and at SIGHUP; a deleted file is a token taken back",
    );
    let value = |it: &TokenFile| -> Value {
        let holder = it.holder.as_ref().ok();
        json!({
            "file": it.path.to_string_lossy(),
            "role": holder.map(|holder| holder.role),
            "for": holder.and_then(|holder| holder.party.as_ref()),
            "made": it.made,
            "error": it.holder.as_ref().err().map(ToString::to_string),
        })
    };
    screen.result(&json!({ "tokens": files.iter().map(value).collect::<Vec<_>>() }), words)
}
