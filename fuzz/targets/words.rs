#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| passthru_invariants::words::check(data));
