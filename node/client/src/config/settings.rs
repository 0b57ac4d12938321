//! Every setting of `node.toml`, as it is told to whoever writes one.

use core::fmt::Write as _;

/// A setting.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name; within a table, `table.name`.
    pub name: &'static str,
    /// What it means, and in which unit.
    pub meaning: &'static str,
    /// What holds where it is left out: `None` if it must be there.
    pub default: Option<&'static str>,
    /// A value as it is written.
    pub example: &'static str,
}

const fn must(name: &'static str, meaning: &'static str, example: &'static str) -> Setting {
    Setting { name, meaning, default: None, example }
}

const fn may(
    name: &'static str,
    meaning: &'static str,
    default: &'static str,
    example: &'static str,
) -> Setting {
    Setting { name, meaning, default: Some(default), example }
}

/// All settings, in the order of the file.
pub const SETTINGS: &[Setting] = &[
    must("member", "The code of the member whose node this is.", "\"BE\""),
    must(
        "council",
        "The council digest, from the founding papers: 64 hexadecimal digits. The genesis file must found this council.",
        "\"0000000000000000000000000000000000000000000000000000000000000000\"",
    ),
    must("genesis", "The file of the genesis with the founders' signatures.", "\"genesis\""),
    must("ledger", "The folder of the ledger. `nemcon node init` makes it.", "\"ledger\""),
    must(
        "node_key",
        "The file of the node key; while the key changes, a list of both files. `credential:NAME` names a credential of systemd.",
        "\"node.key\"",
    ),
    must(
        "seal_key",
        "The file of the seal key; while the key changes, a list of both files. `credential:NAME` names a credential of systemd.",
        "\"seal.key\"",
    ),
    may(
        "following",
        "Whether the node runs although the roster does not name its keys: before its member enters, or after it has left.",
        "false",
        "true",
    ),
    must(
        "listen",
        "The address and port where the other members' nodes reach this one.",
        "\"0.0.0.0:4101\"",
    ),
    must(
        "http",
        "The loopback address and port where the command line on this machine reaches the node.",
        "\"127.0.0.1:4201\"",
    ),
    may(
        "metrics",
        "The loopback address and port where the node gives out `/metrics`, `/health` and `/ready` to every program of this machine, without a token.",
        "`/metrics` is given on the address `http` alone, to whoever shows a token",
        "\"127.0.0.1:4202\"",
    ),
    may(
        "calendar",
        "Whether the node gives out the council's dates as a calendar, at /v1/calendar/TOKEN.ics; the token lies in `calendar.token`.",
        "false",
        "true",
    ),
    may(
        "http_tls.address",
        "The address and port on which programs on other machines reach the HTTP interface, over TLS and with tokens.",
        "none: programs on this machine alone reach it",
        "\"0.0.0.0:4443\"",
    ),
    may(
        "http_tls.certificate",
        "The file of the certificate in PEM, with those above it. A request must name a host that the certificate is for.",
        "none: it must be there with `http_tls.address`",
        "\"tls.pem\"",
    ),
    may(
        "http_tls.key",
        "The file of the certificate's key in PEM; only its owner and its group may read it.",
        "none: it must be there with `http_tls.address`",
        "\"tls.key\"",
    ),
    may(
        "publish.folder",
        "The folder that is kept in step with the log, for readers from outside. With it, `publish.shows` must be there.",
        "the log is not published",
        "\"published\"",
    ),
    may(
        "publish.shows",
        "What of the log is published: `public`, `hashes` or `everything`.",
        "none: it must be there where the log is published",
        "\"public\"",
    ),
    may(
        "publish.decision",
        "The number of the adopted measure by which the council opens what its charter does not.",
        "none: the charter alone opens",
        "12",
    ),
    may(
        "publish.witnesses",
        "A policy with lines `witness NAME VKEY ADDRESS`: witnesses from outside that are asked to cosign each checkpoint.",
        "none is asked",
        "\"witnesses.policy\"",
    ),
    may(
        "publish.address",
        "The address and port on which the node gives the folder out to everybody, read only.",
        "the folder alone is kept in step",
        "\"0.0.0.0:8080\"",
    ),
    may(
        "notify.webhook",
        "An http(s) address that is told of events: POST, JSON, signed as Standard Webhooks says. Under [notify], it or `exec` must be there.",
        "no address is told",
        "\"https://desk.example/hook\"",
    ),
    may(
        "notify.secret",
        "The file with the secret that signs what the webhook is told: `whsec_` and base64. The node makes it if it is not there.",
        "`webhook.secret` beside this file",
        "\"webhook.secret\"",
    ),
    may(
        "notify.exec",
        "A program with its arguments, which is run for each event without a shell: JSON on its standard input, 30 seconds at most.",
        "no program is run",
        "[\"/usr/local/bin/tell\", \"desk\"]",
    ),
    may(
        "notify.events",
        "The kinds of events that are told: measure, revised, last-missing, deadline, adopted, not-adopted, lapsed, final, frozen, evidence, condition-begins, condition-ends.",
        "all are told",
        "[\"measure\", \"last-missing\", \"final\"]",
    ),
    may(
        "peer.code",
        "One [[peer]] for each other member: its code.",
        "none: a council of one member",
        "\"BG\"",
    ),
    may(
        "peer.address",
        "The host name or address of that member's node, and its port.",
        "none: it must be there with `peer.code`",
        "\"node.bg.example:4101\"",
    ),
];

