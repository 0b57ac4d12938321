//! The genesis: what cannot found a council, and who must have signed it.

use nemcon_crypto::hash;
use nemcon_crypto::note::SignedNote;
use nemcon_ledger::record::charter::{
    Allowance, BLOCK_SHARE_MAX, CharterError, Difference, Elsewhere, How, SOURCE_BYTES_MAX, Shares,
};
use nemcon_ledger::record::genesis::{FoundingError, MEMBERS_MAX, verify_founding};
use nemcon_ledger::record::{Charter, Genesis, GenesisError, Measure, RecordError};
use nemcon_ledger::text::Label;
use nemcon_tests::fixture::{
    Ledger, Parties, Seat, board, code, council_of, council_of_equals, european_union, label, line,
    secret,
};

fn parse(genesis: &Genesis) -> Result<Genesis, RecordError> {
    Genesis::parse(&genesis.render())
}

/// Edits a council of three and parses what it renders to.
pub(super) fn with(edit: impl FnOnce(&mut Genesis)) -> Result<Genesis, RecordError> {
    let mut genesis = council_of_equals(3);
    edit(&mut genesis);
    parse(&genesis)
}

#[test]
fn the_councils_of_the_fixture_are_read_as_they_are_written() {
    for genesis in [board(), european_union(), council_of_equals(1), council_of_equals(MEMBERS_MAX)]
    {
        assert_eq!(parse(&genesis), Ok(genesis));
    }
}

#[test]
fn a_council_has_one_to_ninety_members() {
    let members = |genesis: &mut Genesis, count| {
        genesis.roster = council_of_equals(count).roster;
    };
    for count in [0, MEMBERS_MAX + 1] {
        let error = RecordError::Genesis(Box::new(GenesisError::Members { members: count }));
        assert_eq!(with(|genesis| members(genesis, count)), Err(error));
    }
}

#[test]
fn a_code_stands_once_among_members_and_participants() {
    let twice = |text| Err(RecordError::Genesis(Box::new(GenesisError::CodeTwice(code(text)))));
    assert_eq!(
        with(|genesis| {
            let copy = genesis.roster.members[0].clone();
            genesis.roster.members.push(copy);
        }),
        twice("M1")
    );
    assert_eq!(with(|genesis| genesis.participants[0].code = code("M2")), twice("M2"));
}

#[test]
fn a_key_has_one_use_and_one_owner() {
    let used = |owner: &str, key: &str| {
        let (code, key) = (code(owner), Box::new(secret(key).public()));
        Err(RecordError::Genesis(Box::new(GenesisError::KeyTwice { code, key })))
    };
    let desk = secret("M1/desk-1").public();
    let recovery = secret("M1/recovery").public();
    assert_eq!(with(|g| g.roster.members[1].officers[0].key = desk), used("M2", "M1/desk-1"));
    assert_eq!(with(|g| g.roster.members[1].node = desk), used("M2", "M1/desk-1"));
    assert_eq!(with(|g| g.roster.members[1].seal = desk), used("M2", "M1/desk-1"));
    assert_eq!(with(|g| g.roster.members[1].recovery = desk), used("M2", "M1/desk-1"));
    assert_eq!(with(|g| g.roster.members[1].recovery = recovery), used("M2", "M1/recovery"));
    assert_eq!(with(|g| g.participants[0].officers[0].key = desk), used("CH", "M1/desk-1"));
    assert_eq!(
        with(|g| g.roster.members[0].seal = g.roster.members[0].node),
        used("M1", "M1/node")
    );
}

#[test]
fn at_least_one_and_at_most_all_officers_must_sign() {
    for (threshold, officers) in [(0, 1), (2, 1), (4, 3), (usize::MAX, 1)] {
        let seat = Seat { weight: 1, threshold, officers };
        let error = GenesisError::Threshold { code: code("M1"), threshold, officers };
        assert_eq!(parse(&council_of(&[seat])), Err(RecordError::Genesis(Box::new(error))));
    }
    let error = GenesisError::Threshold { code: code("CH"), threshold: 0, officers: 1 };
    assert_eq!(
        with(|g| g.participants[0].threshold = 0),
        Err(RecordError::Genesis(Box::new(error)))
    );
}

