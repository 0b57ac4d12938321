//! Fuzzes the decoder `journal_entry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("journal_entry", bytes);
});
