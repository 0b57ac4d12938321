//! Fuzzes the decoder `log_frames`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("log_frames", bytes);
});