#[test]
fn thresholds_whose_sum_overflows_are_refused() {
    let seat = Seat { weight: 1, threshold: usize::MAX, officers: 1 };
    let error = GenesisError::Threshold { code: code("M1"), threshold: usize::MAX, officers: 1 };
    assert_eq!(parse(&council_of(&[seat, seat])), Err(RecordError::Genesis(Box::new(error))));
}

#[test]
fn a_genesis_needs_at_most_a_hundred_signatures() {
    let seat = |threshold| Seat { weight: 1, threshold, officers: threshold };
    let most = council_of(&[seat(60), seat(40)]);
    assert_eq!(parse(&most), Ok(most.clone()));
    let error = RecordError::Genesis(Box::new(GenesisError::Signatures(101)));
    assert_eq!(parse(&council_of(&[seat(60), seat(41)])), Err(error));
}

#[test]
fn an_officers_label_is_its_own() {
    let error = |text| {
        let label = label(text);
        Err(RecordError::Genesis(Box::new(GenesisError::Label { code: code("M1"), label })))
    };
    let relabel = |text: &'static str| {
        let mut genesis = council_of(&[Seat { weight: 1, threshold: 1, officers: 2 }]);
        genesis.roster.members[0].officers[1].label = label(text);
        parse(&genesis)
    };
    assert_eq!(relabel("recovery"), error("recovery"));
    assert_eq!(relabel("desk-1"), error("desk-1"));
}

#[test]
fn a_charter_that_contradicts_itself_founds_nothing() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    assert_eq!(with(|g| g.charter.kinds.clear()), law(CharterError::NoKind));
    assert_eq!(with(|g| g.charter.weight.total = 0), law(CharterError::NoWeight));
    let no_roles = |g: &mut Genesis| {
        g.charter.roles.clear();
        let Charter { may_table, may_close, may_extend, may_remark, .. } = &mut g.charter;
        for roles in [may_table, may_close, may_extend, may_remark] {
            roles.retain(|role| role.as_str() != "chair");
        }
        (g.charter.may_attest, g.charter.attests) = (Vec::new(), Vec::new());
    };
    assert_eq!(with(no_roles), law(CharterError::NobodyToAppoint(label("appointment"))));
    assert_eq!(
        with(|g| g.charter.kinds[1].name = label("listing")),
        law(CharterError::Twice { what: "the kind", name: label("listing") })
    );
    let (kind, rule) = (label("listing"), label("majority"));
    assert_eq!(
        with(|g| g.charter.kinds[0].decided[0].by = label("majority")),
        law(CharterError::Rule { kind, rule })
    );
    assert_eq!(
        with(|g| g.charter.qualified = None),
        law(CharterError::NoBlockingShare(label("listing")))
    );
}

/// A word that is mistyped would take a right away, or give one to nobody, unseen.
#[test]
fn a_role_that_the_charter_does_not_list_and_one_that_may_do_nothing_found_nothing() {
    type Table = fn(&mut Charter) -> &mut Vec<Label>;
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let tables: [(&str, Table); 5] = [
        ("may_table", |charter| &mut charter.may_table),
        ("may_close", |charter| &mut charter.may_close),
        ("may_extend", |charter| &mut charter.may_extend),
        ("may_attest", |charter| &mut charter.may_attest),
        ("may_remark", |charter| &mut charter.may_remark),
    ];
    for (table, of) in tables {
        let error = CharterError::UnknownRole { table, role: label("propsoer") };
        assert!(error.to_string().starts_with(&format!("`{table}` names the role propsoer")));
        assert_eq!(with(|g| of(&mut g.charter).push(label("propsoer"))), law(error));
    }
    let idle = CharterError::IdleRole(label("observer"));
    assert_eq!(with(|g| g.charter.roles.push(label("observer"))), law(idle));
    let twice = CharterError::Twice { what: "the role", name: label("chair") };
    assert_eq!(with(|g| g.charter.roles.push(label("chair"))), law(twice));
    let error = CharterError::NoParticipants(label("member"));
    assert_eq!(with(|g| g.charter.roles.push(label("member"))), law(error));
    let (code, role) = (code("CH"), label("presidant"));
    let error = RecordError::Genesis(Box::new(GenesisError::Role { code, role }));
    assert_eq!(with(|g| g.participants[0].role = label("presidant")), Err(error));
}

