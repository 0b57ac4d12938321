//! Fuzzes the decoder `statement`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("statement", bytes);
});
