//! Asks witnesses to cosign a checkpoint.

use std::path::Path;
use std::time::{Duration, Instant};

use nemcon_crypto::checkpoint::Checkpoint;
use nemcon_crypto::note::{SignatureLine, SignedNote, VerifierKey};
use nemcon_crypto::tiles::{TilePath, consistency_proof};
use nemcon_crypto::witness::AddCheckpoint;
use nemcon_crypto::{Digest, TreeSize, verify_line};
use nemcon_ledger::text::Show as _;
use serde::Serialize;
use ureq::Agent;
use ureq::http::Uri;
use ureq::http::header::CONTENT_TYPE;

use super::{SIZE_TYPE, parse_size, policy_in};
use crate::failure::Failure;
use crate::tls::tls;

/// The time for one answer.
const TIME_MAX: Duration = Duration::from_secs(10);
/// The time after which no further witness is asked.
const ALL_MAX: Duration = Duration::from_secs(20);
/// The longest answer that is read, in bytes: the lines of a few keys.
const ANSWER_BYTES_MAX: u64 = 4096;

/// Witnesses, and where they answer.
#[derive(Clone, Debug)]
pub struct Witnesses {
    agent: Agent,
    all: Vec<(VerifierKey, String)>,
}

/// What came of asking witnesses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// The names of those whose line stands under the checkpoint.
    pub cosigned_by: Vec<String>,
    /// Those that gave none, each with the reason.
    pub missing: Vec<String>,
}

/// Why a witness has not cosigned.
enum Unwilling {
    /// Its last checkpoint has this size.
    Size(TreeSize),
    Said(String),
}

