//! Seeds of the files that people and nodes write: configuration, keys, charters, drafts, plans.

use nemcon_client::config::{HttpTls, NodeConfig, NotifyConfig, PeerConfig, PublishConfig};
use nemcon_client::founding::{Card, CardFile, CardParty};
use nemcon_client::keyfile::{ForeignForm, KeyFile, KeyRole, render_foreign};
use nemcon_client::notifying::EventKind;
use nemcon_client::publishing::Shows;
use nemcon_node::testnet::{TestnetFile, TestnetMember};

use super::{Bench, Samples};
use crate::fixture::{START_MS, secret};

impl Bench {
    pub(super) fn files(&self, all: &mut Samples) {
        let config = self.config();
        all.add("config", "node", config.render());
        let credential = |text: String| text.replace("\"node.pem\"", "\"credential:node\"");
        all.add("config", "credential", credential(config.render()));
        let code = |code: &str| code.parse().expect("a code");
        let address = |port: u16| ([127, 0, 0, 1], port).into();
        let member = |at: &str, port, pid| TestnetMember {
            code: code(at),
            listen: address(port),
            http: address(port + 100),
            pid,
        };
        let testnet = TestnetFile {
            council: self.council,
            participants: vec![code("SEC")],
            members: vec![member("B1", 4101, Some(4711)), member("B2", 4102, None)],
        };
        all.add("testnet", "two", testnet.render());
        keys(all);
        self.cards(all);
        all.add("charter", "plain", include_str!("../../../../charters/plain.toml"));
        all.add("charter", "eu-council", include_str!("../../../../charters/eu-council.toml"));
        all.add("draft", "fund", include_str!("../../../../examples/board/reserve-fund.toml"));
        all.add("draft", "listing", include_str!("../../../../examples/toolbox/2020-1127.toml"));
        let at = START_MS + 1;
        let at = nemcon_ledger::text::Time::from_ms(at).expect("this age");
        let fixed = format!("title = \"T\"\nkind = \"resolution\"\ncloses = \"{at}\"\n");
        all.add("draft", "fixed", fixed.clone());
        let vacant = "[appoints]\ncode = \"CH\"\nname = \"C\"\nrole = \"chair\"\nsignatures = 0\n";
        all.add("draft", "appointment", fixed + vacant);
        all.add("plan", "one", self.plan());
    }

    /// A configuration in which everything is set.
    fn config(&self) -> NodeConfig {
        let address = |port: u16| ([127, 0, 0, 1], port).into();
        let peer = PeerConfig { code: "B2".parse().expect("a code"), address: "b:4101".to_owned() };
        NodeConfig {
            member: "B1".parse().expect("a code"),
            council: self.council,
            genesis: "genesis".into(),
            ledger: "ledger".into(),
            following: false,
            calendar: true,
            notify: Some(NotifyConfig {
                webhook: Some("https://desk.example/hook".to_owned()),
                secret: Some("webhook.secret".into()),
                exec: Some(vec!["tell".to_owned(), "desk".to_owned()]),
                events: Some(EventKind::ALL.to_vec()),
            }),
            node_key: "node.pem".into(),
            seal_key: "seal.pem".into(),
            listen: address(4101),
            http: address(4201),
            metrics: Some(address(4202)),
            http_tls: Some(HttpTls {
                address: "0.0.0.0:4443".parse().expect("an address"),
                certificate: "tls.pem".into(),
                key: "tls.key".into(),
            }),
            publish: Some(PublishConfig {
                folder: "published".into(),
                shows: Shows::Public,
                decision: Some(12),
                witnesses: Some("witnesses.policy".into()),
                address: Some(address(8080)),
            }),
            peers: vec![peer],
        }
    }

    /// A council of one, as a plan.
    fn plan(&self) -> String {
        let member = &self.ledger.parties.genesis.roster.members[0];
        let officer = &member.officers[0];
        format!(
            "origin = \"example.org/one\"\nvisibility = \"public\"\ncharter = \"c.toml\"\n\
             [[member]]\ncode = \"{}\"\nname = \"One\"\nweight = 7\nsignatures = 1\n\
             recovery = \"{}\"\nnode = \"{}\"\nseal = \"{}\"\n\
             [[member.officer]]\nlabel = \"{}\"\nkey = \"{}\"\n",
            member.code, member.recovery, member.node, member.seal, officer.label, officer.key,
        )
    }

    /// A card whole, one that lacks a signature, and one without any; and a participant's.
    fn cards(&self, all: &mut Samples) {
        let genesis = self.ledger.council().genesis();
        let member = genesis.roster.members[0].clone();
        let code = member.code.to_string();
        let address = Some("node.b1.example:4101".parse().expect("an address"));
        let party = CardParty::Member(Box::new(member), address);
        let card = Card { origin: genesis.origin.clone(), party };
        let mut file = CardFile::unsigned(card).expect("the fixture's member has keys of its own");
        all.add("card", "unsigned", file.render());
        for key in ["desk", "recovery", "node", "seal"] {
            let _ = file.prove(&secret(&format!("{code}/{key}")));
            all.add("card", key, file.render());
        }
        if let Some(party) = genesis.participants.first() {
            let party = CardParty::Participant(party.clone());
            let card = Card { origin: genesis.origin.clone(), party };
            let file = CardFile::unsigned(card).expect("the fixture's participant has officers");
            all.add("card", "participant", file.render());
        }
    }
}

/// Key files, and keys in the files of other programs.
fn keys(all: &mut Samples) {
    for role in KeyRole::ALL {
        let key = KeyFile { role, secret: secret("corpus") };
        all.add(
            "key_file",
            role.as_str(),
            key.render(None).expect("no random is needed").as_bytes(),
        );
    }
    for form in ForeignForm::ALL {
        let text = render_foreign(&secret("corpus"), KeyRole::Officer, form, None);
        let text = text.expect("no random is needed");
        all.add("foreign_key", form.as_str(), text.as_bytes());
    }
    all.add("foreign_key", "openssl_locked", include_str!("keys/openssl_locked"));
    all.add("foreign_key", "openssh_locked", include_str!("keys/openssh_locked"));
    all.add("key_file", "locked", include_str!("keys/locked"));
}
