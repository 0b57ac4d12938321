//! How a command fails: an exit status, what is wrong, and what to do next.

use core::fmt::Display;
use std::io;
use std::process::ExitCode;

use nemcon_client::api::Answer;
use nemcon_client::client::{ClientError, Contradiction};
use nemcon_client::config::ConfigError;
use nemcon_client::draft::DraftError;
use nemcon_client::founding::{PlanError, SignError};
use nemcon_client::keyfile::KeyFileError;
use nemcon_client::shipped::SeatsError;
use nemcon_client::staged::StagedError;
use nemcon_client::statements::{OfflineError, SheetError, StatementError};
use nemcon_client::token::TokenError;
use nemcon_crypto::Digest;
use nemcon_ledger::record::Charter;
use nemcon_ledger::text::Show as _;
use serde::Serialize;

use super::law::source_of;
use crate::testnet::TestnetError;

/// Refused, or not verified.
const STATUS_REFUSED: u8 = 1;
/// Wrong usage, or it could not run.
const STATUS_USAGE: u8 = 2;
/// Accepted, and not yet ordered.
const STATUS_NOT_YET: u8 = 3;

/// What a command says when it has not done what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Failure {
    #[serde(skip)]
    status: u8,
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
        Self::new(STATUS_REFUSED, message)
    }

    /// The command cannot be run like this, or not here and now.
    pub fn usage(message: impl Display) -> Self {
        Self::new(STATUS_USAGE, message)
    }

    /// A refusal that the printed result has said in full already.
    pub const fn silent() -> Self {
        Self::without_words(STATUS_REFUSED)
    }

    /// A statement that counts for nothing so far, as the printed result has said.
    pub const fn not_yet() -> Self {
        Self::without_words(STATUS_NOT_YET)
    }

    /// What waits to be ordered and is needed first.
    pub fn not_ordered(message: impl Display) -> Self {
        Self::new(STATUS_NOT_YET, message)
    }

    const fn without_words(status: u8) -> Self {
        Self {
            status,
            code: None,
            message: String::new(),
            text_hash: None,
            law: None,
            advice: None,
        }
    }

    fn new(status: u8, message: impl Display) -> Self {
        Self {
            status,
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

    /// The process's exit status.
    pub fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status)
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

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let failure = match &error {
            ClientError::NoMeasure { .. }
            | ClientError::NoIncident { .. }
            | ClientError::Contradicts { .. } => Self::refused(&error),
            _ => Self::usage(&error),
        };
        match error {
            ClientError::NotRunning { .. } => failure.next(
                "start it with `nemcon node run --config node.toml`, or a test network with \
                 `nemcon testnet up --dir DIR`",
            ),
            ClientError::Timeout { .. } => failure.next(
                "`nemcon status` says whether enough members' nodes are connected; what was \
                 submitted may still be ordered",
            ),
            ClientError::Status { status: 503, .. } => failure.next(
                "try again: the node is busy, is stopping or is starting. If it stays so, its log says why",
            ),
            ClientError::Status { status: 500, .. } => {
                failure.next("the node's log says what is wrong with it; `nemcon status` may too")
            }
            ClientError::Status { status: 403, .. } => failure.next(
                "give `--token FILE` with a token of the role that is needed: they lie beside the node's \
                 `node.toml`",
            ),
            ClientError::Shape { .. }
            | ClientError::Status { .. }
            | ClientError::Astray { .. } => {
                failure.next("check the address: something else may have taken the port")
            }
            ClientError::NoMeasure { .. } => {
                failure.next("`nemcon measure list` gives the numbers of the measures")
            }
            ClientError::NoIncident { .. } => {
                failure.next("`nemcon incident list` gives the numbers of the incidents")
            }
            ClientError::Contradicts { how, .. } => failure.next(match *how {
                Contradiction::Council { .. } => {
                    "ask a node of that council, or give the digest of this one"
                }
                Contradiction::Member { .. } => {
                    "another process may have taken the port: `nemcon testnet status`, or look at \
                     the node's own log"
                }
                _ => "sign nothing here; ask another member's node, and compare",
            }),
            ClientError::Transport { .. } => {
                failure.next("check the address: `--node http://127.0.0.1:PORT`")
            }
            ClientError::NoToken { wanted, .. } => failure.next(format_args!(
                "give `--token FILE`, {wanted}.token or a token of a stronger role: they lie beside \
                 the node's `node.toml`. Where that file lies, or with `--config` or `--dir`, the \
                 token is found"
            )),
            ClientError::UnknownToken { .. } => failure.next(
                "take the token from beside that node's `node.toml`. If it was made anew there, the \
                 node takes it once it has read its configuration again: SIGHUP, or a restart",
            ),
            ClientError::Elsewhere { .. } => failure.next(
                "run this on the node's machine, or through a tunnel that ends on this one, such as \
                 `ssh -L 4201:127.0.0.1:4201 HOST`",
            ),
            ClientError::Token(error) => error.into(),
        }
    }
}

