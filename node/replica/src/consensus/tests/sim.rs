//! A network of engines driven by one seed: delay, loss, duplication, partitions, crashes.

use std::collections::BTreeMap;

use super::*;

/// splitmix64.
pub(super) struct Rng(pub(super) u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// What goes wrong.
#[derive(Clone, Default)]
pub(super) struct Weather {
    pub(super) loss_percent: u64,
    pub(super) duplicate_percent: u64,
    pub(super) delay_ms_max: u64,
    /// From, until, and a bit mask of the members on one side.
    pub(super) partition: Option<(u64, u64, u32)>,
    /// When, who, for how long.
    pub(super) crashes: Vec<(u64, usize, u64)>,
    /// A crash also cuts the effects of a step short, in a thousand steps.
    pub(super) cut_per_mille: u64,
    /// The control: a restart finds no log.
    pub(super) forget_log: bool,
    /// Members that are never up.
    pub(super) down: Vec<usize>,
    /// Whose clock is wrong, by how much.
    pub(super) skew: Option<(usize, i64)>,
    /// A member that tells one half one thing and the other half another.
    pub(super) traitor: Option<usize>,
}

enum Event {
    Deliver { from: usize, to: usize, message: ConsensusMessage },
    Timer { node: usize, life: u32, timer: TimerId },
    Answer { node: usize, life: u32, height: Height, round: Round },
    Begin { node: usize, life: u32 },
    Blocks { to: usize, blocks: Vec<Decision> },
    Crash { node: usize, down_ms: u64 },
    Restart { node: usize },
}

struct Node {
    engine: Option<Engine>,
    life: u32,
    chain: Vec<Decision>,
    log: Vec<WalEntry>,
    synced: usize,
}

pub(super) struct Sim {
    pub(super) now_ms: u64,
    pub(super) double_signs: usize,
    pub(super) evidence: Vec<Evidence>,
    pub(super) messages: usize,
    rng: Rng,
    weather: Weather,
    nodes: Vec<Node>,
    events: BTreeMap<(u64, u64), Event>,
    sequence: u64,
    signed: BTreeMap<(MemberKey, Height, Round, u8), Option<Digest>>,
    agreed: BTreeMap<Height, (u64, Digest)>,
    target: usize,
}

impl Sim {
    pub(super) fn new(seed: u64, members: usize, weather: Weather) -> Self {
        let node = |_| {
            let (chain, log) = (Vec::new(), Vec::new());
            Node { engine: None, life: 0, chain, log, synced: 0 }
        };
        let mut sim = Self {
            now_ms: 0,
            double_signs: 0,
            evidence: Vec::new(),
            messages: 0,
            rng: Rng(seed),
            nodes: (0..members).map(node).collect(),
            events: BTreeMap::new(),
            sequence: 0,
            signed: BTreeMap::new(),
            agreed: BTreeMap::new(),
            target: 0,
            weather,
        };
        for (at_ms, node, down_ms) in sim.weather.crashes.clone() {
            sim.at(at_ms, Event::Crash { node, down_ms });
        }
        let down = sim.weather.down.clone();
        for node in (0..members).filter(|node| !down.contains(node)) {
            sim.at(0, Event::Restart { node });
        }
        sim
    }

    /// Runs until every member that is up has `target` blocks, or `limit_ms` is reached.
    pub(super) fn run(&mut self, target: usize, limit_ms: u64) -> bool {
        self.target = target;
        for node in 0..self.nodes.len() {
            self.step(node, Input::WorkChanged(true));
            self.begin(node);
        }
        while self.now_ms < limit_ms {
            let down = &self.weather.down;
            let mut up = self.nodes.iter().enumerate().filter(|(it, _)| !down.contains(it));
            if up.all(|(_, node)| node.chain.len() >= target) {
                return true;
            }
            if !self.turn() {
                return false;
            }
        }
        false
    }

    /// Runs whatever is still to come until nothing is, at most `events`.
    pub(super) fn drain(&mut self, events: usize) -> bool {
        (0..events).any(|_| !self.turn())
    }

    fn turn(&mut self) -> bool {
        let Some(((at, _), event)) = self.events.pop_first() else { return false };
        self.now_ms = at;
        match event {
            Event::Deliver { from, to, message } => self.deliver(from, to, message),
            Event::Timer { node, life, timer } if self.nodes[node].life == life => {
                self.step(node, Input::TimerElapsed(timer));
            }
            Event::Answer { node, life, height, round } if self.nodes[node].life == life => {
                let time_ms = self.clock(node);
                let value = block(height.0, time_ms, round.0, true, self.rng.next());
                self.step(node, Input::Propose { height, round, value });
            }
            Event::Begin { node, life } if self.nodes[node].life == life => self.begin(node),
            Event::Blocks { to, blocks } => self.adopt(to, blocks),
            Event::Crash { node, down_ms } => self.crash(node, down_ms),
            Event::Restart { node } => self.restart(node),
            Event::Timer { .. } | Event::Answer { .. } | Event::Begin { .. } => {}
        }
        true
    }

    /// What a member's own clock shows.
    fn clock(&self, node: usize) -> u64 {
        let skew = self.weather.skew.filter(|(who, _)| *who == node);
        (NOON_MS + self.now_ms).saturating_add_signed(skew.map_or(0, |(_, by_ms)| by_ms))
    }

    /// When each block was first decided, and the time it says.
    pub(super) fn block_times(&self) -> impl Iterator<Item = (u64, u64)> {
        self.nodes[0].chain.iter().map(|block| {
            let (decided_ms, _) = self.agreed[&block.height];
            (NOON_MS + decided_ms, block.value.time_ms)
        })
    }

    fn at(&mut self, at_ms: u64, event: Event) {
        self.sequence += 1;
        self.events.insert((at_ms, self.sequence), event);
    }

    fn soon(&mut self, event: Event) {
        let delay = 1 + self.rng.below(self.weather.delay_ms_max.max(1));
        self.at(self.now_ms + delay, event);
    }

    fn deliver(&mut self, from: usize, to: usize, message: ConsensusMessage) {
        let height = message.height();
        let effects = self.step(to, Input::Message(message));
        if effects.iter().any(|effect| matches!(effect, Effect::Behind { .. })) {
            let blocks = self.blocks_from(to, height);
            self.soon(Event::Blocks { to: from, blocks });
        }
        let Some(engine) = &self.nodes[to].engine else { return };
        let next = Height(self.nodes[to].chain.len() as u64).next();
        match engine.began_height() {
            Some(began) if began > next => {
                let blocks = self.blocks_from(from, next);
                self.soon(Event::Blocks { to, blocks });
            }
            Some(began) if began == next && !engine.is_running() => self.begin(to),
            Some(_) | None => {}
        }
    }

    fn blocks_from(&self, node: usize, height: Height) -> Vec<Decision> {
        let chain = self.nodes[node].chain.iter();
        chain.filter(|block| block.height >= height).cloned().collect()
    }

    fn adopt(&mut self, node: usize, blocks: Vec<Decision>) {
        if self.nodes[node].engine.is_none() {
            return;
        }
        let before = self.nodes[node].chain.len();
        for block in blocks {
            if block.height.0 == self.nodes[node].chain.len() as u64 + 1 {
                block.certificate.verify(council(), &roster(self.nodes.len())).unwrap();
                self.append(node, block);
            }
        }
        if self.nodes[node].chain.len() > before {
            let decided = Height(self.nodes[node].chain.len() as u64);
            self.step(node, Input::Rest { decided, roster: roster(self.nodes.len()) });
            self.begin(node);
        }
    }

    fn append(&mut self, node: usize, block: Decision) {
        let first = (self.now_ms, block.value.id);
        let (_, agreed) = *self.agreed.entry(block.height).or_insert(first);
        assert_eq!(agreed, block.value.id, "node {node} forks at {:?}", block.height);
        assert_eq!(block.height.0, self.nodes[node].chain.len() as u64 + 1);
        let node = &mut self.nodes[node];
        node.chain.push(block);
        (node.log, node.synced) = (Vec::new(), 0);
    }

    fn begin(&mut self, node: usize) {
        let members = self.nodes.len();
        let (target, it) = (self.target, &mut self.nodes[node]);
        let Some(engine) = &it.engine else { return };
        let height = Height(it.chain.len() as u64 + 1);
        let wanted = it.chain.len() < target || engine.began_height() == Some(height);
        if wanted && !engine.is_running() {
            let (roster, log) = (roster(members), it.log.clone());
            self.step(node, Input::StartHeight { height, roster, restart: Some(log) });
        }
    }

    fn crash(&mut self, node: usize, down_ms: u64) {
        let it = &mut self.nodes[node];
        it.engine = None;
        it.life += 1;
        it.log.truncate(it.synced);
        if self.weather.forget_log {
            it.log.clear();
            it.synced = 0;
        }
        self.at(self.now_ms + down_ms, Event::Restart { node });
    }

    fn restart(&mut self, node: usize) {
        if self.nodes[node].engine.is_some() {
            return;
        }
        let (members, decided) = (self.nodes.len(), Height(self.nodes[node].chain.len() as u64));
        let timeouts = Timeouts::default();
        let engine = Engine::new(council(), secret(node), timeouts, decided, roster(members));
        self.nodes[node].engine = Some(engine);
        let work = self.nodes[node].chain.len() < self.target;
        self.step(node, Input::WorkChanged(work));
        self.begin(node);
        for from in (0..members).filter(|from| *from != node) {
            let messages = self.nodes[from].engine.as_ref().map(Engine::current_messages);
            for message in messages.unwrap_or_default() {
                self.soon(Event::Deliver { from, to: node, message });
            }
        }
    }

    fn step(&mut self, node: usize, input: Input) -> Vec<Effect> {
        let now_ms = self.clock(node);
        let Some(engine) = &mut self.nodes[node].engine else { return Vec::new() };
        let effects = engine.step(now_ms, input, &mut TrivialHost).unwrap();
        let cut = self.rng.below(1_000) < self.weather.cut_per_mille;
        let count = if cut { self.rng.below(effects.len() as u64 + 1) } else { u64::MAX };
        for effect in effects.iter().take(usize::try_from(count).unwrap()) {
            self.execute(node, effect.clone());
        }
        if cut {
            self.crash(node, 500);
            return Vec::new();
        }
        effects
    }

    fn execute(&mut self, node: usize, effect: Effect) {
        let life = self.nodes[node].life;
        match effect {
            Effect::Wal(entry) => self.nodes[node].log.push(entry),
            Effect::SyncWal => self.nodes[node].synced = self.nodes[node].log.len(),
            Effect::Broadcast(message) => self.broadcast(node, &message),
            Effect::GetValue { height, round } if self.nodes[node].chain.len() < self.target => {
                self.soon(Event::Answer { node, life, height, round });
            }
            Effect::Schedule { timer, after } => {
                let after = u64::try_from(after.as_millis()).unwrap();
                self.at(self.now_ms + after, Event::Timer { node, life, timer });
            }
            Effect::Decided(decision) => {
                decision.certificate.verify(council(), &roster(self.nodes.len())).unwrap();
                self.append(node, *decision);
                if self.nodes[node].chain.len() >= self.target {
                    self.at(self.now_ms, Event::Begin { node, life });
                    let engine = self.nodes[node].engine.as_mut().unwrap();
                    engine.step(0, Input::WorkChanged(false), &mut TrivialHost).unwrap();
                } else {
                    self.soon(Event::Begin { node, life });
                }
            }
            Effect::Evidence(evidence) => self.evidence.push(*evidence),
            Effect::OwnKeyElsewhere { .. } if !self.weather.forget_log => {
                panic!("node {node} does not know its own message");
            }
            Effect::Anomaly(anomaly) => panic!("{anomaly}"),
            // What else it says is of no matter to agreement.
            Effect::GetValue { .. }
            | Effect::Cancel(_)
            | Effect::TellProposals(_)
            | Effect::Fault(_)
            | Effect::Behind { .. }
            | Effect::OwnKeyElsewhere { .. } => {}
        }
    }

    fn broadcast(&mut self, node: usize, message: &ConsensusMessage) {
        if self.weather.traitor != Some(node) && message.signer() == Some(member(node)) {
            self.watch(node, message);
        }
        for to in (0..self.nodes.len()).filter(|to| *to != node) {
            let message = match self.weather.traitor {
                Some(traitor) if traitor == node && to % 2 == 1 => self.lie(node, message),
                _ => message.clone(),
            };
            self.send(node, to, &message);
        }
    }

    fn send(&mut self, from: usize, to: usize, message: &ConsensusMessage) {
        self.messages += 1;
        let split = self.weather.partition.is_some_and(|(since, until, side)| {
            (since..until).contains(&self.now_ms) && (side >> from & 1) != (side >> to & 1)
        });
        if split || self.rng.below(100) < self.weather.loss_percent {
            return;
        }
        let copies = 1 + u64::from(self.rng.below(100) < self.weather.duplicate_percent);
        for _ in 0..copies {
            self.soon(Event::Deliver { from, to, message: message.clone() });
        }
    }

    /// No key signs two things for one round, and nothing leaves before it is durable.
    fn watch(&mut self, node: usize, message: &ConsensusMessage) {
        let (kind, value, entry) = match message.clone() {
            ConsensusMessage::Vote(vote) => (vote.kind as u8, vote.value, WalEntry::Vote(vote)),
            ConsensusMessage::Proposal(it) => (9, Some(it.block.digest()), WalEntry::Proposal(it)),
            _ => return,
        };
        let it = &self.nodes[node];
        let over = entry.height().0 <= it.chain.len() as u64;
        assert!(over || it.log[..it.synced].contains(&entry), "{entry:?} left too early");
        let key = (member(node), message.height(), message.round(), kind);
        if *self.signed.entry(key).or_insert(value) != value {
            self.double_signs += 1;
        }
    }

    /// The other thing that a traitor says.
    fn lie(&mut self, by: usize, message: &ConsensusMessage) -> ConsensusMessage {
        match message {
            ConsensusMessage::Vote(it) => {
                let value = it.value.is_none().then(|| sha256(b"another"));
                ConsensusMessage::Vote(vote(by, it.kind, it.height.0, it.round.0, value))
            }
            ConsensusMessage::Proposal(it) if it.pol_round.is_none() => {
                let (height, round) = (it.height.0, it.round.0);
                let other = block(height, NOON_MS + self.now_ms, round, true, self.rng.next());
                ConsensusMessage::Proposal(proposal(by, height, round, None, &other))
            }
            other => other.clone(),
        }
    }
}
