//! Fuzzes the decoder `add_checkpoint`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("add_checkpoint", bytes);
});
