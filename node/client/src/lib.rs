//! What people do with a council, as a library: found it, draft, sign, ask a node, submit, export, audit.
//!
//! What it guarantees: the signed text is the shown text, and every word of a node that can be checked
//! is checked before anybody relies on it. What it does not: it prints nothing and asks nobody for
//! consent; the command line does.
//!
//! ```text
//! founding ── keyfile, keyset, pkcs11, token  before there is a council
//! draft ─ acts ─ statements ─ session         from a file to a signed statement
//! reading                                     what a person reads before the statement is signed
//! client ── api ──────────────> node          submits, asks, compares each answer with its request
//! calendar                                    what lies ahead, and who is missing
//! export ── audit, minutes, watching          what leaves the node, checked here
//! ```
//!
//! Prepare, sign and send a ballot; a refusal comes back as a `Failure`:
//!
//! ```no_run
//! use nemcon_client::client::{Access, Client};
//! use nemcon_client::failure::Failure;
//! use nemcon_client::session::Session;
//! use nemcon_client::statements::{self, Choice};
//! use nemcon_crypto::Digest;
//! use nemcon_ledger::record::Position;
//! use nemcon_ledger::text::Code;
//!
//! /// Casts the ballot of `member` in favour of measure 1.
//! fn cast(council: Digest, member: Code) -> Result<(), Failure> {
//!     let client = Client::new("http://127.0.0.1:4201", Access::File("token-submit".into()))
//!         .of(Some(council), Some(member.clone()));
//!     let session = Session::new(client, Some(member), Some(council), vec!["officer.key".into()]);
//!     let party = session.party()?;
//!
//!     let measure = party.client.measure(1)?; // A person reads `measure.text` here.
//!     let choice = Choice::from(Position::InFavour);
//!     let ballot = statements::ballot(party.head.clone(), &measure, choice)?;
//!     let answer = party.submit(&party.sign(&ballot)?)?;
//!     println!("{answer:?}"); // `Ordered`, or `Pending`, which promises nothing.
//!     Ok(())
//! }
//! ```

pub mod acts;
mod address;
pub mod api;
pub mod atomic_write;
pub mod audit;
pub mod calendar;
pub mod certificate;
pub mod charter;
pub mod client;
pub mod clock;
pub mod commitment;
pub mod config;
pub mod detached;
pub mod digest;
pub mod draft;
pub mod export;
pub mod failure;
pub mod feed_token;
#[cfg(any(test, feature = "fixture"))]
pub mod fixture;
pub mod founding;
pub mod html;
pub mod keyfile;
pub mod keyset;
pub mod loopback;
pub mod minutes;
pub mod notifying;
pub mod party_key;
pub mod party_names;
pub mod path_json;
pub mod pkcs11;
pub mod profile;
pub mod publication;
pub mod publishing;
pub mod reading;
pub mod receipt;
pub mod release;
pub mod rule_source;
pub mod seats;
pub mod session;
pub mod shipped;
pub mod signer;
pub mod signer_error;
pub mod statements;
pub mod tls;
pub mod token;
pub mod toml_error;
pub mod watching;
pub mod webhook;
pub mod witnessing;
pub mod words;
