#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| passthru_invariants::acpi_tables::check(data));
