//! Refusals of what parties say of themselves: keys, membership, weights, rules.

/// Hands these rows, behind those before them, to the next macro.
macro_rules! party_rows {
    ($next:ident $($then:ident)*; $($rows:tt)*) => {
        $next! {
            $($then)*;
            $($rows)*
            /// A member only can say this.
            NotAMember(Code)
            says("{0} is no member of this council")
            => law(
                "not-a-member", "membership",
                "Keys, seats and notices are a member's own.",
                "`nemcon member list` gives the members.",
            );

            /// Nothing is said for a frozen party.
            Frozen(Code)
            says("{0} is frozen: nothing is said for it until that is ended")
            => law(
                "frozen", "keys",
                "Nothing is said for a frozen party.",
                "`nemcon key officers` with the recovery key ends a member's freeze; `nemcon member appoint`, \
         by decision of all, a participant's.",
            );

            /// It is frozen already.
            AlreadyFrozen(Code)
            says("{0} is frozen already")
            => law(
                "already-frozen", "keys",
                "A party is frozen once until it is thawed.",
                "Nothing is left to do: nothing is said for it.",
            );

            /// One change at a time.
            ChangeWaiting(Code)
            says("a change of {0} is under way")
            => law(
                "change-waiting", "keys",
                "A member has one change under way at a time.",
                "Make it again once the one before acts: `nemcon member list` shows it.",
            );

            /// These officers cannot sign.
            Officers { code: Code, fault: OfficersFault }
            says("{code}: {fault}")
            => law(
                "bad-officers", "keys",
                "A threshold is of the officers, and each officer has a label of its own.",
                "Give at least as many officers as must sign, each with another label.",
            );

            /// More officers than could sign in one note.
            TooManyOfficers(Code)
            says("{0} would have more than {OFFICERS_MAX} officers")
            => law(
                "too-many-officers", "limits",
                "A member has so many officers and no more.",
                "Name fewer officers.",
            );

            /// It says what is so already.
            NothingChanges(Code)
            says("{0} has these officers and this threshold already")
            => law(
                "nothing-changes", "keys",
                "A change changes something.",
                "Nothing is left to do: it is so already.",
            );

            /// A key that was used before, or its short id by another under one name.
            KeyUsed { code: Code, key: Box<PublicKey> }
            says(
                "the key {key} for {code} was used before; a key has one use and one owner for ever"
            )
            => law(
                "key-used", "keys",
                "Every key has one use and one owner in the council's whole life.",
                "Make a new key with `nemcon key new`.",
            );

            /// It has said so.
            NoticeStands(Code)
            says("the notice of {0} stands already")
            => law(
                "notice-stands", "membership",
                "A notice stands until it is withdrawn.",
                "Table the measure that the charter asks for, or withdraw the notice.",
            );

            /// Nobody has admitted this party by this measure.
            NotAdmitted(Code)
            says("no adopted measure of this text admits {0}")
            => law(
                "not-admitted", "membership",
                "Members enter by decision of all.",
                "Have a measure adopted that admits it, with these very keys.",
            );

            /// It is a party here.
            AlreadyAMember(Code)
            says("{0} is a party of this council already")
            => law(
                "already-a-member", "membership",
                "A code is one party's.",
                "Take another code.",
            );

            /// As many members as note libraries read seals of.
            RosterFull
            says("the council has {MEMBERS_MAX} members, as many as one may have")
            => law(
                "roster-full", "limits",
                "A council has so many members and no more.",
                "Wait until a member has left.",
            );

            /// As many participants as may be appointed.
            TooManyParticipants
            says("the council has {PARTICIPANTS_MAX} participants, as many as one may appoint")
            => law(
                "too-many-participants", "limits",
                "A council appoints so many participants and no more.",
                "Appoint to a seat that is vacant.",
            );

            /// No block of these days ends so.
            UnknownCheckpoint(TreeSize)
            says("none of the last {BOUNDARIES_KEPT} blocks ends with this tree of {0} leaves")
            => law(
                "unknown-checkpoint", "membership",
                "An entrant's node seals a checkpoint of these days: it has the ledger.",
                "Let the entrant's node catch up, and sign its entry again.",
            );

            /// The entrant's node has not sealed it.
            InvalidSeal(Code)
            says("the seal of {0} does not verify over the checkpoint")
            => law(
                "invalid-seal", "membership",
                "An entrant's node seals with the key that was admitted.",
                "Sign the entry with the seal key of the measure that admits it.",
            );

            /// Weights stand in roster order, each once.
            WeightsOrder
            says("the weights do not stand in the order of the roster, each once")
            => law(
                "weights-order", "weights",
                "Weights stand in roster order, each once.",
                "Put them into the order of `nemcon member list`.",
            );

            /// The parts would be more than the whole.
            WeightsAboveTotal {
                /// What the members would weigh together; the greatest number, if it is more than
                /// that.
                sum: u64,
                total: u64,
            }
            says(
                "the members would weigh {sum} together, {} of the total {total}: the parts cannot be more than \
                the whole",
                percent(u128::from(*.sum), *.total)
            )
            => law(
                "weights-above-total", "weights",
                "The members together weigh no more than the whole.",
                "Give a higher total, or lower weights.",
            );

            /// The whole cannot be nothing.
            NoWeight
            says("the total weight is zero")
            => law(
                "no-weight", "weights",
                "Fractions are taken of a whole.",
                "Give a total above zero.",
            );

            /// The rules do not go back.
            RulesNotNewer {
                /// What the measure says.
                said: u32,
                is: u32,
            }
            says("rules version {said} is not newer than version {is}, which applies")
            => law(
                "rules-not-newer", "rules",
                "Rules go forward.",
                "Name a version above the one that applies.",
            );
        }
    };
}

pub(super) use party_rows;
