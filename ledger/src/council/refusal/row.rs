//! Which row of the law each refusal stands on.

use super::law::{self, Law};
use super::{Refusal, SignatureFault};

impl Refusal {
    /// The law that it breaks.
    #[expect(clippy::too_many_lines, reason = "one line a refusal")]
    pub const fn law(&self) -> &'static Law {
        match self {
            Self::WrongCouncil { .. } => &law::WRONG_COUNCIL,
            Self::UnknownParty(_) => &law::UNKNOWN_PARTY,
            Self::VacantSeat(_) => &law::VACANT_SEAT,
            Self::Signatures { fault: SignatureFault::Count { .. }, .. } => {
                &law::WRONG_SIGNATURE_COUNT
            }
            Self::Signatures { fault: SignatureFault::Signer { .. }, .. } => &law::WRONG_SIGNER,
            Self::Signatures { fault: SignatureFault::Invalid { .. }, .. } => {
                &law::INVALID_SIGNATURE
            }
            Self::MayNot { .. } | Self::NotInRole(_) => &law::MAY_NOT,
            Self::NotProposer { .. } => &law::NOT_PROPOSER,
            Self::AboutSeats { .. } => &law::ABOUT_SEATS,
            Self::NoSuchRole(_) => &law::NO_SUCH_ROLE,
            Self::AlreadyRecorded => &law::ALREADY_RECORDED,
            Self::UnknownKind(_) => &law::UNKNOWN_KIND,
            Self::WrongRule { .. } => &law::WRONG_RULE,
            Self::ClosesTooEarly { .. } => &law::CLOSES_TOO_EARLY,
            Self::TooManyOpen(_) => &law::TOO_MANY_OPEN,
            Self::UnknownMeasure(_) => &law::UNKNOWN_MEASURE,
            Self::Mismatch { .. } => &law::MISMATCH,
            Self::NotOpenYet { .. } => &law::NOT_OPEN_YET,
            Self::PastDeadline { .. } => &law::PAST_DEADLINE,
            Self::Ended { .. } => &law::ENDED,
            Self::NotEntitled { .. } => &law::NOT_ENTITLED,
            Self::NotOwn { .. } => &law::NOT_OWN,
            Self::WrongAfter { .. } => &law::WRONG_AFTER,
            Self::QualifiedNotAllowed(_) => &law::QUALIFIED_NOT_ALLOWED,
            Self::NothingToRetract { .. } => &law::NOTHING_TO_RETRACT,
            Self::QuotaSpent(_) => &law::QUOTA_SPENT,
            Self::DaySpent(_) => &law::DAY_SPENT,
            Self::NotDecidedHere { .. } => &law::NOT_DECIDED_HERE,
            Self::WrongBasis { .. } => &law::WRONG_BASIS,
            Self::FieldRequired { .. } => &law::FIELD_REQUIRED,
            Self::UnknownWord { .. } => &law::UNKNOWN_WORD,
            Self::TargetCount { .. } => &law::TARGET_COUNT,
            Self::DocumentTwice(_) => &law::DOCUMENT_TWICE,
            Self::UnknownIncident(_) => &law::UNKNOWN_INCIDENT,
            Self::CitedText { .. } => &law::CITED_TEXT,
            Self::NotAdopted { .. } => &law::NOT_ADOPTED,
            Self::NotInForce(_) => &law::NOT_IN_FORCE,
            Self::FewerThanBefore { .. } => &law::FEWER_THAN_BEFORE,
            Self::WrongMatter { .. } => &law::WRONG_MATTER,
            Self::ParticipatingOrder => &law::PARTICIPATING_ORDER,
            Self::TooFewParticipating { .. } => &law::TOO_FEW_PARTICIPATING,
            Self::NotAuthorised(_) => &law::NOT_AUTHORISED,
            Self::NobodyConcerned(_) => &law::NOBODY_CONCERNED,
            Self::WrongConcerned { .. } => &law::WRONG_CONCERNED,
            Self::NoNotice(_) => &law::NO_NOTICE,
            Self::NeedlessAuthority(_) => &law::NEEDLESS_AUTHORITY,
            Self::DatesOutOfOrder { .. } => &law::DATES_OUT_OF_ORDER,
            Self::NotYetHappened(_) => &law::NOT_YET_HAPPENED,
            Self::FactorTwice(_) => &law::FACTOR_TWICE,
            Self::NoIncidents => &law::NO_INCIDENTS,
            Self::Superseded { .. } => &law::SUPERSEDED,
            Self::RevisionChanges { .. } => &law::REVISION_CHANGES,
            Self::SameText(_) => &law::SAME_TEXT,
            Self::Packaged(_) => &law::PACKAGED,
            Self::StandsAlone(_) => &law::STANDS_ALONE,
            Self::PackageTooLarge(_) => &law::PACKAGE_TOO_LARGE,
            Self::BallotsBefore(_) => &law::BALLOTS_BEFORE,
            Self::PackageDates => &law::PACKAGE_DATES,
            Self::NotLater { .. } => &law::NOT_LATER,
            Self::AbstentionRefused(_) => &law::ABSTENTION_REFUSED,
            Self::DeclarationNotOwn { .. } => &law::DECLARATION_NOT_OWN,
            Self::TacitNotAllowed(_) => &law::TACIT_NOT_ALLOWED,
            Self::NoMandates => &law::NO_MANDATES,
            Self::WrongMandate { .. } => &law::WRONG_MANDATE,
            Self::HolderNotEntitled { .. } => &law::HOLDER_NOT_ENTITLED,
            Self::SecondMandate { .. } => &law::SECOND_MANDATE,
            Self::ChainedMandate { .. } => &law::CHAINED_MANDATE,
            Self::MandateUsed { .. } => &law::MANDATE_USED,
            Self::NoMandate { .. } => &law::NO_MANDATE,
            Self::BallotStands { .. } => &law::BALLOT_STANDS,
            Self::ReservationStands { .. } => &law::RESERVATION_STANDS,
            Self::NoReservation { .. } => &law::NO_RESERVATION,
            Self::BlockFull => &law::BLOCK_FULL,
            Self::NotAMember(_) => &law::NOT_A_MEMBER,
            Self::Frozen(_) => &law::FROZEN,
            Self::AlreadyFrozen(_) => &law::ALREADY_FROZEN,
            Self::ChangeWaiting(_) => &law::CHANGE_WAITING,
            Self::Officers { .. } => &law::OFFICERS,
            Self::TooManyOfficers(_) => &law::TOO_MANY_OFFICERS,
            Self::NothingChanges(_) => &law::NOTHING_CHANGES,
            Self::KeyUsed { .. } => &law::KEY_USED,
            Self::NoticeStands(_) => &law::NOTICE_STANDS,
            Self::NotAdmitted(_) => &law::NOT_ADMITTED,
            Self::AlreadyAMember(_) => &law::ALREADY_A_MEMBER,
            Self::RosterFull => &law::ROSTER_FULL,
            Self::TooManyParticipants => &law::TOO_MANY_PARTICIPANTS,
            Self::UnknownCheckpoint(_) => &law::UNKNOWN_CHECKPOINT,
            Self::InvalidSeal(_) => &law::INVALID_SEAL,
            Self::WeightsOrder => &law::WEIGHTS_ORDER,
            Self::WeightsAboveTotal { .. } => &law::WEIGHTS_ABOVE_TOTAL,
            Self::NoWeight => &law::NO_WEIGHT,
            Self::RulesNotNewer { .. } => &law::RULES_NOT_NEWER,
        }
    }

    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        self.law().code
    }
}
