//! Texts of any kind given to the readers of hypervisors' configurations: they are
//! read or refused, stay lossless, and an edit done twice is done once.

use hvconf::{bhyve, cloud_hypervisor, incus, kubernetes, nova, unraid, xen};

const PIECES: [&str; 48] = [
    "pci",
    "=",
    "[",
    "]",
    "\"",
    "'",
    ",",
    "\n",
    " ",
    "#",
    "01:00.0",
    "1/0/0",
    "pptdevs",
    "pptdevs2",
    "BIND=",
    "|10de:2204",
    "[pci]\n",
    "device_spec = {",
    "\"address\": \"0000:01:00.0\"",
    "}",
    "alias",
    "devices:\n",
    "  - ",
    "  a: {",
    "type: gpu",
    "pci: ",
    "kind: PCIDeviceClaim\n",
    "spec:\n",
    "---\n",
    "kind: PCIDriverRebindConfig\n",
    "name: ",
    "targetDriver: vfio-pci",
    "--device",
    "path=/sys/",
    "--vfio",
    "passthru0=",
    "-s",
    "6:0,passthru,",
    "\\",
    "$",
    "\t",
    "\r",
    "é",
    "\0",
    "&a",
    "*a",
    ": ",
    "kind: KubeVirt\n",
];

#[test]
fn any_text_is_read_or_refused() {
    let mut random = testkit::Random::new(0x2545_f491_4f6c_dd1d);
    let address = "01:00.0".parse().unwrap();
    for _ in 0..5000 {
        let mut text = String::new();
        for _ in 0..random.below(14) {
            text.push_str(PIECES[random.below(PIECES.len())]);
        }
        let _ = incus::read(&text);
        let _ = kubernetes::read_manifest(&text);
        let _ = kubernetes::read_claims(&text);
        let _ = kubernetes::read_talos(&text);
        let _ = cloud_hypervisor::read(&text);
        let words: Vec<&str> = text.split_whitespace().collect();
        let _ = cloud_hypervisor::read_arguments(&words);
        let _ = hvconf::crosvm::read_arguments(&words);
        let _ = bhyve::read_arguments(&words);
        let _ = bhyve::read(&text);
        let _ = nova::read(&text);
        assert_eq!(nova::NovaConf::parse(&text).to_string(), text);
        let config = xen::XlConfig::parse(&text);
        assert_eq!(config.to_string(), text);
        let _ = xen::read(&config);
        let mut devices = bhyve::PptDevs::parse(&text);
        assert_eq!(devices.to_string(), text);
        if devices.add(address).is_ok() {
            let once = devices.clone();
            assert_eq!(devices.add(address), Ok(()));
            assert_eq!(devices, once, "{text:?}");
            assert!(devices.functions().any(|one| one == address), "{text:?}");
        }
        let mut file = unraid::VfioPciCfg::parse(&text);
        assert_eq!(file.to_string(), text);
        let function = unraid::BoundFunction { address, id: None };
        file.add(function).unwrap();
        let once = file.clone();
        file.add(function).unwrap();
        assert_eq!(file, once, "{text:?}");
        assert!(file.functions().any(|one| one == function), "{text:?}");
    }
}

/// A machine that asks for all that an edit can give.
fn machine() -> hvconf::description::Description {
    use hvconf::assigned::{
        AssignedDevices, AssignedFunction, AssignedSlot, Coverage, DisplayRole,
    };
    use hvconf::description::{
        Description, HugePageSize, KvmSignature, LookingGlassSize, MmioWindow, Pages,
    };
    let functions = ["01:00.0", "01:00.1"].map(|text| AssignedFunction::at(text.parse().unwrap()));
    let mut slot = AssignedSlot::new(functions.into(), Coverage::WholeSlot).unwrap();
    slot.display = DisplayRole::Primary;
    let assigned = AssignedDevices::new(vec![slot]).unwrap();
    let mut vm = Description::new("a".parse().unwrap(), assigned);
    vm.hiding.kvm = KvmSignature::Hidden;
    vm.hiding.hyperv_vendor_id = Some("abc".parse().unwrap());
    vm.memory.pages = Pages::Huge(HugePageSize::Gibibyte1);
    vm.mmio = MmioWindow::from_gibibytes(64);
    vm.looking_glass = LookingGlassSize::from_mebibytes(64);
    vm
}

#[test]
fn an_edit_of_proxmox_done_twice_is_done_once() {
    const PIECES: [&str; 26] = [
        "args: ",
        "cpu: ",
        "hidden=0",
        ",",
        "host",
        "hv-vendor-id=x",
        "\n",
        "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=",
        "65536",
        "-object memory-backend-file,id=a,mem-path=/dev/shm/looking-glass,size=",
        "32M",
        " ",
        "-device ivshmem-plain,memdev=a",
        "'",
        "\\",
        "-cpu host,kvm=off",
        "hostpci0: ",
        "01:00",
        "mapping=gpu",
        "[snap]\n",
        "[PENDING]\n",
        "numa: 1\n",
        "é",
        "=",
        "memory: 1000\n",
        "hugepages: 2\n",
    ];
    let vm = machine();
    let id = "105".parse().unwrap();
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let mut edited = 0;
    for _ in 0..1200 {
        let mut text = String::new();
        for _ in 0..random.below(16) {
            text.push_str(PIECES[random.below(PIECES.len())]);
        }
        let context = hvconf::proxmox::EditContext::default();
        let Ok(plan) = hvconf::proxmox::edit(id, &text, &vm, context) else {
            continue;
        };
        edited += 1;
        let new = plan.text.unwrap();
        let again = hvconf::proxmox::edit(id, &new, &vm, context).unwrap();
        assert_eq!(again.text.as_deref(), Some(&*new), "{text:?}");
        // Snapshots and what is pending stay as they are.
        let after = |text: &str| {
            let at = text
                .find("\n[")
                .filter(|at| !text.starts_with('[') && *at > 0);
            at.map(|at| text.get(at..).unwrap().to_owned())
        };
        if let Some(rest) = after(&text) {
            assert!(new.ends_with(&rest), "{text:?} {new:?}");
        }
    }
    assert!(edited > 200);
}

#[test]
fn long_texts_are_linear_in_their_length() {
    for piece in [
        "[",
        "{",
        "a: ",
        "- ",
        "BIND= ",
        "x=['",
        "pptdevs=\"\"\n",
        "[pci]\na=1\n ",
        "&a [*a,",
    ] {
        let text = piece.repeat(20_000);
        let _ = incus::read(&text);
        let _ = nova::read(&text);
        let _ = xen::XlConfig::parse(&text);
        let _ = bhyve::read(&text);
        let _ = unraid::VfioPciCfg::parse(&text).functions().count();
    }
}
