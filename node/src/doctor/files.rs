//! The files beside the ledger: configuration, genesis, keys, tokens, and when a backup was made.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use nemcon_client::clock::now;
use nemcon_client::config::{KeyFiles, NodeConfig};
use nemcon_client::failure::Failure;
use nemcon_client::keyfile::{KeyRole, KeySource};
use nemcon_client::token::{Role, Token, TokenError};
use nemcon_client::words::short;
use nemcon_crypto::PublicKey;
use nemcon_ledger::record::Genesis;
use nemcon_ledger::text::span::span;
use nemcon_ledger::text::{Show as _, Time};
use serde::Deserialize;

use super::finding::Finding;
use super::ledger::Members;
use crate::server::founded;

/// The file in the ledger folder that `nemcon backup` leaves.
const LAST_BACKUP_FILE: &str = "last-backup";
/// The longest such file.
const LAST_BACKUP_BYTES_MAX: u64 = 1 << 10;
/// How old a backup may be.
const BACKUP_OLD_MS: u64 = 7 * 24 * 3_600_000;

/// The configuration, which was read.
pub(super) fn config(config: &NodeConfig, file: &Path) -> Finding {
    let peers = config.peers.len();
    Finding::ok(
        "config",
        format_args!("{}: node of {}, {peers} peers", file.shown(), config.member),
    )
}

/// The genesis that founds the configured council.
pub(super) fn genesis(config: &NodeConfig, findings: &mut Vec<Finding>) -> Option<Genesis> {
    match founded(config) {
        Ok((genesis, _)) => {
            let says =
                format!("{} founds council {}…", config.genesis.shown(), short(config.council));
            findings.push(Finding::ok("genesis", says));
            Some(genesis)
        }
        Err(error) => {
            let next = "take the genesis and the digest in `node.toml` from the same founding";
            findings.push(Finding::wrong("genesis", error, next));
            None
        }
    }
}

/// The keys: whether the node can read them, nobody else can, and the roster lists them.
pub(super) fn keys(config: &NodeConfig, members: Option<&Members>, findings: &mut Vec<Finding>) {
    let listed = members.and_then(|members| members.get(&config.member));
    for (check, role, files, wanted) in [
        ("node-key", KeyRole::Node, &config.node_key, listed.map(|it| it.node)),
        ("seal-key", KeyRole::Seal, &config.seal_key, listed.map(|it| it.seal)),
    ] {
        let wanted = match wanted {
            _ if members.is_none() || config.following => Wanted::Anything,
            None => Wanted::Nobody,
            Some(key) => Wanted::Key(key),
        };
        findings.extend(keys_of(check, role, files, wanted));
    }
}

/// What the roster lists.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    /// The roster is not known, or the node follows.
    Anything,
    /// The roster has no such member.
    Nobody,
    /// This key.
    Key(PublicKey),
}

/// What is found of the keys of one use.
fn keys_of(check: &'static str, role: KeyRole, files: &KeyFiles, wanted: Wanted) -> Vec<Finding> {
    let mut held = Vec::new();
    let mut findings = Vec::new();
    for source in files.sources() {
        match source.load(role) {
            Ok(key) => held.push(key.public()),
            // systemd shows a credential to its service alone.
            Err(error) if matches!(source, KeySource::Credential(_)) => {
                findings.push(Finding::untold(
                    check,
                    format_args!("{error}; the service itself may have it"),
                ));
            }
            Err(error) => {
                let failure: Failure = error.into();
                let next = failure.advice().unwrap_or("see who may read it");
                findings.push(Finding::wrong(check, failure.message(), next));
            }
        }
    }
    if held.is_empty() {
        return findings;
    }
    findings.push(match wanted {
        Wanted::Anything => Finding::ok(check, "it can be read, by its owner alone"),
        Wanted::Key(key) if held.contains(&key) => {
            Finding::ok(check, "it can be read, by its owner alone; the roster lists it")
        }
        _ if !findings.is_empty() => Finding::untold(
            check,
            "none of the keys that can be read is the one that the roster lists",
        ),
        Wanted::Key(_) => Finding::wrong(
            check,
            "it is not the key that the roster lists for this member",
            "name the file of the key that `nemcon member list` shows; docs/changing-keys.md",
        ),
        Wanted::Nobody => Finding::wrong(
            check,
            "the roster has no such member",
            "mend `member` in node.toml; before a member enters, `following = true`",
        ),
    });
    findings
}

