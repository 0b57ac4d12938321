use std::path::PathBuf;

use nemcon_client::export::{Exported, Scope, export, sealed_head};
use nemcon_client::failure::Failure;
use nemcon_crypto::Digest;

use super::*;
use clap::CommandFactory as _;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(line.split(' '))
}

#[test]
fn the_command_line_is_consistent() {
    Cli::command().debug_assert();
}

#[test]
fn options_may_stand_before_and_after_the_verb() {
    for line in [
        "nemcon --dir /d --as BE ballot cast 1 in-favour --yes",
        "nemcon ballot cast 1 in-favour --yes --dir /d --as BE",
    ] {
        let cli = parse(line).unwrap();
        assert_eq!(cli.global.party.unwrap().as_str(), "BE");
        assert_eq!(cli.global.dir.unwrap(), PathBuf::from("/d"));
    }
}

#[test]
fn wrong_words_are_usage_errors_that_say_what_is_wanted() {
    for (line, wants) in [
        ("nemcon ballot cast 1 yes", "one of in-favour, abstain"),
        ("nemcon ballot cast one in-favour", "invalid digit"),
        ("nemcon status --as be", "capital letters"),
        ("nemcon audit . --council 12", "64 lowercase hexadecimal digits"),
        ("nemcon key new --role chair --out k", "officer, recovery, node, seal"),
        ("nemcon demo --charter un", "eu-council, european-council and plain"),
        ("nemcon demo --scenario coup", "adopt"),
        ("nemcon measure package 3", "2"),
        ("nemcon measure extend 1", "--until"),
        ("nemcon measure extend 1 --until x --by y", "cannot be used with"),
        ("nemcon minutes", "<NUMBER|--month <YEAR-MONTH>>"),
        ("nemcon key rotate --yes", "--node-key <FILE>|--seal-key <FILE>"),
        ("nemcon key new", "--role <ROLE>|--all <DIR>"),
        ("nemcon minutes --month November", "written like 2026-11"),
        ("nemcon commit", "required"),
        ("nemcon reservation place 1 scrutiny --reason a --digest b", "invalid value"),
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(wants), "{error}");
    }
}

#[test]
fn what_to_do_about_a_nodes_error_fits_the_error() {
    use nemcon_client::client::ClientError;
    for (status, wanted) in
        [(503, "try again"), (500, "the node's log"), (403, "--token FILE"), (404, "the address")]
    {
        let base = "http://127.0.0.1:1".to_owned();
        let what = "status".to_owned();
        let body = String::new();
        let failure = Failure::from(ClientError::Status { base, what, status, body });
        assert!(failure.advice().is_some_and(|it| it.contains(wanted)), "{status}: {failure:?}");
    }
}

#[test]
fn a_look_that_fails_afterwards_takes_no_answer_back() {
    use nemcon_client::client::ClientError;
    let base = || "http://127.0.0.1:1".to_owned();
    let (after, said) = act::looked(Ok(4), |number| format!("measure {number}"));
    assert_eq!((after, said.as_str()), (Some(4), "measure 4"));
    let gone = Err::<u64, _>(ClientError::NotRunning { base: base() });
    let (after, said) = act::looked(gone, |number| format!("measure {number}"));
    assert_eq!(after, None);
    assert!(said.contains("could not be read") && said.contains(&base()), "{said}");
}

mod export_of_a_node {
    use std::path::Path;

    use std::collections::BTreeMap;

    use axum::Router;
    use axum::extract::Query;
    use axum::routing::get;
    use nemcon_crypto::checkpoint::Checkpoint;
    use nemcon_crypto::cosignature::cosign;
    use nemcon_crypto::note::{SignedNote, sign_note};
    use nemcon_crypto::{SecretKey, TreeSize};
    use nemcon_ledger::chain::{Chain, Proposal};
    use nemcon_ledger::export::Tiles;
    use nemcon_ledger::record::roster::{log_vkey, seal_vkey};
    use nemcon_ledger::record::signers::sign_lines;
    use nemcon_ledger::record::statement::Head;
    use nemcon_ledger::record::{Body, Freeze, Keys, Statement};
    use nemcon_ledger::text::Time;

