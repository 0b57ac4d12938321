//! What a person reads before a statement is signed, and the question at its end.

use core::fmt;

use nemcon_crypto::{Digest, hash};
use nemcon_ledger::record::{Body, CouncilChange, Position, Reservation, ReservationAct};

use crate::party_names::Names;
use crate::reading::consequences::if_adopted;
use crate::reading::headline::says;
use crate::statements::{self, Named};

/// What a person reads before a statement is signed.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Who signs, and for whom: `BELGIUM`, `BELGIUM for DENMARK`.
    pub who: String,
    /// What is signed: `IN FAVOUR of REV 2 of measure 4`.
    pub what: String,
    /// The titles and the state of what the statement is about, a line each.
    pub about: Vec<String>,
    /// The consequences that a node foresees.
    pub foreseen: Foreseen,
    /// The consequences that the texts alone tell.
    pub by_text: Vec<String>,
    /// The texts that the statement is about, then the statement's own text, each with a title.
    pub texts: Vec<(String, String)>,
    /// The texts that a person confirms to have read when signing without a question.
    pub subjects: Vec<Subject>,
}

/// The consequences that a node foresees. Nothing on this machine can check them.
#[derive(Clone, Debug)]
pub enum Foreseen {
    /// Consequences need a node, and none was asked.
    Unknown,
    /// The consequences are known without a node.
    Unasked,
    /// A node has answered.
    Told {
        /// The node in words: `the node of BE`.
        by: String,
        /// The node's consequences, in sentences.
        sentences: Vec<String>,
    },
}

/// A text that a person reads before a statement is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A text of the ledger that the statement is about.
    Other(statements::Subject),
    /// The signed text itself, by its hash.
    Own(Digest),
}

impl Reading {
    /// The reading before `body` is signed, without consequences.
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
            by_text: by_itself(body).into_iter().collect(),
            texts: vec![(format!("what {by} signs"), body.render())],
            subjects: Subject::all_of(body),
            who,
        }
    }

    /// The question that the person answers.
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

/// What follows from a statement by its own text, whatever a node says.
fn by_itself(body: &Body) -> Option<String> {
    match body {
        Body::Ballot(ballot) => {
            let (whose, number) = (&ballot.said.on_behalf, ballot.said.about.measure);
            match ballot.position {
                Position::Against => Some(format!(
                    "while this ballot stands, measure {number} cannot be adopted; a later ballot of {whose} replaces it"
                )),
                Position::Retracted => {
                    Some(format!("{whose} has no ballot on measure {number} then, and is missing"))
                }
                _ => None,
            }
        }
        Body::Reservation(Reservation { said, act: ReservationAct::Place, .. }) => Some(format!(
            "a ballot that {} has cast on measure {} counts all the same: only the position `retracted` takes it back",
            said.head.by, said.about.measure
        )),
        _ => council_change_of(body).and_then(|it| if_adopted(None, it)),
    }
}

/// What adoption of a tabled text would change in the council.
pub const fn council_change_of(body: &Body) -> Option<&CouncilChange> {
    match body {
        Body::Measure(said) => Some(&said.council_change),
        Body::Revision(said) => Some(&said.measure.council_change),
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
    /// The node's name and its sentences, if a node has answered.
    pub fn words(&self) -> Option<(&str, &[String])> {
        match self {
            Self::Told { by, sentences } => Some((by, sentences)),
            Self::Unknown | Self::Unasked => None,
        }
    }
}

impl Subject {
    /// All texts of the ledger that a statement is about.
    pub fn all_of(body: &Body) -> Vec<Self> {
        statements::subjects(body).into_iter().map(Self::Other).collect()
    }

    /// The signed text itself. It names all texts of the ledger that the statement is about.
    pub fn own(body: &Body) -> Self {
        Self::Own(hash::sha256(body.render().as_bytes()))
    }

    /// Whether `text` is the hash of this text or of its package.
    pub fn is(&self, text: &Digest) -> bool {
        match self {
            Self::Other(it) => it.text == *text || it.package.as_ref() == Some(text),
            Self::Own(own) => own == text,
        }
    }

    /// The hash that covers everything a person has to read. For a measure in a package it is the
    /// package's hash, because the package's text names the texts of its measures.
    pub const fn whole(&self) -> &Digest {
        match self {
            Self::Other(statements::Subject { package: Some(package), .. }) => package,
            Self::Other(statements::Subject { text, .. }) | Self::Own(text) => text,
        }
    }

    /// The command that shows the text.
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
