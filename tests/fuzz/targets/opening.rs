//! Fuzzes the decoder `opening`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("opening", bytes);
});
