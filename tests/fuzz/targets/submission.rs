//! Fuzzes the decoder `submission`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("submission", bytes);
});
