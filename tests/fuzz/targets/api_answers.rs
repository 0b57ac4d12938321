//! Fuzzes the decoder `api_answers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("api_answers", bytes);
});
