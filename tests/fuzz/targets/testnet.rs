//! Fuzzes the decoder `testnet`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("testnet", bytes);
});