#[test]
fn members_that_weigh_more_than_the_whole_found_nothing() {
    let weights =
        |sum, total| Err(RecordError::Genesis(Box::new(GenesisError::Weights { sum, total })));
    assert_eq!(with(|g| g.charter.weight.total = 2), weights(3, 2));
    assert_eq!(with(|g| g.roster.members[1].weight = 4), weights(6, 3));
    let huge = |g: &mut Genesis| g.roster.members.iter_mut().for_each(|it| it.weight = u64::MAX);
    assert_eq!(with(huge), weights(3 * u128::from(u64::MAX), 3));
    let five = |g: &mut Genesis| {
        g.roster = council_of_equals(5).roster;
        g.roster.members.iter_mut().for_each(|member| member.weight = 53);
        g.charter.weight.total = 100;
    };
    let RecordError::Genesis(error) = with(five).unwrap_err() else { unreachable!() };
    assert!(error.to_string().contains("265 together, 265.00 % of the charter's total 100"));
    assert!(with(|g| g.charter.weight.total = 1_000).is_ok(), "official totals may be more");
}

#[test]
fn a_charter_without_shares_or_with_shares_too_small_for_a_statement_founds_nothing() {
    type Of = fn(&mut Shares) -> &mut Allowance;
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let shares = |edit: &dyn Fn(&mut Shares)| with(|g| edit(&mut g.charter.shares));
    assert_eq!(shares(&|it| *it = Shares::default()), law(CharterError::NoShares));
    for block in [0, BLOCK_SHARE_MAX + 1] {
        assert_eq!(shares(&|it| it.block = block), law(CharterError::BlockShare(block)));
    }
    let allowances: [(&str, Of); 3] = [
        ("day", |it| &mut it.day),
        ("ballots", |it| &mut it.ballots),
        ("changes", |it| &mut it.changes),
    ];
    for (name, of) in allowances {
        let too_small = || law(CharterError::ShareTooSmall(name));
        assert_eq!(shares(&|it| of(it).statements = 0), too_small());
        assert_eq!(shares(&|it| of(it).bytes = 65_534), too_small());
        assert!(shares(&|it| *of(it) = Allowance { statements: 1, bytes: 65_535 }).is_ok());
    }
    let without = include_str!("../../src/fixture/board.toml");
    let (before, after) = without.split_once("[shares]").unwrap();
    let (_, after) = after.split_once("[words]").unwrap();
    let charter: Charter = toml::from_str(&format!("{before}[words]{after}")).unwrap();
    let error = charter.verify().unwrap_err();
    assert_eq!(error, CharterError::NoShares);
    assert!(error.to_string().contains("[shares]") && error.to_string().contains("block = 16"));
}

