//! Refusals on a measure that stands: revisions, packages, deadlines, mandates, reservations.

/// Hands these rows, behind those before them, to the next macro.
macro_rules! standing_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! {
            $($then)*;
            $($rows)*
            /// A revision has replaced the text.
            Superseded {
                measure: u64,
                /// The revision that the statement is on.
                said: u32,
                /// The revision that stands.
                is: u32,
            }
            says("you speak of REV {said} of measure {measure}; the text is now REV {is}")
            => law(
                "superseded", "revisions",
                "A revision voids what was said on the text before it.",
                "Read the new text (`nemcon measure show`), then sign that.",
            );

            /// A revision changes who decides, or how.
            RevisionChanges {
                measure: u64,
                /// `kind`, `rule`, `authorised-by`, `concerns`.
                field: &'static str,
            }
            says("a revision of measure {measure} cannot change its {field}")
            => law(
                "revision-changes", "revisions",
                "The entitled set and the rule stay as they were frozen at tabling.",
                "Withdraw the measure and table another.",
            );

            /// A revision without a change.
            SameText(u64)
            says(
                "the new text of measure {0} is the one that stands: nothing changes but that all ballots on \
                it would be void"
            )
            => law(
                "same-text", "revisions",
                "A revision changes something: it voids all ballots.",
                "Nothing is left to do: the text stands. `nemcon measure extend` puts the \
                 deadline off.",
            );

            /// It belongs to a package.
            Packaged(u64)
            says("measure {0} belongs to a package")
            => law(
                "packaged", "packages",
                "What is bound together keeps its texts; nothing is bound twice.",
                "Withdraw the package and table its measures anew.",
            );

            /// Too many measures in one package.
            PackageTooLarge(usize)
            says(
                "{0} measures in one package; at most {PACKAGE_MEASURES_MAX} may be bound together"
            )
            => law(
                "package-too-large", "packages",
                "So many measures may be bound together and no more.",
                "Make two packages.",
            );

            /// It is bound to nothing.
            StandsAlone(u64)
            says("measure {0} decides who speaks for a participant: it is bound to no other")
            => law(
                "stands-alone", "packages",
                "Who speaks for a participant is decided on its own.",
                "Bind the others, and leave it out.",
            );

            /// Somebody has spoken on a measure before it was bound to others.
            BallotsBefore(u64)
            says(
                "measure {0} has ballots or mandates already: it cannot be bound to others any more"
            )
            => law(
                "ballots-before", "packages",
                "Measures are bound together before anyone has spoken on them.",
                "Table the measures anew and bind them first.",
            );

            /// Measures of a package with dates of their own.
            PackageDates
            says("the measures of a package open and close at the same times")
            => law(
                "package-dates", "packages",
                "What is adopted together closes together.",
                "Extend the earlier ones first.",
            );

            /// The new deadline is not later.
            NotLater {
                measure: u64,
                is: Time,
                /// The one asked for.
                wanted: Time,
            }
            says("measure {measure} closes at {is}; {wanted} is not later")
            => law(
                "not-later", "deadlines",
                "An extension puts the deadline off.",
                "Give a later time.",
            );

            /// The word is attested of measures that are decided by another procedure.
            OtherProcedure {
                word: Label,
                measure: u64,
                /// That of the measure.
                procedure: Option<Label>,
            }
            says(
                "measure {measure} is decided by {}: {word} is attested of another procedure",
                procedure.as_ref().map_or("no procedure that it names", Label::as_str)
            )
            => law(
                "other-procedure", "procedures",
                "What the charter lists under a procedure is attested of measures decided by it alone.",
                "`nemcon charter show` lists the procedures with their words.",
            );

            /// There are no votes that this could release.
            NothingToRelease {
                word: Label,
                measure: u64,
                status: Status,
            }
            says(
                "measure {measure} is {status}: {word} is attested of what has ended, and of kinds whose \
                 votes wait for it"
            )
            => law(
                "nothing-to-release", "life",
                "Votes are released once balloting has ended, where the charter has them wait for that.",
                "Attest it once the measure has ended; of another kind the votes are never released, or are \
                 public without.",
            );

            /// What was not adopted has nothing that could be annulled.
            NothingToAnnul {
                word: Label,
                measure: u64,
                status: Status,
            }
            says("measure {measure} is {status}: {word} is attested of what was adopted")
            => law(
                "nothing-to-annul", "life",
                "Only what was adopted is annulled.",
                "Attest it once the measure is adopted; an open measure is withdrawn or refused.",
            );

            /// What was not decided has no minutes.
            NothingToRemark { measure: u64, status: Status }
            says("measure {measure} is {status}: remarks are made on what is open or was decided")
            => law(
                "nothing-to-remark", "remarks",
                "A remark goes with a measure that is open, was adopted or was not adopted.",
                "If the measure is tabled anew, make the remark on that one.",
            );

            /// A party has said enough on one text.
            RemarksSpent { by: Code, measure: u64 }
            says("{by} has made {REMARKS_MAX} remarks on measure {measure} as it reads; it makes no more")
            => law(
                "remarks-spent", "remarks",
                "A party makes so many remarks on one text and no more.",
                "Those that stand stay; a document that the minutes cite holds the rest.",
            );

            /// The rule refuses abstention.
            AbstentionRefused(Label)
            says("under {0} a member is in favour or against; it cannot abstain")
            => law(
                "abstention-refused", "common-accord",
                "Common accord is every government's agreement: there is no abstention.",
                "Be in favour or against; a reservation says \"not yet\".",
            );

            /// A declaration is a member's own.
            DeclarationNotOwn { by: Code, on_behalf: Code }
            says("{by} cannot make a formal declaration for {on_behalf}")
            => law(
                "declaration-not-own", "mandates",
                "A formal declaration is the member's own.",
                "Let the member cast this ballot itself.",
            );

            /// The procedure knows no tacit assent.
            TacitNotAllowed(u64)
            says("measure {0} is not decided by a procedure that knows tacit assent")
            => law(
                "tacit-not-allowed", "procedures",
                "A standing instruction signs only where the charter's procedure knows tacit assent.",
                "Cast the ballot as any other.",
            );

            /// The charter knows no mandates.
            NoMandates
            says("under this charter nobody casts another's ballot")
            => NO_MANDATES;

            /// The rule knows no mandates.
            NoMandatesUnder(Label)
            says("under {0} nobody casts another's ballot")
            = NO_MANDATES;

            /// The ballot names another mandate than the one that stands.
            WrongMandate { by: Code, on_behalf: Code }
            says("{by} does not name the mandate of {on_behalf} that stands")
            => law(
                "wrong-mandate", "mandates",
                "A ballot for another names the mandate that stands.",
                "Prepare it again: the mandate was given anew, or is not needed.",
            );

            /// The one who would hold it has no ballot, or is the member itself.
            HolderNotEntitled { holder: Code, measure: u64 }
            says(
                "{holder} cannot hold a mandate on measure {measure}: it is not another \
                 entitled member"
            )
            => law(
                "holder-not-entitled", "mandates",
                "Who holds a mandate is another member with a ballot of its own.",
                "Choose another member.",
            );

            /// A member holds one mandate at most.
            SecondMandate {
                /// Who would hold two.
                holder: Code,
                from: Code,
                measure: u64,
            }
            says("{holder} holds the mandate of {from} on measure {measure} already")
            => law(
                "second-mandate", "mandates",
                "A member acts for one other member at most.",
                "Choose another member.",
            );

            /// What one holds for another is not passed on.
            ChainedMandate {
                /// Who is in the middle.
                through: Code,
                /// Whose mandate it is.
                from: Code,
            }
            says("{through} would pass on the mandate of {from}")
            => law(
                "chained-mandate", "mandates",
                "A mandate is not passed on.",
                "Choose a member that neither holds nor gives a mandate on this measure.",
            );

            /// It has been used.
            MandateUsed { code: Code, measure: u64 }
            says("the mandate of {code} on measure {measure} has been used")
            => law(
                "mandate-used", "mandates",
                "A mandate can be taken back until it is used.",
                "Cast your own ballot: it goes before the one cast for you.",
            );

            /// There is none to take back.
            NoMandate { code: Code, measure: u64 }
            says("{code} has given no mandate on measure {measure}")
            => law(
                "no-mandate", "mandates",
                "Only a mandate that was given can be taken back.",
                "Nothing was given, so nothing needs taking back.",
            );

            /// The member has spoken itself.
            BallotStands { code: Code, measure: u64 }
            says("{code} has a ballot of its own on measure {measure}")
            => law(
                "ballot-stands", "mandates",
                "Who has spoken does not need another to speak.",
                "Retract your ballot first.",
            );

            /// It has been placed already.
            ReservationStands { code: Code, sort: Label }
            says("the reservation {sort} of {code} stands already")
            => law(
                "reservation-stands", "reservations",
                "A reservation of one sort is placed once.",
                "Lift it first to place it with other words.",
            );

            /// There is none to lift.
            NoReservation { code: Code, sort: Label }
            says("{code} has no reservation {sort} to lift")
            => law(
                "no-reservation", "reservations",
                "Only a reservation that stands can be lifted.",
                "Nothing stands, so nothing needs lifting.",
            );
        }
    };
}

pub(super) use standing_rows;