impl Witnesses {
    /// Reads a policy with lines `witness NAME VKEY ADDRESS` [C2SP tlog-policy]. What quorum it asks for says nothing here: no
    /// checkpoint of a council needs a witness from outside.
    ///
    /// # Errors
    /// [`Failure`] if it is no policy, names no witness with an address, or an address is none.
    pub fn read(file: &Path) -> Result<Self, Failure> {
        let policy = policy_in(file)?;
        let mut all = Vec::new();
        for (key, url) in policy.addresses() {
            let address = String::from_utf8_lossy(url.as_bytes()).trim_end_matches('/').to_owned();
            let uri: Option<Uri> = address.parse().ok();
            if !uri.is_some_and(|it| matches!(it.scheme_str(), Some("http" | "https"))) {
                return Err(Failure::usage(format_args!(
                    "{}: {} is no http(s) address",
                    file.shown(),
                    address.shown()
                ))
                .next("give the address below which the witness answers `add-checkpoint`"));
            }
            all.push((key.clone(), address));
        }
        if all.is_empty() {
            return Err(Failure::usage(format_args!(
                "{} names no witness with an address",
                file.shown()
            ))
            .next("give lines `witness NAME VKEY ADDRESS`, and `quorum none`"));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .tls_config(tls())
            .user_agent(concat!("nemcon/", env!("CARGO_PKG_VERSION")))
            .timeout_global(Some(TIME_MAX))
            .build();
        Ok(Self { agent: Agent::new_with_config(config), all })
    }

    /// The checkpoint with the lines of those that cosign it; lines that stand under `former`, where that is the same tree head, are kept. Each is told
    /// first the size of `former`, where its line stands there. `read` gives hash tiles of the log.
    ///
    /// # Errors
    /// What `read` fails with.
    pub fn cosign<E>(
        &self,
        note: &SignedNote,
        former: Option<&SignedNote>,
        mut read: impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
    ) -> Result<(SignedNote, Asked), E> {
        let (mut lines, mut asked) = (note.signatures().to_vec(), Asked::default());
        let begun = Instant::now();
        for (key, address) in &self.all {
            if begun.elapsed() > ALL_MAX {
                let name = key.name.as_str();
                asked
                    .missing
                    .push(format!("{name}: it was not asked, because others took too long"));
                continue;
            }
            let line_of = |note: &SignedNote| {
                let mut lines = note.signatures().iter().filter(|line| line.names(key));
                lines.find(|line| verify_line(key, note.text(), line).is_ok()).cloned()
            };
            let known = former.and_then(|former| Some((former, line_of(former)?)));
            let line = match known {
                Some((former, line)) if former.text() == note.text() => Ok(line),
                known => {
                    let old = known.and_then(|(it, _)| Checkpoint::parse(it.text()).ok());
                    let old = old.map_or(TreeSize(0), |it| it.size());
                    self.ask((key, address), note, old, &mut read)?
                }
            };
            match line {
                Ok(line) => {
                    asked.cosigned_by.push(key.name.as_str().to_owned());
                    lines.push(line);
                }
                Err(words) => asked.missing.push(format!("{}: {words}", key.name.as_str())),
            }
        }
        let cosigned = SignedNote::new(note.text().to_owned(), lines);
        Ok(match cosigned {
            Ok(cosigned) => (cosigned, asked),
            // More lines than a note has: it stays as it was.
            Err(error) => {
                let missing = vec![format!("no line was added: {error}")];
                (note.clone(), Asked { cosigned_by: Vec::new(), missing })
            }
        })
    }

    /// Asks one witness, and once more where it tells another size than it was thought to have.
    fn ask<E>(
        &self,
        (key, address): (&VerifierKey, &str),
        note: &SignedNote,
        old: TreeSize,
        read: &mut impl FnMut(TilePath) -> Result<Vec<Digest>, E>,
    ) -> Result<Result<SignatureLine, String>, E> {
        let new = Checkpoint::parse(note.text()).expect("a council's checkpoint").size();
        let mut old = if old <= new { old } else { TreeSize(0) };
        for _ in 0..2 {
            let proof = consistency_proof(old, new, &mut *read)?;
            match self.try_ask((key, address), note, old, proof) {
                Ok(line) => return Ok(Ok(line)),
                Err(Unwilling::Said(words)) => return Ok(Err(words)),
                Err(Unwilling::Size(size)) if size > new => {
                    return Ok(Err(format!(
                        "it has cosigned {size} records of this log, and this checkpoint has {new}"
                    )));
                }
                Err(Unwilling::Size(size)) => old = size,
            }
        }
        Ok(Err("it has told two different sizes".to_owned()))
    }

    fn try_ask(
        &self,
        (key, address): (&VerifierKey, &str),
        note: &SignedNote,
        old: TreeSize,
        proof: Vec<Digest>,
    ) -> Result<SignatureLine, Unwilling> {
        let text = String::from_utf8(note.render()).expect("a note is UTF-8");
        let body = AddCheckpoint { old, proof, note: text }.render();
        let said = |error: &dyn core::fmt::Display| Unwilling::Said(error.to_string());
        let answer = self.agent.post(format!("{address}/add-checkpoint")).send(body);
        let mut answer = answer.map_err(|error| said(&error))?;
        let status = answer.status().as_u16();
        let kind = answer.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let tells_size = kind.is_some_and(|kind| kind.split(';').next() == Some(SIZE_TYPE));
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_string();
        let body = body.map_err(|error| said(&error))?;
        match status {
            200 => {}
            409 if tells_size => {
                let unread = || "its answer is not understood: it tells no size".to_owned();
                let size = parse_size(&body).ok_or_else(|| Unwilling::Said(unread()))?;
                return Err(Unwilling::Size(size));
            }
            409 => {
                let words = "it has cosigned another history of this log";
                return Err(Unwilling::Said(words.to_owned()));
            }
            status => return Err(Unwilling::Said(format!("it answers with status {status}"))),
        }
        let cosigned = SignedNote::parse(format!("{}\n{body}", note.text()).as_bytes());
        let cosigned = cosigned.map_err(|error| said(&format_args!("its answer: {error}")))?;
        let mut lines = cosigned.signatures().iter().filter(|line| line.names(key));
        let line = lines.find(|line| verify_line(key, note.text(), line).is_ok());
        line.cloned()
            .ok_or_else(|| Unwilling::Said("no line of its answer is by its key".to_owned()))
    }
}