/// What a kind says of tabling is judged as what the charter says of it.
#[test]
fn a_kind_is_tabled_by_members_or_roles_that_the_charter_has() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let of = |roles: &[&str]| {
        let roles = roles.iter().map(|role| label(role)).collect();
        with(|g| g.charter.kinds[0].may_table = Some(roles))
    };
    assert!(of(&["member", "chair"]).is_ok());
    assert_eq!(of(&[]).map(drop), with(|_| {}).map(drop), "an empty table is not written");
    assert_eq!(of(&["proposer"]), law(CharterError::ProposerTables));
    let (table, role) = ("may_table", label("chiar"));
    assert_eq!(of(&["chiar"]), law(CharterError::UnknownRole { table, role }));
    let mut charter = council_of_equals(3).charter;
    charter.kinds[0].may_table = Some(Vec::new());
    let kind = charter.kinds[0].name.clone();
    assert_eq!(charter.verify(), Err(CharterError::NobodyTablesKind(kind)));
    charter.kinds[0].may_table = Some(vec![label("observer")]);
    charter.roles.push(label("observer"));
    assert_eq!(charter.verify(), Ok(()), "a role that tables one kind is not idle");
}

#[test]
fn what_applies_is_named_once_and_is_for_sorts_of_target_that_there_are() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let (restriction, sort) = (label("entry-ban"), label("fleet"));
    let of_fleets = with(|g| g.charter.applies[0].to.push(sort.clone()));
    assert_eq!(
        of_fleets,
        law(CharterError::UnknownSort { restriction: restriction.clone(), sort })
    );
    let twice = with(|g| g.charter.applies[1].name = restriction.clone());
    assert_eq!(twice, law(CharterError::Twice { what: "what applies,", name: restriction }));
}

#[test]
fn what_annuls_is_one_of_the_words_that_are_attested() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let annuls = |word: &str| with(|g| g.charter.annuls.push(label(word)));
    assert!(annuls("published").is_ok());
    assert_eq!(annuls("annulled"), law(CharterError::Annuls(label("annulled"))));
}

#[test]
fn what_is_unlike_the_law_is_about_kinds_that_there_are() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let unlike = |kinds: &[&str]| {
        let kinds = kinds.iter().map(|kind| label(kind)).collect();
        let says = line("every member signs");
        let unlike = Difference { how: How::Stricter, topic: label("rules"), says, kinds };
        with(|g| g.charter.differences = vec![unlike])
    };
    assert!(unlike(&[]).is_ok() && unlike(&["listing", "breach"]).is_ok());
    assert_eq!(unlike(&["listing", "lsiting"]), law(CharterError::UnknownKind(label("lsiting"))));
}

#[test]
fn what_is_decided_elsewhere_is_a_kind_or_legal_bases_and_not_both() {
    let law = |error| Err(RecordError::Genesis(Box::new(GenesisError::Charter(error))));
    let elsewhere = |edit: fn(&mut Elsewhere)| with(|g| edit(&mut g.charter.elsewhere[0]));
    let because = line("the majority decides it, elsewhere");
    let both = elsewhere(|it| it.on.push(line("Article 3")));
    assert_eq!(both, law(CharterError::Elsewhere(because.clone())));
    assert_eq!(elsewhere(|it| it.kind = None), law(CharterError::Elsewhere(because)));
    assert!(elsewhere(|it| (it.kind, it.on) = (None, vec![line("Article 3")])).is_ok());
}

/// A decision under such a rule says whom it leaves out, and on what ground.
#[test]
fn the_longest_source_of_a_rule_fits_into_a_decision() {
    let rule = label("minus-concerned");
    let founded = |bytes: usize| {
        let mut genesis = council_of_equals(3);
        genesis.charter.sources.insert(rule.clone(), line(&"x".repeat(bytes)));
        genesis
    };
    let error = GenesisError::Charter(CharterError::SourceTooLong(rule.clone()));
    assert_eq!(founded(SOURCE_BYTES_MAX + 1).verify(), Err(error));
    let mut ledger = Ledger::found(founded(SOURCE_BYTES_MAX));
    let number = ledger.table(Measure {
        kind: label("breach"),
        rule: rule.clone(),
        concerns: Some(code("M3")),
        ..ledger.parties.measure("M1", "A breach")
    });
    let why = ledger.measure(number).frozen.excluded[0].why.as_str();
    assert!(why.ends_with("xxx)") && why.len() > SOURCE_BYTES_MAX);
}

