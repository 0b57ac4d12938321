//! Fuzzes the decoder `wal_entry`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("wal_entry", bytes);
});
