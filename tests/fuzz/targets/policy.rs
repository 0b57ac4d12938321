//! Fuzzes the decoder `policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("policy", bytes);
});
