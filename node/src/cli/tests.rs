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
        ("nemcon demo --charter un", "eu-council and plain"),
        ("nemcon demo --scenario coup", "adopt"),
    ] {
        let error = parse(line).unwrap_err();
        assert_eq!(error.exit_code(), 2, "{line}");
        assert!(error.to_string().contains(wants), "{error}");
    }
}
