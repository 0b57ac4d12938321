//! Fuzzes the decoder `genesis`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("genesis", bytes);
});
