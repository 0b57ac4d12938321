//! What each refusal stands on: the rule, where it comes from, the way out.

/// One row: a refusal's code with the rule behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// The refusal's stable name.
    pub code: &'static str,
    /// The matter: a section of `docs/law.md`, and the key of the charter's own source for it.
    pub topic: &'static str,
    /// The rule in a sentence.
    pub rule: &'static str,
    /// The next step for the person who was refused.
    pub way_out: &'static str,
}

const READ_AGAIN: &str = "Read `nemcon measure show` again and sign what stands there.";
const NEXT_BLOCK: &str = "It waits for the next block.";
const SIGN_WITH: &str = "Sign the very text with officer keys that the council has for this party.";
const TAKE_KIND: &str = "Take a kind and its rule from `nemcon genesis show`.";
const TABLE_ANEW: &str = "If it is still wanted, table the measure anew.";

/// Names each row, and lists them all in their order.
macro_rules! laws {
    ($($name:ident: $code:literal, $topic:literal, $rule:literal, $way_out:expr;)*) => {
        $(
            pub(super) const $name: Law =
                Law { code: $code, topic: $topic, rule: $rule, way_out: $way_out };
        )*
        /// Every refusal, by topic in the order of `docs/law.md`.
        pub const LAWS: &[Law] = &[$($name),*];
    };
}

laws! {
    WRONG_COUNCIL: "wrong-council", "statements",
        "A statement names the council that it is made in.",
        "Sign with the genesis of this council.";
    UNKNOWN_PARTY: "unknown-party", "statements",
        "Only members and participants make statements.",
        "`nemcon genesis show` lists the parties and their codes.";
    WRONG_SIGNATURE_COUNT: "wrong-signature-count", "statements",
        "A statement carries exactly as many signatures as its party needs.",
        "Give exactly as many `--key` files as the member's statements need.";
    WRONG_SIGNER: "wrong-signer", "statements",
        "Only officers of the party sign, in the order of the roster.",
        SIGN_WITH;
    INVALID_SIGNATURE: "invalid-signature", "statements",
        "Every signature verifies over the very text.",
        SIGN_WITH;
    NOT_OWN: "not-own", "statements",
        "Nobody speaks for another.",
        "Each party signs for itself.";
    ALREADY_RECORDED: "already-recorded", "chains",
        "A text enters the ledger once; other signatures do not make it another.",
        "Nothing is left to do: what was signed is kept.";
    WRONG_AFTER: "wrong-after", "chains",
        "A statement names the one before it in its chain, so that nothing is played again.",
        "Prepare it again: another statement came first.";
    QUOTA_SPENT: "quota-spent", "limits",
        "One party makes so many statements a block and no more.",
        NEXT_BLOCK;
    BLOCK_FULL: "block-full", "limits",
        "A block is about so many measures and no more.",
        NEXT_BLOCK;
    TOO_MANY_OPEN: "too-many-open", "limits",
        "A party has so many measures open at a time and no more.",
        "Withdraw a measure, or wait until one has ended.";
    MAY_NOT: "may-not", "roles",
        "The charter says who may table, extend, close and attest.",
        "`nemcon genesis show` says who may, under `charter-`.";
    UNKNOWN_KIND: "unknown-kind", "kinds",
        "A measure is of a kind that the charter knows.",
        TAKE_KIND;
    WRONG_RULE: "wrong-rule", "kinds",
        "The charter says which kind may be decided by which rule.",
        TAKE_KIND;
    CLOSES_TOO_EARLY: "closes-too-early", "deadlines",
        "A deadline lies ahead.",
        "Table it with a later deadline.";
    NOT_OPEN_YET: "not-open-yet", "deadlines",
        "Nothing counts before balloting opens.",
        "Submit it again once balloting is open.";
    PAST_DEADLINE: "past-deadline", "deadlines",
        "Nothing counts from the deadline on.",
        TABLE_ANEW;
    ENDED: "ended", "deadlines",
        "On a measure that has ended nothing more is said.",
        TABLE_ANEW;
    UNKNOWN_MEASURE: "unknown-measure", "ballots",
        "A statement is about a measure that was tabled.",
        "`nemcon measure list` gives the numbers.";
    MISMATCH: "mismatch", "ballots",
        "A statement repeats what the measure says, so that nobody signs something else.",
        READ_AGAIN;
    NOT_ENTITLED: "not-entitled", "ballots",
        "The entitled are frozen when a measure is tabled.",
        "Only the members that the measure lists cast a ballot.";
    QUALIFIED_NOT_ALLOWED: "qualified-not-allowed", "qualified",
        "Only kinds that the charter names know the abstention with a formal declaration.",
        "Abstain without a declaration, or vote otherwise.";
    NOTHING_TO_RETRACT: "nothing-to-retract", "ballots",
        "Only what was signed can be retracted.",
        "Nothing was signed, so nothing needs retracting.";
}
