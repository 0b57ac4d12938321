//! Fuzzes the decoder `key_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("key_file", bytes);
});