impl From<StatementError> for Failure {
    fn from(error: StatementError) -> Self {
        let failure = Self::refused(&error);
        match error {
            StatementError::TooFewOfficers { .. } | StatementError::LacksKeys { .. } => failure
                .next(
                    "give a `--key` for each; or `--prepare FILE` writes the text, and each signs \
                     where its key is",
                ),
            StatementError::NotAnOfficer { .. } | StatementError::UnknownParty(_) => {
                failure.next("`nemcon member list --json` lists the parties and their officer keys")
            }
            StatementError::NotASigner { .. } => {
                failure.next("`nemcon member list --json` gives the parties' keys as they are now")
            }
            StatementError::VacantSeat(_) => failure
                .next("have a measure adopted that appoints somebody: `nemcon member appoint`"),
            StatementError::TextHash { .. }
            | StatementError::Field { .. }
            | StatementError::Council { .. }
            | StatementError::IncidentText(_) => {
                failure.next("ask another member's node, and compare")
            }
            StatementError::NoMandate { .. } => failure.next(
                "`nemcon measure show` lists the mandates; it is given with `nemcon mandate grant`",
            ),
            StatementError::Declaration(_) => failure
                .next("`abstain-qualified` goes with `--declaration FILE`, nothing else does"),
            _ => failure,
        }
    }
}

impl From<OfflineError> for Failure {
    fn from(error: OfflineError) -> Self {
        let failure = Self::refused(&error);
        match error {
            OfflineError::Record { .. } | OfflineError::Kind { .. } => {
                failure.next("`nemcon measure record N -o FILE` writes a measure's record")
            }
            OfflineError::Mismatch { .. } => {
                failure.next("take both from one node anew, and compare with another member's")
            }
            OfflineError::NoPackage(_) => failure.next(
                "give `--package FILE`: `nemcon measure record N --package -o FILE` writes it",
            ),
            OfflineError::NoRecord(what) => failure.next(format_args!(
                "give `{} FILE`: `{} -o FILE` writes it",
                what.option(),
                what.recorded_by()
            )),
            OfflineError::NotAbout { .. } => {
                failure.next("leave that `--measure` or `--incident` out")
            }
            OfflineError::NoPackageWanted => failure.next("leave `--package` out"),
        }
    }
}

impl From<SheetError> for Failure {
    fn from(error: SheetError) -> Self {
        let failure = Self::refused(&error);
        match error {
            SheetError::Record(_) | SheetError::Note(_) => {
                failure.next("`--prepare FILE` of the command that says it writes its text")
            }
            SheetError::Stranger(_) | SheetError::NoSigner(_) => failure.next(
                "`nemcon member list --json` tells the keys of today: give that with `--seats` if \
                 they have changed since the founding",
            ),
            SheetError::Changed(_) => failure.next("do not sign: ask who prepared it, and compare"),
            SheetError::SignedAlready(_) => failure.next(
                "it goes on to those that must sign still, or with `nemcon statement submit` to a \
                 node",
            ),
            SheetError::Enough(_) => failure.next("`nemcon statement submit` where a node is"),
            SheetError::Incomplete(_) => {
                failure.next("`nemcon statement sign` where those keys are; nothing was sent")
            }
            SheetError::Different => {
                failure.next("submit the files of one statement; nothing was sent")
            }
        }
    }
}

impl From<TestnetError> for Failure {
    fn from(error: TestnetError) -> Self {
        let failure = Self::usage(&error);
        match error {
            TestnetError::Staged(error) => error.into(),
            TestnetError::None(_) => {
                failure.next("`nemcon testnet up --members 4 --dir DIR` makes one")
            }
            TestnetError::PortInUse { .. } => failure.next(
                "end that process, or make a test network in another folder: it gets other ports",
            ),
            TestnetError::UnknownMember { .. } | TestnetError::UnknownParty { .. } => {
                failure.next("give one of these with `--as`")
            }
            TestnetError::Config(error) => error.into(),
            TestnetError::Key(error) => error.into(),
            _ => failure,
        }
    }
}

