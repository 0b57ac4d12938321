//! Fuzzes the decoder `journal_segment`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("journal_segment", bytes);
});
