//! Which of two lanes a frame takes: what decides and proves goes before bulk.
//!
//! What it guarantees: the lane follows from the kind of a message alone, so that both ends of a link give a
//! frame the same lane, and nobody decodes a frame to learn its lane.

use super::message::Message;

/// The lane of a frame, on a link and in the row of those that wait for the replica.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// What a council decides and proves with: consensus, seals, standings, certificates, clocks, questions.
    Urgent,
    /// What can wait and is asked for again: waiting statements, the lists of their hashes, and decided blocks.
    Bulk,
}

/// How many kinds of message there are.
const KINDS: u32 = 16;
/// The numbers of the kinds whose frames take the bulk lane: [`Message::Pending`], [`Message::Blocks`],
/// [`Message::Announced`] and [`Message::PendingWanted`].
const BULK_KINDS: [u32; 4] = [0, 5, 14, 15];

impl Lane {
    /// The lane of a frame, by the number of its kind in its first four bytes. A frame of no kind takes the
    /// bulk lane.
    pub fn of(frame: &[u8]) -> Self {
        let kind = frame.first_chunk().map(|kind| u32::from_le_bytes(*kind));
        match kind {
            Some(kind) if kind < KINDS && !BULK_KINDS.contains(&kind) => Self::Urgent,
            Some(_) | None => Self::Bulk,
        }
    }
}

impl Message {
    /// The lane that the message takes.
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Pending(_) | Self::Blocks(_) | Self::Announced(_) | Self::PendingWanted(_) => {
                Lane::Bulk
            }
            Self::Consensus(_)
            | Self::Seals(_)
            | Self::Standing(_)
            | Self::BlocksWanted { .. }
            | Self::SeenWanted { .. }
            | Self::Seen { .. }
            | Self::StandingWanted
            | Self::Decided(_)
            | Self::Proposed(_)
            | Self::ClockWanted { .. }
            | Self::Clock { .. }
            | Self::KeyTwice => Lane::Urgent,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use nemcon_crypto::Signature;
    use nemcon_crypto::hash::sha256;
    use nemcon_ledger::Height;
    use nemcon_ledger::text::Time;

    use super::*;
    use crate::consensus::{
        CommitCertificate, ConsensusMessage, PolkaCertificate, Recollection, Round,
    };
    use crate::replica::Standing;

    /// One message of each kind, in the order of their numbers.
    fn one_of_each_kind() -> Vec<Message> {
        let (height, round, value) = (Height(1), Round(0), sha256(b"block"));
        let polka = PolkaCertificate { height, round, value, signatures: Vec::new() };
        let signatures = vec![(0, Signature::from_bytes([7; 64]))];
        let certificate = CommitCertificate { height, round, value_id: value, signatures };
        let (sealed, asked) = (BTreeMap::new(), Time::from_ms(1).unwrap());
        vec![
            Message::Pending(vec![b"a record".to_vec()]),
            Message::Consensus(ConsensusMessage::Polka(polka)),
            Message::Seals(Vec::new()),
            Message::Standing(Standing { height, sealed, certificate: None }),
            Message::BlocksWanted { from: height },
            Message::Blocks(Vec::new()),
            Message::SeenWanted { height },
            Message::Seen { height, memory: Recollection::default() },
            Message::StandingWanted,
            Message::Decided(certificate),
            Message::Proposed(Vec::new()),
            Message::ClockWanted { asked },
            Message::Clock { asked, reads: asked },
            Message::KeyTwice,
            Message::Announced(vec![value]),
            Message::PendingWanted(vec![value]),
        ]
    }

    #[test]
    fn a_frame_takes_the_lane_of_its_message_whatever_its_kind() {
        let messages = one_of_each_kind();
        for (number, message) in (0..).zip(&messages) {
            let frame = message.encode();
            assert_eq!(frame[..4], u32::to_le_bytes(number), "{message:?}");
            assert_eq!(Lane::of(&frame), message.lane(), "{message:?}");
        }
        // The error names every kind that there is: `none`, then all of them.
        let error = serde_json::from_str::<Message>("\"none\"").unwrap_err().to_string();
        assert_eq!(error.matches('`').count() / 2 - 1, messages.len(), "{error}");
        assert_eq!(u32::try_from(messages.len()), Ok(KINDS));
    }

    #[test]
    fn a_frame_of_no_kind_does_not_go_before_others() {
        for frame in [&[][..], &[1, 0, 0], &KINDS.to_le_bytes(), &[0xff; 9]] {
            assert_eq!(Lane::of(frame), Lane::Bulk);
        }
    }
}
