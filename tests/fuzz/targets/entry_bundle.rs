//! Fuzzes the decoder `entry_bundle`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("entry_bundle", bytes);
});
