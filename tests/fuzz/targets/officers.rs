//! Fuzzes the decoder `officers`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("officers", bytes);
});
