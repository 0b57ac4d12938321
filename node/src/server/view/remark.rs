//! Remarks as the HTTP interface shows them.

use nemcon_client::api::RemarkView;
use nemcon_ledger::council::RemarkState;
use nemcon_ledger::text::Line;

use super::{WORDS_CHARS_MAX, cut_to};

/// A remark with the beginning of its text, of which `lines` is all that was read.
pub(in crate::server) fn remark(state: &RemarkState, lines: &[Line]) -> RemarkView {
    RemarkView {
        code: state.code.clone(),
        sort: state.sort.to_string(),
        text: beginning(lines),
        digest: state.digest,
        public: state.is_public,
        time: state.time,
        leaf: state.leaf.0,
    }
}

/// As many of the lines as fit, the last one cut with a `…` if they are long together.
fn beginning(lines: &[Line]) -> Vec<String> {
    let (mut told, mut chars) = (Vec::new(), 0);
    for line in lines.iter().map(Line::as_str) {
        if chars >= WORDS_CHARS_MAX {
            told.push("…".to_owned());
            break;
        }
        let is_cut = chars + line.chars().count() > WORDS_CHARS_MAX;
        told.push(cut_to(line, WORDS_CHARS_MAX - chars));
        if is_cut {
            break;
        }
        chars += line.chars().count();
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_together_and_say_so() {
        let lines = |lengths: &[usize]| -> Vec<Line> {
            lengths.iter().map(|length| "é".repeat(*length).parse().unwrap()).collect()
        };
        let told = |lengths: &[usize]| -> Vec<usize> {
            beginning(&lines(lengths)).iter().map(|line| line.chars().count()).collect()
        };
        assert_eq!(told(&[600, 400]), [600, 400], "as many as fit");
        assert_eq!(told(&[600, 401]), [600, 401], "400 of them and the mark");
        assert!(beginning(&lines(&[600, 401]))[1].ends_with('…'));
        assert_eq!(told(&[600, 400, 7, 7]), [600, 400, 1]);
        assert_eq!(told(&[]), Vec::<usize>::new());
    }
}
