//! What adversaries try against the law: proposers, majorities, and thieves of keys.

mod proposers;
