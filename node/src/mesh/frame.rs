//! Frames: `length(4, big-endian) || payload`.
//!
//! What it guarantees: a frame is read whole or not at all; memory grows with what has come, and not with
//! the length that was announced.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use super::close_reason::Reason;

/// The longest payload, in bytes.
pub const FRAME_BYTES_MAX: usize = 8 << 20;

/// What is set aside for a frame before any of it has come.
const FIRST_ALLOCATION_BYTES: usize = 16 << 10;

/// The length of the payload that this header announces: `length(4, big-endian)`.
///
/// # Errors
/// [`Reason::FrameTooLong`].
pub fn payload_bytes(header: [u8; 4]) -> Result<usize, Reason> {
    let announced = u32::from_be_bytes(header);
    let bytes = usize::try_from(announced).unwrap_or(usize::MAX);
    if bytes > FRAME_BYTES_MAX {
        return Err(Reason::FrameTooLong { bytes: announced });
    }
    Ok(bytes)
}

/// Reads one frame; waits for its first byte as long as it takes, for the rest at most `limit`.
/// Memory grows with what has arrived, not with what was announced.
pub(super) async fn read_frame<R>(reader: &mut R, limit: Duration) -> Result<Vec<u8>, Reason>
where
    R: AsyncRead + Unpin,
{
    let mut header = [0; 4];
    let read = reader.read(&mut header).await.map_err(|e| Reason::of(&e))?;
    if read == 0 {
        return Err(Reason::Closed);
    }
    let rest = read_rest(reader, header, read);
    timeout(limit, rest).await.unwrap_or(Err(Reason::Stalled))
}

async fn read_rest<R>(reader: &mut R, mut header: [u8; 4], read: usize) -> Result<Vec<u8>, Reason>
where
    R: AsyncRead + Unpin,
{
    reader.read_exact(&mut header[read..]).await.map_err(|e| Reason::of(&e))?;
    let bytes = payload_bytes(header)?;
    let mut payload = Vec::with_capacity(bytes.min(FIRST_ALLOCATION_BYTES));
    let mut body = reader.take(bytes as u64);
    body.read_to_end(&mut payload).await.map_err(|e| Reason::of(&e))?;
    if payload.len() == bytes { Ok(payload) } else { Err(Reason::Closed) }
}

/// Writes one frame of at most [`FRAME_BYTES_MAX`] bytes, within `limit`; does not flush.
pub(super) async fn write_frame<W>(
    writer: &mut W,
    payload: &[u8],
    limit: Duration,
) -> Result<(), Reason>
where
    W: AsyncWrite + Unpin,
{
    let length = u32::try_from(payload.len()).expect("the handle refuses longer frames");
    let write = async {
        writer.write_all(&length.to_be_bytes()).await?;
        writer.write_all(payload).await
    };
    within(limit, write).await
}

/// Flushes what was written, within `limit`.
pub(super) async fn flush<W>(writer: &mut W, limit: Duration) -> Result<(), Reason>
where
    W: AsyncWrite + Unpin,
{
    within(limit, writer.flush()).await
}

async fn within(
    limit: Duration,
    io: impl Future<Output = std::io::Result<()>>,
) -> Result<(), Reason> {
    match timeout(limit, io).await {
        Ok(result) => result.map_err(|e| Reason::of(&e)),
        Err(_) => Err(Reason::Stalled),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_millis(200);

    async fn read(mut bytes: &[u8]) -> Result<Vec<u8>, Reason> {
        read_frame(&mut bytes, LIMIT).await
    }

    #[tokio::test]
    async fn what_is_written_is_read() {
        for length in [0, 1, 3, 4, 5, 16 << 10, (16 << 10) + 1, FRAME_BYTES_MAX] {
            let payload = vec![7; length];
            let mut wire = Vec::new();
            write_frame(&mut wire, &payload, LIMIT).await.unwrap();
            assert_eq!(wire.len(), length + 4);
            assert_eq!(read(&wire).await, Ok(payload));
        }
    }

    #[tokio::test]
    async fn a_frame_over_the_limit_is_refused_by_its_header() {
        let bytes = u32::try_from(FRAME_BYTES_MAX).unwrap() + 1;
        assert_eq!(read(&bytes.to_be_bytes()).await, Err(Reason::FrameTooLong { bytes }));
        assert_eq!(read(&[0xff; 4]).await, Err(Reason::FrameTooLong { bytes: u32::MAX }));
    }

    #[tokio::test]
    async fn a_frame_cut_anywhere_is_no_frame() {
        let wire = [0, 0, 0, 3, 1, 2, 3];
        for cut in 0..wire.len() {
            assert_eq!(read(&wire[..cut]).await, Err(Reason::Closed), "{cut}");
        }
    }

    #[tokio::test]
    async fn an_announced_frame_that_does_not_come_is_given_up() {
        let (mut near, mut far) = tokio::io::duplex(64);
        far.write_all(&[0, 0x80, 0, 0]).await.unwrap();
        assert_eq!(read_frame(&mut near, LIMIT).await, Err(Reason::Stalled));
    }
}
