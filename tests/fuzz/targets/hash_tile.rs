//! Fuzzes the decoder `hash_tile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("hash_tile", bytes);
});
