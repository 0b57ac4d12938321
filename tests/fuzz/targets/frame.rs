//! Fuzzes the decoder `frame`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("frame", bytes);
});
