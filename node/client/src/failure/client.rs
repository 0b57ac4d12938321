//! What a person can do next if a node does not answer, is not the intended one, or asks for a token.

use std::io;

use nemcon_ledger::text::Show as _;

use super::Failure;
use crate::atomic_write::StagedError;
use crate::client::{ClientError, Contradiction};
use crate::token::TokenError;

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let failure = match &error {
            ClientError::NoMeasure { .. }
            | ClientError::NoIncident { .. }
            | ClientError::Contradicts { .. } => Self::refused(&error),
            _ => Self::usage(&error),
        };
        match error {
            ClientError::Token(error) => error.into(),
            ClientError::NoToken { wanted, .. } => failure.next(format_args!(
                "give `--token FILE`, {wanted}.token or a token of a stronger role: they lie beside \
                 the node's `node.toml`. Where that file lies, or with `--config` or `--dir`, the \
                 token is found"
            )),
            ClientError::Status { status, .. } => failure.next(after_status(status)),
            ClientError::Contradicts { how, .. } => failure.next(after_contradiction(&how)),
            error => failure.next(after(&error)),
        }
    }
}

/// What a person can do if the node gave no answer, or is not the intended one.
const fn after(error: &ClientError) -> &'static str {
    match error {
        ClientError::NotRunning { .. } => {
            "start it with `nemcon node run --config node.toml`, or a test network with \
             `nemcon testnet up --dir DIR`"
        }
        ClientError::Timeout { .. } => {
            "`nemcon status` says whether enough members' nodes are connected; what was \
             submitted may still be ordered"
        }
        ClientError::NoMeasure { .. } => "`nemcon measure list` gives the numbers of the measures",
        ClientError::NoIncident { .. } => {
            "`nemcon incident list` gives the numbers of the incidents"
        }
        ClientError::ReadOnly { .. } => {
            "leave `--ledger` out and give the command to a running node; `--prepare FILE` of a command that signs \
             writes its text"
        }
        ClientError::Transport { .. } => "check the address: `--node http://127.0.0.1:PORT`",
        ClientError::UnknownToken { .. } => {
            "take the token from beside that node's `node.toml`. If it was made anew there, the \
             node takes it once it has read its configuration again: SIGHUP, or a restart"
        }
        ClientError::Elsewhere { .. } => {
            "give an `https://` address, if the node has one; or run this on the node's machine, or through a \
             tunnel that ends on this one, such as `ssh -L 4201:127.0.0.1:4201 HOST`"
        }
        ClientError::Tls { .. } => {
            "the node's certificate must be for the host in `--node`, and made by an authority that this machine \
             trusts, or by the one that `--ca FILE` names"
        }
        ClientError::Shape { .. }
        | ClientError::Astray { .. }
        | ClientError::Status { .. }
        | ClientError::Contradicts { .. }
        | ClientError::NoToken { .. }
        | ClientError::Token(_) => WRONG_ADDRESS,
    }
}

const WRONG_ADDRESS: &str = "check the address: something else may have taken the port";

/// What a person can do after an HTTP status that this interface does not use for an answer.
const fn after_status(status: u16) -> &'static str {
    match status {
        503 => {
            "try again: the node is busy, is stopping or is starting. If it stays so, its log says why"
        }
        429 => "wait, and give it again: the token has asked more often than a token may",
        500 => "the node's log says what is wrong with it; `nemcon status` may too",
        403 => {
            "give `--token FILE` with a token of the role that is needed: they lie beside the node's \
             `node.toml`"
        }
        _ => WRONG_ADDRESS,
    }
}

/// What a person can do if a node contradicts itself or what is known of it.
const fn after_contradiction(how: &Contradiction) -> &'static str {
    match how {
        Contradiction::Council { .. } => {
            "ask a node of that council, or give the digest of this one"
        }
        Contradiction::Member { .. } => {
            "another process may have taken the port: `nemcon testnet status`, or look at \
             the node's own log"
        }
        _ => "sign nothing here; ask another member's node, and compare",
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
            TokenError::OtherHolder { path, .. } => failure.next(format_args!(
                "give {} the name that its token says, or delete it and make the token anew: `nemcon node token new`",
                path.shown()
            )),
            TokenError::TooMany(_) => {
                failure.next("delete those that nobody needs: `nemcon node token list` names them")
            }
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