    use super::*;
    use nemcon_audit::audit;
    use nemcon_client::founding::{Founding, Plan, PlannedMember, PlannedOfficer, Visibility};
    use nemcon_client::shipped::{CharterName, Shipped};

    /// The time of everything in these tests, in seconds.
    const MADE: u64 = 1_795_400_000;
    const DAY_S: u64 = 86_400;

    fn key(of: u8) -> SecretKey {
        SecretKey::from_seed(&[of; 32])
    }

    /// A founded council of one member.
    fn founding() -> Founding {
        let shipped = Shipped::load(CharterName::Plain).first(1).unwrap();
        let seat = &shipped.seats[0];
        let officer = PlannedOfficer { label: "desk".parse().unwrap(), key: key(1).public() };
        let member = PlannedMember {
            code: seat.code.clone(),
            name: seat.name.clone(),
            weight: seat.weight,
            signatures: 1,
            recovery: key(2).public(),
            node: key(3).public(),
            seal: key(4).public(),
            officers: vec![officer],
        };
        let plan = Plan {
            origin: shipped.origin.clone(),
            visibility: Visibility::Members,
            charter: "unused".into(),
            members: vec![member],
            participants: Vec::new(),
        };
        let mut founding = Founding::unsigned(plan.assemble(shipped.charter).unwrap());
        founding.sign(&seat.code, &key(1)).unwrap();
        founding
    }

    /// The records of a ledger of one block, in which the member freezes its statements.
    fn records(founding: &Founding) -> Vec<String> {
        records_of(founding, 1)
    }

    /// The records of a ledger of so many blocks, in which the member freezes its statements, and thaws
    /// them with its recovery key, again and again.
    fn records_of(founding: &Founding, blocks: u64) -> Vec<String> {
        let genesis = founding.genesis();
        let member = &genesis.roster.members[0];
        let head = Head { council: founding.digest(), by: member.code.clone() };
        let (mut chain, mut after) = (Chain::found(genesis.clone()), None);
        let mut records = vec![founding.text().to_owned()];
        for nth in 0..blocks {
            let body = if nth % 2 == 0 {
                Body::Freeze(Freeze { head: head.clone(), reason: None, after })
            } else {
                let (threshold, officers) = (member.threshold, member.officers.clone());
                let (head, recovery) = (head.clone(), None);
                Body::Keys(Keys { head, threshold, officers, recovery, after })
            };
            let parts = chain.council().signers_of(&body).unwrap();
            let lines = sign_lines(&body.render(), &parts, &[key(1), key(2)], MADE);
            let statement = Statement::new(&body, lines).unwrap();
            after = Some(statement.leaf_hash);
            let time = Time::from_ms((MADE + nth * DAY_S) * 1_000).unwrap();
            let (block, next) =
                chain.assemble(&Proposal { time, round: 0 }, &[&statement]).unwrap();
            records.extend(block.records.into_iter().map(|it| String::from_utf8(it).unwrap()));
            chain = next;
        }
        records
    }

    /// The checkpoint of these records, sealed.
    fn checkpoint(founding: &Founding, records: &[String], is_sealed: bool) -> String {
        let genesis = founding.genesis();
        let origin = genesis.checkpoint_origin();
        let member = &genesis.roster.members[0];
        let tiles = Tiles::new(records.iter().map(|record| record.clone().into_bytes()).collect());
        let size = TreeSize(records.len() as u64);
        let checkpoint = Checkpoint::new(&origin, size, tiles.root()).unwrap();
        let text = checkpoint.render();
        let log = sign_note(&text, &log_vkey(&origin, member).name, &key(3)).unwrap();
        let seal = cosign(&checkpoint, MADE, &key(4)).unwrap();
        let seal = seal.line(&seal_vkey(&genesis.origin, member).name, &member.seal).unwrap();
        let lines = if is_sealed { vec![log, seal] } else { vec![log] };
        SignedNote::new(text, lines).unwrap().to_string()
    }

