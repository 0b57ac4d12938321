//! Fuzzes the decoder `tlog_proof`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("tlog_proof", bytes);
});
