//! Integration tests, one file a topic.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that meets the unexpected must fail")]

mod audit;
mod blocks;
mod cluster;
mod defects;
mod documents;
mod evidence;
mod folder;
mod fuzz_corpora;
mod garbage;
mod genesis;
mod keys;
mod law_life;
mod law_outcomes;
mod law_said;
mod lifecycle;
mod limits;
mod membership;
mod one_third;
mod process_accession;
mod process_council;
mod process_demo;
mod process_founding;
mod process_keys;
mod process_law;
mod process_lost_folder;
mod process_membership;
mod process_offline;
mod process_participants;
mod process_refusals;
mod process_strangers;
mod properties;
mod properties_keys;
mod red_team;
mod refusals;
mod rejoin;
mod replay;
mod rosters;
mod sequences;
mod sequences_keys;
mod simulate;
mod toolbox;
mod unanimity;
mod vectors;
mod vectors_keys;
