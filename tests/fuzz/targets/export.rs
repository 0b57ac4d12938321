//! Fuzzes the decoder `export`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("export", bytes);
});
