//! What has come and waits for the host, in the order in which the host takes it.
//!
//! What it guarantees: of one link, its beginning comes first, the frames of each lane come in their order, and its
//! end comes last. Urgent frames go before bulk, and bulk is not starved. The links take turns, one frame a turn, so
//! that no peer keeps out another.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use nemcon_crypto::PublicKey;
use nemcon_replica::replica::Lane;
use tokio::sync::Notify;

use super::close_reason::Reason;
use super::event::Event;
use super::limits::Limits;
use super::row::Row;

/// The most notices of strangers and rivals that wait for the host.
const NOTICES_MAX: usize = 64;

/// Names one link while anything of it waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LinkId(u64);

/// What waits for the host.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    links: BTreeMap<LinkId, Waiting>,
    opened: u64,
    urgent: VecDeque<Turn>,
    /// The links whose bulk has its turn.
    bulk: VecDeque<LinkId>,
    notices: usize,
    row: Row,
}

/// Whose turn it is in the urgent lane.
#[derive(Debug)]
enum Turn {
    /// A link: its beginning, an urgent frame, or its end.
    Link(LinkId),
    /// A notice that belongs to no link.
    Notice(Box<Event>),
}

/// What waits of one link.
#[derive(Debug)]
struct Waiting {
    peer: PublicKey,
    /// The link of the same peer that ended before: until the host knows of that end, this link has no turn.
    behind: Option<LinkId>,
    /// Whether the host knows of the link. Bulk has no turn before.
    is_told: bool,
    urgent: Frames,
    bulk: Frames,
    /// Why the link has ended, if it has.
    end: Option<Reason>,
    frames_max: usize,
    bytes_max: usize,
    /// Told when there is room again.
    has_news: Arc<Notify>,
}

#[derive(Debug, Default)]
struct Frames {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
}

impl Frames {
    fn push(&mut self, frame: Vec<u8>) {
        self.bytes += frame.len();
        self.frames.push_back(frame);
    }

    fn pop(&mut self) -> Option<Vec<u8>> {
        let frame = self.frames.pop_front()?;
        self.bytes -= frame.len();
        Some(frame)
    }
}

impl Waiting {
    const fn lane(&mut self, lane: Lane) -> &mut Frames {
        match lane {
            Lane::Urgent => &mut self.urgent,
            Lane::Bulk => &mut self.bulk,
        }
    }

    fn has_room(&self) -> bool {
        let has_room =
            |lane: &Frames| lane.frames.len() < self.frames_max && lane.bytes < self.bytes_max;
        has_room(&self.urgent) && has_room(&self.bulk)
    }

    fn is_over(&self) -> bool {
        self.end.is_some() && self.urgent.frames.is_empty() && self.bulk.frames.is_empty()
    }

    /// Whether the link has a turn in this lane.
    fn has_turn(&self, lane: Lane) -> bool {
        let waits = match lane {
            Lane::Urgent => !self.is_told || !self.urgent.frames.is_empty() || self.is_over(),
            Lane::Bulk => self.is_told && !self.bulk.frames.is_empty(),
        };
        waits && self.behind.is_none()
    }
}

impl Inbox {
    /// A link to `peer` begins, and the same peer's link before it has ended.
    pub(super) fn open(&mut self, peer: PublicKey, limits: &Limits) -> (LinkId, Arc<Notify>) {
        let id = LinkId(self.opened);
        self.opened += 1;
        let has_news = Arc::new(Notify::new());
        let link = Waiting {
            peer,
            behind: self.links.iter().find(|(_, link)| link.peer == peer).map(|(id, _)| *id),
            is_told: false,
            urgent: Frames::default(),
            bulk: Frames::default(),
            end: None,
            frames_max: limits.unheard_frames_max.max(1),
            bytes_max: limits.unheard_bytes_max.max(1),
            has_news: Arc::clone(&has_news),
        };
        self.urgent.extend(link.has_turn(Lane::Urgent).then_some(Turn::Link(id)));
        self.links.insert(id, link);
        (id, has_news)
    }

