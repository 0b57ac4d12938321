//! The members and participants of the council with their current keys, as a node reports them.

use nemcon_crypto::cosignature::{CosignatureError, cosign};
use nemcon_crypto::{Checkpoint, Digest, PublicKey, SecretKey};
use nemcon_ledger::Chain;
use nemcon_ledger::record::measure_fields::Cited;
use nemcon_ledger::record::membership::Boundary;
use nemcon_ledger::record::signers::{self, Part};
use nemcon_ledger::record::statement::Head;
use nemcon_ledger::record::{Body, ChainKey, Entry, Genesis, Member, Officer, Participant};
use nemcon_ledger::text::{Code, Label, Line, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::schema;
use crate::founding::{PlannedMember, PlannedParticipant};
use crate::statements::StatementError;

/// The members and participants with their keys, and the changes that are about to act.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Seats {
    /// The members in roster order.
    pub members: Vec<Seat>,
    /// The participants, those with a vacant seat included.
    #[serde(default)]
    pub participants: Vec<ParticipantSeat>,
    /// The entrants that are admitted and have not taken their seat yet.
    pub admitted: Vec<AdmittedSeat>,
    /// The codes of the members whose change of node key, entry or departure waits its turn, in order.
    #[schema(value_type = Vec<schema::Code>)]
    pub waiting: Vec<Code>,
    /// The number of leaves in the log at the end of the last block.
    pub size: u64,
    /// The root of the log's tree at that size.
    #[schema(value_type = schema::Digest)]
    pub root: Digest,
    /// The total weight, of which fractions are taken.
    pub total_weight: u64,
    /// The charter's word for what the weights count.
    #[schema(value_type = schema::Label)]
    pub weight_of: Label,
    /// The release that the council's next rules version needs, if this release does not
    /// know that version.
    #[schema(value_type = Option<String>)]
    pub needs_release: Option<Line>,
}

/// A member with its current keys.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Seat {
    /// The member: code, name, weight, officers and keys.
    #[serde(flatten)]
    #[schema(value_type = schema::PlannedMember)]
    pub member: PlannedMember,
    /// The time since which the member is frozen.
    #[schema(value_type = Option<schema::Time>)]
    pub frozen_since: Option<Time>,
    /// The member's notice that it leaves, if one stands.
    #[serde(default)]
    pub notice: Option<NoticeStanding>,
    /// The leaf hash of the member's last statement about itself, pending statements included.
    #[schema(value_type = Option<schema::Digest>)]
    pub last_own: Option<Digest>,
    /// The leaf hash of the last statement about the member's officers, pending statements included.
    #[schema(value_type = Option<schema::Digest>)]
    pub last_keys: Option<Digest>,
}

/// A member's notice that it leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeStanding {
    /// When it was given.
    #[schema(value_type = schema::Time)]
    pub since: Time,
    /// When the member leaves without a decision of the others, where the charter says so.
    #[schema(value_type = Option<schema::Time>)]
    pub leaves: Option<Time>,
}

/// A participant with its current officers.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ParticipantSeat {
    /// The participant: code, name, role and officers.
    #[serde(flatten)]
    #[schema(value_type = schema::PlannedParticipant)]
    pub participant: PlannedParticipant,
    /// The time since which the participant is frozen.
    #[schema(value_type = Option<schema::Time>)]
    pub frozen_since: Option<Time>,
    /// The leaf hash of the last statement about the participant's officers, pending statements included.
    #[schema(value_type = Option<schema::Digest>)]
    pub last_keys: Option<Digest>,
}

/// An entrant, with the measure that admits it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AdmittedSeat {
    /// The number of the measure.
    pub measure: u64,
    /// The hash of the measure's text.
    #[schema(value_type = schema::Digest)]
    pub text: Digest,
    /// The entrant's seat.
    pub seat: Seat,
}

