//! Lowercase hexadecimal digits, two a byte: the one written form of digests and key ids.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// What stands in [`VALUES`] for a byte that is no digit: no digit has these bits.
const NO_DIGIT: u8 = 0xf0;

/// The value of each byte as a digit.
static VALUES: [u8; 256] = {
    let mut values = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        values[DIGITS[value as usize] as usize] = value;
        value += 1;
    }
    values
};

/// Writes the digits of `bytes` into `text`, which is twice as long.
pub(crate) fn write<'t>(bytes: &[u8], text: &'t mut [u8]) -> &'t str {
    debug_assert_eq!(text.len(), 2 * bytes.len());
    for (pair, byte) in text.chunks_exact_mut(2).zip(bytes) {
        pair[0] = DIGITS[usize::from(byte >> 4)];
        pair[1] = DIGITS[usize::from(byte & 0x0f)];
    }
    str::from_utf8(text).expect("digits are ASCII")
}

/// The `N` bytes of which `text` is the written form; `None` if it is of none.
pub(crate) fn read<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let (mut bytes, mut seen) = ([0; N], 0);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
        seen |= high | low;
        *byte = high << 4 | low;
    }
    (seen & NO_DIGIT == 0).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_bytes_is_read_only_as_what_is_written_for_a_byte() {
        for first in 0..=127_u8 {
            for second in 0..=127_u8 {
                let pair = [first, second];
                let text = str::from_utf8(&pair).unwrap();
                let read = read::<1>(text);
                let expected = (0..=255_u8).find(|byte| format!("{byte:02x}") == text);
                assert_eq!(read, expected.map(|byte| [byte]), "{text:?}");
                if let Some(bytes) = read {
                    assert_eq!(write(&bytes, &mut [0; 2]), text);
                }
            }
        }
    }

    #[test]
    fn other_lengths_and_other_letters_are_no_digits() {
        for text in ["", "0", "000", "00000", "é", "0é0"] {
            assert_eq!(read::<2>(text), None, "{text:?}");
        }
        assert_eq!(read::<0>(""), Some([]));
        assert_eq!(read::<2>("0ff0"), Some([0x0f, 0xf0]));
    }
}
