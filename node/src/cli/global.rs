//! The options that most commands share: the node, the party and the council.

use std::path::{Path, PathBuf};

use clap::Args;
use nemcon_client::atomic_write::folder_of;
use nemcon_client::client::{Access, Client};
use nemcon_client::config::{NODE_CONFIG_FILE, NodeConfig};
use nemcon_client::failure::Failure;
use nemcon_client::party_key::KeyPlace;
use nemcon_client::pkcs11::MODULE_VARIABLE;
use nemcon_client::profile::{DEFAULT_PROFILE, Fallback, PROFILE_VARIABLE, Profile};
use nemcon_client::session::Session;
use nemcon_client::tls::Authorities;
use nemcon_crypto::Digest;
use nemcon_ledger::text::{Code, Show as _};

use super::key_place::KeyPlaceParser;
use super::ledger;
use crate::testnet::Testnet;

/// What most commands need to know.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Which node, for whom")]
pub struct Global {
    /// The folder of a test network.
    #[arg(long, global = true, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// The code of the party for whom the command speaks.
    #[arg(long = "as", global = true, value_name = "CODE")]
    pub party: Option<Code>,
    /// A node's configuration, instead of --dir; by default `node.toml`, where this is run.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Read this ledger folder, or the one of a backup, instead of asking a node, which may run on it: `--config` names its
    /// configuration, by default `node.toml` beside the folder.
    #[arg(long, global = true, value_name = "FOLDER")]
    pub ledger: Option<PathBuf>,
    /// A node's HTTP interface, instead of --dir and --config: `http://127.0.0.1:PORT`, or `https://HOST:PORT` of another machine.
    #[arg(long, global = true, value_name = "URL")]
    pub node: Option<String>,
    /// The file of a token that the node knows; with --dir and --config it is found.
    #[arg(long, global = true, value_name = "FILE")]
    pub token: Option<PathBuf>,
    /// The authorities that an `https` node is checked against, in PEM; by default those that this machine trusts.
    #[arg(long, global = true, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// Another node, to which statements go if the first one does not answer; a profile names it.
    #[arg(skip)]
    pub fallback: Option<Fallback>,
    /// An officer's key: a file, or the URI of a key in a token (`pkcs11:token=...;object=...`); once for each officer that signs.
    #[arg(id = "officer_keys", long = "key", global = true, value_name = "FILE", value_parser = KeyPlaceParser)]
    pub keys: Vec<KeyPlace>,
    /// The PKCS#11 module for keys in tokens, where their URI names none; otherwise `NEMCON_PKCS11_MODULE` does, or those in the usual places are tried.
    #[arg(long, global = true, value_name = "FILE")]
    pub pkcs11_module: Option<PathBuf>,
    /// The profile that says what the other options do not: `nemcon profile new`; by default the one that `NEMCON_PROFILE` names, or `default`.
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The council digest: what a node or a file is checked against.
    #[arg(long, global = true, value_name = "DIGEST")]
    pub council: Option<Digest>,
    /// The council digest as its fingerprint, instead of --council: 27 words, or their numbers.
    #[arg(long, global = true, value_name = "WORDS")]
    pub fingerprint: Option<String>,
    /// Print JSON for programs.
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,
}

impl Global {
    /// Whether one of the options names a node.
    pub(super) const fn names_a_node(&self) -> bool {
        self.dir.is_some() || self.config.is_some() || self.node.is_some() || self.ledger.is_some()
    }

