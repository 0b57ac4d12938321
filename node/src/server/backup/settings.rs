//! The configuration in a backup: the node's own, with the ledger and the genesis in the backup's folder.

use std::path::Path;

use nemcon_client::config::{ConfigError, KeyFiles, NodeConfig, load_toml, parse_toml};
use nemcon_client::keyfile::KeyRole;

/// The name of the genesis in a backup and in a restored folder.
pub(super) const GENESIS_FILE: &str = "genesis";
/// The name of the ledger in a backup and in a restored folder.
pub(super) const LEDGER_FOLDER: &str = "ledger";
/// The folder of the keys in a backup that has them.
pub(super) const KEYS_FOLDER: &str = "keys/";

/// The name in a backup of the key at this place of a configuration, from 0 on.
pub(super) fn name_of_key(role: KeyRole, at: usize) -> String {
    match at {
        0 => format!("{role}.key"),
        at => format!("{role}-{}.key", at + 1),
    }
}

/// The place of the key of this name in a configuration, from 0 on; `None` if it is none of that use.
pub(super) fn number_of_key(role: KeyRole, name: &str) -> Option<usize> {
    let number = name.strip_prefix(&role.to_string())?.strip_suffix(".key")?;
    let at = match number.strip_prefix('-') {
        None => 0,
        Some(number) => number.parse::<usize>().ok()?.checked_sub(1)?,
    };
    (name_of_key(role, at) == name).then_some(at)
}

/// What in the configuration of a backup does not name the copies that lie beside it; `None` if all does.
pub(super) fn not_beside(
    file: &Path,
    node_keys: &[String],
    seal_keys: &[String],
) -> Result<Option<&'static str>, ConfigError> {
    let found: NodeConfig = load_toml(file)?;
    let names = |keys: &KeyFiles, wanted: &[String]| {
        wanted.is_empty() || keys.sources() == files(wanted).sources()
    };
    Ok(if found.genesis != Path::new(GENESIS_FILE) {
        Some("genesis")
    } else if found.ledger != Path::new(LEDGER_FOLDER) {
        Some("ledger")
    } else if !names(&found.node_key, node_keys) {
        Some("node_key")
    } else if !names(&found.seal_key, seal_keys) {
        Some("seal_key")
    } else {
        None
    })
}

/// The text of a configuration whose ledger and genesis lie beside it, and its keys too if they are named. Comments stay
/// where they are, unless a value that changes stands in several lines.
pub(super) fn beside(text: &str, keys: Option<(&[String], &[String])>) -> String {
    let parsed = |text: &str| parse_toml::<NodeConfig>(text, Path::new("node.toml"));
    let Ok(mut wanted) = parsed(text) else { return text.to_owned() };
    let mut changes = vec![("genesis", quoted(GENESIS_FILE)), ("ledger", quoted(LEDGER_FOLDER))];
    (wanted.genesis, wanted.ledger) = (GENESIS_FILE.into(), LEDGER_FOLDER.into());
    if let Some((node, seal)) = keys {
        changes.extend([("node_key", list(node)), ("seal_key", list(seal))]);
        (wanted.node_key, wanted.seal_key) = (files(node), files(seal));
    }
    let mut is_top = true;
    let lines = text.lines().map(|line| {
        is_top &= !line.trim_start().starts_with('[');
        let name = line.split_once('=').map(|(name, _)| name.trim());
        let change = changes.iter().find(|(changed, _)| is_top && name == Some(changed));
        change.map_or_else(|| line.to_owned(), |(name, value)| format!("{name} = {value}"))
    });
    let edited = lines.collect::<Vec<_>>().join("\n") + "\n";
    match parsed(&edited) {
        Ok(found) if found == wanted => edited,
        _ => wanted.render(),
    }
}

fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

fn list(names: &[String]) -> String {
    match names {
        [one] => quoted(one),
        several => {
            let all: Vec<_> = several.iter().map(|name| quoted(name)).collect();
            format!("[{}]", all.join(", "))
        }
    }
}

fn files(names: &[String]) -> KeyFiles {
    match names {
        [one] => KeyFiles::from(one.as_str()),
        several => KeyFiles::Several(
            several.iter().map(|name| std::path::PathBuf::from(name).into()).collect(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# the node of BE\nmember = \"BE\"\n\
        council = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n\
        genesis = \"/etc/nemcon/genesis\" # from the founding\nledger = \"/srv/be/ledger\"\n\
        node_key = \"keys/node.key\"\nseal_key = \"credential:seal\"\n\
        listen = \"127.0.0.1:4101\"\nhttp = \"127.0.0.1:4201\"\n\n[[peer]]\ncode = \"BG\"\naddress = \"127.0.0.1:4102\"\n";

    #[test]
    fn the_ledger_and_the_genesis_lie_beside_and_all_else_stays() {
        let edited = beside(TEXT, None);
        assert!(edited.starts_with("# the node of BE\n"), "{edited}");
        assert!(edited.contains("genesis = \"genesis\"\nledger = \"ledger\"\n"), "{edited}");
        assert!(edited.contains("node_key = \"keys/node.key\"\nseal_key = \"credential:seal\""));
        let two = ["node.key".to_owned(), "node-2.key".to_owned()];
        let edited = beside(TEXT, Some((&two, &["seal.key".to_owned()])));
        assert!(
            edited.contains("node_key = [\"node.key\", \"node-2.key\"]\nseal_key = \"seal.key\"\n")
        );
    }

    #[test]
    fn a_value_in_several_lines_is_written_anew() {
        let text = TEXT.replace("\"keys/node.key\"", "[\n\"a.key\",\n\"b.key\",\n]");
        let edited = beside(&text, Some((&["n".to_owned()], &["s".to_owned()])));
        let found: NodeConfig = parse_toml(&edited, Path::new("n")).unwrap();
        assert_eq!(found.ledger, Path::new(LEDGER_FOLDER));
        assert_eq!(found.node_key, KeyFiles::from("n"));
        assert_eq!(found.peers.len(), 1);
    }
}
