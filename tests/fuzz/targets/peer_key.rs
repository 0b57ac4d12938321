//! Fuzzes the decoder `peer_key`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("peer_key", bytes);
});
