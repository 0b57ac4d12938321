//! `nemcon mandate` and `nemcon reservation`: statements of a member before or instead of a ballot.

use clap::Subcommand;
use nemcon_client::failure::Failure;
use nemcon_client::statements;
use nemcon_crypto::Digest;
use nemcon_ledger::record::reservation::ReservationAct;
use nemcon_ledger::text::{Code, Label, Line};

use super::act::act;
use super::signing::Signing;
use crate::cli::context::Context;

/// Lets another member cast one's ballot on one measure.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum MandateCommand {
    /// Give a mandate; your own ballot always goes before one cast by it.
    Grant {
        /// The measure's number.
        number: u64,
        /// The member that may cast your ballot.
        #[arg(long, value_name = "CODE")]
        to: Code,
        #[command(flatten)]
        signing: Signing,
    },
    /// Take a mandate back that has not been used.
    Revoke {
        /// The measure's number.
        number: u64,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Says "not yet, because".
#[derive(Clone, Debug, Subcommand)]
pub(super) enum ReservationCommand {
    /// Place a reservation of one of the charter's sorts.
    Place {
        /// The measure's number.
        number: u64,
        /// The reservation's sort; `nemcon charter show` lists the sorts of the charter.
        sort: Label,
        /// The reservation's text; it enters the ledger.
        #[arg(long, value_name = "TEXT", conflicts_with = "digest")]
        reason: Option<Line>,
        /// The commitment to the reservation's text, as `nemcon commit` makes it.
        #[arg(long)]
        digest: Option<Digest>,
        #[command(flatten)]
        signing: Signing,
    },
    /// Lift a reservation.
    Lift {
        /// The measure's number.
        number: u64,
        /// The sort of the reservation that is lifted.
        sort: Label,
        #[command(flatten)]
        signing: Signing,
    },
}

/// Runs `nemcon mandate`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run(command: &MandateCommand, context: Context<'_>) -> Result<(), Failure> {
    let (number, to, signing) = match command {
        MandateCommand::Grant { number, to, signing } => (*number, Some(to), signing),
        MandateCommand::Revoke { number, signing } => (*number, None, signing),
    };
    act(number, signing, context, |party, measure| {
        statements::mandate(party.head.clone(), measure, to.cloned())
    })
}

/// Runs `nemcon reservation`.
///
/// # Errors
/// [`Failure`].
pub(super) fn run_reservation(
    command: &ReservationCommand,
    context: Context<'_>,
) -> Result<(), Failure> {
    match command {
        ReservationCommand::Place { number, sort, reason, digest, signing } => {
            act(*number, signing, context, |party, measure| {
                let what = (sort.clone(), ReservationAct::Place);
                statements::reservation(
                    party.head.clone(),
                    measure,
                    what,
                    (reason.clone(), *digest),
                )
            })
        }
        ReservationCommand::Lift { number, sort, signing } => {
            act(*number, signing, context, |party, measure| {
                let what = (sort.clone(), ReservationAct::Lift);
                statements::reservation(party.head.clone(), measure, what, (None, None))
            })
        }
    }
}
