//! The standing instruction itself: when its ballot is signed, and what ends it unsigned.

use nemcon_client::api::{BallotView, Measure};
use nemcon_client::statements::{self, Choice, StatementError};
use nemcon_crypto::Digest;
use nemcon_ledger::Time;
use nemcon_ledger::record::{Ballot, Body, Position, RecordError, Statement};

/// The interval at which the node is asked, in milliseconds.
pub(super) const LOOK_MS: u64 = 1_000;

/// A standing instruction in force.
#[derive(Clone, Debug)]
pub(super) struct Instruction {
    /// The ballot as the person has read it.
    pub(super) ballot: Ballot,
    /// The deadline when the instruction was given.
    pub(super) closes: Time,
    pub(super) before_ms: u64,
}

/// What the command does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Wait {
        ms: u64,
    },
    Sign,
    /// The ballot is in the ledger.
    Ordered,
    Refuse(String),
}

/// A ballot that was handed in and got no answer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sent {
    /// Its text hash, by which people know it.
    pub(super) text: Digest,
    /// Its leaf hash, by which it is known as the last of its chain.
    pub(super) leaf: Digest,
}

impl Sent {
    pub(super) const fn of(statement: &Statement) -> Self {
        Self { text: statement.text_hash, leaf: statement.leaf_hash }
    }
}

impl Instruction {
    /// The next step with the measure at `now`; `sent` is a ballot without an answer.
    pub(super) fn step(&self, measure: &Measure, now: Time, sent: Option<Sent>) -> Step {
        let number = measure.number;
        let code = &self.ballot.said.on_behalf;
        if sent.is_some_and(|sent| Some(sent.leaf) == self.last_on(measure)) {
            return self.taken_in(measure, now);
        }
        if let Some(why) = self.unread(measure) {
            return Step::Refuse(why);
        }
        let ballot = measure.ballots.iter().find(|ballot| ballot.code == *code);
        let Some(ballot) = ballot else {
            return Step::Refuse(format!("{code} has no ballot on measure {number}"));
        };
        if ballot.position.is_some() || ballot.pending {
            let by = ballot.cast_by.as_ref().map(|by| format!("{by} has signed for {code}"));
            let by = by.unwrap_or_else(|| format!("{code} has signed"));
            return Step::Refuse(format!("{by} on measure {number} already"));
        }
        if !measure.is_open() || now >= measure.closes {
            return Step::Refuse(format!("balloting on measure {number} has ended"));
        }
        let at = measure.closes.as_ms().saturating_sub(self.before_ms);
        match at.saturating_sub(now.as_ms()) {
            0 => Step::Sign,
            ms => Step::Wait { ms },
        }
    }

    /// The next step once the node is seen to have the ballot that it gave no answer to.
    fn taken_in(&self, measure: &Measure, now: Time) -> Step {
        let mut ballots = measure.ballots.iter();
        let is_own = |it: &&BallotView| it.code == self.ballot.said.on_behalf;
        match ballots.find(is_own) {
            Some(ballot) if ballot.position.is_some() => Step::Ordered,
            _ if measure.is_open() && now < measure.closes => Step::Wait { ms: LOOK_MS },
            _ => Step::Refuse("it was passed on and not ordered in time".to_owned()),
        }
    }

    /// How the measure differs from what was read when the instruction was given; `None` if it does not.
    fn unread(&self, measure: &Measure) -> Option<String> {
        let number = measure.number;
        let read = &self.ballot.said.about;
        if measure.text_hash != read.text {
            return Some(format!(
                "the instruction was for REV {}; the text of measure {number} is now REV {}",
                read.revision, measure.revision
            ));
        }
        let package = measure.package.as_ref();
        if package.map(|package| package.text_hash) == read.package {
            return None;
        }
        let alone = "it is adopted alone".to_owned();
        let now = package.map_or(alone, |package| {
            let numbers: Vec<_> = package.measures.iter().map(u64::to_string).collect();
            format!("measures {} are adopted together or not at all", numbers.join(", "))
        });
        Some(format!("the package of measure {number} is not the one that was read: {now}"))
    }

    /// The leaf hash of the member's last statement on the measure, pending or ordered.
    fn last_on(&self, measure: &Measure) -> Option<Digest> {
        measure.last.get(&self.ballot.said.on_behalf).copied()
    }

    /// The ballot as it was read, with `after` naming the member's last statement.
    pub(super) fn due(&self, measure: &Measure) -> Result<Body, StatementError> {
        let head = &self.ballot.said.head;
        let choice = tacit(self.ballot.position);
        let Body::Ballot(now) = statements::ballot(head.clone(), measure, choice)? else {
            return Err(RecordError::Kind.into());
        };
        let mut ballot = self.ballot.clone();
        ballot.said.after = now.said.after;
        Ok(Body::Ballot(ballot))
    }
}

/// The choice of a ballot that a standing instruction signs.
pub(super) fn tacit(position: Position) -> Choice {
    Choice { is_tacit: true, ..position.into() }
}

#[cfg(test)]
mod tests {
    use super::super::ended;
    use super::*;
    use nemcon_client::fixture::{genesis, head, shown};

    /// A ballot without an answer may or may not be in the node. So the command signs no other
    /// ballot, and does not call this one ordered while it is pending.
    #[test]
    fn a_ballot_without_an_answer_is_waited_for_and_never_called_unsigned() {
        let mut measure = shown(&genesis());
        let body = statements::ballot(head(&genesis(), "BG"), &measure, tacit(Position::InFavour));
        let Ok(Body::Ballot(ballot)) = body else { panic!("{body:?}") };
        let code = ballot.said.on_behalf.clone();
        let closes = measure.closes;
        let instruction = Instruction { ballot, closes, before_ms: 0 };
        let before = Time::from_ms(closes.as_ms() - 1).unwrap();
        let text = nemcon_crypto::hash::sha256(b"the ballot");
        let leaf = nemcon_crypto::hash::sha256(b"the ballot, signed");
        let sent = Some(Sent { text, leaf });
        assert_eq!(instruction.step(&measure, before, None), Step::Wait { ms: 1 });

        measure.last.insert(code.clone(), leaf);
        let at = measure.ballots.iter().position(|it| it.code == code).unwrap();
        measure.ballots[at].pending = true;
        assert_eq!(instruction.step(&measure, before, sent), Step::Wait { ms: LOOK_MS });
        let late = instruction.step(&measure, closes, sent);
        assert!(matches!(late, Step::Refuse(why) if why.contains("not ordered in time")));
        let another = instruction.step(&measure, before, None);
        assert!(matches!(another, Step::Refuse(why) if why.contains("has signed")));
        measure.ballots[at].position = Some(Position::InFavour);
        assert_eq!(instruction.step(&measure, closes, sent), Step::Ordered);

        assert!(ended("why", sent).message().starts_with("signed, handed in, and not known"));
        assert!(ended("why", None).message().starts_with("not signed: "));
    }
}
