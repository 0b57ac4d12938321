//! Fuzzes the decoder `verifier_key`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("verifier_key", bytes);
});