/// The tokens of the HTTP interface.
pub(super) fn tokens(folder: &Path) -> Vec<Finding> {
    let mut sound = Vec::new();
    let mut findings = Vec::new();
    for role in Role::ALL {
        match Token::read(&role.file_in(folder)) {
            Ok(token) if token.role() == role => sound.push(role.as_str()),
            Ok(token) => findings.push(Finding::wrong(
                "tokens",
                format_args!("{role}.token holds a token of the role {}", token.role()),
                format_args!("`nemcon node token new {role}`"),
            )),
            Err(TokenError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                findings.push(Finding::warning(
                    "tokens",
                    format_args!("{role}.token is not there"),
                    "the node makes it when it starts",
                ));
            }
            Err(error) => {
                let failure: Failure = error.into();
                let next = failure.advice().unwrap_or("see who may read it").to_owned();
                findings.push(Finding::wrong("tokens", failure.message(), next));
            }
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok(
            "tokens",
            format_args!("{}: for their owner alone", sound.join(", ")),
        ));
    }
    findings
}

/// What `nemcon backup` notes.
#[derive(Deserialize)]
struct LastBackup {
    time: String,
    size: u64,
}

/// The age of the last backup.
pub(super) fn backup(config: &NodeConfig) -> Finding {
    let path = config.ledger.join(LAST_BACKUP_FILE);
    let next = "`nemcon backup OUT` makes one while the node runs";
    let mut text = String::new();
    let read = File::open(&path)
        .and_then(|file| file.take(LAST_BACKUP_BYTES_MAX).read_to_string(&mut text));
    match read {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Finding::warning("backup", "no backup of this ledger was ever made", next);
        }
        Err(error) => {
            return Finding::warning("backup", format_args!("{}: {error}", path.shown()), next);
        }
        Ok(_) => {}
    }
    let last = serde_json::from_str::<LastBackup>(text.trim_end()).ok();
    let last = last.and_then(|it| Some((time_of(&it.time)?, it.size)));
    let (Some((time, size)), Ok(now)) = (last, now()) else {
        return Finding::warning("backup", format_args!("{} cannot be read", path.shown()), next);
    };
    let age = now.as_ms().saturating_sub(time.as_ms());
    let says = format!("the last one is {} old and has {size} records", span(age));
    if age > BACKUP_OLD_MS {
        Finding::warning("backup", says, next)
    } else {
        Finding::ok("backup", says)
    }
}

/// A time of UTC in RFC 3339, with any number of decimals.
fn time_of(text: &str) -> Option<Time> {
    let (seconds, decimals) = match text.strip_suffix('Z')?.split_once('.') {
        Some((seconds, decimals)) => (seconds, decimals),
        None => (text.strip_suffix('Z')?, ""),
    };
    format!("{seconds}.{decimals:0<3.3}Z").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;
    use nemcon_client::keyfile::KeyFile;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_that_others_can_read_or_that_the_roster_does_not_list_is_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        let key = KeyFile::generate(KeyRole::Node).unwrap();
        key.write(&path, None).unwrap();
        let files = KeyFiles::One(path.clone().into());
        let found = |wanted| keys_of("node-key", KeyRole::Node, &files, wanted).pop().unwrap();
        let other = KeyFile::generate(KeyRole::Node).unwrap().secret.public();
        assert_eq!(found(Wanted::Anything).verdict, Verdict::Ok);
        assert_eq!(found(Wanted::Key(key.secret.public())).verdict, Verdict::Ok);
        assert!(found(Wanted::Key(other)).says.contains("not the key that the roster lists"));
        assert!(found(Wanted::Nobody).says.contains("no such member"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let open = found(Wanted::Key(key.secret.public()));
        assert_eq!(open.verdict, Verdict::Wrong);
        assert!(open.says.contains("0644") && open.next.is_some(), "{open:?}");
    }

    #[test]
    fn the_time_of_a_backup_may_have_decimals_or_none() {
        let ms = |text| time_of(text).map(Time::as_ms);
        assert_eq!(ms("1970-01-01T00:00:01Z"), Some(1_000));
        assert_eq!(ms("1970-01-01T00:00:01.5Z"), Some(1_500));
        assert_eq!(ms("1970-01-01T00:00:01.123456Z"), Some(1_123));
        assert_eq!((ms("1970-01-01T00:00:01"), ms(""), ms("Z")), (None, None, None));
    }

    #[test]
    fn tokens_are_examined_and_none_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let missing = tokens(folder.path());
        assert!(missing.iter().all(|it| it.verdict == Verdict::Warning) && missing.len() == 3);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        for role in Role::ALL {
            Token::generate(role).unwrap().write(&role.file_in(folder.path())).unwrap();
        }
        assert_eq!(tokens(folder.path())[0].verdict, Verdict::Ok);
        std::fs::copy(Role::Read.file_in(folder.path()), Role::Operate.file_in(folder.path()))
            .unwrap();
        assert!(
            tokens(folder.path())[0].says.contains("operate.token holds a token of the role read")
        );
    }
}