    /// A node with these answers.
    fn serve(founding: &Founding, note: Option<&str>, records: &[String]) -> String {
        let genesis = founding.render();
        let size = records.len();
        let (stands, height) = if note.is_some() { (size, 1) } else { (0, 0) };
        let view = serde_json::json!({ "size": stands, "height": height, "note": note });
        let view = view.to_string();
        let records = records.to_vec();
        let records = move |Query(asked): Query<BTreeMap<String, u64>>| async move {
            // At most 100 records fit into an answer of this node.
            let (from, limit) = (asked["from"], asked["limit"].min(100));
            let index = |n: u64| usize::try_from(n).unwrap();
            let told: Vec<_> = records.iter().skip(index(from)).take(index(limit)).collect();
            let told = serde_json::json!({ "first": from, "records": told, "size": size });
            told.to_string()
        };
        let router = Router::new()
            .route("/v1/genesis", get(move || async move { genesis }))
            .route("/v1/checkpoint", get(move || async move { view }))
            .route("/v1/records", get(records));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        listener.set_nonblocking(true).unwrap();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                axum::serve(listener, router).await.unwrap();
            });
        });
        base
    }

    fn export_to(dir: &Path, base: String, council: Digest) -> Result<Exported, Failure> {
        let global = Global { node: Some(base), council: Some(council), ..Global::default() };
        export(&global.session()?, &dir.join("out"), Scope::Whole, &mut |_, _, _| {})
    }

    #[test]
    fn what_verifies_is_written_whole() {
        let folder = tempfile::tempdir().unwrap();
        let founding = founding();
        let records = records(&founding);
        let sealed = checkpoint(&founding, &records, true);
        let base = serve(&founding, Some(&sealed), &records);
        let done = export_to(folder.path(), base, founding.digest()).unwrap();
        assert_eq!((done.records, done.seals), (3, 1));
        let args = audit::AuditArgs { export: done.folder, ..audit::AuditArgs::default() };
        let audit = |global: &Global| audit::run(&args, global.council, Screen::new(true));
        let with = Global { council: Some(founding.digest()), ..Global::default() };
        audit(&with).unwrap();
        let without = audit(&Global::default()).unwrap_err();
        assert!(without.advice().unwrap().contains("--council DIGEST"));
        let other = Global { council: Some(nemcon_crypto::hash::sha256(b"")), ..with };
        audit(&other).unwrap_err();
    }

    /// The files of a folder by path.
    fn files(folder: &Path) -> BTreeMap<std::path::PathBuf, Vec<u8>> {
        let mut files = BTreeMap::new();
        let mut found = |path: &Path, _| {
            files.insert(path.to_owned(), std::fs::read(folder.join(path)).unwrap());
        };
        nemcon_kit::files::walk(folder, &mut found, &mut |_, _| ());
        files
    }

    #[test]
    fn an_export_is_continued_with_what_is_new_and_is_the_one_that_is_made_anew() {
        let founding = founding();
        let all = records_of(&founding, 300);
        let (folder, anew) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let council = founding.digest();
        let node = |records: &[String]| {
            serve(&founding, Some(&checkpoint(&founding, records, true)), records)
        };
        export_to(anew.path(), node(&all), council).unwrap();
        // 129 blocks and the genesis: one bundle is full, and one is not.
        let begun = all[..259].to_vec();
        assert_eq!(export_to(folder.path(), node(&begun), council).unwrap().continued_from, None);
        // A node that lies about what is there already is not asked for it.
        let mut without = all.clone();
        without[..259].fill("something else\n".to_owned());
        let honest = Some(checkpoint(&founding, &all, true));
        let base = serve(&founding, honest.as_deref(), &without);
        let done = export_to(folder.path(), base, council).unwrap();
        assert_eq!((done.continued_from, done.records), (Some(259), 601));
        let out = folder.path().join("out");
        assert_eq!(files(&out), files(&anew.path().join("out")));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing else is left");

        // What stands there stays if it cannot be continued.
        let mut forged = records_of(&founding, 302);
        forged[604] = forged[604].replace("height 302", "height 303");
        let mut elsewhere = all.clone();
        elsewhere[3] = elsewhere[3].replace("by CH", "by DC");
        for (records, wants) in [
            (&forged, "gave is not verified"),
            (&begun, "has 601 records, and the node at"),
            (&elsewhere, "do not hash to the checkpoint's root"),
        ] {
            let before = files(&out);
            let failure = export_to(folder.path(), node(records), council).unwrap_err();
            assert!(failure.message().contains(wants), "{failure:?}");
            assert_eq!(files(&out), before);
        }
        std::fs::write(out.join("mine"), "kept").unwrap();
        let failure = export_to(folder.path(), node(&all), council).unwrap_err();
        assert!(failure.message().contains("the first one is mine"), "{failure:?}");
        std::fs::remove_file(out.join("mine")).unwrap();
        std::fs::remove_file(out.join("tile/entries/001")).unwrap();
        let failure = export_to(folder.path(), node(&all), council).unwrap_err();
        assert!(failure.message().contains("cannot be continued"), "{failure:?}");
    }

    #[test]
    fn a_tree_head_is_sealed_once_the_log_below_it_is_audited() {
        let founding = founding();
        let records = records(&founding);
        let honest = checkpoint(&founding, &records, true);
        let head = |note: Option<&str>, records: &[String]| {
            let node = Some(serve(&founding, note, records));
            let council = Some(founding.digest());
            sealed_head(
                &Global { node, council, ..Global::default() }.session()?,
                &mut |_, _, _| {},
            )
        };
        let sealed = head(Some(&honest), &records).unwrap();
        let tiles = Tiles::new(records.iter().map(|record| record.clone().into_bytes()).collect());
        assert_eq!((sealed.boundary.root, sealed.boundary.size.0), (tiles.root(), 3));
        assert_eq!((sealed.height, sealed.seals), (1, 1));

        // A tree head that only a node names must not be sealed.
        let unsealed = checkpoint(&founding, &records, false);
        let mut forged = records.clone();
        forged[1] = forged[1].replace("by CH", "by DC");
        let of_forged = checkpoint(&founding, &forged, true);
        for (note, records) in [
            (None, &records),
            (Some(unsealed), &records),
            (Some(honest), &forged),
            (Some(of_forged), &forged),
        ] {
            head(note.as_deref(), records).unwrap_err();
        }
    }

    #[test]
    fn what_does_not_verify_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let founding = founding();
        let digest = founding.digest();
        let records = records(&founding);
        let honest = checkpoint(&founding, &records, true);
        let unsealed = checkpoint(&founding, &records, false);
        let mut forged = records.clone();
        forged[0] = forged[0].replace("Chair", "Chief");
        let elsewhere = nemcon_crypto::hash::sha256(b"");
        for (note, records, council, wants) in [
            (None, &records, digest, "no block has been sealed by every member"),
            (Some(unsealed), &records, digest, "not sealed by CH"),
            (Some(honest.clone()), &forged, digest, "do not hash to the checkpoint's root"),
            (
                Some(honest.replace("\n3\n", "\n4\n")),
                &records,
                digest,
                "its checkpoint is not the one that it names",
            ),
            (Some(honest.clone()), &records, elsewhere, "another council's"),
        ] {
            let base = serve(&founding, note.as_deref(), records);
            let failure = export_to(folder.path(), base, council).unwrap_err();
            assert!(failure.message().contains(wants), "{failure:?}");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{wants}");
        }
    }
}