    /// A frame has come.
    pub(super) fn put(&mut self, id: LinkId, lane: Lane, frame: Vec<u8>) {
        self.change(id, None, |link| link.lane(lane).push(frame));
    }

    /// The link has ended: the host learns it behind all its frames. Of a link that still stands behind another
    /// one the host hears nothing at all: links that come and go while the host is busy would pile up.
    pub(super) fn end(&mut self, id: LinkId, reason: Reason) {
        if self.links.get(&id).is_some_and(|link| link.behind.is_some()) {
            self.links.remove(&id);
            return;
        }
        self.change(id, None, |link| link.end = Some(reason));
    }

    /// Whether another frame of the link may be read.
    pub(super) fn has_room(&self, id: LinkId) -> bool {
        self.links.get(&id).is_none_or(Waiting::has_room)
    }

    /// Something of no link has happened. False if there is no room for it: then it is left out.
    pub(super) fn notice(&mut self, notice: Event) -> bool {
        let has_room = self.notices < NOTICES_MAX;
        if has_room {
            self.notices += 1;
            self.urgent.push_back(Turn::Notice(Box::new(notice)));
        }
        has_room
    }

    /// The next event for the host.
    pub(super) fn take(&mut self) -> Option<Event> {
        let lane = match (self.urgent.is_empty(), self.bulk.is_empty()) {
            (true, true) => return None,
            (false, false) => self.row.first(),
            (false, true) => Lane::Urgent,
            (true, false) => Lane::Bulk,
        };
        self.take_of(lane)
    }

    /// The next event of one lane. Beginnings, ends and notices are urgent.
    pub(super) fn take_of(&mut self, lane: Lane) -> Option<Event> {
        let turn = match lane {
            Lane::Urgent => self.urgent.pop_front()?,
            Lane::Bulk => Turn::Link(self.bulk.pop_front()?),
        };
        self.row.goes(lane, !self.bulk.is_empty());
        match turn {
            Turn::Link(id) => self.take_from(id, lane),
            Turn::Notice(notice) => {
                self.notices -= 1;
                Some(*notice)
            }
        }
    }

    /// What is next of a link in a lane, in which it has a turn; that turn has been taken away.
    fn take_from(&mut self, id: LinkId, lane: Lane) -> Option<Event> {
        let link = self.links.get_mut(&id)?;
        let peer = link.peer;
        if lane == Lane::Urgent && link.is_told && link.is_over() {
            let link = self.links.remove(&id)?;
            self.let_next(id);
            return link.end.map(|reason| Event::Disconnected(peer, reason));
        }
        let mut event = None;
        self.change(id, Some(lane), |link| {
            event = if link.is_told {
                link.lane(lane).pop().map(|frame| Event::Frame(peer, frame))
            } else {
                link.is_told = true;
                Some(Event::Connected(peer))
            };
        });
        event
    }

    /// The link that stands behind this one has its turn.
    fn let_next(&mut self, over: LinkId) {
        let next = self.links.iter().find(|(_, link)| link.behind == Some(over));
        if let Some(next) = next.map(|(id, _)| *id) {
            self.change(next, None, |link| link.behind = None);
        }
    }

    /// Changes what waits of a link, and gives it the turns that follow. In the lane `taken` its turn has been
    /// taken away.
    fn change(&mut self, id: LinkId, taken: Option<Lane>, change: impl FnOnce(&mut Waiting)) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let had_room = link.has_room();
        let had_turn = |lane| link.has_turn(lane) && taken != Some(lane);
        let (had_urgent, had_bulk) = (had_turn(Lane::Urgent), had_turn(Lane::Bulk));
        change(link);
        if !had_room && link.has_room() {
            link.has_news.notify_one();
        }
        if link.has_turn(Lane::Urgent) && !had_urgent {
            self.urgent.push_back(Turn::Link(id));
        }
        if link.has_turn(Lane::Bulk) && !had_bulk {
            self.bulk.push_back(id);
        }
    }
}

#[cfg(test)]
mod tests;
