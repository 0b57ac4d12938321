//! Fuzzes the decoder `foreign_key`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("foreign_key", bytes);
});
