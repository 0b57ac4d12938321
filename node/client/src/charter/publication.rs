//! What a charter makes public, in plain sentences.

use core::fmt::Write as _;

use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::{Publication, Votes};

/// Who learns the votes.
pub(super) const fn learned(votes: Votes) -> &'static str {
    match votes {
        Votes::Public => "public once it is decided",
        Votes::Released => "the members' own until their release is attested",
        Votes::Internal => "the members' own",
    }
}

/// What is public.
pub(super) fn publication(charter: &Charter) -> String {
    let Some(Publication { marking, released_by }) = &charter.publication else {
        return "All records are the members' own: nothing is public, and nothing is marked.\n"
            .to_owned();
    };
    let mut words = format!(
        "Public are adopted texts with what is attested of them and with statements that their parties make public, \
         decisions that adopt, keys and seats. All \
         else is the members' own and marked {marking}.\n"
    );
    if let Some(word) = released_by {
        let _ = writeln!(
            words,
            "Votes that wait for their release are public once this is attested: {word}."
        );
    }
    words
}
