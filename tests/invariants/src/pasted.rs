//! Any pasted text results in findings with evidence, or an error.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    // Each line has one attribution.
    if let Ok(text) = std::str::from_utf8(data) {
        let lines = passthru::input::attributions("pasted.txt", text);
        assert_eq!(lines.len(), text.lines().count());
    }
    let mut input = passthru::input::Input::new();
    if input.add("pasted.txt", data).is_err() {
        return;
    }
    let Ok(tree) = input.finish() else { return };
    let host = passthru::Host::read(&tree);
    let report = passthru::doctor::examine(&host, &Default::default());
    for finding in &report.findings {
        let unknown = finding.verdict == passthru::Verdict::Unknown;
        assert!(unknown || !finding.evidence.is_empty(), "{finding:?}");
    }
    for address in host.devices().keys().take(2) {
        let request = passthru::plan::Request {
            devices: vec![*address],
            target: Some(passthru::Target::Proxmox),
            vm: Some("100".to_owned()),
            bind: None,
            ..passthru::plan::Request::default()
        };
        let _ = passthru::plan::make(&tree, &host, &request);
    }
}
