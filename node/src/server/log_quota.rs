//! Limits the lines that strangers can cause in the operator's log. The status counts everything
//! that they do.

use tokio::time::Instant;

/// The greatest number of lines about strangers in one minute.
const LINES_PER_MINUTE_MAX: u32 = 60;
const MINUTE: core::time::Duration = core::time::Duration::from_mins(1);

/// The lines about strangers in the current minute.
#[derive(Debug, Default)]
pub(super) struct LogQuota {
    since: Option<Instant>,
    told: u32,
}

impl LogQuota {
    /// Whether one more line may be written at `now`. If so, it is counted.
    pub(super) fn have_room(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.saturating_duration_since(since) >= MINUTE) {
            (self.since, self.told) = (Some(now), 0);
        }
        let has_room = self.told < LINES_PER_MINUTE_MAX;
        self.told += u32::from(has_room);
        has_room
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_without_number_get_so_many_lines_a_minute() {
        let (mut lines, now) = (LogQuota::default(), Instant::now());
        let told = |lines: &mut LogQuota, at| (0..10_000).filter(|_| lines.have_room(at)).count();
        assert_eq!(told(&mut lines, now), 60);
        assert_eq!(told(&mut lines, now + MINUTE / 2), 0);
        assert_eq!(told(&mut lines, now + MINUTE), 60);
    }
}
