//! Configurations of hypervisors are read or refused, and stay lossless.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    xen(text);
    others(text);
    proxmox(text);
}

fn proxmox(text: &str) {
    use hvconf::assigned::{AssignedDevices, AssignedFunction, AssignedSlot, Coverage};
    use hvconf::description::{Description, KvmSignature, LookingGlassSize, MmioWindow};
    let Ok(address) = "01:00.0".parse() else {
        return;
    };
    let Ok(slot) = AssignedSlot::new(vec![AssignedFunction::at(address)], Coverage::WholeSlot)
    else {
        return;
    };
    let (Ok(name), Ok(id), Ok(passed)) =
        ("a".parse(), "105".parse(), AssignedDevices::new(vec![slot]))
    else {
        return;
    };
    let mut vm = Description::new(name, passed);
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.mmio = MmioWindow::from_gibibytes(64);
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    let context = hvconf::proxmox::EditContext::default();
    let Ok(plan) = hvconf::proxmox::edit(id, text, &vm, context) else {
        return;
    };
    let Some(new) = plan.text else { return };
    let again = hvconf::proxmox::edit(id, &new, &vm, context);
    assert_eq!(again.ok().and_then(|plan| plan.text), Some(new));
}

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

fn others(text: &str) {
    use hvconf::{bhyve, cloud_hypervisor, incus, kubernetes, nova, unraid};
    let _ = incus::read(text);
    let _ = kubernetes::read_manifest(text);
    let _ = kubernetes::read_claims(text);
    let _ = kubernetes::read_talos(text);
    let _ = cloud_hypervisor::read(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let _ = cloud_hypervisor::read_arguments(&words);
    let _ = hvconf::crosvm::read_arguments(&words);
    let _ = bhyve::read_arguments(&words);
    let _ = bhyve::read(text);
    let _ = bhyve::Assignments::parse(text);
    let conf = nova::NovaConf::parse(text);
    assert_eq!(conf.to_string(), text);
    let _ = nova::read(text);
    let Ok(address) = "01:00.0".parse() else {
        return;
    };
    let mut devices = bhyve::PptDevs::parse(text);
    assert_eq!(devices.to_string(), text);
    if devices.add(address).is_ok() {
        let once = devices.clone();
        assert_eq!(devices.add(address), Ok(()));
        assert_eq!(devices, once);
        assert!(devices.functions().any(|one| one == address));
    }
    let mut file = unraid::VfioPciCfg::parse(text);
    assert_eq!(file.to_string(), text);
    let function = unraid::BoundFunction { address, id: None };
    assert_eq!(file.add(function), Ok(()));
    let once = file.clone();
    assert_eq!(file.add(function), Ok(()));
    assert_eq!(file, once);
    assert!(file.functions().any(|one| one == function));
}
