//! Fuzzes the decoder `body`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("body", bytes);
});
