//! How something that a person asked for fails: what kind of failure it is, what is wrong, what to do next.

mod client;
mod files;
mod statements;

use core::fmt::Display;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Charter;
use serde::Serialize;

use crate::api::Answer;
use crate::law::source_of;

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// Somebody, or a rule, says no; or what was to be verified does not hold.
    Refused,
    /// It was asked for in a way that cannot be, or it could not run here and now.
    Usage,
    /// It is accepted, and not yet ordered.
    NotYet,
}

/// Why what was asked for was not done, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    #[serde(skip)]
    kind: FailureKind,
    /// A stable name, where the node gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// What is wrong, and where.
    message: String,
    /// The text hash of the statement that it is about, where that has left already.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_hash: Option<Box<Digest>>,
    /// The rule of the council's law that it breaks.
    #[serde(flatten)]
    law: Option<Box<BrokenLaw>>,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// A rule, and where it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct BrokenLaw {
    rule: String,
    /// As the charter says, or this ledger's own rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl Failure {
    /// Somebody, or a rule, says no; or what was to be verified does not hold.
    pub fn refused(message: impl Display) -> Self {
        Self::new(FailureKind::Refused, message)
    }

    /// The command cannot be run like this, or not here and now.
    pub fn usage(message: impl Display) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    /// A refusal that the printed result has said in full already.
    pub const fn silent() -> Self {
        Self::without_words(FailureKind::Refused)
    }

    /// A statement that counts for nothing so far, as the printed result has said.
    pub const fn not_yet() -> Self {
        Self::without_words(FailureKind::NotYet)
    }

    /// What waits to be ordered and is needed first.
    pub fn not_ordered(message: impl Display) -> Self {
        Self::new(FailureKind::NotYet, message)
    }

    const fn without_words(kind: FailureKind) -> Self {
        Self { kind, code: None, message: String::new(), text_hash: None, law: None, advice: None }
    }

    fn new(kind: FailureKind, message: impl Display) -> Self {
        Self {
            kind,
            code: None,
            message: message.to_string().trim_end().to_owned(),
            text_hash: None,
            law: None,
            advice: None,
        }
    }

    /// The same with what to do next.
    #[must_use]
    pub fn next(mut self, advice: impl Display) -> Self {
        self.advice = Some(advice.to_string());
        self
    }

    /// The same about a statement that has left already.
    #[must_use]
    pub fn about(mut self, text: Digest) -> Self {
        self.text_hash = Some(Box::new(text));
        self
    }

    /// The same, said of something.
    #[must_use]
    pub fn of(mut self, what: impl Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// The same with what was done before and stands.
    #[must_use]
    pub fn standing(mut self, what: impl Display) -> Self {
        self.message = format!("{}\n{what}", self.message);
        self
    }

    /// What kind of failure it is.
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// What is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What to do next.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The rule that is broken, with where it comes from.
    pub fn law(&self) -> Option<String> {
        let BrokenLaw { rule, source } = self.law.as_deref()?;
        let source = source.as_ref().map(|source| format!(" ({source})"));
        Some(format!("{rule}{}", source.unwrap_or_default()))
    }

    /// The node refuses, under a stable name, and says what to do next.
    pub fn coded(code: &str, message: &str, advice: &str) -> Self {
        Self { code: Some(code.to_owned()), ..Self::refused(message).next(advice) }
    }

    /// What the node said to a submission, if it refused it; the charter says where a rule comes
    /// from.
    pub fn of_answer(answer: &Answer, charter: Option<&Charter>) -> Option<Self> {
        let Answer::Refused { code, message, rule, topic, advice } = answer else { return None };
        let source = topic.as_deref().map(|topic| source_of(topic, charter));
        let law = rule.clone().map(|rule| Box::new(BrokenLaw { rule, source }));
        Some(Self { law, ..Self::coded(code, message, advice) })
    }
}
