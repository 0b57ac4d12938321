//! What an audit keeps of a log that it has verified, so that the next one needs to check only what came later.
//!
//! ```text
//! nemcon/v1 audited
//! council DIGEST
//! size N
//! root HASH
//! release VERSION
//!                               an empty line; none of these lines is believed if the sum does not fit
//! the codec's form of: reasons || chain      nothing, if the export was a public one
//! 32 SHA-256 of all before
//! ```
//!
//! What it guarantees: bytes that were cut or altered by chance are refused, and so is the state of another release. What it
//! does not: the sum has no key. Whoever can write an auditor's files can write a state.

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::sync::Arc;

use nemcon_crypto::hash::sha256;
use nemcon_crypto::{Digest, TreeSize};

use crate::chain::Chain;
use crate::codec;
use crate::council::Council;
use crate::record::genesis::Genesis;
use crate::rosters::Rosters;
use crate::text::value::parse_number;
use crate::text::{Fields, Line};

/// Why measures have ended, by their numbers.
pub(super) type Reasons = BTreeMap<u64, Line>;

/// The longest file that an audit keeps, in bytes.
pub const KEPT_BYTES_MAX: usize = 1 << 30;
/// The first line.
const HEAD: &str = "nemcon/v1 audited\n";
/// The release that keeps states. Another release may derive another state.
const RELEASE: &str = env!("CARGO_PKG_VERSION");
const SUM_BYTES: usize = 32;

/// What an audit has verified: a log of this council, size and root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The council.
    pub council: Digest,
    /// How many records the log had.
    pub size: TreeSize,
    /// Their root.
    pub root: Digest,
    release: String,
    state: Vec<u8>,
}

/// Why bytes are nothing that an audit has kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeptError {
    /// Another sort of file.
    #[error("it is no file that an audit has kept")]
    Other,
    /// The sum does not fit.
    #[error("it was cut or altered since an audit has written it")]
    Damaged,
}

impl Kept {
    /// What is kept of a chain that was followed from the genesis on.
    pub(super) fn of_chain(chain: &Chain, reasons: &Reasons) -> Self {
        let mut state = codec::encode(reasons);
        chain.snapshot_to(&mut |bytes| state.extend_from_slice(bytes));
        let council = chain.council().digest();
        Self { state, ..Self::of_head(council, chain.size(), chain.root()) }
    }

    /// What is kept of a log whose records were not all given.
    pub(super) fn of_head(council: Digest, size: TreeSize, root: Digest) -> Self {
        Self { council, size, root, release: RELEASE.to_owned(), state: Vec::new() }
    }

    /// Whether this release can go on from it without the records before.
    pub fn has_state(&self) -> bool {
        self.release == RELEASE && !self.state.is_empty()
    }

    /// The council at this size, where this release can go on from it.
    pub fn council(&self, genesis: &Genesis) -> Option<Council> {
        self.restore(genesis).ok().map(|(chain, _)| chain.council().clone())
    }

    /// Which roster decided which block up to this size, where this release can go on from it.
    pub fn rosters(&self, genesis: &Genesis) -> Option<Arc<Rosters>> {
        self.restore(genesis).ok().map(|(chain, _)| Arc::clone(chain.rosters()))
    }

    /// The bytes of the file.
    pub fn render(&self) -> Vec<u8> {
        let mut head = HEAD.to_owned();
        let Self { council, size, root, release, state } = self;
        let _ =
            write!(head, "council {council}\nsize {}\nroot {root}\nrelease {release}\n\n", size.0);
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(state);
        let sum = sha256(&bytes);
        bytes.extend_from_slice(sum.as_bytes());
        bytes
    }

    /// What the bytes of a file say.
    ///
    /// # Errors
    /// [`KeptError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, KeptError> {
        if !bytes.starts_with(HEAD.as_bytes()) {
            return Err(KeptError::Other);
        }
        let (said, sum) = bytes.split_last_chunk::<SUM_BYTES>().ok_or(KeptError::Damaged)?;
        if sha256(said).as_bytes() != sum {
            return Err(KeptError::Damaged);
        }
        let end = said.windows(2).position(|two| two == b"\n\n").ok_or(KeptError::Damaged)?;
        let (head, state) = (&said[HEAD.len()..=end], said[end + 2..].to_vec());
        let head = core::str::from_utf8(head).map_err(|_| KeptError::Damaged)?;
        Self::read(head, state).ok_or(KeptError::Damaged)
    }

    fn read(head: &str, state: Vec<u8>) -> Option<Self> {
        let mut fields = Fields::new(head).ok()?;
        let council = fields.required("council").ok()?;
        let size = TreeSize(fields.required_with("size", parse_number).ok()?);
        let root = fields.required("root").ok()?;
        let release = fields.required_with("release", |text| Ok(text.to_owned())).ok()?;
        fields.end().ok()?;
        Some(Self { council, size, root, release, state })
    }

    /// The chain at this size with the reasons of what has ended; in words, why there is none.
    pub(super) fn restore(&self, genesis: &Genesis) -> Result<(Chain, Reasons), &'static str> {
        if self.state.is_empty() {
            return Err("the audit before was of a public export");
        }
        if self.release != RELEASE {
            return Err("another release has written the state");
        }
        let damaged = "the state is not that of this log";
        let (reasons, chain) =
            codec::decode_front::<Reasons, KEPT_BYTES_MAX>(&self.state).map_err(|_| damaged)?;
        let chain = Chain::restore(chain, genesis).map_err(|_| damaged)?;
        let is_of_log = (chain.size(), chain.root()) == (self.size, self.root);
        if is_of_log { Ok((chain, reasons)) } else { Err(damaged) }
    }
}