impl Seats {
    /// The members and participants in the council of `chain`. `last` gives the last statement in a
    /// chain of statements, pending ones included.
    pub fn of(chain: &Chain, last: impl Fn(&ChainKey) -> Option<Digest>) -> Self {
        let council = chain.council();
        let frozen_since =
            |code: &Code| council.frozen().find(|(of, _)| *of == code).map(|(_, at)| at);
        let notice = |code: &Code| {
            let (_, since) = council.departing().find(|(of, _)| *of == code)?;
            Some(NoticeStanding { since, leaves: council.departs(since) })
        };
        let participant = |party: &Participant| ParticipantSeat {
            frozen_since: frozen_since(&party.code),
            last_keys: last(&ChainKey::Keys(party.code.clone())),
            participant: PlannedParticipant::of(party),
        };
        let seat = |member: &Member| {
            let code = &member.code;
            Seat {
                frozen_since: frozen_since(code),
                notice: notice(code),
                last_own: last(&ChainKey::Own(code.clone())),
                last_keys: last(&ChainKey::Keys(code.clone())),
                member: PlannedMember::of(member),
            }
        };
        let admitted = council.admitted().map(|admitted| AdmittedSeat {
            measure: admitted.measure.number,
            text: admitted.measure.text,
            seat: seat(&admitted.member),
        });
        let rules = council.rules().filter(|rules| !rules.is_known());
        Self {
            members: council.roster().members.iter().map(seat).collect(),
            participants: council.participants().iter().map(participant).collect(),
            admitted: admitted.collect(),
            waiting: council.waiting().cloned().collect(),
            size: chain.size().0,
            root: chain.root(),
            total_weight: council.weight().total,
            weight_of: council.weight().of.clone(),
            needs_release: rules.map(|rules| rules.release.clone()),
        }
    }

    /// The seat of the member with this code.
    pub fn seat(&self, code: &Code) -> Option<&Seat> {
        self.members.iter().find(|seat| seat.member.code == *code)
    }

    /// The seat of the participant with this code.
    pub fn participant(&self, code: &Code) -> Option<&ParticipantSeat> {
        self.participants.iter().find(|seat| seat.participant.code == *code)
    }

    /// The admitted entrant with this code.
    pub fn entrant(&self, code: &Code) -> Option<&AdmittedSeat> {
        self.admitted.iter().find(|admitted| admitted.seat.member.code == *code)
    }

    /// The keys that must sign `body`, as the council is now.
    ///
    /// # Errors
    /// [`StatementError::UnknownParty`], [`StatementError::VacantSeat`].
    pub fn signers(&self, body: &Body, genesis: &Genesis) -> Result<Vec<Part>, StatementError> {
        let code = &body.head().by;
        let entrant = || self.entrant(code).map(|admitted| &admitted.seat);
        if let Some(seat) = self.seat(code).or_else(entrant) {
            let member = seat.member.clone().into_member();
            let log = || genesis.checkpoint_origin();
            return Ok(signers::of_member(body, &genesis.origin, log, &member));
        }
        let seat = self.participant(code);
        let seat = seat.ok_or_else(|| StatementError::UnknownParty(code.clone()))?;
        let party = seat.participant.clone().into_participant();
        if party.is_vacant() {
            return Err(StatementError::VacantSeat(code.clone()));
        }
        Ok(signers::of_participant(body, &genesis.origin, &party))
    }
}

/// The text of the entry of an admitted party, with the seal of its node, which has the ledger
/// up to `boundary`.
///
/// # Errors
/// [`CosignatureError`] if the seal's time is out of range.
pub fn entry(
    head: Head,
    admitted: &AdmittedSeat,
    boundary: Boundary,
    log: &str,
    seal: &SecretKey,
    time_s: u64,
) -> Result<Body, CosignatureError> {
    let checkpoint =
        Checkpoint::new(log, boundary.size, boundary.root).expect("an origin of a council");
    Ok(Body::Entry(Entry {
        head,
        admitted_by: Cited { number: admitted.measure, text: admitted.text },
        checkpoint: boundary,
        sealed: cosign(&checkpoint, time_s, seal)?,
        after: admitted.seat.last_own,
    }))
}

/// A file with a member's new officers (TOML).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficersFile {
    /// The number of officers that must sign a statement of the member.
    pub signatures: usize,
    /// The new recovery key, if it changes as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recovery: Option<PublicKey>,
    /// All officers from then on: those that stay and the new ones.
    #[serde(rename = "officer")]
    pub officers: Vec<crate::founding::PlannedOfficer>,
}

impl OfficersFile {
    /// The text of the file.
    pub fn render(&self) -> String {
        toml::to_string(self).expect("numbers, labels and keys are TOML")
    }

    /// The officers in the form of the ledger.
    pub fn officers(&self) -> Vec<Officer> {
        self.officers.iter().cloned().map(crate::founding::PlannedOfficer::into_officer).collect()
    }
}
