//! `node.toml`, the configuration of one node.
//!
//! ```toml
//! member = "BE"
//! council = "<digest>"            # what the genesis file must found
//! genesis = "../../genesis"       # paths are relative to this file's folder
//! ledger = "ledger"
//! node_key = "node.key"           # or "credential:NAME"; while the key changes: ["node.key", "node-2.key"]
//! seal_key = "seal.key"           # likewise
//! listen = "127.0.0.1:4101"       # the mesh
//! http = "127.0.0.1:4201"         # the command line; loopback only
//! metrics = "127.0.0.1:4202"      # only where numbers are given out without a token; loopback only
//!
//! [http_tls]                      # only where programs on other machines ask this node
//! address = "0.0.0.0:4443"
//! certificate = "tls.pem"         # the node's certificate, then those above it
//! key = "tls.key"
//!
//! [publish]                       # only where the log is published
//! folder = "published"
//! shows = "public"                # or "everything", "hashes"
//! witnesses = "witnesses.policy"  # witnesses from outside that are asked to cosign, where there are any
//! decision = 12                   # the measure by which the council has opened its log, where one is needed
//! address = "0.0.0.0:8080"        # the public read path; without it the folder alone is kept in step
//!
//! [notify]                        # only where somebody is told of events
//! webhook = "https://desk.example/hook"
//! secret = "webhook.secret"       # made at the start, if it is not there
//! exec = ["/usr/local/bin/tell"]  # a program that is run for each event
//! events = ["measure", "final"]   # without it all
//!
//! [[peer]]
//! code = "BG"
//! address = "127.0.0.1:4102"
//! ```

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use nemcon_crypto::Digest;
use nemcon_ledger::Code;
use serde::{Deserialize, Serialize};

use crate::publishing::Shows;

mod error;
mod key_files;
mod node_address;
mod notify;
mod settings;
mod toml_file;

pub use error::{ConfigError, TEXT_FILE_BYTES_MAX};
pub use key_files::KeyFiles;
pub use node_address::{NodeAddress, NodeAddressError};
pub use notify::NotifyConfig;
pub use settings::{SETTINGS, Setting, render_settings};
pub use toml_file::{load_toml, parse_toml, read_text};

/// The file's usual name.
pub const NODE_CONFIG_FILE: &str = "node.toml";

/// One node's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeConfig {
    /// The code of the member whose node this is.
    pub member: Code,
    /// The council digest. The operator's trust in the council enters here, not with the genesis file.
    pub council: Digest,
    /// The path of the genesis file, with the founders' signatures.
    pub genesis: PathBuf,
    /// The path of the ledger's folder.
    pub ledger: PathBuf,
    /// Where the node keys are: one, or several while the key changes.
    pub node_key: KeyFiles,
    /// Where the seal keys are: one, or several while the key changes.
    pub seal_key: KeyFiles,
    /// Whether the node runs although the roster does not name its keys: before its member enters
    /// the council, after it has left, or on a ledger that lags behind a change of keys.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub following: bool,
    /// The address where other nodes reach this one.
    pub listen: SocketAddr,
    /// The loopback address where the command line reaches this node.
    pub http: SocketAddr,
    /// The loopback address where the node gives out its metrics without a token, if it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metrics: Option<SocketAddr>,
    /// Whether the dates of the council are given out as a calendar, at an address with a secret in it.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub calendar: bool,
    /// Whether and how programs on other machines reach the HTTP interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_tls: Option<HttpTls>,
    /// Whether and how the log is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<PublishConfig>,
    /// Who is told of events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notify: Option<NotifyConfig>,
    /// The other members' nodes.
    #[serde(default, rename = "peer")]
    pub peers: Vec<PeerConfig>,
}

/// How programs on other machines reach the HTTP interface: over TLS, each with a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpTls {
    /// The address on which the interface listens besides the loopback address.
    pub address: SocketAddr,
    /// The file of the certificate, in PEM, with those above it. Requests must name a host that it is for.
    pub certificate: PathBuf,
    /// The file of the certificate's key, in PEM.
    pub key: PathBuf,
}

/// How the node publishes the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublishConfig {
    /// The folder that is kept in step with the log.
    pub folder: PathBuf,
    /// What of the log is published.
    pub shows: Shows,
    /// The number of the adopted measure by which the council has decided so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<u64>,
    /// A policy with witnesses from outside and their addresses, which are asked to cosign each checkpoint [C2SP tlog-policy].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnesses: Option<PathBuf>,
    /// The address on which the folder is given out, if the node does so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<SocketAddr>,
}

/// Another member's node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeerConfig {
    /// The code of that other member.
    pub code: Code,
    /// The host and port where that node listens.
    pub address: String,
}

