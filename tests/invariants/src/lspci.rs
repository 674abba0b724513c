//! Any text gives a listing whose pieces are where they say, and borrowed records
//! that are part of it.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    for record in pci_core::lspci::parse(text).records {
        assert_eq!(
            text.get(record.head.span.clone()),
            Some(record.head.text.as_str())
        );
        for register in record
            .details
            .iter()
            .flat_map(|details| details.registers.iter())
        {
            assert_eq!(register.value & !register.known, 0);
            assert!(text.get(register.span.clone()).is_some());
        }
    }
    for record in pci_core::lspci::records(text).flatten() {
        assert!(text[record.offset..].starts_with(record.text));
    }
    for record in pci_core::lspci::machine_records(text).flatten() {
        assert!(text[record.offset..].starts_with(record.text));
        let _ = (
            record.address(),
            record.path(),
            record.id(),
            record.subsystem_id(),
        );
        let _ = (
            record.class_code(),
            record.vendor.name(),
            record.modules().count(),
        );
    }
    if let Ok(unread) = pci_core::lspci::UnreadRecords::find(text.to_owned()) {
        let whole = pci_core::lspci::parse(text);
        assert!(whole.damage.is_empty());
        assert_eq!(unread.len(), whole.records.len());
        for (index, record) in whole.records.iter().enumerate() {
            let alone = unread.read(index).unwrap();
            assert_eq!(
                (alone.address, alone.id, alone.class),
                (record.address, record.id, record.class)
            );
            assert_eq!(
                (alone.name, unread.line(index)),
                (record.name.clone(), Some(record.head.line))
            );
        }
    }
    let _ = pci_core::lspci::Releases::of(text);
    let _ = pci_core::lspci::parse_output("lspci -nnk -s 01:00.0 | grep driver", text);
}
