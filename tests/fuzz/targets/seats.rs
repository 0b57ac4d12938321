//! Fuzzes the decoder `seats`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("seats", bytes);
});
