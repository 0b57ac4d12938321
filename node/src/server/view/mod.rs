//! The council's state as the HTTP interface shows it, read from a shared copy at no cost to the replica.

pub(super) mod incident;
pub(super) mod measure;
pub(super) mod node;
pub(super) mod remark;

use nemcon_ledger::Chain;
use nemcon_ledger::council::Balloting;
use nemcon_ledger::text::Code;

/// The length to which a text that a party wrote is cut, in characters.
const WORDS_CHARS_MAX: usize = 1_000;

/// The numbers of the open measures that lack a member's ballot; none for a frozen member, which
/// cannot cast any.
fn needs(chain: &Chain, member: &Code) -> Vec<u64> {
    if chain.council().is_frozen(member) {
        return Vec::new();
    }
    let open = chain.council().open_from(0);
    let lacks_ballot = |said: &Balloting| said.ballot(member).is_none();
    let lacks =
        open.filter(|it| it.is_entitled(member) && it.balloting().is_some_and(lacks_ballot));
    lacks.map(|state| state.number).collect()
}

/// The words, cut with a `…` if they are long. The record has all of them.
fn cut(words: &str) -> String {
    cut_to(words, WORDS_CHARS_MAX)
}

/// The words, cut with a `…` if they are longer than so many characters.
fn cut_to(words: &str, chars_max: usize) -> String {
    match words.char_indices().nth(chars_max) {
        None => words.to_owned(),
        Some((end, _)) => format!("{}…", &words[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_words_are_cut_between_characters_and_say_so() {
        let most = "é".repeat(WORDS_CHARS_MAX);
        assert_eq!(cut(&most), most);
        assert_eq!(cut(&format!("{most}é")), format!("{most}…"));
    }
}
