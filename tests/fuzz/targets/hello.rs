//! Fuzzes the decoder `hello`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("hello", bytes);
});