impl From<DraftError> for Failure {
    fn from(error: DraftError) -> Self {
        let is_refused =
            |error: &DraftError| matches!(error, DraftError::Record(_) | DraftError::Kind { .. });
        let failure = match &error {
            DraftError::Config(ConfigError::Io { .. }) => {
                return Self::usage(&error)
                    .next("check the path and who may read it; nothing was done");
            }
            DraftError::At { error: inner, .. } if is_refused(inner) => Self::refused(&error),
            error if is_refused(error) => Self::refused(error),
            error => Self::usage(error),
        };
        failure.next(
            "change the file; nothing was signed. `nemcon draft KIND` writes one of each kind, with every \
             field explained",
        )
    }
}

impl From<SignError> for Failure {
    fn from(error: SignError) -> Self {
        let failure = Self::refused(&error);
        match error {
            SignError::NotAMember(_) | SignError::NotAnOfficer { .. } => {
                failure.next("`nemcon genesis show FILE` lists the members and their officer keys")
            }
            SignError::AlreadySigned { .. } | SignError::Enough(_) => {
                failure.next("`nemcon genesis verify FILE` says whose signatures are missing")
            }
            _ => failure,
        }
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        match error {
            PlanError::Config(error) => error.into(),
            PlanError::NoParty(_) => {
                Self::usage(error).next("`nemcon key new --all DIR --as CODE` writes such a file")
            }
            PlanError::Genesis(_) => {
                Self::refused(error).next("change the plan; nothing was written")
            }
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(&error).next(match error {
            ConfigError::Io { .. } => "check the path and who may read it; nothing was done",
            _ => "mend the file there; nothing was done",
        })
    }
}

impl From<KeyFileError> for Failure {
    fn from(error: KeyFileError) -> Self {
        let failure = Self::usage(&error);
        match error {
            KeyFileError::Io { .. } => failure.next("check the path and who may read it"),
            KeyFileError::Exists(_) => failure.next("name a new file"),
            KeyFileError::Text { .. } => failure.next("take the file from its backup"),
            KeyFileError::Role { wanted, .. } => failure.next(format_args!(
                "give the party's {wanted} key; `nemcon key show FILE` says what a key is for"
            )),
            KeyFileError::Exposed { .. } | KeyFileError::Random(_) => failure,
        }
    }
}

impl From<TokenError> for Failure {
    fn from(error: TokenError) -> Self {
        let failure = Self::usage(&error);
        match error {
            TokenError::Io { source, .. } if source.kind() == io::ErrorKind::NotFound => failure
                .next(
                    "a node that starts makes the tokens that are missing beside its `node.toml`; \
                     `nemcon node token new` makes new ones",
                ),
            TokenError::Io { .. } => {
                failure.next("check the path, and that it is yours: a token is its owner's alone")
            }
            TokenError::Exposed { path, .. } => failure.next(format_args!(
                "if it has been private, `chmod 600 {}`; if not, `nemcon node token new` beside the \
                 node's `node.toml`",
                path.shown()
            )),
            TokenError::Role { wanted, .. } => failure.next(format_args!(
                "give {wanted}.token, or a token of a stronger role: they lie beside the node's \
                 `node.toml`"
            )),
            TokenError::NotAFile(_) => failure.next(
                "take it away, then `nemcon node token new` beside the node's `node.toml` makes a token",
            ),
            TokenError::Text(_) => failure
                .next("`nemcon node token new` beside the node's `node.toml` makes a new one"),
            TokenError::Unwritten(StagedError::NotAFile(_)) => {
                failure.next("take it away and give this command again: it was left as it is")
            }
            TokenError::Unwritten(_) | TokenError::Random(_) => failure,
        }
    }
}

impl From<SeatsError> for Failure {
    fn from(error: SeatsError) -> Self {
        Self::usage(error)
    }
}

impl From<StagedError> for Failure {
    fn from(error: StagedError) -> Self {
        let failure = Self::usage(&error);
        match error {
            StagedError::NotEmpty(_) => {
                failure.next("name a folder that does not exist yet, or is empty")
            }
            StagedError::NotAFile(_) => {
                failure.next("name a regular file; what is there was left as it is")
            }
            StagedError::Io { .. } => failure.next(
                "see to the disk's room, the path and who may write there, then give the command again: nothing \
                 has appeared under the name that was given",
            ),
        }
    }
}