    /// The name of the profile that is used, if any is: the one that `--profile` names, or else the one that the environment
    /// names; or else `default`, if there is one and nothing else says which node is meant.
    ///
    /// # Errors
    /// [`Failure`] if `--profile` stands beside another option that says all a profile says.
    pub(super) fn profile_named(&self) -> Result<Option<String>, Failure> {
        if let Some(name) = &self.profile {
            if self.dir.is_some() || self.config.is_some() || self.ledger.is_some() {
                return Err(Failure::usage(
                    "`--profile` and `--dir`, `--config` or `--ledger` each name a node",
                )
                .next("give one of them"));
            }
            return Ok(Some(name.clone()));
        }
        if self.names_a_node() {
            return Ok(None);
        }
        if let Some(name) = std::env::var_os(PROFILE_VARIABLE).filter(|name| !name.is_empty()) {
            return Ok(Some(name.to_string_lossy().into_owned()));
        }
        let is_default = !Path::new(NODE_CONFIG_FILE).exists()
            && Profile::path(DEFAULT_PROFILE).is_ok_and(|path| path.exists());
        Ok(is_default.then(|| DEFAULT_PROFILE.to_owned()))
    }

    /// These options, and where they say nothing, what the profile says that is used.
    ///
    /// # Errors
    /// [`Failure`] if it cannot be used.
    pub(super) fn with_profile(mut self) -> Result<Self, Failure> {
        let Some(name) = self.profile_named()? else { return Ok(self) };
        let Profile { node, config, token, ca, council, party, keys, pkcs11_module, fallback } =
            Profile::load(&name)?;
        if self.node.is_none() {
            (self.node, self.config, self.fallback) = (node, config, fallback);
            self.token = self.token.or(token);
            self.ca = self.ca.or(ca);
        }
        self.party = self.party.or(party);
        self.council = self.council.or(council);
        if self.keys.is_empty() {
            self.keys = keys;
        }
        self.pkcs11_module = self.pkcs11_module.or(pkcs11_module);
        Ok(self)
    }

    /// These options, where keys in tokens have the module that an option, the profile or the environment names.
    #[must_use]
    pub(super) fn with_module(mut self) -> Self {
        self.pkcs11_module = self.pkcs11_module.or_else(|| {
            std::env::var_os(MODULE_VARIABLE).filter(|path| !path.is_empty()).map(PathBuf::from)
        });
        let module = self.pkcs11_module.as_deref();
        self.keys.iter_mut().for_each(|key| key.or_module(module));
        self
    }

    /// The session with the node, party and council that the options name.
    ///
    /// # Errors
    /// [`Failure`] if the options name no node.
    pub fn session(&self) -> Result<Session, Failure> {
        let global = self;
        let own = Path::new(NODE_CONFIG_FILE);
        if let Some(folder) = &global.ledger {
            return of_folder(folder, global);
        }
        match (&global.dir, &global.node, &global.config) {
            (Some(dir), None, None) => of_testnet(&Testnet::load(dir)?, global),
            (None, Some(node), None) => of_address(node, global),
            (None, None, Some(config)) => of_config(config, global),
            (None, None, None) if own.exists() => of_config(own, global),
            (None, None, None) => Err(Failure::usage("which node?").next(
                "give `--config node.toml`, or run this where that file lies; `--dir DIR --as CODE` \
                 for a member of a test network; or `--node http://127.0.0.1:PORT --token FILE`. `nemcon profile new` keeps \
                 what you give",
            )),
            _ => Err(Failure::usage("--dir, --node and --config each name a node")
                .next("give one of them")),
        }
    }
}

impl Global {
    /// The configuration of the node that the options name, with its path.
    ///
    /// # Errors
    /// [`Failure`] if they name none on this machine.
    pub(super) fn node_config(&self) -> Result<(PathBuf, NodeConfig), Failure> {
        let own = PathBuf::from(NODE_CONFIG_FILE);
        let file = match (&self.dir, &self.config, &self.ledger, &self.node) {
            (Some(dir), None, None, None) => {
                let testnet = Testnet::load(dir)?;
                testnet.config(match &self.party {
                    Some(code) => &testnet.member(code)?.code,
                    None => &testnet.first().code,
                })
            }
            (None, Some(config), _, None) => config.clone(),
            (None, None, Some(ledger), None) => ledger.join("..").join(NODE_CONFIG_FILE),
            (None, None, None, None) if own.exists() => own,
            _ => {
                return Err(Failure::usage("of which node?").next(
                    "give `--config node.toml`, or run this where that file lies; `--dir DIR --as CODE` for a \
                     member of a test network",
                ));
            }
        };
        let config = NodeConfig::load(&file)?;
        verify_council(self, config.council, &file)?;
        Ok((file, config))
    }
}

