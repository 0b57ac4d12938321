//! Legal bases, by article and paragraph.

use crate::text::Line;

/// Whether an act on the basis `found` rests on `wanted`: the same words, or a paragraph, a point of
/// it. `Article 28 TEU` is met by `Article 28(1)(a) TEU`, and not by `Article 280 TEU`.
///
/// What `found` has more than `wanted` are groups in parentheses, directly behind what both begin
/// with.
pub fn rests_on(found: &str, wanted: &str) -> bool {
    let shared = found.bytes().zip(wanted.bytes()).take_while(|(a, b)| a == b).count();
    let (found, wanted) = (&found.as_bytes()[shared..], &wanted.as_bytes()[shared..]);
    without_groups(found) == wanted
}

/// The first of `bases` that rests on one of `wanted`.
pub(super) fn first_on<'a>(bases: &'a [Line], wanted: &[Line]) -> Option<&'a Line> {
    bases.iter().find(|found| wanted.iter().any(|it| rests_on(found.as_str(), it.as_str())))
}

/// The first of `bases` that one of `wanted` is a paragraph or a point of, and that one.
pub(super) fn first_around<'a>(
    bases: impl IntoIterator<Item = &'a Line>,
    wanted: &'a [Line],
) -> Option<(&'a Line, &'a Line)> {
    bases.into_iter().find_map(|found| {
        let part = wanted.iter().find(|it| rests_on(it.as_str(), found.as_str()))?;
        Some((found, part))
    })
}

/// What stands behind the groups in parentheses that the text begins with.
fn without_groups(mut text: &[u8]) -> &[u8] {
    while let [b'(', rest @ ..] = text {
        match rest.iter().position(|byte| matches!(byte, b'(' | b')')) {
            Some(end) if end > 0 && rest[end] == b')' => text = &rest[end + 1..],
            _ => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_is_met_by_its_paragraphs_and_points() {
        for (wanted, met, others) in [
            (
                "Article 28 TEU",
                &["Article 28 TEU", "Article 28(1) TEU", "Article 28(1)(a) TEU"][..],
                &["Article 280 TEU", "Article 2 TEU", "Article 28 TFEU", "Article 28 (1) TEU"][..],
            ),
            (
                "Article 42(4) TEU",
                &["Article 42(4) TEU", "Article 42(4)(b) TEU"],
                &["Article 42 TEU", "Article 42(40) TEU", "Article 42(1)(4) TEU", "(4)"],
            ),
            ("Article 2(1)", &["Article 2(1)", "Article 2(1)(1)"], &["Article 2", "Article 2(1)("]),
            (
                "Article 29 TEU",
                &["Article 29(a) TEU"],
                &["Article 29() TEU", "Article 29((a)) TEU", "Article 29(1 TEU", ""],
            ),
            ("Ärticle 1", &["Ärticle 1(ä)"], &["Öarticle 1"]),
        ] {
            for found in met {
                assert!(rests_on(found, wanted), "{found} on {wanted}");
            }
            for found in others {
                assert!(!rests_on(found, wanted), "{found} on {wanted}");
            }
        }
    }
}
