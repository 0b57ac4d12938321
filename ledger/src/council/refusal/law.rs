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
    DAY_SPENT: "day-spent", "shares",
        "One party makes all others store so much a day and no more.",
        "Submit it again then. Ballots, and changes of keys, have shares of their own.";
    QUOTA_SPENT: "quota-spent", "shares",
        "One party has its share of a block and no more, so that others have theirs.",
        NEXT_BLOCK;
    BLOCK_FULL: "block-full", "limits",
        "A block has room for so much and no more.",
        NEXT_BLOCK;
    TOO_MANY_OPEN: "too-many-open", "limits",
        "A party has so many measures open at a time and no more.",
        "Withdraw a measure, or wait until one has ended.";
    MAY_NOT: "may-not", "roles",
        "The charter says who may table, extend, close and attest.",
        "`nemcon genesis show` says who may, under `charter-`.";
    NOT_PROPOSER: "not-proposer", "proposers",
        "Whoever tabled a measure, and nobody else, revises it, withdraws it or binds it to others.",
        "Ask whoever tabled it, or table a measure of your own.";
    VACANT_SEAT: "vacant-seat", "roles",
        "Nobody speaks for a participant whose seat is vacant.",
        "Have a measure adopted that appoints somebody: `nemcon member appoint`.";
    NO_SUCH_ROLE: "no-such-role", "roles",
        "A participant has a role in which the charter lets it do something.",
        "`nemcon genesis show` lists the roles, under `charter-`; `member` and `proposer` are none.";
    ABOUT_SEATS: "about-seats", "roles",
        "No participant ends a measure that appoints: a thief would keep his key so.",
        "Let a member that may close it do so, or wait for its deadline.";
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
    NOT_DECIDED_HERE: "not-decided-here", "kinds",
        "What the council decides otherwise than by all is not decided in this ledger.",
        "Have it decided where the refusal says.";
    WRONG_BASIS: "wrong-basis", "kinds",
        "A rule that the charter ties to a legal basis is used on that basis only.",
        "Name the legal basis that the act rests on, or take another kind.";
    FIELD_REQUIRED: "field-required", "kinds",
        "A kind has fields without which nobody could decide on it.",
        "Add the field to the measure's file.";
    UNKNOWN_WORD: "unknown-word", "kinds",
        "Categories, sorts of target and the like are the charter's words.",
        "`nemcon charter show` lists the words.";
    TARGET_COUNT: "target-count", "listings",
        "Targets that are listed one by one are as many as are counted.",
        "Correct the count, or list them all.";
    DOCUMENT_TWICE: "document-twice", "documents",
        "A document is bound once in each language.",
        "Give the annex a name of its own.";
    UNKNOWN_INCIDENT: "unknown-incident", "incidents",
        "A measure answers incidents that were reported; an attribution is of one.",
        "`nemcon incident list` gives the numbers.";
    CITED_TEXT: "cited-text", "citations",
        "What is cited is cited with the hash of its text.",
        "Take number and text hash from `nemcon measure show` or `nemcon incident show`.";
    NOT_ADOPTED: "not-adopted", "citations",
        "Only what was adopted can be renewed, amended, repealed or relied upon.",
        "Wait until it is adopted.";
    NOT_IN_FORCE: "not-in-force", "life",
        "Nothing is built on what has expired, was repealed, or names who takes part and is replaced.",
        "Cite what is in force, or table a measure that stands alone.";
    FEWER_THAN_BEFORE: "fewer-than-before", "life",
        "Who had a ballot on a measure has one on its renewal, its amendment and its repeal.",
        "Take a kind and a rule that ask all who decided it.";
    WRONG_MATTER: "wrong-matter", "effects",
        "What a measure changes in the council itself is what its kind is for.",
        "Take the kind whose effect the charter names, and give what it asks for.";
    PARTICIPATING_ORDER: "participating-order", "participating",
        "Those that take part are named once each, in the order of the roster.",
        "Put them in the order of `nemcon genesis show`.";
    TOO_FEW_PARTICIPATING: "too-few-participating", "participating",
        "So many members take part at least as the charter says.",
        "Find more members that take part.";
    NOT_AUTHORISED: "not-authorised", "participating",
        "Going ahead without all rests on a decision of all; a proposer never chooses who decides.",
        "Cite the adopted measure that names those that take part.";
    NOBODY_CONCERNED: "nobody-concerned", "concerned",
        "A rule that leaves the member concerned out asks which one it is.",
        "Name the member in `concerns`.";
    WRONG_CONCERNED: "wrong-concerned", "concerned",
        "On a member's leaving that member is the one concerned, and no other.",
        "Name the member that leaves in `concerns`.";
    NO_NOTICE: "no-notice", "concerned",
        "A member that has not given notice keeps its ballot on its leaving.",
        "Wait for the member's own notice, or decide by all.";
    NEEDLESS_AUTHORITY: "needless-authority", "concerned",
        "Where all decide nobody is left out.",
        "Leave `concerns` and `authorised-by` out.";
    DATES_OUT_OF_ORDER: "dates-out-of-order", "deadlines",
        "Opening, closing, review and expiry follow one another.",
        "Correct the dates.";
    NOT_YET_HAPPENED: "not-yet-happened", "incidents",
        "An incident has happened.",
        "Correct when it began, or leave out when it ends until it has.";
    FACTOR_TWICE: "factor-twice", "incidents",
        "Severity is given once by each factor.",
        "Leave one of them out.";
    NO_INCIDENTS: "no-incidents", "incidents",
        "A council shares incidents if its charter says how they are described.",
        "This charter has no section `incidents`.";
    SUPERSEDED: "superseded", "revisions",
        "A revision voids what was said on the text before it.",
        "Read the new text (`nemcon measure show`), then sign that.";
    REVISION_CHANGES: "revision-changes", "revisions",
        "The entitled set and the rule stay as they were frozen at tabling.",
        "Withdraw the measure and table another.";
    SAME_TEXT: "same-text", "revisions",
        "A revision changes something: it voids all ballots.",
        "Nothing is left to do: the text stands. `nemcon measure extend` puts the deadline off.";
    PACKAGED: "packaged", "packages",
        "What is bound together keeps its texts; nothing is bound twice.",
        "Withdraw the package and table its measures anew.";
    PACKAGE_TOO_LARGE: "package-too-large", "packages",
        "So many measures may be bound together and no more.",
        "Make two packages.";
    STANDS_ALONE: "stands-alone", "packages",
        "Who speaks for a participant is decided on its own.",
        "Bind the others, and leave it out.";
    BALLOTS_BEFORE: "ballots-before", "packages",
        "Measures are bound together before anyone has spoken on them.",
        "Table the measures anew and bind them first.";
    PACKAGE_DATES: "package-dates", "packages",
        "What is adopted together closes together.",
        "Extend the earlier ones first.";
    NOT_LATER: "not-later", "deadlines",
        "An extension puts the deadline off.",
        "Give a later time.";
    ABSTENTION_REFUSED: "abstention-refused", "common-accord",
        "Common accord is every government's agreement: there is no abstention.",
        "Be in favour or against; a reservation says \"not yet\".";
    DECLARATION_NOT_OWN: "declaration-not-own", "mandates",
        "A formal declaration is the member's own.",
        "Let the member cast this ballot itself.";
    TACIT_NOT_ALLOWED: "tacit-not-allowed", "written",
        "Only a written procedure knows standing instructions.",
        "Cast the ballot as any other.";
    NO_MANDATES: "no-mandates", "mandates",
        "A member casts another's ballot only where the charter says so.",
        "Each member casts its own ballot.";
    WRONG_MANDATE: "wrong-mandate", "mandates",
        "A ballot for another names the mandate that stands.",
        "Prepare it again: the mandate was given anew, or is not needed.";
    HOLDER_NOT_ENTITLED: "holder-not-entitled", "mandates",
        "Who holds a mandate is another member with a ballot of its own.",
        "Choose another member.";
    SECOND_MANDATE: "second-mandate", "mandates",
        "A member acts for one other member at most.",
        "Choose another member.";
    CHAINED_MANDATE: "chained-mandate", "mandates",
        "A mandate is not passed on.",
        "Choose a member that neither holds nor gives a mandate on this measure.";
    MANDATE_USED: "mandate-used", "mandates",
        "A mandate can be taken back until it is used.",
        "Cast your own ballot: it goes before the one cast for you.";
    NO_MANDATE: "no-mandate", "mandates",
        "Only a mandate that was given can be taken back.",
        "Nothing was given, so nothing needs taking back.";
    BALLOT_STANDS: "ballot-stands", "mandates",
        "Who has spoken does not need another to speak.",
        "Retract your ballot first.";
    RESERVATION_STANDS: "reservation-stands", "reservations",
        "A reservation of one sort is placed once.",
        "Lift it first to place it with other words.";
    NO_RESERVATION: "no-reservation", "reservations",
        "Only a reservation that stands can be lifted.",
        "Nothing stands, so nothing needs lifting.";
    NOT_A_MEMBER: "not-a-member", "membership",
        "Keys, seats and notices are a member's own.",
        "`nemcon member list` gives the members.";
    FROZEN: "frozen", "keys",
        "Nothing is said for a frozen party.",
        "`nemcon key officers` with the recovery key ends a member's freeze; `nemcon member appoint`, \
         by decision of all, a participant's.";
    ALREADY_FROZEN: "already-frozen", "keys",
        "A party is frozen once until it is thawed.",
        "Nothing is left to do: nothing is said for it.";
    CHANGE_WAITING: "change-waiting", "keys",
        "A member has one change under way at a time.",
        "Make it again once the one before acts: `nemcon member list` shows it.";
    OFFICERS: "bad-officers", "keys",
        "A threshold is of the officers, and each officer has a label of its own.",
        "Give at least as many officers as must sign, each with another label.";
    TOO_MANY_OFFICERS: "too-many-officers", "limits",
        "A member has so many officers and no more.",
        "Name fewer officers.";
    NOTHING_CHANGES: "nothing-changes", "keys",
        "A change changes something.",
        "Nothing is left to do: it is so already.";
    KEY_USED: "key-used", "keys",
        "Every key has one use and one owner in the council's whole life.",
        "Make a new key with `nemcon key new`.";
    NOTICE_STANDS: "notice-stands", "membership",
        "A notice stands until it is withdrawn.",
        "Table the measure that the charter asks for, or withdraw the notice.";
    NOT_ADMITTED: "not-admitted", "membership",
        "Members enter by decision of all.",
        "Have a measure adopted that admits it, with these very keys.";
    ALREADY_A_MEMBER: "already-a-member", "membership",
        "A code is one party's.",
        "Take another code.";
    ROSTER_FULL: "roster-full", "limits",
        "A council has so many members and no more.",
        "Wait until a member has left.";
    TOO_MANY_PARTICIPANTS: "too-many-participants", "limits",
        "A council appoints so many participants and no more.",
        "Appoint to a seat that is vacant.";
    UNKNOWN_CHECKPOINT: "unknown-checkpoint", "membership",
        "An entrant's node seals a checkpoint of these days: it has the ledger.",
        "Let the entrant's node catch up, and sign its entry again.";
    INVALID_SEAL: "invalid-seal", "membership",
        "An entrant's node seals with the key that was admitted.",
        "Sign the entry with the seal key of the measure that admits it.";
    WEIGHTS_ORDER: "weights-order", "weights",
        "Weights stand in roster order, each once.",
        "Put them into the order of `nemcon member list`.";
    WEIGHTS_ABOVE_TOTAL: "weights-above-total", "weights",
        "The members together weigh no more than the whole.",
        "Give a higher total, or lower weights.";
    NO_WEIGHT: "no-weight", "weights",
        "Fractions are taken of a whole.",
        "Give a total above zero.";
    RULES_NOT_NEWER: "rules-not-newer", "rules",
        "Rules go forward.",
        "Name a version above the one that applies.";
}
