//! The audit of an export: what it verifies, what it refuses, and by what name.

mod address;
mod certificate;
mod certificate_forged;
mod cores;
mod corpus;
mod forged;
mod goes_on;
mod many;
mod public;
mod published_folder;
mod publishing;
mod rosters;
mod since;
mod succession;
mod verdicts;
mod watch_command;
mod watching;
mod witnessed;
