//! Fuzzes the decoder `address`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("address", bytes);
});
