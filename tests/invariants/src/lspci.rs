//! Any text has a listing whose pieces are at their places, and borrowed records
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
    if let Ok(lazy) = pci_core::lspci::LazyRecords::find(text.to_owned()) {
        let whole = pci_core::lspci::parse(text);
        assert!(whole.damage.is_empty());
        assert_eq!(lazy.len(), whole.records.len());
        for (index, record) in whole.records.iter().enumerate() {
            let alone = lazy.read(index).unwrap();
            assert_eq!(
                (alone.address, alone.id, alone.class),
                (record.address, record.id, record.class)
            );
            assert_eq!(
                (alone.name, lazy.line(index)),
                (record.name.clone(), Some(record.head.line))
            );
        }
    }
    let _ = pci_core::lspci::Releases::of(text);
    let _ = pci_core::lspci::parse_output("lspci -nnk -s 01:00.0 | grep driver", text);
}
