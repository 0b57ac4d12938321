//! Fuzzes the decoder `evidence`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("evidence", bytes);
});