impl NodeConfig {
    /// Reads a configuration. Relative paths in it are relative to the file's own folder.
    ///
    /// # Errors
    /// [`ConfigError`].
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = load_toml(path)?;
        config.verify(path)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        // `join` with an absolute path yields the absolute path.
        config.genesis = folder.join(&config.genesis);
        config.ledger = folder.join(&config.ledger);
        config.node_key.take_from(folder);
        config.seal_key.take_from(folder);
        if let Some(notify) = &mut config.notify {
            notify.take_from(folder);
        }
        if let Some(tls) = &mut config.http_tls {
            tls.certificate = folder.join(&tls.certificate);
            tls.key = folder.join(&tls.key);
        }
        if let Some(publish) = &mut config.publish {
            publish.folder = folder.join(&publish.folder);
            publish.witnesses = publish.witnesses.as_ref().map(|file| folder.join(file));
            if publish.folder.starts_with(&config.ledger) {
                return Err(ConfigError::PublishedLedger { path: path.to_owned() });
            }
        }
        Ok(config)
    }

    fn verify(&self, path: &Path) -> Result<(), ConfigError> {
        if !self.http.ip().is_loopback() {
            return Err(ConfigError::NotLoopback { path: path.to_owned(), http: self.http });
        }
        if let Some(metrics) = self.metrics.filter(|metrics| !metrics.ip().is_loopback()) {
            return Err(ConfigError::MetricsNotLoopback { path: path.to_owned(), metrics });
        }
        for (files, of) in [(&self.node_key, "node_key"), (&self.seal_key, "seal_key")] {
            if files.sources().is_empty() {
                return Err(ConfigError::NoKey { path: path.to_owned(), of });
            }
        }
        if let Some(notify) = &self.notify {
            notify.verify(path)?;
        }
        for (at, peer) in self.peers.iter().enumerate() {
            let (path, code) = (path.to_owned(), peer.code.clone());
            if code == self.member {
                return Err(ConfigError::PeerIsOwn { path, code });
            }
            if self.peers[..at].iter().any(|other| other.code == code) {
                return Err(ConfigError::PeerTwice { path, code });
            }
        }
        Ok(())
    }

    /// The text of the file.
    pub fn render(&self) -> String {
        toml::to_string(self).expect("strings, paths of our own and numbers are TOML")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyfile::KeySource;

    const TEXT: &str = r#"
        member = "BE"
        council = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        genesis = "../../genesis"
        ledger = "/var/ledger"
        node_key = "node.key"
        seal_key = "seal.key"
        listen = "127.0.0.1:4101"
        http = "127.0.0.1:4201"
        metrics = "127.0.0.1:4202"
        [http_tls]
        address = "0.0.0.0:4443"
        certificate = "tls.pem"
        key = "/etc/tls.key"
        [publish]
        folder = "published"
        shows = "public"
        address = "127.0.0.1:8080"
        [[peer]]
        code = "BG"
        address = "127.0.0.1:4102"
    "#;

    fn load(text: &str) -> Result<NodeConfig, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NODE_CONFIG_FILE);
        std::fs::write(&path, text).unwrap();
        NodeConfig::load(&path).map(|mut config| {
            if let KeySource::File(key) = &config.node_key.sources()[0] {
                let key = key.strip_prefix(folder.path()).unwrap();
                config.node_key = KeyFiles::One(key.to_owned().into());
            }
            config
        })
    }

    #[test]
    fn paths_are_taken_from_the_files_folder() {
        let config = load(TEXT).unwrap();
        assert_eq!(config.node_key.sources(), [KeySource::File("node.key".into())]);
        assert_eq!(config.ledger, Path::new("/var/ledger"));
        assert!(config.genesis.ends_with("../../genesis"));
        assert_eq!(config.peers[0].code.as_str(), "BG");
        let tls = config.http_tls.unwrap();
        assert!(tls.certificate.is_absolute() && tls.certificate.ends_with("tls.pem"));
        assert_eq!(tls.key, Path::new("/etc/tls.key"));
    }

    #[test]
    fn a_rendered_configuration_is_read_back() {
        for keys in ["\"seal.key\"", "[\"seal.key\", \"credential:seal-2\"]", "\"credential:seal\""]
        {
            let text = &TEXT.replace("\"seal.key\"", keys);
            let config: NodeConfig = toml::from_str(text).unwrap();
            assert_eq!(toml::from_str::<NodeConfig>(&config.render()).unwrap(), config);
        }
    }

    #[test]
    fn bad_configurations_are_refused_with_the_reason() {
        for (from, to, wants) in [
            ("http = \"127.0.0.1:4201\"", "http = \"0.0.0.0:4201\"", "loopback"),
            (
                "127.0.0.1:4202",
                "0.0.0.0:4202",
                "`metrics = 0.0.0.0:4202` is not a loopback address",
            ),
            ("code = \"BG\"", "code = \"BE\"", "the peer BE is this node's own member"),
            (
                "[[peer]]",
                "[[peer]]\ncode = \"BG\"\naddress = \"127.0.0.1:4103\"\n[[peer]]",
                "the peer BG stands twice",
            ),
            ("member", "membr", "line 2: there is no field `membr`; is `member` meant?"),
            ("\"BE\"", "\"be\"", "capital letters"),
            ("127.0.0.1:4101", "localhost", "line 8"),
            ("\"published\"", "\"/var/ledger/published\"", "in the ledger’s own folder"),
            ("shows = \"public\"", "", "shows"),
            ("\"public\"", "\"all\"", "wants one of: everything, public, hashes"),
            ("\"node.key\"", "7", "wants a file, or a list of files"),
            ("\"node.key\"", "[]", "`node_key` names no file"),
            ("\"node.key\"", "\"credential:../node\"", "after `credential:` stands a name"),
            (
                "\"node.key\"",
                "[\"node.key\", \"credential:\"]",
                "after `credential:` stands a name",
            ),
        ] {
            let error = load(&TEXT.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(wants), "{error}");
        }
    }
}
