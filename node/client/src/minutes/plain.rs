//! Escapes foreign words, so that Markdown shows them as they are.

/// The characters that some reader of Markdown gives a meaning within a line. All readers show an
/// escaped one as the character itself.
const SPECIAL: &str = "\\`*_[]<>#|&!~^$@{}=";

/// Escapes words within a line.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before = ' ';
    for c in text.chars() {
        let is_repeated = matches!(c, '-' | '.' | '+' | '%' | ':') && c == before;
        if SPECIAL.contains(c) || is_repeated {
            out.push('\\');
        }
        out.push(c);
        before = c;
    }
    out
}

/// Escapes words that begin a line, so that they make no list, heading or rule.
pub(super) fn paragraph(text: &str) -> String {
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let (number, rest) = text.split_at(digits);
    let is_item = match rest.chars().next() {
        Some('-' | '+' | ':' | '%' | '(') => digits == 0,
        Some('.' | ')') => digits > 0,
        _ => false,
    };
    let mark = if is_item { "\\" } else { "" };
    format!("{number}{mark}{}", plain(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_words_and_no_markup() {
        for (words, written) in [
            ("a|b <script> [x](y) _z_", "a\\|b \\<script\\> \\[x\\](y) \\_z\\_"),
            ("shall ~~not~~ apply", "shall \\~\\~not\\~\\~ apply"),
            ("50 $ and 60 $", "50 \\$ and 60 \\$"),
            ("x^2^, ==marked==, {{it}}", "x\\^2\\^, \\=\\=marked\\=\\=, \\{\\{it\\}\\}"),
            ("from -- to ...", "from -\\- to .\\.\\."),
            ("&amp; @BE", "\\&amp; \\@BE"),
            ("Décision (PESC) 2019/797, art. 5", "Décision (PESC) 2019/797, art. 5"),
        ] {
            assert_eq!(plain(words), written);
        }
    }

    #[test]
    fn a_paragraph_begins_no_list() {
        for (words, written) in [
            ("1. Two persons", "1\\. Two persons"),
            ("2) Two persons", "2\\) Two persons"),
            ("- not", "\\- not"),
            ("+ not", "\\+ not"),
            ("# not", "\\# not"),
            ("---", "\\-\\-\\-"),
            ("27 members", "27 members"),
            ("5.1 applies", "5\\.1 applies"),
        ] {
            assert_eq!(paragraph(words), written);
        }
    }
}