/// A session from a node's configuration: its address, council and member, and the tokens
/// beside the file.
fn of_config(config: &Path, global: &Global) -> Result<Session, Failure> {
    let node = NodeConfig::load(config)?;
    verify_council(global, node.council, config)?;
    let tokens = Access::Folder(folder_of(config).to_owned());
    Ok(Session::new(
        Client::new(&format!("http://{}", node.http), access(global, tokens))
            .of(Some(node.council), Some(node.member.clone()))
            .or(fallback(global, Some(node.council))?),
        Some(global.party.clone().unwrap_or(node.member)),
        Some(node.council),
        global.keys.clone(),
    ))
}

/// A session with a ledger folder, which is read without its node.
fn of_folder(folder: &Path, global: &Global) -> Result<Session, Failure> {
    if global.dir.is_some() || global.node.is_some() {
        return Err(Failure::usage("--ledger and --dir or --node each say where to read")
            .next("give one of them; `--config` may name the configuration of the ledger folder"));
    }
    let node = ledger::configured(folder, global.config.as_deref(), global.council)?;
    let offline = ledger::read(&node, folder)?;
    Ok(Session::new(
        Client::of_folder(folder, offline.answerer)
            .of(Some(node.council), Some(node.member.clone())),
        Some(global.party.clone().unwrap_or(node.member)),
        Some(node.council),
        global.keys.clone(),
    ))
}

fn of_testnet(testnet: &Testnet, global: &Global) -> Result<Session, Failure> {
    let node = match &global.party {
        Some(code) => testnet.node_of(code)?,
        None => testnet.first(),
    };
    let council = testnet.council();
    verify_council(global, council, testnet.dir())?;
    let keys = if global.keys.is_empty() {
        let keys = testnet.officer_keys(global.party.as_ref().unwrap_or(&node.code))?;
        keys.into_iter().map(KeyPlace::File).collect()
    } else {
        global.keys.clone()
    };
    Ok(Session::new(
        Client::new(&format!("http://{}", node.http), access(global, testnet.access(node)))
            .of(Some(council), Some(node.code.clone())),
        global.party.clone(),
        Some(council),
        keys,
    ))
}

/// The session with the node at this address, about which nothing is known but what the options say.
fn of_address(node: &str, global: &Global) -> Result<Session, Failure> {
    let mut client = Client::new(node, access(global, Access::None)).of(global.council, None);
    if let Some(ca) = &global.ca {
        client = client.trusting(&Authorities::read(ca)?);
    }
    let client = client.or(fallback(global, global.council)?);
    Ok(Session::new(client, global.party.clone(), global.council, global.keys.clone()))
}

/// The node to which statements go if the first one does not answer, if there is one.
fn fallback(global: &Global, council: Option<Digest>) -> Result<Option<Client>, Failure> {
    let Some(Fallback { node, token, ca }) = &global.fallback else { return Ok(None) };
    let client = Client::new(node, Access::File(token.clone())).of(council, None);
    Ok(Some(match ca {
        Some(ca) => client.trusting(&Authorities::read(ca)?),
        None => client,
    }))
}

/// The token that `--token` names, otherwise the known one.
fn access(global: &Global, known: Access) -> Access {
    global.token.clone().map_or(known, Access::File)
}

/// Checks that `--council`, if given, names the same council as `place`.
fn verify_council(global: &Global, council: Digest, place: &Path) -> Result<(), Failure> {
    if global.council.is_none_or(|wanted| wanted == council) {
        return Ok(());
    }
    let place = place.shown();
    Err(Failure::refused(format_args!(
        "{place} is of council {council}, not the one given by --council"
    ))
    .next("leave `--council` out, or name what is of that council"))
}
