//! Fuzzes the decoder `certificate`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("certificate", bytes);
});
