//! The first words on a new connection, the same on both sides.
//!
//! ```text
//! hello    length(4) = 56 || "nemcon" || version(2) || council digest(32) || instance(16)
//! verdict  one byte: 0 welcome, 1 other version, 2 other council, 3 wrong direction, 4 another process
//!          with the same key is connected, and runs
//! ```
//!
//! Each side sends its hello, reads the other's, sends its verdict and reads the other's. What
//! follows the version in a hello may change with the version.

use nemcon_crypto::Digest;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::close_reason::{PeerVerdict, Refusal};
use super::identity::refusal_of;
use super::instance::Instance;

/// The version of the mesh's protocol; both ends must speak the same.
pub const PROTOCOL_VERSION: u16 = 3;

const MAGIC: [u8; 6] = *b"nemcon";
const HELLO_BYTES: usize = 56;
const HELLO_BYTES_MAX: u32 = 256;

/// What a node says before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hello {
    /// The version of the protocol that it speaks.
    pub version: u16,
    /// The council that it belongs to.
    pub council: Digest,
    /// The process that says it.
    pub instance: Instance,
}

impl Hello {
    /// The hello of this release in `council`.
    pub const fn new(council: Digest, instance: Instance) -> Self {
        Self { version: PROTOCOL_VERSION, council, instance }
    }

    /// `"nemcon" || version(2) || council(32) || instance(16)`.
    pub fn encode(&self) -> [u8; HELLO_BYTES] {
        let mut bytes = [0; HELLO_BYTES];
        bytes[..6].copy_from_slice(&MAGIC);
        bytes[6..8].copy_from_slice(&self.version.to_be_bytes());
        bytes[8..40].copy_from_slice(self.council.as_bytes());
        bytes[40..].copy_from_slice(&self.instance.0);
        bytes
    }

    /// Reads another node's hello and compares it with this one; the other process.
    ///
    /// # Errors
    /// [`Refusal::Hello`], [`Refusal::Version`] or [`Refusal::Council`], the first that fails.
    pub fn judge(&self, theirs: &[u8]) -> Result<Instance, Refusal> {
        let rest = theirs.strip_prefix(&MAGIC).ok_or(Refusal::Hello)?;
        let (version, rest) = rest.split_first_chunk().ok_or(Refusal::Hello)?;
        let version = u16::from_be_bytes(*version);
        if version != self.version {
            return Err(Refusal::Version { theirs: version });
        }
        let (council, rest) = rest.split_first_chunk::<32>().ok_or(Refusal::Hello)?;
        let instance = Instance(rest.try_into().map_err(|_| Refusal::Hello)?);
        let theirs = Digest::from_bytes(*council);
        if theirs == self.council { Ok(instance) } else { Err(Refusal::Council { theirs }) }
    }
}

/// Exchanges hellos and verdicts; the other process. `may_dial` is this side's judgement on who dialled.
///
/// # Errors
/// This side's refusal, else the other's.
pub(super) async fn exchange<S>(
    stream: &mut S,
    ours: &Hello,
    may_dial: impl FnOnce(Instance) -> Result<(), Refusal>,
) -> Result<Instance, Refusal>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    // A refused client learns it when it reads: the failure of a write says less.
    let _ = say(stream, &hello_frame(ours)).await;
    let theirs = read_hello(stream).await?;
    let verdict = ours.judge(&theirs).and_then(|instance| may_dial(instance).map(|()| instance));
    let _ = say(stream, &[verdict_byte(verdict)]).await;
    let told = stream.read_u8().await;
    let instance = verdict?;
    match told.map_err(|e| refusal_of(&e))? {
        0 => Ok(instance),
        byte => Err(Refusal::ByPeer(told_by(byte))),
    }
}

async fn say<S: AsyncWrite + Unpin>(stream: &mut S, bytes: &[u8]) -> std::io::Result<()> {
    stream.write_all(bytes).await?;
    stream.flush().await
}

fn hello_frame(hello: &Hello) -> Vec<u8> {
    let mut frame = vec![0, 0, 0, 56];
    frame.extend_from_slice(&hello.encode());
    frame
}

