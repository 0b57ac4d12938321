//! The texts of the ledger that a statement is about.

use core::fmt;

use nemcon_crypto::Digest;
use nemcon_ledger::record::Body;

/// A text of the ledger that a statement is about, and that a signer must have read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The measure or incident whose text it is.
    pub what: Named,
    /// The hash of the text.
    pub text: Digest,
    /// The hash of the package that the measure belongs to. The package's text names the measure's text.
    pub package: Option<Digest>,
}

/// A measure or an incident, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// A measure, in one of its texts.
    Measure {
        /// The measure's number.
        number: u64,
        /// The revision of the text, if the statement names it.
        revision: Option<u32>,
    },
    /// An incident.
    Incident {
        /// The incident's number.
        number: u64,
    },
}

/// All texts of the ledger that a statement is about.
pub fn subjects(body: &Body) -> Vec<Subject> {
    let measure = |number, revision, text, package| Subject {
        what: Named::Measure { number, revision },
        text,
        package,
    };
    match body {
        Body::Revision(said) => {
            let replaced = Some(said.revision.saturating_sub(1));
            vec![measure(said.revises.number, replaced, said.revises.text, None)]
        }
        Body::Package(said) => {
            said.measures.iter().map(|it| measure(it.number, None, it.text, None)).collect()
        }
        Body::Attribution(said) => vec![Subject {
            what: Named::Incident { number: said.incident.number },
            text: said.incident.text,
            package: None,
        }],
        body => body
            .about()
            .map(|it| measure(it.measure, Some(it.revision), it.text, it.package))
            .into_iter()
            .collect(),
    }
}

impl Named {
    /// The command that writes the record of the text to a file.
    pub fn recorded_by(&self) -> String {
        match self {
            Self::Measure { number, .. } => format!("nemcon measure record {number}"),
            Self::Incident { number } => format!("nemcon incident record {number}"),
        }
    }

    /// The command-line option that takes the record when a statement is signed.
    pub const fn option(&self) -> &'static str {
        match self {
            Self::Measure { .. } => "--measure",
            Self::Incident { .. } => "--incident",
        }
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Measure { number, revision: None } => write!(f, "measure {number}"),
            Self::Measure { number, revision: Some(revision) } => {
                write!(f, "measure {number} REV {revision}")
            }
            Self::Incident { number } => write!(f, "incident {number}"),
        }
    }
}
