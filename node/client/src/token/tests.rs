use std::fs::{self, Permissions};

use super::*;

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn role_of(tokens: &Tokens, presented: &[u8]) -> Option<Role> {
    tokens.holder_of(presented).map(|holder| holder.role)
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o7777
}

#[test]
fn what_is_missing_is_made_once_and_for_its_owner_alone() {
    let folder = folder();
    let tokens = Tokens::prepare(folder.path()).unwrap();
    for role in Role::ALL {
        let path = role.file_in(folder.path());
        assert_eq!(mode(&path), 0o600, "{role}");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(role_of(&tokens, text.trim_end().as_bytes()), Some(role));
    }
    assert_eq!(Tokens::prepare(folder.path()).unwrap(), tokens);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
}

#[test]
fn a_new_token_replaces_the_old_one_and_no_other() {
    let folder = folder();
    let old = Tokens::prepare(folder.path()).unwrap();
    let path = Role::Submit.file_in(folder.path());
    let was = Token::read(&path).unwrap().text();
    Token::generate(Role::Submit).unwrap().write(&path).unwrap();
    let now = Tokens::prepare(folder.path()).unwrap();
    assert_eq!(
        (role_of(&old, was.as_bytes()), role_of(&now, was.as_bytes())),
        (Some(Role::Submit), None)
    );
    assert_eq!(mode(&path), 0o600);
    for role in [Role::Read, Role::Operate] {
        let text = Token::read(&role.file_in(folder.path())).unwrap().text();
        assert!(
            role_of(&old, text.as_bytes()) == Some(role)
                && role_of(&now, text.as_bytes()) == Some(role)
        );
    }
}

#[test]
fn nothing_but_a_whole_token_is_taken() {
    let folder = folder();
    let tokens = Tokens::prepare(folder.path()).unwrap();
    let text = Token::read(&Role::Operate.file_in(folder.path())).unwrap().text();
    assert_eq!(role_of(&tokens, text.as_bytes()), Some(Role::Operate));
    let (start, longer) = (&text[..text.len() - 1], format!("{}0", *text));
    let renamed = text.replace("operate", "read");
    for wrong in ["", "nemcon-operate-", start, &longer, &text.to_uppercase(), &renamed] {
        assert_eq!(role_of(&tokens, wrong.as_bytes()), None, "{wrong}");
    }
}

#[test]
fn a_role_includes_the_ones_before_it() {
    let folder = folder();
    Tokens::prepare(folder.path()).unwrap();
    for (at, role) in Role::ALL.into_iter().enumerate() {
        let path = role.file_in(folder.path());
        for wanted in &Role::ALL[..=at] {
            assert_eq!(Token::read_for(&path, *wanted).unwrap().role(), role);
        }
        for wanted in &Role::ALL[at + 1..] {
            let error = Token::read_for(&path, *wanted).unwrap_err().to_string();
            assert!(
                error.ends_with(&format!("its role is {role}, and {wanted} is wanted")),
                "{error}"
            );
        }
    }
}

#[test]
fn a_file_that_others_can_touch_is_refused() {
    let folder = folder();
    Tokens::prepare(folder.path()).unwrap();
    let path = Role::Read.file_in(folder.path());
    for mode in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        assert!(
            matches!(Tokens::prepare(folder.path()), Err(TokenError::Exposed { .. })),
            "{mode:o}"
        );
    }
}

#[test]
fn what_is_no_file_is_refused_and_waits_for_nobody() {
    let folder = folder();
    let path = Role::Read.file_in(folder.path());
    let elsewhere = folder.path().join("elsewhere");
    Token::generate(Role::Read).unwrap().write(&elsewhere).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &path).unwrap();
    assert!(matches!(Token::read(&path), Err(TokenError::NotAFile(_))));
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(matches!(Tokens::prepare(folder.path()), Err(TokenError::NotAFile(_))));
    fs::remove_dir(&path).unwrap();
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR).unwrap();
    assert!(matches!(Token::read(&path), Err(TokenError::NotAFile(_))));
}