async fn read_hello<S: AsyncRead + Unpin>(stream: &mut S) -> Result<Vec<u8>, Refusal> {
    let length = stream.read_u32().await.map_err(|e| refusal_of(&e))?;
    if length > HELLO_BYTES_MAX {
        return Err(Refusal::Hello);
    }
    let mut hello = Vec::new();
    let mut body = stream.take(u64::from(length));
    body.read_to_end(&mut hello).await.map_err(|e| refusal_of(&e))?;
    Ok(hello)
}

fn verdict_byte(verdict: Result<Instance, Refusal>) -> u8 {
    match verdict {
        Ok(_) => 0,
        Err(Refusal::Version { .. }) => 1,
        Err(Refusal::Council { .. }) => 2,
        Err(Refusal::Direction | Refusal::Rival { is_proven: false }) => 3,
        Err(Refusal::Rival { is_proven: true }) => 4,
        Err(_) => u8::MAX,
    }
}

fn told_by(verdict: u8) -> PeerVerdict {
    match verdict {
        1 => PeerVerdict::Version,
        2 => PeerVerdict::Council,
        3 => PeerVerdict::Direction,
        4 => PeerVerdict::Rival,
        _ => PeerVerdict::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use nemcon_crypto::hash::sha256;

    const HERE: Instance = Instance([1; 16]);

    fn hello(version: u16, council: &str) -> Hello {
        Hello { version, council: sha256(council.as_bytes()), instance: HERE }
    }

    async fn meet(a: Hello, b: Hello) -> (Result<Instance, Refusal>, Result<Instance, Refusal>) {
        let (mut near, mut far) = tokio::io::duplex(256);
        tokio::join!(exchange(&mut near, &a, |_| Ok(())), exchange(&mut far, &b, |_| Ok(())))
    }

    #[tokio::test]
    async fn two_nodes_of_one_council_and_version_welcome_each_other() {
        let there = Instance([2; 16]);
        let other = Hello { instance: there, ..hello(1, "a") };
        assert_eq!(meet(hello(1, "a"), other).await, (Ok(there), Ok(HERE)));
    }

    #[tokio::test]
    async fn both_ends_refuse_another_council_and_another_version() {
        let (a, b) = (hello(1, "a"), hello(1, "b"));
        let council = |hello: Hello| Err(Refusal::Council { theirs: hello.council });
        assert_eq!(meet(a, b).await, (council(b), council(a)));
        let version = |theirs| Err(Refusal::Version { theirs });
        assert_eq!(meet(a, hello(2, "a")).await, (version(2), version(1)));
    }

    #[tokio::test]
    async fn a_one_sided_refusal_is_told() {
        let ours = hello(1, "a");
        for (refusal, told) in [
            (Refusal::Direction, PeerVerdict::Direction),
            (Refusal::Rival { is_proven: false }, PeerVerdict::Direction),
            (Refusal::Rival { is_proven: true }, PeerVerdict::Rival),
        ] {
            let (mut near, mut far) = tokio::io::duplex(256);
            let (refuses, is_told) = tokio::join!(
                exchange(&mut near, &ours, |_| Err(refusal)),
                exchange(&mut far, &ours, |_| Ok(())),
            );
            assert_eq!(refuses, Err(refusal));
            assert_eq!(is_told, Err(Refusal::ByPeer(told)));
        }
    }

    #[test]
    fn a_hello_has_one_form() {
        let ours = hello(1, "a");
        let right = ours.encode().to_vec();
        assert_eq!(ours.judge(&right), Ok(HERE));
        let long = [right.clone(), vec![0]].concat();
        let other = [b"nemcoN", &right[6..]].concat();
        for wrong in [&right[..40], &right[..55], &long, &other, &[], b"nemcon\0"] {
            assert_eq!(ours.judge(wrong), Err(Refusal::Hello));
        }
        let future = [b"nemcon\0\x02".as_slice(), b"anything"].concat();
        assert_eq!(ours.judge(&future), Err(Refusal::Version { theirs: 2 }));
    }
}
