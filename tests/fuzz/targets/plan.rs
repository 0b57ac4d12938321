//! Fuzzes the decoder `plan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("plan", bytes);
});
