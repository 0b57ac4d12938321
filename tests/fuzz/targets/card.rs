//! Fuzzes the decoder `card`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("card", bytes);
});
