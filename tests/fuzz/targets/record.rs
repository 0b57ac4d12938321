//! Fuzzes the decoder `record`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("record", bytes);
});
