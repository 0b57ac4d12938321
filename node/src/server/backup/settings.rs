//! The configuration in a backup: the node's own, with the ledger and the genesis in the backup's folder.

use std::path::Path;

use nemcon_client::config::{KeyFiles, NodeConfig, parse_toml};

/// The name of the genesis in a backup and in a restored folder.
pub(super) const GENESIS_FILE: &str = "genesis";
/// The name of the ledger in a backup and in a restored folder.
pub(super) const LEDGER_FOLDER: &str = "ledger";

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
