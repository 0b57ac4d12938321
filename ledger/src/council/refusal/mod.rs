//! Why the council refuses a statement: typed, with what to do next.

mod day;
mod law;
mod role;
mod row;

use nemcon_crypto::{Digest, PublicKey, TreeSize};

pub use day::DaySpent;
pub use law::{LAWS, Law};
pub use role::NotInRole;

use super::limits::{
    BOUNDARIES_KEPT, OFFICERS_MAX, OPEN_PER_PARTY_MAX, PACKAGE_MEASURES_MAX, PARTICIPANTS_MAX,
};
use super::status::Status;
use crate::record::charter::{Effect, percent};
use crate::record::limits::MEMBERS_MAX;
use crate::record::roster::OfficersFault;
use crate::record::statement::{ChainKey, SignatureFault};
use crate::text::{Code, FileName, Label, Line, Time};

/// A statement that the council's law does not let in. Nothing has changed by it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Made in another council.
    #[error("the statement is made in council {found}; this is council {wanted}")]
    WrongCouncil {
        /// The one it names.
        found: Digest,
        /// This one.
        wanted: Digest,
    },
    /// Nobody speaks for it.
    #[error("the seat of {0} is vacant: nobody speaks for it until somebody is appointed")]
    VacantSeat(Code),
    /// Signed for a code that is no party here.
    #[error("{0} is neither a member nor a participant of this council")]
    UnknownParty(Code),
    /// The signature lines are not the required ones.
    #[error("for {by}: {fault}")]
    Signatures {
        /// Who is said to sign.
        by: Code,
        /// What is wrong.
        fault: SignatureFault,
    },
    /// The charter does not let this party do that.
    #[error("{by} may not {act} a measure under this charter")]
    MayNot {
        /// Who tried.
        by: Code,
        /// `table`, `report`.
        act: &'static str,
    },
    /// The charter does not let this party do that to this measure.
    #[error(transparent)]
    NotInRole(Box<NotInRole>),
    /// Only whoever tabled a measure may do that.
    #[error("it is {proposer}'s measure: {by} cannot {act} measure {measure}")]
    NotProposer {
        /// Who tried.
        by: Code,
        /// Who tabled it.
        proposer: Code,
        /// Which.
        measure: u64,
        /// `revise`, `withdraw`, `bind`.
        act: &'static str,
    },
    /// A participant would end what decides who speaks for one.
    #[error(
        "measure {measure} decides who speaks for a participant: {by}, no member, cannot close it"
    )]
    AboutSeats {
        /// Who tried.
        by: Code,
        /// Which.
        measure: u64,
    },
    /// The charter lets nobody do anything in this role.
    #[error("{0} is no role that the charter gives a participant")]
    NoSuchRole(Label),
    /// The same text is in the ledger; other signatures do not make it another statement.
    #[error("this very text is already in the ledger")]
    AlreadyRecorded,
    /// The charter has no such kind.
    #[error("the charter knows no kind of measure called {0}")]
    UnknownKind(Label),
    /// The kind is not decided by that rule.
    #[error("a measure of kind {kind} is decided by {}, not by {found}", list(wanted))]
    WrongRule {
        /// The kind.
        kind: Label,
        /// The rule that the text names.
        found: Label,
        /// The rules of the charter.
        wanted: Vec<Label>,
    },
    /// The council does not decide such acts.
    #[error("acts of kind {kind} are not decided here: {because}")]
    NotDecidedHere {
        /// The kind.
        kind: Label,
        /// By what rule, and where, it is decided.
        because: Line,
    },
    /// None of the legal bases that call for this rule is named.
    #[error(
        "a measure of kind {kind} is decided by {rule} on {}; it names none of these",
        list(wanted)
    )]
    WrongBasis {
        /// The kind.
        kind: Label,
        /// The rule.
        rule: Label,
        /// The legal bases.
        wanted: Vec<Line>,
    },
    /// A field is missing that the kind requires.
    #[error("a measure of kind {kind} needs the field `{field}`")]
    FieldRequired {
        /// The kind.
        kind: Label,
        /// The field.
        field: Label,
    },
    /// The charter does not list this word.
    #[error("`{field}`: the charter does not know {word}")]
    UnknownWord {
        /// The field.
        field: &'static str,
        /// The word.
        word: Label,
    },
    /// The targets one by one are not as many as the count says.
    #[error("{said} targets of sort {sort} are counted, and {listed} are listed")]
    TargetCount {
        /// The sort.
        sort: Label,
        /// The count.
        said: u64,
        /// How many are listed.
        listed: usize,
    },
    /// A document stands twice in one language.
    #[error("the document {0} stands twice in one language")]
    DocumentTwice(FileName),
    /// No incident has this number.
    #[error("there is no incident {0}")]
    UnknownIncident(u64),
    /// What is cited has another text.
    #[error("the text hash given for {what} {number} is not that of its text")]
    CitedText {
        /// `measure` or `incident`.
        what: &'static str,
        /// Its number.
        number: u64,
    },
    /// What it rests on was not adopted.
    #[error("measure {measure} is {status}; only an adopted one can be built on")]
    NotAdopted {
        /// Which.
        measure: u64,
        /// How it stands.
        status: Status,
    },
    /// What it builds on holds no more.
    #[error("measure {0} is no longer in force: it has expired, was repealed or is replaced")]
    NotInForce(u64),
    /// A member that decided its predecessor would have no ballot on it.
    #[error("{code} had a ballot on measure {measure}, and would have none on what becomes of it")]
    FewerThanBefore {
        /// Who.
        code: Code,
        /// The predecessor.
        measure: u64,
    },
    /// What it carries is not what its kind has effect by.
    #[error("a measure of kind {kind} {}", matter(*wanted))]
    WrongMatter {
        /// The kind.
        kind: Label,
        /// The effect that the charter gives it.
        wanted: Option<Effect>,
    },
    /// Those that take part do not stand in the order of the roster, or one stands twice.
    #[error("those that take part must stand once each, in the order of the roster")]
    ParticipatingOrder,
    /// Too few take part.
    #[error("{found} members take part; at least {minimum} must")]
    TooFewParticipating {
        /// How many do.
        found: usize,
        /// How many must.
        minimum: u64,
    },
    /// No decision authorises the reduced set.
    #[error("under {0} a measure cites the adopted decision of all members that authorises it")]
    NotAuthorised(Label),
    /// No member is concerned where the rule leaves one out.
    #[error("under {0} a measure names the member that it concerns")]
    NobodyConcerned(Label),
    /// Another member is left out than the one that leaves.
    #[error("it is {departs} that leaves; {concerns} keeps its ballot on that")]
    WrongConcerned {
        /// Whom the measure leaves out.
        concerns: Code,
        /// Who leaves by it.
        departs: Code,
    },
    /// The member concerned has not given notice.
    #[error("{0} has given no notice: it cannot be left out")]
    NoNotice(Code),
    /// Nobody is left out under this rule.
    #[error("under {0} nobody is left out: neither a member concerned nor an authority is named")]
    NeedlessAuthority(Label),
    /// Dates that do not follow one another.
    #[error("`{second}` must be later than `{first}`")]
    DatesOutOfOrder {
        /// The field that comes first.
        first: &'static str,
        /// The field that comes after.
        second: &'static str,
    },
    /// What is told of lies ahead.
    #[error("an incident of {0} has not happened yet")]
    NotYetHappened(Time),
    /// A factor of severity stands twice.
    #[error("the severity is given twice by {0}")]
    FactorTwice(Label),
    /// The charter knows no incidents.
    #[error("this council shares no incidents")]
    NoIncidents,
    /// Its deadline has passed already.
    #[error("the measure would close at {closes}; it is {now} already")]
    ClosesTooEarly {
        /// Its deadline.
        closes: Time,
        /// The block's time.
        now: Time,
    },
    /// It has as many measures open as a party may.
    #[error("{0} has {OPEN_PER_PARTY_MAX} measures open, as many as one party may have")]
    TooManyOpen(Code),
    /// No measure has this number.
    #[error("there is no measure {0}")]
    UnknownMeasure(u64),
    /// What it says of the measure is not so.
    #[error("the statement gives measure {measure} the {field} {said:?}; it is {is:?}")]
    Mismatch {
        /// The measure's number.
        measure: u64,
        /// `revision`, `text`, `title` or `rule`.
        field: &'static str,
        /// What the statement says.
        said: String,
        /// What is so.
        is: String,
    },
    /// A revision has replaced the text.
    #[error("you speak of REV {said} of measure {measure}; the text is now REV {is}")]
    Superseded {
        /// Which.
        measure: u64,
        /// The revision that the statement is on.
        said: u32,
        /// The revision that stands.
        is: u32,
    },
    /// A revision changes who decides, or how.
    #[error("a revision of measure {measure} cannot change its {field}")]
    RevisionChanges {
        /// Which.
        measure: u64,
        /// `kind`, `rule`, `authorised-by`, `concerns`.
        field: &'static str,
    },
    /// A revision without a change.
    #[error(
        "the new text of measure {0} is the one that stands: nothing changes but that all ballots on \
         it would be void"
    )]
    SameText(u64),
    /// It belongs to a package.
    #[error("measure {0} belongs to a package")]
    Packaged(u64),
    /// It is bound to nothing.
    #[error("measure {0} decides who speaks for a participant: it is bound to no other")]
    StandsAlone(u64),
    /// Too many measures in one package.
    #[error("{0} measures in one package; at most {PACKAGE_MEASURES_MAX} may be bound together")]
    PackageTooLarge(usize),
    /// Somebody has spoken on a measure before it was bound to others.
    #[error("measure {0} has ballots or mandates already: it cannot be bound to others any more")]
    BallotsBefore(u64),
    /// Measures of a package with dates of their own.
    #[error("the measures of a package open and close at the same times")]
    PackageDates,
    /// The new deadline is not later.
    #[error("measure {measure} closes at {is}; {wanted} is not later")]
    NotLater {
        /// Which.
        measure: u64,
        /// Its deadline.
        is: Time,
        /// The one asked for.
        wanted: Time,
    },
    /// Balloting has not begun.
    #[error("balloting on measure {measure} opens at {opens}")]
    NotOpenYet {
        /// Which.
        measure: u64,
        /// When.
        opens: Time,
    },
    /// The deadline has passed; the block that says how the measure ended is yet to come.
    #[error("balloting on measure {measure} closed at {closes}")]
    PastDeadline {
        /// Which.
        measure: u64,
        /// When.
        closes: Time,
    },
    /// The measure has ended.
    #[error("measure {measure} is {status}: nothing more can be said on it")]
    Ended {
        /// Which.
        measure: u64,
        /// How.
        status: Status,
    },
    /// Its ballot is not asked for.
    #[error("{code} is not entitled to a ballot on measure {measure}")]
    NotEntitled {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// A party speaks for another.
    #[error("{by} may not speak for {on_behalf}")]
    NotOwn {
        /// Who signs.
        by: Code,
        /// For whom.
        on_behalf: Code,
    },
    /// It does not follow the last statement in its chain.
    #[error(
        "the statement follows {}; the last one {chain} is {}",
        none_or(*after),
        none_or(*wanted)
    )]
    WrongAfter {
        /// Which chain.
        chain: ChainKey,
        /// What it names.
        after: Option<Digest>,
        /// What stands.
        wanted: Option<Digest>,
    },
    /// This kind knows no qualified abstention.
    #[error("a measure of kind {0} knows no qualified abstention")]
    QualifiedNotAllowed(Label),
    /// The rule refuses abstention.
    #[error("under {0} a member is in favour or against; it cannot abstain")]
    AbstentionRefused(Label),
    /// A declaration is a member's own.
    #[error("{by} cannot make a formal declaration for {on_behalf}")]
    DeclarationNotOwn {
        /// Who signs.
        by: Code,
        /// For whom.
        on_behalf: Code,
    },
    /// Only a written procedure knows tacit assent.
    #[error("measure {0} is not decided in writing: it knows no tacit assent")]
    TacitNotAllowed(u64),
    /// The charter knows no mandates.
    #[error("under this charter nobody casts another's ballot")]
    NoMandates,
    /// The ballot names another mandate than the one that stands.
    #[error("{by} does not name the mandate of {on_behalf} that stands")]
    WrongMandate {
        /// Who signs.
        by: Code,
        /// For whom.
        on_behalf: Code,
    },
    /// The one who would hold it has no ballot, or is the member itself.
    #[error(
        "{holder} cannot hold a mandate on measure {measure}: it is not another entitled member"
    )]
    HolderNotEntitled {
        /// Who.
        holder: Code,
        /// On what.
        measure: u64,
    },
    /// A member holds one mandate at most.
    #[error("{holder} holds the mandate of {from} on measure {measure} already")]
    SecondMandate {
        /// Who would hold two.
        holder: Code,
        /// Whose it holds.
        from: Code,
        /// On what.
        measure: u64,
    },
    /// What one holds for another is not passed on.
    #[error("{through} would pass on the mandate of {from}")]
    ChainedMandate {
        /// Who is in the middle.
        through: Code,
        /// Whose mandate it is.
        from: Code,
    },
    /// It has been used.
    #[error("the mandate of {code} on measure {measure} has been used")]
    MandateUsed {
        /// Whose.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// There is none to take back.
    #[error("{code} has given no mandate on measure {measure}")]
    NoMandate {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// The member has spoken itself.
    #[error("{code} has a ballot of its own on measure {measure}")]
    BallotStands {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// It has been placed already.
    #[error("the reservation {sort} of {code} stands already")]
    ReservationStands {
        /// Whose.
        code: Code,
        /// Its sort.
        sort: Label,
    },
    /// There is none to lift.
    #[error("{code} has no reservation {sort} to lift")]
    NoReservation {
        /// Whose.
        code: Code,
        /// Its sort.
        sort: Label,
    },
    /// There is no ballot to take back.
    #[error("{code} has no ballot on measure {measure} to retract")]
    NothingToRetract {
        /// Who.
        code: Code,
        /// On what.
        measure: u64,
    },
    /// One party's share of a day is used up.
    #[error(transparent)]
    DaySpent(Box<DaySpent>),
    /// One party's share of a block is used up.
    #[error("{0} has used up its share of this block")]
    QuotaSpent(Code),
    /// The block has no room for it.
    #[error("this block has no room for it any more")]
    BlockFull,
    /// A member only can say this.
    #[error("{0} is no member of this council")]
    NotAMember(Code),
    /// Nothing is said for a frozen party.
    #[error("{0} is frozen: nothing is said for it until that is ended")]
    Frozen(Code),
    /// It is frozen already.
    #[error("{0} is frozen already")]
    AlreadyFrozen(Code),
    /// One change at a time.
    #[error("a change of {0} is under way")]
    ChangeWaiting(Code),
    /// These officers cannot sign.
    #[error("{code}: {fault}")]
    Officers {
        /// Whose.
        code: Code,
        /// Why.
        fault: OfficersFault,
    },
    /// More officers than could sign in one note.
    #[error("{0} would have more than {OFFICERS_MAX} officers")]
    TooManyOfficers(Code),
    /// It says what is so already.
    #[error("{0} has these officers and this threshold already")]
    NothingChanges(Code),
    /// A key that was used before, or its short id by another under one name.
    #[error("the key {key} for {code} was used before; a key has one use and one owner for ever")]
    KeyUsed {
        /// For whom.
        code: Code,
        /// Which.
        key: Box<PublicKey>,
    },
    /// It has said so.
    #[error("the notice of {0} stands already")]
    NoticeStands(Code),
    /// Nobody has admitted this party by this measure.
    #[error("no adopted measure of this text admits {0}")]
    NotAdmitted(Code),
    /// It is a party here.
    #[error("{0} is a party of this council already")]
    AlreadyAMember(Code),
    /// As many members as note libraries read seals of.
    #[error("the council has {MEMBERS_MAX} members, as many as one may have")]
    RosterFull,
    /// As many participants as may be appointed.
    #[error("the council has {PARTICIPANTS_MAX} participants, as many as one may appoint")]
    TooManyParticipants,
    /// No block of these days ends so.
    #[error("none of the last {BOUNDARIES_KEPT} blocks ends with this tree of {} leaves", .0.0)]
    UnknownCheckpoint(TreeSize),
    /// The entrant's node has not sealed it.
    #[error("the seal of {0} does not verify over the checkpoint")]
    InvalidSeal(Code),
    /// Weights stand in roster order, each once.
    #[error("the weights do not stand in the order of the roster, each once")]
    WeightsOrder,
    /// The parts would be more than the whole.
    #[error(
        "the members would weigh {sum} together, {} of the total {total}: the parts cannot be more than \
         the whole",
        percent(u128::from(*.sum), *.total)
    )]
    WeightsAboveTotal {
        /// What the members would weigh together; the greatest number, if it is more than that.
        sum: u64,
        /// The whole.
        total: u64,
    },
    /// The whole cannot be nothing.
    #[error("the total weight is zero")]
    NoWeight,
    /// The rules do not go back.
    #[error("rules version {said} is not newer than version {is}, which applies")]
    RulesNotNewer {
        /// What the measure says.
        said: u32,
        /// What applies.
        is: u32,
    },
}

fn list<T: core::fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

fn matter(wanted: Option<Effect>) -> String {
    wanted.map_or_else(
        || "changes nothing in the council itself".to_owned(),
        |effect| format!("says what it changes in the council: {effect}"),
    )
}

fn none_or(digest: Option<Digest>) -> String {
    digest.map_or_else(|| "nothing".to_owned(), |digest| digest.to_string())
}
