//! Fuzzes the decoder `signed_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("signed_file", bytes);
});
