//! Fuzzes the decoder `note`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("note", bytes);
});
