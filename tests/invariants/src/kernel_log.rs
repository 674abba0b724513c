//! Any text has log lines; a filtered log proves no absence.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let log = iommu::KernelLog::parse("dmesg | grep x", text);
    let mut groups = iommu::Groups::default();
    groups.add_log(&log);
    assert!(
        iommu::facts(&log)
            .iter()
            .all(|fact| fact.kind != iommu::LogLineKind::NoGroups)
    );
}
