use proptest::prelude::*;

use super::*;

/// Payloads that end in zeroes, are nothing but zeroes, or are empty: the hard cases of a torn end.
fn payloads() -> [&'static [u8]; 4] {
    [b"abcde", b"", &[7, 0, 0, 0, 0, 0, 0, 0, 0], &[0; 24]]
}

fn file(payloads: &[&[u8]]) -> Vec<u8> {
    payloads.iter().flat_map(|payload| encode_frame(Kind::Entry, payload).unwrap()).collect()
}

fn scan(bytes: &[u8]) -> (Vec<Vec<u8>>, End) {
    let mut scanner = Scanner::new(bytes, 0);
    let found = scanner.by_ref().map(|frame| frame.payload.to_vec()).collect();
    (found, scanner.end().unwrap())
}

#[test]
fn a_frame_lies_as_documented() {
    let bytes = encode_frame(Kind::Entry, b"abcde").unwrap();
    assert_eq!(&bytes[..8], b"nemE\x05\0\0\0");
    assert_eq!(bytes[8..12], crc32c::crc32c(b"abcde\0\0\0").to_le_bytes());
    assert_eq!(bytes[12..16], crc32c::crc32c(&bytes[..12]).to_le_bytes());
    assert_eq!(&bytes[16..], b"abcde\0\0\0end\n");
    assert_eq!(crc32c::crc32c(b"123456789"), 0xe306_9283, "the check value of CRC-32C");
}

#[test]
fn a_payload_past_the_maximum_is_refused() {
    let bytes = FRAME_BYTES_MAX + 1;
    assert_eq!(encode_frame(Kind::Entry, &vec![1; bytes]), Err(FrameTooLong { bytes }));
    let largest = encode_frame(Kind::Entry, &vec![1; FRAME_BYTES_MAX]).unwrap();
    assert_eq!(scan(&largest).1, End::Clean);
}

#[test]
fn a_file_cut_at_any_byte_is_torn_at_the_frame_that_it_cuts() {
    let whole = file(&payloads());
    let starts: Vec<u64> = Scanner::new(&whole, 0).map(|frame| frame.offset).collect();
    for size in 0..whole.len() {
        let (found, end) = scan(&whole[..size]);
        let offset = *starts.iter().rfind(|&&start| start <= size as u64).unwrap();
        let torn = if offset == size as u64 { End::Clean } else { End::Torn { offset } };
        assert_eq!(end, torn, "cut to {size}");
        assert!(found.iter().zip(payloads()).all(|(found, payload)| found == payload));
    }
}

#[test]
fn zeroes_from_any_multiple_of_four_are_torn_at_their_frame() {
    let whole = file(&payloads());
    let starts: Vec<u64> = Scanner::new(&whole, 0).map(|frame| frame.offset).collect();
    for from in (0..whole.len()).step_by(4) {
        for extra in [0, 1, 3, 600] {
            let mut bytes = whole.clone();
            bytes[from..].fill(0);
            bytes.resize(whole.len() + extra, 0);
            let offset = *starts.iter().rfind(|&&start| start <= from as u64).unwrap();
            assert_eq!(scan(&bytes).1, End::Torn { offset }, "zeroes from {from}, {extra} more");
        }
    }
}

#[test]
fn every_altered_byte_of_whole_frames_is_damage_at_its_frame() {
    let whole = file(&payloads());
    let frames: Vec<(u64, u64)> =
        Scanner::new(&whole, 0).map(|frame| (frame.offset, frame.next)).collect();
    for at in 0..whole.len() {
        let &(offset, _) = frames.iter().find(|(_, next)| (at as u64) < *next).unwrap();
        for flip in 1..=255_u8 {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            assert_eq!(scan(&bytes).1, End::Damaged { offset }, "byte {at} ^ {flip:#x}");
        }
    }
}

#[test]
fn a_length_altered_to_a_huge_one_is_damage_and_not_torn() {
    let mut bytes = file(&[b"abcde"]);
    bytes[4..8].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(scan(&bytes).1, End::Damaged { offset: 0 });
    let sum = crc32c::crc32c(&bytes[..12]);
    bytes[12..16].copy_from_slice(&sum.to_le_bytes());
    assert_eq!(scan(&bytes).1, End::Damaged { offset: 0 }, "its own sum does not excuse it");
}

#[test]
fn garbage_behind_the_last_frame_is_damage() {
    let mut bytes = file(&[b"abcde"]);
    let offset = bytes.len() as u64;
    bytes.extend([0; 40]);
    bytes.extend(b"garbage");
    assert_eq!(scan(&bytes).1, End::Damaged { offset });
}

proptest! {
    #[test]
    fn frames_are_read_back_as_written(
        payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..50), 0..8),
    ) {
        let lent: Vec<&[u8]> = payloads.iter().map(Vec::as_slice).collect();
        prop_assert_eq!(scan(&file(&lent)), (payloads, End::Clean));
    }

    #[test]
    fn no_bytes_make_the_scanner_fail(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let (_, end) = scan(&bytes);
        prop_assert!(bytes.is_empty() == (end == End::Clean));
    }
}
