//! `nemcon profile`: who you are, once, so that every later command is short.

use core::fmt::Write as _;
use std::path::PathBuf;

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::profile::{DEFAULT_PROFILE, Fallback, Profile};
use nemcon_ledger::text::Show as _;
use serde_json::json;

use super::context::Context;
use super::global::Global;

/// Makes and shows profiles.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ProfileCommand {
    /// Write down which node, council, party and keys are meant: what `--node` or `--config`, `--token`, `--ca`, `--council`, `--as`,
    /// `--key` and `--pkcs11-module` say here.
    New {
        /// Its name.
        #[arg(default_value = DEFAULT_PROFILE)]
        name: String,
        /// Another member's node, to which statements go if the first one does not answer: `https://HOST:PORT`.
        #[arg(long, value_name = "URL", requires = "fallback_token")]
        fallback: Option<String>,
        /// The file of the token that this node has made for the party.
        #[arg(long, value_name = "FILE", requires = "fallback")]
        fallback_token: Option<PathBuf>,
        /// The authorities that this node is checked against, in PEM; by default those that this machine trusts.
        #[arg(long, value_name = "FILE", requires = "fallback")]
        fallback_ca: Option<PathBuf>,
    },
    /// Show what a profile says, and which profile is used.
    Show {
        /// Its name; by default the one that is used.
        name: Option<String>,
    },
}

/// Runs `nemcon profile`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &ProfileCommand, context: Context<'_>) -> Result<(), Failure> {
    match command {
        ProfileCommand::New { name, fallback, fallback_token, fallback_ca } => {
            let other = fallback.clone().zip(fallback_token.clone());
            let ca = fallback_ca.clone();
            new(name, other.map(|(node, token)| Fallback { node, token, ca }), context)
        }
        ProfileCommand::Show { name } => show(name.as_deref(), context),
    }
}

fn new(name: &str, fallback: Option<Fallback>, context: Context<'_>) -> Result<(), Failure> {
    let global = context.global;
    if global.dir.is_some() {
        return Err(Failure::usage("a test network needs no profile")
            .next("give its commands `--dir DIR --as CODE`"));
    }
    if global.node.is_none() && global.config.is_none() {
        return Err(Failure::usage("which node?")
            .next("give `--node http://127.0.0.1:PORT --token FILE`, or `--config node.toml`"));
    }
    if global.node.is_some() && global.council.is_none() {
        return Err(Failure::usage("which council? A node cannot vouch for itself")
            .next("give `--council DIGEST`, from the founding papers"));
    }
    // What the options say must be possible before it is written down.
    Global { fallback: fallback.clone(), ..global.clone() }.session()?;
    let profile = Profile {
        node: global.node.clone(),
        config: global.config.clone(),
        token: global.token.clone(),
        council: global.council,
        party: global.party.clone(),
        keys: global.keys.clone(),
        pkcs11_module: global.pkcs11_module.clone(),
        ca: global.ca.clone(),
        fallback,
    };
    let words = described(&profile);
    let path = profile.clone().write_new(name)?;
    let used = if name == DEFAULT_PROFILE {
        "it is used from now on, where no node is named".to_owned()
    } else {
        format!("it is used with `--profile {name}`, or where NEMCON_PROFILE={name} is set")
    };
    context.screen.result(
        &json!({ "name": name, "file": path.to_string_lossy(), "profile": profile }),
        format_args!("{words}profile {name} in {}: {used}", path.shown()),
    )
}

fn show(name: Option<&str>, context: Context<'_>) -> Result<(), Failure> {
    let used = Global::profile_named(context.global)?;
    let names = Profile::names();
    let Some(name) = name.map(str::to_owned).or_else(|| used.clone()) else {
        let words = match &names[..] {
            [] => "there is no profile\nnext: nemcon profile new".to_owned(),
            names => format!(
                "no profile is used; there are: {}\nnext: nemcon profile show NAME",
                names.join(", ")
            ),
        };
        return context.screen.result(&json!({ "used": null, "names": names }), words);
    };
    let profile = Profile::load(&name)?;
    let is_used = used.as_deref() == Some(&name);
    let value = json!({ "name": name, "used": used, "names": names, "profile": profile });
    let others: Vec<_> = names.iter().filter(|other| **other != name).cloned().collect();
    let mut words = format!("profile {name}{}\n", if is_used { ", which is used" } else { "" });
    words.push_str(&described(&profile));
    if !others.is_empty() {
        let _ = writeln!(words, "others     {}", others.join(", "));
    }
    context.screen.result(&value, words.trim_end())
}

fn described(profile: &Profile) -> String {
    let mut words = String::new();
    let mut line = |what: &str, value: String| {
        let _ = writeln!(words, "{what:<10} {value}");
    };
    let file = |path: &PathBuf| {
        let missing = if path.exists() { "" } else { " (not there now)" };
        format!("{}{missing}", path.shown())
    };
    if let Some(node) = &profile.node {
        line("node", node.clone());
    }
    if let Some(config) = &profile.config {
        line("node", file(config));
    }
    if let Some(token) = &profile.token {
        line("token", file(token));
    }
    if let Some(ca) = &profile.ca {
        line("ca", file(ca));
    }
    if let Some(council) = &profile.council {
        line("council", council.to_string());
    }
    if let Some(party) = &profile.party {
        line("party", party.to_string());
    }
    for key in &profile.keys {
        line("key", key.file().map_or_else(|| key.to_string(), file));
    }
    if let Some(module) = &profile.pkcs11_module {
        line("module", file(module));
    }
    if let Some(Fallback { node, token, ca }) = &profile.fallback {
        line("fallback", node.clone());
        line("  token", file(token));
        if let Some(ca) = ca {
            line("  ca", file(ca));
        }
    }
    words
}
