//! What is read before something is signed, and the question.

use core::fmt;

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::{Body, Matter};

use super::follows::if_adopted;
use super::says::says;
use crate::names::Names;
use crate::statements::{self, Named};

/// What is read.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Who signs: `BELGIUM`, `BELGIUM for DENMARK`.
    pub who: String,
    /// What: `IN FAVOUR of REV 2 of measure 4`.
    pub what: String,
    /// What that is about, in a line each: titles, how things stand.
    pub about: Vec<String>,
    /// What follows from it, as far as a node is asked.
    pub foreseen: Foreseen,
    /// What follows from it by the texts alone.
    pub by_text: Vec<String>,
    /// The texts: what it is about, and what is signed.
    pub texts: Vec<(String, String)>,
    /// The texts that whoever signs without a question says to have read.
    pub subjects: Vec<Subject>,
}

/// What follows from a statement by the word of a node, which nothing here can check.
#[derive(Clone, Debug)]
pub enum Foreseen {
    /// It needs a node, and there is none.
    Unknown,
    /// No node is asked: what follows is known here.
    Unasked,
    /// What a node says.
    Told {
        /// `the node of BE`.
        by: String,
        /// What it says, in sentences.
        sentences: Vec<String>,
    },
}

/// A text that is read before a statement is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One of the ledger that the statement is about.
    Other(statements::Subject),
    /// The very text that is signed.
    Own(Digest),
}

impl Reading {
    /// What is read before `body` is signed, but for what follows from it.
    pub fn of(body: &Body, names: Names<'_>) -> Self {
        let head = body.head();
        let on_behalf = match body {
            Body::Ballot(ballot) if ballot.said.on_behalf != head.by => {
                Some(&ballot.said.on_behalf)
            }
            _ => None,
        };
        let by = names.loud(&head.by);
        let who = match on_behalf {
            Some(code) => format!("{by} for {}", names.loud(code)),
            None => by.clone(),
        };
        Self {
            what: says(body, names),
            about: body.about().map(|about| format!("“{}”", about.title)).into_iter().collect(),
            foreseen: Foreseen::Unknown,
            by_text: matter_of(body).and_then(|it| if_adopted(None, it)).into_iter().collect(),
            texts: vec![(format!("what {by} signs"), body.render())],
            subjects: Subject::all_of(body),
            who,
        }
    }

    /// The question.
    pub fn question(&self) -> String {
        format!("Sign as {}: {}?", self.who, self.what)
    }
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} signs: {}", self.who, self.what)?;
        for line in &self.about {
            writeln!(f, "{line}")?;
        }
        let by_text = match &self.foreseen {
            Foreseen::Unasked => "what follows",
            Foreseen::Unknown => {
                writeln!(f, "what follows at once is not known here: it needs a node")?;
                "what follows by the text itself"
            }
            Foreseen::Told { by, sentences } => {
                if sentences.is_empty() {
                    writeln!(f, "nothing else follows at once, as {by} says")?;
                }
                list(f, &format!("what follows, as {by} says"), sentences)?;
                "what follows by the text itself"
            }
        };
        list(f, by_text, &self.by_text)?;
        for (title, text) in &self.texts {
            write!(f, "\n── {title} ──\n{}\n", text.trim_end())?;
        }
        Ok(())
    }
}

/// What a text that is tabled would change in the council.
pub const fn matter_of(body: &Body) -> Option<&Matter> {
    match body {
        Body::Measure(said) => Some(&said.matter),
        Body::Revision(said) => Some(&said.measure.matter),
        _ => None,
    }
}

fn list(f: &mut fmt::Formatter<'_>, heading: &str, lines: &[String]) -> fmt::Result {
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(f, "{heading}:")?;
    lines.iter().try_for_each(|line| writeln!(f, "- {line}"))
}

impl Foreseen {
    /// Who says it, and what.
    pub fn words(&self) -> Option<(&str, &[String])> {
        match self {
            Self::Told { by, sentences } => Some((by, sentences)),
            Self::Unknown | Self::Unasked => None,
        }
    }
}

impl Subject {
    /// All texts that a statement is about.
    pub fn all_of(body: &Body) -> Vec<Self> {
        statements::subjects(body).into_iter().map(Self::Other).collect()
    }

    /// The very text that is signed: it names every other text that it is about.
    pub fn own(body: &Body) -> Self {
        Self::Own(hash::sha256(body.render().as_bytes()))
    }

    /// Whether this hash is of the text, or of its package.
    pub fn is(&self, text: &Digest) -> bool {
        match self {
            Self::Other(it) => it.text == *text || it.package.as_ref() == Some(text),
            Self::Own(own) => own == text,
        }
    }

    /// The hash that stands for all that was to be read: a package's text names those of its measures.
    pub const fn whole(&self) -> &Digest {
        match self {
            Self::Other(statements::Subject { package: Some(package), .. }) => package,
            Self::Other(statements::Subject { text, .. }) | Self::Own(text) => text,
        }
    }

    /// What shows the text.
    pub fn shown_by(&self) -> String {
        match self {
            Self::Other(it) => match it.what {
                Named::Measure { number, .. } => format!("`nemcon measure show {number}`"),
                Named::Incident { number } => format!("`nemcon incident show {number}`"),
            },
            Self::Own(_) => "this command shows it at a terminal, without `--yes`".to_owned(),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Other(it) => {
                write!(f, "{}, text {}", it.what, it.text)?;
                it.package.map_or(Ok(()), |package| write!(f, ", in package {package}"))
            }
            Self::Own(text) => write!(f, "the statement itself, text {text}"),
        }
    }
}
