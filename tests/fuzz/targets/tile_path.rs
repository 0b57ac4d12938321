//! Fuzzes the decoder `tile_path`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    nemcon_tests::decoders::run("tile_path", bytes);
});
