//! Paths as words of a shell command that a person copies.

use std::path::Path;

use nemcon_ledger::text::Show as _;

/// The path as one word of a shell command, quoted if the shell would split or change it.
pub(super) fn word(path: &Path) -> String {
    let shown = path.shown();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+:@".contains(c);
    if shown.chars().all(is_plain) {
        return shown;
    }
    format!("'{}'", shown.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        for (path, wants) in [
            ("/tmp/nemcon-demo-1", "/tmp/nemcon-demo-1"),
            ("/tmp/my demo", "'/tmp/my demo'"),
            ("/tmp/$HOME", "'/tmp/$HOME'"),
            ("/tmp/it's", "'/tmp/it'\\''s'"),
        ] {
            assert_eq!(word(Path::new(path)), wants);
        }
    }
}
