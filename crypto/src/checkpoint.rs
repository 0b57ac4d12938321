//! Checkpoints: a log's name, size and root as the text of a note [C2SP tlog-checkpoint].

use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::note::check_controls;
use crate::{Digest, TreeSize};

/// `<origin> \n <size> \n base64(root) \n`: the state of one log.
///
/// Every value renders to the text that parses to it, and no other text does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: TreeSize,
    root: Digest,
}

/// Why a text is not a checkpoint that this code accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Fewer than three lines, or the last is not terminated.
    #[error("a checkpoint is three lines, each terminated")]
    Truncated,
    /// The first line is empty, or holds a control character.
    #[error("the origin is empty or holds a control character")]
    Origin,
    /// The second line is not a decimal size without leading zeroes, below 2^64.
    #[error("the size is not a canonical decimal")]
    Size,
    /// The third line is not canonical base64 of 32 bytes.
    #[error("the root is not canonical base64 of 32 bytes")]
    Root,
    /// More than three lines: extension lines are never written here, and mean nothing here.
    #[error("extension lines are not accepted")]
    Extension,
}

impl Checkpoint {
    /// The checkpoint of the log `origin` at `size`.
    ///
    /// # Errors
    /// [`CheckpointError::Origin`] if `origin` is empty, or has a control character such as newline.
    pub fn new(origin: &str, size: TreeSize, root: Digest) -> Result<Self, CheckpointError> {
        if origin.is_empty() || origin.contains('\n') || check_controls(origin).is_err() {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// Parses the text of a checkpoint's note.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let mut lines = text.splitn(4, '\n');
        let mut line = || lines.next().ok_or(CheckpointError::Truncated);
        let (origin, size, root, rest) = (line()?, line()?, line()?, line()?);
        if !rest.is_empty() {
            return Err(CheckpointError::Extension);
        }
        Self::new(origin, parse_size(size)?, parse_root(root)?)
    }

    /// The text, with its last newline.
    pub fn render(&self) -> String {
        self.to_string()
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of leaves.
    pub const fn size(&self) -> TreeSize {
        self.size
    }

    /// The Merkle root of these leaves.
    pub const fn root(&self) -> Digest {
        self.root
    }
}

fn parse_size(line: &str) -> Result<TreeSize, CheckpointError> {
    let size: u64 = line.parse().map_err(|_| CheckpointError::Size)?;
    // Refuses what the standard library also reads: a plus sign, leading zeroes.
    if size.to_string() == line { Ok(TreeSize(size)) } else { Err(CheckpointError::Size) }
}

fn parse_root(line: &str) -> Result<Digest, CheckpointError> {
    let bytes = STANDARD.decode(line).map_err(|_| CheckpointError::Root)?;
    bytes.try_into().map(Digest::from_bytes).map_err(|_| CheckpointError::Root)
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root.as_bytes());
        write!(f, "{}\n{}\n{root}\n", self.origin, self.size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\n\
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn the_example_of_the_specification_is_read_and_written_back() {
        let checkpoint = Checkpoint::parse(EXAMPLE).unwrap();
        assert_eq!(checkpoint.origin(), "example.com/behind-the-sofa");
        assert_eq!(checkpoint.size(), TreeSize(20_852_163));
        assert_eq!(checkpoint.root().as_bytes()[..4], [0x0a, 0xc5, 0x18, 0x6a]);
        assert_eq!(checkpoint.render(), EXAMPLE);
    }

    #[test]
    fn each_defect_has_its_refusal() {
        use CheckpointError::{Extension, Origin, Root, Size, Truncated};
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=";
        for (name, text, error) in [
            ("empty", String::new(), Truncated),
            ("two lines", "o\n1\n".to_owned(), Truncated),
            ("root not terminated", format!("o\n1\n{root}"), Truncated),
            ("empty origin", format!("\n1\n{root}\n"), Origin),
            ("carriage return", format!("o\r\n1\n{root}\n"), Origin),
            ("empty size", format!("o\n\n{root}\n"), Size),
            ("leading zero", format!("o\n01\n{root}\n"), Size),
            ("two zeroes", format!("o\n00\n{root}\n"), Size),
            ("plus sign", format!("o\n+1\n{root}\n"), Size),
            ("minus sign", format!("o\n-1\n{root}\n"), Size),
            ("space", format!("o\n1 \n{root}\n"), Size),
            ("hexadecimal", format!("o\n0x1\n{root}\n"), Size),
            ("2^64", format!("o\n18446744073709551616\n{root}\n"), Size),
            ("31 bytes", "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxqw==\n".into(), Root),
            ("33 bytes", format!("o\n1\n{}\n", root.replace('=', "A")), Root),
            ("no padding", format!("o\n1\n{}\n", root.replace('=', "")), Root),
            ("trailing bits", format!("o\n1\n{}\n", root.replace("I=", "J=")), Root),
            ("url alphabet", format!("o\n1\n{}\n", root.replace('/', "_")), Root),
            ("extension line", format!("{EXAMPLE}more\n"), Extension),
            ("blank fourth line", format!("{EXAMPLE}\n"), Extension),
        ] {
            assert_eq!(Checkpoint::parse(&text), Err(error), "{name}");
        }
    }

    #[test]
    fn an_origin_of_two_lines_is_not_made() {
        let root = crate::merkle::empty_root();
        for origin in ["", "a\nb", "a\tb", "\0"] {
            let made = Checkpoint::new(origin, TreeSize(0), root);
            assert_eq!(made, Err(CheckpointError::Origin), "{origin:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_rendered_is_parsed(
            origin in "[^\\x00-\\x1f]{1,20}",
            size: u64,
            root: [u8; 32],
        ) {
            let made = Checkpoint::new(&origin, TreeSize(size), Digest::from_bytes(root)).unwrap();
            prop_assert_eq!(Checkpoint::parse(&made.render()), Ok(made));
        }

        #[test]
        fn what_is_parsed_renders_to_the_same_text(
            at in 0..EXAMPLE.len(),
            with in "[ -~\\n]{0,2}",
            cut in 0..2_usize,
        ) {
            let mut text = EXAMPLE.to_owned();
            text.replace_range(at..(at + cut).min(EXAMPLE.len()), &with);
            if let Ok(checkpoint) = Checkpoint::parse(&text) {
                prop_assert_eq!(checkpoint.render(), text);
            }
        }
    }
}
