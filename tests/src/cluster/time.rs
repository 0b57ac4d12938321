//! How messages arrive and time goes by.

use nemcon_ledger::text::{Code, Time};
use nemcon_replica::consensus::TimerId;
use nemcon_replica::replica::Input;

use super::{Cluster, STEPS_MAX, shifted};

impl Cluster {
    /// Delivers what is under way and lets timers run until nothing happens before `until`.
    pub fn run_until(&mut self, until: Time) {
        for _ in 0..STEPS_MAX {
            if !self.queue.is_empty() {
                self.deliver(1);
                continue;
            }
            let Some((at, code, timer)) = self.next_timer().filter(|(at, _, _)| *at <= until)
            else {
                self.now = self.now.max(until);
                return;
            };
            self.elapse(at, &code, timer);
        }
        unreachable!("the cluster does not come to rest");
    }

    /// Delivers so many messages, if as many are under way, and lets no time pass.
    pub fn deliver(&mut self, messages: usize) {
        for _ in 0..messages {
            let Some((from, to, frame)) = self.queue.pop_front() else { return };
            if self.is_linked(&from, &to) {
                self.delivered += 1;
                self.bytes += frame.len();
                self.step(&to, Input::Frame(from, frame.to_vec()));
            }
        }
    }

    /// Runs for this many milliseconds.
    pub fn run_ms(&mut self, ms: u64) {
        let until = Time::from_ms(self.now.as_ms() + ms).expect("tests end in this age");
        self.run_until(until);
    }

    /// Whether no node waits for anything.
    pub fn is_idle(&self) -> bool {
        self.queue.is_empty() && self.next_timer().is_none()
    }

    fn next_timer(&self) -> Option<(Time, Code, Option<TimerId>)> {
        let nodes = self.nodes.iter().filter(|(_, node)| node.replica.is_some());
        let due = nodes.flat_map(|(code, node)| {
            let timers = node.timers.iter().map(|(id, at)| (*at, code.clone(), Some(*id)));
            // A node wakes by its own clock.
            let wake = node.wake.map(|at| (shifted(at, -self.ahead(code)), code.clone(), None));
            timers.chain(wake)
        });
        due.min_by_key(|(at, code, timer)| (*at, code.clone(), *timer))
    }

    fn elapse(&mut self, at: Time, code: &Code, timer: Option<TimerId>) {
        self.now = self.now.max(at);
        let node = self.nodes.get_mut(code).expect("a member");
        let input = if let Some(timer) = timer {
            node.timers.remove(&timer);
            Input::TimerElapsed(timer)
        } else {
            node.wake = None;
            Input::Woken
        };
        self.step(code, input);
    }
}
