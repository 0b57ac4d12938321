//! Fuzzes the decoder `incident_draft`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("incident_draft", bytes);
});
