//! Guests' configurations are read or refused, and stay lossless.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    use hvconf::proxmox::{HostContext, HostPci, VmConfig, lint};
    let config = VmConfig::parse(text);
    assert_eq!(config.to_string(), text);
    let _ = lint(&config, HostContext::default());
    if let Ok(entry) = text.parse::<HostPci>() {
        assert_eq!(entry.to_string().parse::<HostPci>(), Ok(entry));
    }
    if let Ok(domain) = hvconf::libvirt::Domain::parse(text) {
        let _ = hvconf::libvirt::lint(&domain);
        if let Ok(back) = hvconf::libvirt::read_back(text) {
            let vm = back.description;
            if let Ok(new) = hvconf::libvirt::edit(text, &vm) {
                assert_eq!(hvconf::libvirt::edit(&new, &vm).as_ref(), Ok(&new));
            }
        }
    }
    if let Ok(words) = hvconf::qemu::launch_words(text) {
        let _ = hvconf::qemu::read_back(&words.argv);
    }
    let mappings = hvconf::proxmox::PciCfg::parse(text);
    assert_eq!(mappings.to_string(), text);
    let host_context = hvconf::proxmox::HostContext {
        mappings: Some(&mappings),
        ..Default::default()
    };
    if let Some(id) = hvconf::proxmox::VmId::new(105) {
        let _ = hvconf::proxmox::read_back(id, text, host_context);
    }
    let words: Vec<String> = text.lines().map(str::to_owned).collect();
    let _ = hvconf::qemu::read_back(&words);
    if let Ok(device) = hvconf::qemu::QemuDevice::parse(text) {
        let json = device.write(hvconf::qemu::Syntax::Json);
        assert!(hvconf::qemu::QemuDevice::parse(&json).is_ok(), "{json}");
    }
    let _ = hvconf::qemu::Options::parse(text, "driver");
    let _ = hvconf::qemu::Options::parse_json(text);
    let _ = hvconf::proxmox::PropertyString::parse(text, "host");
    let _ = hvconf::esxi::vmx_address(text);
    let _ = hvconf::esxi::Vmx::parse(text);
    let _ = hvconf::esxi::read_back(text);
    assert_eq!(hvconf::esxi::VmxDocument::parse(text).to_string(), text);
    let _ = hvconf::esxi::PassthruMap::parse(text).conflicts();
    let _ = hvconf::esxi::EsxConf::parse(text);
}
