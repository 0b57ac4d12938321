//! What an operator does about a node that has stopped for safety.

use nemcon_replica::replica::Halt;

/// What the operator does after the stop.
pub const fn after_stop(halt: &Halt) -> &'static str {
    match halt {
        Halt::Rules { .. } => "install the release that it names, over the same ledger and keys",
        Halt::ForkSealed { .. } | Halt::ForkDecided { .. } => {
            "do not start it again before the members have compared their ledgers: `nemcon verify` says of \
             each file in `evidence/` whom it convicts"
        }
        Halt::DecidedInvalid { .. } => {
            "keep a copy of the ledger folder, and start the node once with `--verify-all`: it does not believe \
             its snapshot then. If it stops again, compare the release and the ledger with the other members'"
        }
        Halt::Consensus(_) => {
            "keep the ledger folder as it is, and compare the release and the ledger with the other \
             members' before it is started again"
        }
        Halt::Log(_) => {
            "start it with the release that wrote the log; or put the file `signed` aside: then it observes, \
             and is safe"
        }
    }
}
