//! Fuzzes the decoder `draft`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("draft", bytes);
});
