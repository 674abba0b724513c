//! Configurations of hypervisors are read or refused, and stay lossless.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    xen(text);
});

fn xen(text: &str) {
    use hvconf::xen::{PciEntry, XlConfig, XlKey, XlText, read};
    let config = XlConfig::parse(text);
    assert_eq!(config.to_string(), text);
    let _ = read(&config);
    let mut edited = config.clone();
    if let Some(item) = XlText::new("0000:01:00.0") {
        if edited.add_item(XlKey::Pci, &item).is_ok() {
            let once = edited.clone();
            assert_eq!(edited.add_item(XlKey::Pci, &item), Ok(()));
            assert_eq!(edited, once);
        }
    }
    if let Ok(entry) = text.parse::<PciEntry>() {
        assert_eq!(entry.to_string().parse(), Ok(entry));
    }
}
