//! Why an act that a person asked for failed: the kind of failure, what is wrong, and what the
//! person can do next.

mod client;
mod files;
mod signers;
mod statements;

use core::fmt::Display;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Charter;
use serde::Serialize;

use crate::api::Answer;
use crate::rule_source::source_of;

/// The kind of a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// A person or a rule refuses the act, or a verification failed.
    Refused,
    /// The request makes no sense as given, or cannot be carried out here and now.
    Usage,
    /// The node accepted the statement, and it is not ordered yet.
    NotYet,
    /// A public export is verified as far as it is public.
    InPart,
}

/// Why an act was not done, and what the person can do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    #[serde(skip)]
    kind: FailureKind,
    /// The stable name of the refusal, if the node gave one.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// What is wrong, and where.
    message: String,
    /// The text hash of the statement, if it was sent to a node before the failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_hash: Option<Box<Digest>>,
    /// The rule of the council's law that the statement breaks.
    #[serde(flatten)]
    law: Option<Box<BrokenLaw>>,
    /// What the person can do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
}

/// A rule of the council's law, with its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct BrokenLaw {
    rule: String,
    /// The rule's source: what the charter names, or this ledger's own rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

impl Failure {
    /// A failure because a person or a rule refuses, or a verification failed.
    pub fn refused(message: impl Display) -> Self {
        Self::new(FailureKind::Refused, message)
    }

    /// A failure because the command cannot be run like this, or not here and now.
    pub fn usage(message: impl Display) -> Self {
        Self::new(FailureKind::Usage, message)
    }

    /// A refusal without a message, because the printed result says everything.
    pub const fn silent() -> Self {
        Self::without_words(FailureKind::Refused)
    }

    /// A failure without a message, because the printed result says that the statement is
    /// not ordered yet.
    pub const fn not_yet() -> Self {
        Self::without_words(FailureKind::NotYet)
    }

    /// No whole verification, because the printed result says how far it goes.
    pub const fn in_part() -> Self {
        Self::without_words(FailureKind::InPart)
    }

    /// A failure because something that is needed first is not ordered yet.
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

    /// Adds what the person can do next.
    #[must_use]
    pub fn next(mut self, advice: impl Display) -> Self {
        self.advice = Some(advice.to_string());
        self
    }

    /// Adds the text hash of a statement that was sent before the failure.
    #[must_use]
    pub fn about(mut self, text: Digest) -> Self {
        self.text_hash = Some(Box::new(text));
        self
    }

    /// Puts what the failure is about before its message.
    #[must_use]
    pub fn of(mut self, what: impl Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Adds a line about what was done before the failure and remains in force.
    #[must_use]
    pub fn standing(mut self, what: impl Display) -> Self {
        self.message = format!("{}\n{what}", self.message);
        self
    }

    /// The kind of the failure.
    pub const fn kind(&self) -> FailureKind {
        self.kind
    }

    /// The message: what is wrong.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the person can do next.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// The broken rule with its source, in words.
    pub fn law(&self) -> Option<String> {
        let BrokenLaw { rule, source } = self.law.as_deref()?;
        let source = source.as_ref().map(|source| format!(" ({source})"));
        Some(format!("{rule}{}", source.unwrap_or_default()))
    }

    /// A refusal of the node's, with its stable name and its advice.
    pub fn coded(code: &str, message: &str, advice: &str) -> Self {
        Self { code: Some(code.to_owned()), ..Self::refused(message).next(advice) }
    }

    /// The failure that an answer to a submission is, if the node refused it. The charter names the
    /// source of the broken rule.
    pub fn of_answer(answer: &Answer, charter: Option<&Charter>) -> Option<Self> {
        let Answer::Refused { code, message, rule, topic, advice } = answer else { return None };
        let source = topic.as_deref().map(|topic| source_of(topic, charter));
        let law = rule.clone().map(|rule| Box::new(BrokenLaw { rule, source }));
        Some(Self { law, ..Self::coded(code, message, advice) })
    }
}
