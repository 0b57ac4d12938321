//! Refusals of statements of any kind: who speaks, chains, shares, roles, and the measure that is
//! named.

/// Hands these rows, behind those before them, to the next macro.
macro_rules! statement_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! {
            $($then)*;
            $($rows)*
            /// Made in another council.
            WrongCouncil {
                /// The one it names.
                found: Digest,
                wanted: Digest,
            }
            says("the statement is made in council {found}; this is council {wanted}")
            => law(
                "wrong-council", "statements",
                "A statement names the council that it is made in.",
                "Sign with the genesis of this council.",
            );

            /// Signed for a code that is no party here.
            UnknownParty(Code)
            says("{0} is neither a member nor a participant of this council")
            => law(
                "unknown-party", "statements",
                "Only members and participants make statements.",
                "`nemcon genesis show` lists the parties and their codes.",
            );

            /// The signature lines are not the required ones.
            Signatures {
                /// Who is said to sign.
                by: Code,
                fault: SignatureFault,
            }
            says("for {by}: {fault}")
            [by fault] {
                SignatureFault::Count { .. } => law(
                    "wrong-signature-count", "statements",
                    "A statement carries exactly as many signatures as its party needs.",
                    "Give exactly as many `--key` files as the member's statements need.",
                ),
                SignatureFault::Signer { .. } => law(
                    "wrong-signer", "statements",
                    "Only officers of the party sign, in the order of the roster.",
                    SIGN_WITH,
                ),
                SignatureFault::Invalid { .. } => law(
                    "invalid-signature", "statements",
                    "Every signature verifies over the very text.",
                    SIGN_WITH,
                ),
            };

            /// A party speaks for another.
            NotOwn { by: Code, on_behalf: Code }
            says("{by} may not speak for {on_behalf}")
            => law(
                "not-own", "statements",
                "Nobody speaks for another.",
                "Each party signs for itself.",
            );

            /// The same text is in the ledger; other signatures do not make it another statement.
            AlreadyRecorded
            says("this very text is already in the ledger")
            => law(
                "already-recorded", "chains",
                "A text enters the ledger once; other signatures do not make it another.",
                "Nothing is left to do: what was signed is kept.",
            );

            /// It does not follow the last statement in its chain.
            WrongAfter { chain: ChainKey, after: Option<Digest>, wanted: Option<Digest> }
            says(
                "the statement follows {}; the last one {chain} is {}",
                none_or(*after),
                none_or(*wanted)
            )
            => law(
                "wrong-after", "chains",
                "A statement names the one before it in its chain, so that nothing is played \
                 again.",
                "Prepare it again: another statement came first.",
            );

            /// One party's share of a day is used up.
            DaySpent(Box<DaySpent>)
            says("{0}")
            => law(
                "day-spent", "shares",
                "One party makes all others store so much a day and no more.",
                "Submit it again then. Ballots, and changes of keys, have shares of their own.",
            );

            /// One party's share of a block is used up.
            QuotaSpent(Code)
            says("{0} has used up its share of this block")
            => law(
                "quota-spent", "shares",
                "One party has its share of a block and no more, so that others have theirs.",
                NEXT_BLOCK,
            );

            /// The block has no room for it.
            BlockFull
            says("this block has no room for it any more")
            => law(
                "block-full", "limits",
                "A block has room for so much and no more.",
                NEXT_BLOCK,
            );

            /// It has as many measures open as a party may.
            TooManyOpen(Code)
            says("{0} has {OPEN_PER_PARTY_MAX} measures open, as many as one party may have")
            => law(
                "too-many-open", "limits",
                "A party has so many measures open at a time and no more.",
                "Withdraw a measure, or wait until one has ended.",
            );

            /// The charter does not let this party table a measure of this kind.
            MayNotTable {
                by: Code,
                kind: Label,
                /// The roles to which the charter gives it.
                may: Vec<Label>,
            }
            says("{by} may not table a measure of kind {kind}; the charter lets {}", who(may))
            => MAY;

            /// Only members do that.
            MayNot {
                by: Code,
                /// `report`, `attribute`.
                act: &'static str,
            }
            says("{by} may not {act} an incident under this charter")
            = MAY;

            /// The charter does not let this party do that to this measure.
            NotInRole(Box<NotInRole>)
            says("{0}")
            = MAY;

            /// Only whoever tabled a measure may do that.
            NotProposer {
                by: Code,
                proposer: Code,
                measure: u64,
                /// `revise`, `withdraw`, `bind`.
                act: &'static str,
            }
            says("it is {proposer}'s measure: {by} cannot {act} measure {measure}")
            => law(
                "not-proposer", "proposers",
                "Whoever tabled a measure, and nobody else, revises it, withdraws it or binds it \
                 to others.",
                "Ask whoever tabled it, or table a measure of your own.",
            );

            /// Nobody speaks for it.
            VacantSeat(Code)
            says("the seat of {0} is vacant: nobody speaks for it until somebody is appointed")
            => law(
                "vacant-seat", "roles",
                "Nobody speaks for a participant whose seat is vacant.",
                "Have a measure adopted that appoints somebody: `nemcon member appoint`.",
            );

            /// The charter lets nobody do anything in this role.
            NoSuchRole(Label)
            says("{0} is no role that the charter gives a participant")
            => law(
                "no-such-role", "roles",
                "A participant has a role in which the charter lets it do something.",
                "`nemcon charter show` lists the roles; `member` and `proposer` are none.",
            );

            /// A participant would end what decides who speaks for one.
            AboutSeats { by: Code, measure: u64 }
            says(
                "measure {measure} decides who speaks for a participant: {by}, no member, \
                 cannot close it"
            )
            => law(
                "about-seats", "roles",
                "No participant ends a measure that appoints: a thief would keep his key so.",
                "Let a member that may close it do so, or wait for its deadline.",
            );

            /// The charter has no such kind.
            UnknownKind(Label)
            says("the charter knows no kind of measure called {0}")
            => law(
                "unknown-kind", "kinds",
                "A measure is of a kind that the charter knows.",
                TAKE_KIND,
            );

            /// The kind is not decided by that rule.
            WrongRule {
                kind: Label,
                /// The rule that the text names.
                found: Label,
                /// The rules of the charter.
                wanted: Vec<Label>,
            }
            says("a measure of kind {kind} is decided by {}, not by {found}", list(wanted))
            => law(
                "wrong-rule", "kinds",
                "The charter says which kind may be decided by which rule.",
                TAKE_KIND,
            );

            /// Its deadline has passed already.
            ClosesTooEarly { closes: Time, now: Time }
            says("the measure would close at {closes}; it is {now} already")
            => law(
                "closes-too-early", "deadlines",
                "A deadline lies ahead.",
                "Table it with a later deadline.",
            );

            /// Balloting has not begun.
            NotOpenYet { measure: u64, opens: Time }
            says("balloting on measure {measure} opens at {opens}")
            => law(
                "not-open-yet", "deadlines",
                "Nothing counts before balloting opens.",
                "Submit it again once balloting is open.",
            );

            /// The deadline has passed; the block that says how the measure ended is yet to come.
            PastDeadline { measure: u64, closes: Time }
            says("balloting on measure {measure} closed at {closes}")
            => law(
                "past-deadline", "deadlines",
                "Nothing counts from the deadline on.",
                TABLE_ANEW,
            );

            /// The measure has ended.
            Ended { measure: u64, status: Status }
            says("measure {measure} is {status}: nothing more can be said on it")
            => law(
                "ended", "deadlines",
                "On a measure that has ended nothing more is said.",
                TABLE_ANEW,
            );

            /// No measure has this number.
            UnknownMeasure(u64)
            says("there is no measure {0}")
            => law(
                "unknown-measure", "ballots",
                "A statement is about a measure that was tabled.",
                "`nemcon measure list` gives the numbers.",
            );

            /// What it says of the measure is not so.
            Mismatch {
                measure: u64,
                /// `revision`, `text`, `title` or `rule`.
                field: &'static str,
                /// What the statement says.
                said: String,
                is: String,
            }
            says("the statement gives measure {measure} the {field} {said:?}; it is {is:?}")
            => law(
                "mismatch", "ballots",
                "A statement repeats what the measure says, so that nobody signs something else.",
                READ_AGAIN,
            );

            /// Its ballot is not asked for.
            NotEntitled { code: Code, measure: u64 }
            says("{code} is not entitled to a ballot on measure {measure}")
            => law(
                "not-entitled", "ballots",
                "The entitled are frozen when a measure is tabled.",
                "Only the members that the measure lists cast a ballot.",
            );

            /// This kind knows no qualified abstention.
            QualifiedNotAllowed(Label)
            says("a measure of kind {0} knows no qualified abstention")
            => law(
                "qualified-not-allowed", "qualified",
                "Only kinds that the charter names know the abstention with a formal declaration.",
                "Abstain without a declaration, or vote otherwise.",
            );

            /// There is no ballot to take back.
            NothingToRetract { code: Code, measure: u64 }
            says("{code} has no ballot on measure {measure} to retract")
            => law(
                "nothing-to-retract", "ballots",
                "Only what was signed can be retracted.",
                "Nothing was signed, so nothing needs retracting.",
            );
        }
    };
}

pub(super) use statement_rows;
