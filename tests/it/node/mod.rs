//! A node among others, in one process: replicas, seals, catch-up, evidence, and its folder.

mod blocks;
mod cluster;
mod conditions;
mod elsewhere;
mod evidence;
mod folder;
mod garbage;
mod lying_snapshot;
mod mending;
mod poisoned;
mod rejoin;
mod rosters;
mod seals;
mod simulator;
mod snapshot;
