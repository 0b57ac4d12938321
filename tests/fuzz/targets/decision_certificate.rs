//! Fuzzes the decoder `decision_certificate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("decision_certificate", bytes);
});
