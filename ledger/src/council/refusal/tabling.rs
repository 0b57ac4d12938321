//! Refusals of what a measure says: kinds, words, citations, who takes part, dates; and of
//! incidents.

/// Hands these rows, behind those before them, to the next macro.
macro_rules! tabling_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! {
            $($then)*;
            $($rows)*
            /// The council does not decide such acts.
            NotDecidedHere {
                kind: Label,
                /// By what rule, and where, it is decided.
                because: Line,
            }
            says("acts of kind {kind} are not decided here: {because}")
            => NOT_HERE;

            /// The council does not decide acts on this legal basis.
            BasisElsewhere {
                basis: Line,
                /// By what rule, and where, it is decided.
                because: Line,
            }
            says("acts on {basis} are not decided here: {because}")
            = NOT_HERE;

            /// None of the legal bases that call for this rule is named.
            WrongBasis { kind: Label, rule: Label, wanted: Vec<Line> }
            says(
                "a measure of kind {kind} is decided by {rule} on {}; it names none of these",
                list(wanted)
            )
            => law(
                "wrong-basis", "kinds",
                "A rule that the charter ties to a legal basis is used on that basis only.",
                "Name the legal basis that the act rests on, or take another kind.",
            );

            /// A field is missing that the kind requires.
            FieldRequired { kind: Label, field: Label }
            says("a measure of kind {kind} needs the field `{field}`")
            => law(
                "field-required", "kinds",
                "A kind has fields without which nobody could decide on it.",
                "Add the field to the measure's file.",
            );

            /// The charter does not list this word.
            UnknownWord { field: &'static str, word: Label }
            says("`{field}`: the charter does not know {word}")
            => law(
                "unknown-word", "kinds",
                "Categories, sorts of target and the like are the charter's words.",
                "`nemcon charter show` lists the words.",
            );

            /// The words are none of the charter's kinds of reference, or have none of its forms.
            NoReference(Line)
            says("`reference`: {0} has no form of reference that the charter knows")
            => law(
                "no-reference", "kinds",
                "Where the charter lists kinds of reference, each has one of their forms, so that everybody \
                 finds what it names.",
                "`nemcon charter show` lists the kinds and their forms: `st 7592/26 REV 1`.",
            );

            /// The words have none of the charter's forms of a legal basis.
            NoBasisForm(Line)
            says("`basis`: {0} has no form of a legal basis that the charter knows")
            => law(
                "no-basis-form", "kinds",
                "Where the charter lists forms of legal bases, each basis has one of them, so that one basis \
                 is not written in two ways.",
                "`nemcon charter show` lists the forms: `Article 31(1) TEU`.",
            );

            /// A part of the legal basis is decided elsewhere, and the measure does not say which part it means.
            BasisTooWide { basis: Line, part: Line }
            says("`basis`: {basis} takes in {part}, which is decided elsewhere")
            => law(
                "basis-too-wide", "kinds",
                "An act does not rest on an article of which a part is decided elsewhere.",
                "Name the paragraph or the point that the act rests on.",
            );

            /// The targets one by one are not as many as the count says.
            TargetCount {
                sort: Label,
                said: u64,
                /// How many are listed.
                listed: usize,
            }
            says("{said} targets of sort {sort} are counted, and {listed} are listed")
            => law(
                "target-count", "listings",
                "Targets that are listed one by one are as many as are counted.",
                "Correct the count, or list them all.",
            );

            /// What would apply is for none of the measure's targets.
            AppliesToNone {
                word: Label,
                /// The sorts of target that it may apply to.
                to: Vec<Label>,
            }
            says("{word} is for targets of sort {}; the measure has none of these", list(to))
            => law(
                "applies-to-none", "listings",
                "What is for some sorts of target applies where a measure has one of these.",
                "Leave it out, or list whom it is for.",
            );

            /// A document stands twice in one language.
            DocumentTwice(FileName)
            says("the document {0} stands twice in one language")
            => law(
                "document-twice", "documents",
                "A document is bound once in each language.",
                "Give the annex a name of its own.",
            );

            /// No incident has this number.
            UnknownIncident(u64)
            says("there is no incident {0}")
            => law(
                "unknown-incident", "incidents",
                "A measure answers incidents that were reported; an attribution is of one.",
                "`nemcon incident list` gives the numbers.",
            );

            /// What is cited has another text.
            CitedText {
                /// `measure` or `incident`.
                what: &'static str,
                number: u64,
            }
            says("the text hash given for {what} {number} is not that of its text")
            => law(
                "cited-text", "citations",
                "What is cited is cited with the hash of its text.",
                "Take number and text hash from `nemcon measure show` or `nemcon incident show`.",
            );

            /// What it rests on was not adopted.
            NotAdopted { measure: u64, status: Status }
            says("measure {measure} is {status}; only an adopted one can be built on")
            => law(
                "not-adopted", "citations",
                "Only what was adopted can be renewed, amended, repealed or relied upon.",
                "Wait until it is adopted.",
            );

            /// What it builds on holds no more.
            NotInForce(u64)
            says(
                "measure {0} is no longer in force: it has expired, was repealed or annulled, or is \
                 replaced"
            )
            => law(
                "not-in-force", "life",
                "Nothing is built on what has expired, was repealed or annulled, or names who takes \
                 part and is replaced.",
                "Cite what is in force, or table a measure that stands alone.",
            );

            /// A member that decided its predecessor would have no ballot on it.
            FewerThanBefore { code: Code, measure: u64 }
            says(
                "{code} had a ballot on measure {measure}, and would have none on what \
                 becomes of it"
            )
            => law(
                "fewer-than-before", "life",
                "Who had a ballot on a measure has one on its renewal, its amendment and its \
                 repeal.",
                "Take a kind and a rule that ask all who decided it.",
            );

            /// What it carries is not what its kind has effect by.
            WrongMatter {
                kind: Label,
                /// The effect that the charter gives it.
                wanted: Option<Effect>,
            }
            says("a measure of kind {kind} {}", council_change(*wanted))
            => law(
                "wrong-matter", "effects",
                "What a measure changes in the council itself is what its kind is for.",
                "Take the kind whose effect the charter names, and give what it asks for.",
            );

            /// What changes the council would enter into force later.
            EntersWithEffect(Label)
            says("a measure of kind {0} changes the council with its adoption: it has no `enters`")
            => law(
                "enters-with-effect", "effects",
                "What a measure changes in the council itself it changes with its adoption.",
                "Leave `enters` out, or table it when it shall act.",
            );

            /// Those that take part do not stand in the order of the roster, or one stands twice.
            ParticipatingOrder
            says("those that take part must stand once each, in the order of the roster")
            => law(
                "participating-order", "participating",
                "Those that take part are named once each, in the order of the roster.",
                "Put them in the order of `nemcon genesis show`.",
            );

            /// Too few take part.
            TooFewParticipating { found: usize, minimum: u64 }
            says("{found} members take part; at least {minimum} must")
            => law(
                "too-few-participating", "participating",
                "So many members take part at least as the charter says.",
                "Find more members that take part.",
            );

            /// No decision authorises the reduced set.
            NotAuthorised(Label)
            says("under {0} a measure cites the adopted decision of all members that authorises it")
            => law(
                "not-authorised", "participating",
                "Going ahead without all rests on a decision of all; a proposer never chooses \
                 who decides.",
                "Cite the adopted measure that names those that take part.",
            );

            /// No member is concerned where the rule leaves one out.
            NobodyConcerned(Label)
            says("under {0} a measure names the member that it concerns")
            => law(
                "nobody-concerned", "concerned",
                "A rule that leaves the member concerned out asks which one it is.",
                "Name the member in `concerns`.",
            );

            /// Another member is left out than the one that leaves.
            WrongConcerned {
                /// Whom the measure leaves out.
                concerns: Code,
                /// Who leaves by it.
                departs: Code,
            }
            says("it is {departs} that leaves; {concerns} keeps its ballot on that")
            => law(
                "wrong-concerned", "concerned",
                "On a member's leaving that member is the one concerned, and no other.",
                "Name the member that leaves in `concerns`.",
            );

            /// The member concerned has not given notice.
            NoNotice(Code)
            says("{0} has given no notice: it cannot be left out")
            => law(
                "no-notice", "concerned",
                "A member that has not given notice keeps its ballot on its leaving.",
                "Wait for the member's own notice, or decide by all.",
            );

            /// Nobody is left out under this rule.
            NeedlessAuthority(Label)
            says(
                "under {0} nobody is left out: neither a member concerned nor an authority is named"
            )
            => law(
                "needless-authority", "concerned",
                "Where all decide nobody is left out.",
                "Leave `concerns` and `authorised-by` out.",
            );

            /// Dates that do not follow one another.
            DatesOutOfOrder {
                /// The field that comes first.
                first: &'static str,
                /// The field that comes after.
                second: &'static str,
            }
            says("`{second}` must be later than `{first}`")
            => law(
                "dates-out-of-order", "deadlines",
                "Opening, closing, entry into force, review and expiry follow one another.",
                "Correct the dates.",
            );

            /// What is told of lies ahead.
            NotYetHappened(Time)
            says("an incident of {0} has not happened yet")
            => law(
                "not-yet-happened", "incidents",
                "An incident has happened.",
                "Correct when it began, or leave out when it ends until it has.",
            );

            /// A factor of severity stands twice.
            FactorTwice(Label)
            says("the severity is given twice by {0}")
            => law(
                "factor-twice", "incidents",
                "Severity is given once by each factor.",
                "Leave one of them out.",
            );

            /// The charter knows no incidents.
            NoIncidents
            says("this council shares no incidents")
            => law(
                "no-incidents", "incidents",
                "A council shares incidents if its charter says how they are described.",
                "This charter has no section `incidents`.",
            );
        }
    };
}

pub(super) use tabling_rows;