/// Every setting with its meaning, its default and a value: that of `file` where it has one.
pub fn render_settings(file: Option<&toml::Table>) -> String {
    let mut text = "# node.toml: the configuration of one member's node. Paths are relative to the folder of this file.\n\
                    # A line that begins with `#` and a name is not set: what is said of its default holds.\n"
        .to_owned();
    let mut table = "";
    for setting in SETTINGS.iter().filter(|setting| !setting.name.starts_with("peer.")) {
        if let Some((of, _)) = setting.name.split_once('.')
            && of != table
        {
            table = of;
            let is_there = file.is_none_or(|file| file.contains_key(of));
            let _ = write!(text, "\n{}[{of}]\n", if is_there { "" } else { "# " });
        }
        let value = file.and_then(|file| value_of(file, setting.name));
        line(&mut text, setting, value.map(ToString::to_string), file.is_some());
    }
    let peers = file.and_then(|file| file.get("peer")).and_then(toml::Value::as_array);
    let peers: Vec<_> = peers.into_iter().flatten().filter_map(toml::Value::as_table).collect();
    let all = SETTINGS.iter().filter(|setting| setting.name.starts_with("peer."));
    let mut is_first = true;
    for peer in peers.iter().map(Some).chain(peers.is_empty().then_some(None)) {
        let is_there = peer.is_some() || file.is_none();
        let _ = write!(text, "\n{}[[peer]]\n", if is_there { "" } else { "# " });
        for setting in all.clone() {
            let name = setting.name.trim_start_matches("peer.");
            let value = peer.and_then(|peer| peer.get(name)).map(ToString::to_string);
            if is_first {
                line(&mut text, setting, value, file.is_some());
            } else if let Some(value) = value {
                let _ = writeln!(text, "{name} = {value}");
            }
        }
        is_first = false;
    }
    text
}

fn value_of<'a>(file: &'a toml::Table, name: &str) -> Option<&'a toml::Value> {
    match name.split_once('.') {
        Some((table, name)) => file.get(table)?.as_table()?.get(name),
        None => file.get(name),
    }
}

/// A setting: its value where it is set; otherwise, as a comment, how one is written.
fn line(text: &mut String, setting: &Setting, value: Option<String>, is_of_file: bool) {
    let Setting { name, meaning, default, example } = setting;
    let name = name.rsplit('.').next().unwrap_or(name);
    let left_out = match default {
        None => "It must be there.".to_owned(),
        Some(default) => format!("Left out: {default}."),
    };
    let _ = write!(text, "\n# {meaning}\n# {left_out}\n");
    let _ = match value {
        Some(value) => writeln!(text, "{name} = {value}"),
        None if is_of_file || default.is_some_and(|_| matches!(name, "following" | "calendar")) => {
            writeln!(text, "# {name} = {example}")
        }
        None => writeln!(text, "{name} = {example}"),
    };
}

#[cfg(test)]
mod tests {
    use super::super::{NodeConfig, parse_toml};
    use super::*;
    use std::path::Path;

    /// The names of all values in a table, those of tables within it as `table.name`.
    fn names(table: &toml::Table) -> Vec<String> {
        let mut all = Vec::new();
        for (name, value) in table {
            let within = match value {
                toml::Value::Table(within) => vec![within],
                toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_table).collect(),
                _ => vec![],
            };
            if within.is_empty() {
                all.push(name.clone());
            }
            for table in within {
                all.extend(names(table).iter().map(|within| format!("{name}.{within}")));
            }
        }
        all
    }

    #[test]
    fn what_is_printed_is_a_configuration_with_every_setting() {
        let text = render_settings(None)
            .replace("# following", "following")
            .replace("# calendar = ", "calendar = ");
        let config: NodeConfig = parse_toml(&text, Path::new("node.toml")).unwrap();
        // Every setting that the program knows is told, and no other.
        let known = toml::Table::try_from(&config).unwrap();
        let mut told: Vec<_> = SETTINGS.iter().map(|setting| setting.name.to_owned()).collect();
        let mut known = names(&known);
        told.sort();
        known.sort();
        assert_eq!(told, known);
        assert!(SETTINGS.iter().all(|setting| setting.meaning.ends_with('.')));
    }

    #[test]
    fn the_values_of_a_file_are_printed_and_mean_the_same() {
        let written = render_settings(None).replace("\"BG\"", "\"CZ\"");
        let written = format!("{written}\n[[peer]]\ncode = \"DK\"\naddress = \"dk.example:1\"\n");
        let few = "member = \"BE\"\ncouncil = \"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"\n\
                   genesis = \"g\"\nledger = \"l\"\nnode_key = [\"a\", \"b\"]\nseal_key = \"s\"\n\
                   listen = \"127.0.0.1:1\"\nhttp = \"127.0.0.1:2\"\n";
        for text in [&*written, few] {
            let read = |text: &str| parse_toml::<NodeConfig>(text, Path::new("n")).unwrap();
            let printed = render_settings(Some(&text.parse().unwrap()));
            assert_eq!(read(&printed), read(text), "{printed}");
            for setting in SETTINGS {
                assert!(printed.contains(setting.meaning), "{}", setting.name);
            }
        }
    }
}
