//! Fuzzes the decoder `cosignature`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("cosignature", bytes);
});
