//! The examples of the OpenAPI document: a ballot as a council has ordered it, and what a node answers.

use nemcon_client::api::{Answer, Foresight, Submission, Texts};
use nemcon_crypto::hash::sha256;
use nemcon_ledger::council::Consequence;
use nemcon_ledger::text::Time;
use serde::Serialize;
use serde_json::Value;

/// The text of a ballot.
const TEXT: &str = "nemcon/v1 ballot\n\
    council d5a478289b06d0313b71a051a1f0f1e6baa5533c5faba8926a2520150a6ca513\n\
    by BE\n\
    for BE\n\
    measure 8\n\
    revision 1\n\
    text 3aa150fec1f04a53493820d6b8ed38fff500f89cb500b7f16cf325ce5d9cfda0\n\
    title A decision that waits for two\n\
    rule unanimity\n\
    position in-favour\n\
    after none\n";

/// The officer's line under it.
const LINE: &str = "— nemcon.example/eu-council/BE/desk \
    5Yzo3xdYdZToQn4iTzFHCcA9ZdKIuHYBBxrZ720IRbQkd1MuQKqU48+fh/lZNsVa1bEX6fzkF03XySNgpgrlSlyWXQQ=\n";

/// The time of the ballot's block.
const TIME_MS: u64 = 1_795_990_710_768;

/// The example of a request's body, by path.
pub(super) fn request(path: &str) -> Option<Value> {
    match path {
        "/v1/records" => {
            Some(json(&Submission { record: format!("{TEXT}\n{LINE}"), wait_ms: 10_000 }))
        }
        "/v1/foresight" => Some(json(&Texts { texts: vec![TEXT.to_owned()] })),
        _ => None,
    }
}

/// The example of an answer to a `POST`, by path.
pub(super) fn answer(path: &str) -> Option<Value> {
    match path {
        "/v1/records" => Some(json(&Answer::Ordered {
            text_hash: sha256(TEXT.as_bytes()),
            height: 68,
            time: Time::from_ms(TIME_MS).ok()?,
            leaf: 140,
        })),
        "/v1/foresight" => Some(json(&Foresight::Follows {
            consequences: vec![Consequence::Adopted { measures: vec![8] }],
        })),
        _ => None,
    }
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).expect("the interface's types are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_ledger::record::{Body, Record};

    #[test]
    fn the_example_is_a_ballot_in_the_one_written_form() {
        let record = format!("{TEXT}\n{LINE}").into_bytes();
        assert_eq!(Record::parse(&record).unwrap().render(), record);
        assert_eq!(Body::parse(TEXT).unwrap().kind(), "ballot");
        assert_eq!(Time::from_ms(TIME_MS).unwrap().to_string(), "2026-11-29T22:18:30.768Z");
    }
}
