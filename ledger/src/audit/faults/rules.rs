//! The stable names of faults, with the rule that each breaks.

/// A kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultRule {
    /// The stable name.
    pub name: &'static str,
    /// The rule in a sentence.
    pub rule: &'static str,
}

/// Names each row, and lists them all in their order.
macro_rules! faults {
    ($($id:ident: $name:literal, $rule:literal;)*) => {
        $(pub(super) const $id: FaultRule = FaultRule { name: $name, rule: $rule };)*
        /// Every kind of fault, in the order of `docs/audit.md`.
        pub const FAULTS: &[FaultRule] = &[$($id),*];
    };
}

faults! {
    FILE_MISSING: "file-missing",
        "An export has every file that its size asks for.";
    FILE_UNREADABLE: "file-unreadable",
        "What this machine does not let be read cannot be judged.";
    FILE_NOT_REGULAR: "file-not-regular",
        "An export is regular files; no link in it is followed.";
    FILE_TOO_LONG: "file-too-long",
        "No file of an export is longer than what it can hold.";
    GENESIS_OTHER: "genesis-other",
        "The genesis is the text whose digest the auditor brings.";
    GENESIS_ALTERED: "genesis-altered",
        "The genesis is the text whose digest the auditor brings.";
    GENESIS_MALFORMED: "genesis-malformed",
        "The file `genesis` is a signed note, and its text a genesis in its one written form.";
    GENESIS_SIGNATURE: "genesis-signature",
        "Under the genesis stand founding officers' signatures over this very text, each once.";
    GENESIS_UNSIGNED: "genesis-unsigned",
        "As many officers of every founding member have signed the genesis as its statements need.";
    CHECKPOINT_MALFORMED: "checkpoint-malformed",
        "A checkpoint is a signed note of origin, size and root.";
    CHECKPOINT_ORIGIN: "checkpoint-origin",
        "A checkpoint names the council's log.";
    CHECKPOINT_SIZE: "checkpoint-size",
        "A checkpoint stands at the end of a block, and an audit reads 2^26 records.";
    CHECKPOINT_ROOT: "checkpoint-root",
        "The checkpoint's root is that of the records (RFC 9162, 2.1).";
    CHECKPOINT_SIGNATURE: "checkpoint-signature",
        "A line in the name of a key of this council is by that key.";
    LOG_SIGNATURE_MISSING: "log-signature-missing",
        "A member's node has signed the checkpoint as the log.";
    SEALS_MISSING: "seals-missing",
        "Every member of the roster that decided the last block has sealed the checkpoint.";
    POLICY_DIFFERS: "policy-differs",
        "The policies are those of the roster that seals this size (C2SP tlog-policy).";
    KEYS_DIFFER: "keys-differ",
        "The file `keys` has every key that has signed this log or sealed it, with its sizes.";
    BUNDLE_MALFORMED: "bundle-malformed",
        "An entry bundle holds so many records as its path says, each after its length.";
    TILE_DIFFERS: "tile-differs",
        "Hash tiles are what the records hash to (C2SP tlog-tiles).";
    PUBLIC_MALFORMED: "public-malformed",
        "The file `public` of a public export has the one text that such files have.";
    RECORD_NOT_IN_TREE: "record-not-in-tree",
        "A record that a public export gives hashes to the leaf at its place.";
    VOTES_DIFFER: "votes-differ",
        "Ballots that a public export or a certificate gives are those that the decision lists or commits to.";
    OUTCOME_DIFFERS: "outcome-differs",
        "A decision's outcome follows from its ballots, by the rule that the measure was tabled under.";
    CERTIFICATE_INCOMPLETE: "certificate-incomplete",
        "A certificate holds all that its decision rests on, but for votes that are not public.";
    CERTIFICATE_MARKING: "certificate-marking",
        "A certificate is marked as the charter marks, or not at all.";
    HISTORY_REWRITTEN: "history-rewritten",
        "A log is only appended to: what an earlier audit has verified stays where it was.";
    SEALS_OLD: "seals-old",
        "Every member has sealed the checkpoint within the time that the auditor asks for.";
    RECORD_ZERO: "record-zero",
        "Record 0 is the text of the genesis.";
    LOG_OPEN_END: "log-open-end",
        "The log ends with the record of a block.";
    RECORD_MALFORMED: "record-malformed",
        "A record has one written form.";
    RECORD_MISPLACED: "record-misplaced",
        "In a block stand what its time brings about, statements, what these bring about, and its record.";
    STATEMENT_REFUSED: "statement-refused",
        "The council's law lets every statement of the ledger in.";
    STATEMENT_ORDER: "statement-order",
        "The statements of a block stand in the order that the block before and their texts fix.";
    DECISION_FALSE: "decision-false",
        "A decision is what the law derives from the ballots of the ledger.";
    DECISION_MISSING: "decision-missing",
        "What the law decides in a block stands in it.";
    LAPSE_FALSE: "lapse-false",
        "A lapse is what the law derives where a measure ends without all ballots.";
    LAPSE_MISSING: "lapse-missing",
        "A measure that the law ends in a block has its lapse in it.";
    BLOCK_TOO_LARGE: "block-too-large",
        "A block has 5 MiB of records at most; none that the law lets in has less than 80 bytes.";
    BLOCK_EMPTY: "block-empty",
        "A block holds more than its record, or a change that waited acts in it.";
    BLOCK_COUNCIL: "block-council",
        "A block record names this council.";
    BLOCK_HEIGHT: "block-height",
        "Blocks are numbered from 1 without a gap.";
    BLOCK_PREVIOUS: "block-previous",
        "A block record names the leaf hash of the one before it.";
    BLOCK_TIME: "block-time",
        "A block is later than the one before it.";
    BLOCK_PROPOSER: "block-proposer",
        "Height and round fix who proposes a block.";
    BLOCK_ROSTER: "block-roster",
        "A block record names the roster that decides it.";
    BLOCK_SIZE: "block-size",
        "A block record names how many records stand before it.";
    BLOCK_ROOT: "block-root",
        "A block record names the root of the records before it.";
    RULES_UNKNOWN: "rules-unknown",
        "A block is judged by the rules of its day, which this release must know.";
    PREDECESSOR_NONE: "predecessor-none",
        "A successor's genesis names the ledger that it goes on from.";
    PREDECESSOR_NOT_VERIFIED: "predecessor-not-verified",
        "The predecessor's export is that of the council which the genesis names, and verified.";
    PREDECESSOR_CHECKPOINT: "predecessor-checkpoint",
        "A successor goes on from its predecessor's last checkpoint.";
    PREDECESSOR_LEFT_OUT: "predecessor-left-out",
        "A successor's genesis names the old members that it leaves out.";
    PREDECESSOR_UNSIGNED: "predecessor-unsigned",
        "A key of the old council, an officer's or a recovery key, has signed the successor's genesis.";
}