#[test]
fn only_the_written_form_is_a_token() {
    let folder = folder();
    let path = folder.path().join("t");
    let token = Token::generate(Role::Read).unwrap();
    let right = format!("{}\n", *token.text());
    for wrong in [
        String::new(),
        "\n".to_owned(),
        right.trim_end().to_owned(),
        format!("{right}\n"),
        format!("{right}{right}"),
        format!(" {right}"),
        right.replace('\n', "\r\n"),
        right.replace("read", "chair"),
        right.replace("nemcon-", ""),
        right.to_uppercase(),
        right.replacen('\n', "0\n", 1),
    ] {
        fs::write(&path, &wrong).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
        let error = Token::read(&path).unwrap_err();
        assert!(matches!(error, TokenError::Text(_)), "{wrong:?}: {error}");
        assert!(!error.to_string().contains(&token.text()[12..20]), "{error}");
    }
    fs::write(&path, [0xff; 64]).unwrap();
    assert!(matches!(Token::read(&path), Err(TokenError::Text(_))));
}

#[test]
fn a_token_under_another_roles_name_is_refused() {
    let folder = folder();
    Tokens::prepare(folder.path()).unwrap();
    fs::copy(Role::Operate.file_in(folder.path()), Role::Read.file_in(folder.path())).unwrap();
    let error = Tokens::prepare(folder.path()).unwrap_err();
    assert!(matches!(error, TokenError::Role { found: Role::Operate, wanted: Role::Read, .. }));
}

#[test]
fn two_new_tokens_differ_and_neither_shows_in_what_is_printed_of_it() {
    let [a, b] = [(); 2].map(|()| Token::generate(Role::Read).unwrap());
    assert_ne!(*a.text(), *b.text());
    assert_eq!(format!("{a:?}"), "Token { holder: Holder { role: Read, party: None }, .. }");
}

#[test]
fn a_token_for_another_party_is_known_by_its_party_until_its_file_is_gone() {
    let folder = folder();
    let be: Code = "BE".parse().unwrap();
    let holder = Holder::of_party(be.clone());
    let path = holder.file_in(folder.path());
    assert!(path.ends_with("submit-be.token"));
    let token = Token::generate_for(holder.clone()).unwrap();
    token.write(&path).unwrap();
    assert!(token.text().starts_with("nemcon-submit-BE-"));
    let tokens = Tokens::prepare(folder.path()).unwrap();
    assert_eq!(tokens.holder_of(token.text().as_bytes()), Some(&holder));
    assert_eq!(Token::read_for(&path, Role::Submit).unwrap().holder(), &holder);
    let listed = Tokens::listed(folder.path()).unwrap();
    let holders: Vec<_> = listed.iter().map(|it| it.holder.as_ref().unwrap().to_string()).collect();
    assert_eq!(holders, ["read", "submit", "operate", "submit for BE"]);
    assert!(listed.iter().all(|it| it.made.is_some()));
    fs::remove_file(path).unwrap();
    let tokens = Tokens::prepare(folder.path()).unwrap();
    assert_eq!(tokens.holder_of(token.text().as_bytes()), None);
}

#[test]
fn a_token_for_another_party_counts_under_its_own_name_alone() {
    let folder = folder();
    Tokens::prepare(folder.path()).unwrap();
    let of = |code: &str| Holder::of_party(code.parse().unwrap());
    let token = Token::generate_for(of("BE")).unwrap();
    for under in [of("BG").file_in(folder.path()), Role::Submit.file_in(folder.path())] {
        let was = fs::read(&under).ok();
        token.write(&under).unwrap();
        let error = Tokens::prepare(folder.path()).unwrap_err();
        assert!(matches!(error, TokenError::OtherHolder { .. }), "{error}");
        assert!(Tokens::listed(folder.path()).unwrap().iter().any(|it| it.holder.is_err()));
        match was {
            Some(was) => fs::write(under, was).unwrap(),
            None => fs::remove_file(under).unwrap(),
        }
    }
    for no_name in ["submit-.token", "submit-Be.token", "submit-1.token", "submit-be.token.old"] {
        fs::write(folder.path().join(no_name), "not a token").unwrap();
    }
    Tokens::prepare(folder.path()).unwrap();
}

#[test]
fn more_tokens_for_others_than_a_node_takes_are_refused() {
    let folder = folder();
    for at in 0..=NAMED_TOKENS_MAX {
        fs::write(folder.path().join(format!("submit-a{at}.token")), "").unwrap();
    }
    assert!(matches!(Tokens::listed(folder.path()), Err(TokenError::TooMany(_))));
}
