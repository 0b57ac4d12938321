//! Fuzzes the decoder `message`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("message", bytes);
});
