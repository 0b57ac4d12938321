//! Integration tests, one file a topic.

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
mod lifecycle;
mod limits;
mod one_third;
mod properties;
mod refusals;
mod replay;
mod sequences;
mod simulate;
mod unanimity;
mod vectors;
