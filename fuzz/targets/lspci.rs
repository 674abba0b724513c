//! Any text gives a listing whose pieces are where they say.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for record in pci_core::lspci::parse(text).records {
        assert_eq!(text.get(record.head.span.clone()), Some(record.head.text.as_str()));
    }
    let _ = pci_core::lspci::parse_output("lspci -nnk -s 01:00.0 | grep driver", text);
});
