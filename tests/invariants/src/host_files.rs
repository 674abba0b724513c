//! For any files that the doctor reads, it returns findings with evidence, and prints
//! them.

const FILES: [&str; 17] = [
    "/proc/iomem",
    "/proc/swaps",
    "/proc/net/route",
    "/proc/1/mountinfo",
    "/proc/cmdline",
    "/etc/os-release",
    "/etc/default/grub",
    "/etc/modprobe.d/a.conf",
    "/etc/network/interfaces",
    "/etc/pve/mapping/pci.cfg",
    "/etc/pve/qemu-server/100.conf",
    "/etc/libvirt/hooks/qemu",
    "/etc/rc.local",
    "/etc/crontab",
    "/etc/systemd/system/a.service",
    "/etc/unraid-version",
    "/boot/config/vfio-pci.cfg",
];

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let mut tree = host_tree::MemoryTree::partial();
    for (path, bytes) in FILES.iter().zip(data.split(|byte| *byte == 0)) {
        tree.insert_file(path, bytes);
        tree.insert_text(path, &String::from_utf8_lossy(bytes));
    }
    let host = passthru::Host::read(&tree);
    let report = passthru::doctor::examine(&host, &Default::default());
    for finding in &report.findings {
        let unknown = finding.verdict == passthru::Verdict::Unknown;
        assert!(unknown || !finding.evidence.is_empty(), "{finding:?}");
    }
    let text = passthru::render::report(
        &host,
        &report,
        &passthru::render::View::default(),
        &passthru::Invocation::default(),
        passthru::render::Style::PLAIN,
    );
    assert!(!text.contains('\x1b'));
}
