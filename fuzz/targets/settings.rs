#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| passthru_invariants::settings::check(data));