#[test]
fn somebody_may_table() {
    let mut genesis = council_of_equals(3);
    genesis.charter.may_table = vec![label("proposer")];
    let error = GenesisError::Charter(CharterError::ProposerTables);
    assert_eq!(genesis.verify(), Err(error));
    for roles in [&[][..], &["secretary"]] {
        let mut genesis = council_of_equals(3);
        // A role that somebody might be appointed to is held by nobody yet.
        genesis.charter.roles.push(label("secretary"));
        genesis.charter.may_close.push(label("secretary"));
        genesis.charter.may_table = roles.iter().map(|role| label(role)).collect();
        let error = GenesisError::Charter(CharterError::NobodyTables);
        assert_eq!(genesis.verify(), Err(error), "{roles:?}");
    }
    let mut genesis = council_of_equals(3);
    genesis.charter.may_table = vec![label("chair")];
    assert_eq!(genesis.verify(), Ok(()));
}

#[test]
fn a_participant_is_no_member_by_the_name_of_its_role() {
    for name in ["member", "proposer"] {
        let (code, role) = (code("CH"), label(name));
        let error = RecordError::Genesis(Box::new(GenesisError::Role { code, role }));
        assert_eq!(with(|genesis| genesis.participants[0].role = label(name)), Err(error));
    }
}

#[test]
fn a_participant_needs_no_more_signatures_than_a_note_has() {
    let of = |threshold| {
        let mut genesis = council_of_equals(1);
        let seat = Seat { weight: 1, threshold, officers: 101 };
        let many = nemcon_tests::fixture::member("CH", "The chair", seat);
        genesis.participants[0].threshold = threshold;
        genesis.participants[0].officers = many.officers;
        parse(&genesis).map(drop)
    };
    assert_eq!(of(100), Ok(()));
    let error = GenesisError::Signatures(101);
    assert_eq!(of(101), Err(RecordError::Genesis(Box::new(error))));
}

#[test]
fn the_file_founds_with_the_signatures_of_all_members() {
    for genesis in [board(), european_union()] {
        let parties = Parties::new(genesis);
        let digest = parties.genesis.digest();
        let file = parties.founding_note().render();
        assert_eq!(verify_founding(&file, &digest), Ok(parties.genesis.clone()));
        let wanted = hash::sha256(b"another");
        let error = FoundingError::Digest { found: digest, wanted };
        assert_eq!(verify_founding(&file, &wanted), Err(error));
    }
}

#[test]
fn the_file_founds_nothing_while_a_signature_is_missing_or_wrong() {
    let seat = Seat { weight: 1, threshold: 2, officers: 3 };
    let parties = Parties::new(council_of(&[seat, Seat::weighing(1), Seat::weighing(1)]));
    let (text, digest) = (parties.genesis.render(), parties.genesis.digest());
    let line = |by: &str, officer| parties.signature(&text, &code(by), officer);
    let found = |lines| {
        let note = SignedNote::new(text.clone(), lines).unwrap();
        verify_founding(&note.render(), &digest).map(drop)
    };
    let all = vec![line("M1", 0), line("M1", 2), line("M2", 0), line("M3", 0)];
    assert_eq!(found(all.clone()), Ok(()));
    let missing = vec![code("M1"), code("M3")];
    assert_eq!(found(vec![line("M1", 1), line("M2", 0)]), Err(FoundingError::Missing { missing }));
    for (name, extra) in [
        ("twice", line("M1", 0)),
        ("a participant", line("CH", 0)),
        ("over another text", parties.signature("another text\n", &code("M1"), 1)),
    ] {
        let error = FoundingError::Signature { line: 5 };
        assert_eq!(found([all.clone(), vec![extra]].concat()), Err(error), "{name}");
    }
}
