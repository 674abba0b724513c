//! Plans for each hypervisor that has one.

use host_tree::MemoryTree;
use passthru::plan::{self, Request};
use passthru::{Host, Target};

use crate::command::passthru;

const HOST: [&str; 2] = ["--root", "examples/hosts/proxmox-rtx5060ti/before"];

fn planned(target: &str, vm: &str) -> serde_json::Value {
    let words = ["--json", "plan", "01:00.0", "--for", target, "--vm", vm];
    let run = passthru(&[&words[..], &HOST].concat());
    assert!(run.err.is_empty(), "{target}: {}", run.err);
    run.json()
}

#[test]
fn each_plan_has_the_hypervisors_settings() {
    let uuid = "7f5ce9ac-7ec5-0a08-cf4b-0c3a2b1d4e5f";
    for (target, vm, binding, parts) in [
        (
            "esxi",
            "win 11",
            "by-hypervisor",
            &[
                "pcipassthru",
                "0000:01:00.1",
                "\"false\"",
                "add the VM's .vmx",
            ][..],
        ),
        (
            "xen",
            "win11",
            "by-hypervisor",
            &[
                "options xen-pciback hide=(0000:01:00.0)(0000:01:00.1)",
                "pci-assignable-remove",
                "pci = [ \\\"0000:01:00.*\\\" ]",
            ],
        ),
        (
            "xcp-ng",
            uuid,
            "by-hypervisor",
            &[
                "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)",
                "0/0000:01:00.0,0/0000:01:00.1",
            ],
        ),
        (
            "hyper-v",
            "win11",
            "by-hypervisor",
            &["VEN_10DE&DEV_2D04", "win11-dda-undo.ps1"],
        ),
        (
            "bhyve",
            "win11",
            "by-hypervisor",
            &["pptdevs=\\\"1/0/0 1/0/1\\\"", "6:1,passthru,1/0/1"],
        ),
        (
            "qemu",
            "win11",
            "by-id",
            &[
                "/var/lib/passthru/win11.sh",
                "pcie-root-port",
                "0000:01:00.1",
                "/var/lib/passthru/win11_VARS.fd",
                "sh /var/lib/passthru/win11.sh -m 16G",
            ],
        ),
        (
            "cloud-hypervisor",
            "win11",
            "by-id",
            &[
                "path=/sys/bus/pci/devices/0000:01:00.1/",
                "options vfio-pci ids=",
            ],
        ),
        (
            "crosvm",
            "a",
            "by-id",
            &["--vfio /sys/bus/pci/devices/0000:01:00.0"],
        ),
        (
            "incus",
            "win11",
            "by-hypervisor",
            &["pci=0000:01:00.0", "\"incus\"", "\"remove\""],
        ),
        ("lxd", "win11", "by-hypervisor", &["\"lxc\""]),
        (
            "kubevirt",
            "win11",
            "by-id",
            &["10DE:2D04", "pciHostDevices"],
        ),
        (
            "harvester",
            "node1",
            "by-hypervisor",
            &["PCIDeviceClaim", "node1-000001000"],
        ),
        (
            "gpu-operator",
            "node1",
            "by-hypervisor",
            &["gpu.workload.config=vm-passthrough"],
        ),
        (
            "nova",
            "gpu",
            "by-id",
            &["device_spec = {", "pci_passthrough:alias=pci-10de-2d04:1"],
        ),
        (
            "unraid",
            "win11",
            "by-address",
            &["BIND=0000:01:00.0|10de:2d04 0000:01:00.1|10de:22eb"],
        ),
        (
            "truenas",
            "3",
            "by-hypervisor",
            &["pci_0000_01_00_1", "update_gpu_pci_ids"],
        ),
        (
            "nixos",
            "win11",
            "by-hypervisor",
            &["options vfio-pci ids=10de:2d04,10de:22eb"],
        ),
        (
            "talos",
            "win11",
            "by-hypervisor",
            &["PCIDriverRebindConfig"],
        ),
    ] {
        let plan = planned(target, vm);
        assert_eq!(plan["target"], target);
        assert_eq!(plan["binding"], binding, "{target}");
        let text = plan.to_string();
        for part in parts {
            assert!(text.contains(part), "{target}: no {part} in {text}");
        }
        if binding == "by-hypervisor" {
            assert!(!text.contains("/etc/modprobe.d/vfio.conf"), "{target}");
            assert!(!text.contains("ends in /vfio-pci"), "{target}");
        }
    }
}

#[test]
fn present_settings_are_kept() {
    let mut tree = MemoryTree::partial();
    tree.insert_text(
        "lspci -nnk",
        "01:00.0 Ethernet controller [0200]: Intel Corporation Device [8086:10d3]\n\
         \tKernel driver in use: e1000e\n",
    );
    for (path, text) in [
        (
            "/etc/xen/a.cfg",
            "name = 'a'\ntype = 'hvm'\npci = [ '05:00.0' ] # disks\n",
        ),
        (
            "/etc/modprobe.d/pciback.conf",
            "options xen-pciback hide=(0000:05:00.0)\n",
        ),
        ("/boot/loader.conf", "pptdevs=\"5/0/0\"\nvmm_load=\"YES\"\n"),
        ("/boot/config/vfio-pci.cfg", "BIND=0000:05:00.0|8086:10d3\n"),
        (
            "/etc/nova/nova.conf",
            "[DEFAULT]\n[pci]\nalias = {\"name\": \"x\"}\n[vnc]\n",
        ),
        ("/etc/initramfs-tools/modules", ""),
        (
            "/etc/rc.conf",
            "vm_enable=\"YES\"\nvm_dir=\"zfs:zroot/vm\"\n",
        ),
        (
            "/zroot/vm/a/a.conf",
            "loader=\"uefi\"\nmemory=4G\npassthru0=\"5/0/0\"\n",
        ),
        (
            "/vmfs/volumes/ds/a/a.vmx",
            ".encoding = \"UTF-8\"\ndisplayName = \"a\"\nmemSize = \"4096\"\nfirmware = \"efi\"\n\
             numvcpus = \"8\"\n",
        ),
    ] {
        tree.insert_file(path, text);
    }
    let host = Host::read(&tree);
    for (target, edits) in [
        (
            Target::Xen,
            &[
                (
                    "/etc/modprobe.d/pciback.conf",
                    "options xen-pciback hide=(0000:05:00.0)(0000:01:00.0)\n\
                     softdep e1000e pre: xen-pciback\n",
                ),
                (
                    "/etc/xen/a.cfg",
                    "name = 'a'\ntype = 'hvm'\npci = [ '05:00.0', \"0000:01:00.*\" ] # disks\n",
                ),
            ][..],
        ),
        (
            Target::Bhyve,
            &[
                (
                    "/boot/loader.conf",
                    "pptdevs=\"5/0/0 1/0/0\"\nvmm_load=\"YES\"\n",
                ),
                (
                    "/zroot/vm/a/a.conf",
                    "loader=\"uefi\"\nmemory=4G\npassthru0=\"5/0/0\"\npassthru1=\"1/0/0\"\n",
                ),
            ],
        ),
        (
            Target::Esxi,
            &[(
                "/vmfs/volumes/ds/a/a.vmx",
                ".encoding = \"UTF-8\"\ndisplayName = \"a\"\nmemSize = \"4096\"\nfirmware = \"efi\"\n\
                 numvcpus = \"8\"\nsched.mem.min = \"4096\"\n\
                 sched.mem.pin = \"TRUE\"\npciPassthru0.present = \"TRUE\"\npciPassthru0.id = \
                 \"00000:001:00.0\"\npciPassthru0.vendorId = \"0x8086\"\npciPassthru0.deviceId = \
                 \"0x10d3\"\n",
            )],
        ),
        (
            Target::Unraid,
            &[(
                "/boot/config/vfio-pci.cfg",
                "BIND=0000:05:00.0|8086:10d3 0000:01:00.0|8086:10d3\n",
            )],
        ),
        (
            Target::Nova,
            &[(
                "/etc/nova/nova.conf",
                "[DEFAULT]\n[pci]\nalias = {\"name\": \"x\"}\nalias = {\"vendor_id\": \"8086\", \
                 \"product_id\": \"10d3\", \"name\": \"pci-8086-10d3\"}\n\
                 device_spec = {\"address\": \"0000:01:00.0\"}\n[vnc]\n",
            )],
        ),
    ] {
        let request = Request {
            devices: vec!["01:00.0".parse().unwrap()],
            target: Some(target),
            vm: Some("a".to_owned()),
            bind: None,
            ..Request::default()
        };
        let plan = plan::make(&tree, &host, &request).unwrap();
        for (path, after) in edits {
            let edit = plan.edits.iter().find(|edit| edit.path == *path);
            let edit = edit.unwrap_or_else(|| panic!("{target}: no edit of {path}"));
            assert_eq!(edit.after, *after, "{target}");
            assert!(!edit.purposes.is_empty(), "{target}");
        }
    }
}

/// The objects of the cluster are given: the patch keeps their rows and firmware, and the
/// commands name their namespaces.
#[test]
fn a_machine_of_kubevirt_keeps_what_it_has() {
    let objects = "apiVersion: v1\nkind: List\nitems:\n- kind: KubeVirt\n  metadata: {name: kv, \
        namespace: cnv}\n- kind: VirtualMachine\n  metadata: {name: a, namespace: prod}\n  spec:\n    \
        template:\n      spec:\n        domain:\n          firmware: {bootloader: {bios: {}}}\n          \
        devices:\n            hostDevices:\n            - name: nic\n              deviceName: x/nic\n";
    let planned = |objects: Option<&str>, firmware: Option<&str>| {
        let mut tree = MemoryTree::partial();
        tree.insert_text(
            "lspci -nnk",
            "01:00.0 Ethernet controller [0200]: Intel Corporation Device [8086:10d3]\n\
             \tKernel driver in use: e1000e\n",
        );
        tree.insert_file("/etc/initramfs-tools/modules", "");
        if let Some(objects) = objects {
            tree.insert_file("/var/lib/passthru/kubevirt-objects.yaml", objects);
        }
        let mut request = Request {
            devices: vec!["01:00.0".parse().unwrap()],
            target: Some(Target::KubeVirt),
            vm: Some("a".to_owned()),
            ..Request::default()
        };
        if let Some(firmware) = firmware {
            request.vm_options.set(firmware).unwrap();
        }
        plan::make(&tree, &Host::read(&tree), &request).unwrap()
    };
    let patch = |plan: &plan::Plan| {
        let path = "/var/lib/passthru/a-devices.yaml";
        let edit = plan.edits.iter().find(|edit| edit.path == path);
        edit.unwrap().after.clone()
    };
    let steps = |plan: &plan::Plan| {
        let steps = plan.manual_steps.iter();
        steps
            .map(|step| step.text.to_string())
            .collect::<Vec<_>>()
            .join("\n")
    };
    let plan = planned(Some(objects), None);
    assert_eq!(
        patch(&plan),
        "spec:\n  template:\n    spec:\n      domain:\n        devices:\n          hostDevices:\n            \
         - name: nic\n              deviceName: x/nic\n            \
         - deviceName: \"passthru/8086-10d3\"\n              name: \"pci-0000-01-00-0\"\n"
    );
    let text = steps(&plan);
    assert!(
        text.contains("kubectl patch kubevirt kv --namespace cnv --type"),
        "{text}"
    );
    assert!(
        text.contains("kubectl patch virtualmachine a --namespace prod --type"),
        "{text}"
    );
    assert!(!text.contains("does not show"), "{text}");
    let text = patch(&planned(Some(objects), Some("firmware=ovmf")));
    assert!(
        text.contains("bootloader:\n            bios: null\n            efi:\n              secureBoot: false\n"),
        "{text}"
    );
    // Without the machine's object its lists are not known.
    for (objects, what) in [
        (None, "the object KubeVirt and the VirtualMachine a"),
        (Some("kind: KubeVirt\n"), "the VirtualMachine a"),
    ] {
        let text = steps(&planned(objects, None));
        assert!(
            text.contains(&format!("not in the input: {what}; ")),
            "{text}"
        );
    }
}

/// The objects as texts of the input, one by one.
#[test]
fn objects_of_kubevirt_are_texts_of_the_input() {
    let mut input = passthru::input::Input::new();
    let nic = "01:00.0 Ethernet controller [0200]: Intel Corporation Device [8086:10d3]\n";
    for (name, text) in [
        ("lspci", nic),
        (
            "cluster.yaml",
            "# mine\napiVersion: kubevirt.io/v1\nkind: KubeVirt\nmetadata: {name: kv, namespace: cnv}\n",
        ),
        (
            "machine.json",
            "{\n  \"kind\": \"VirtualMachine\",\n  \"metadata\": {\"name\": \"a\", \"namespace\": \"prod\"}\n}",
        ),
    ] {
        input.add(name, text.as_bytes()).unwrap();
    }
    let mut tree = input.finish().unwrap();
    tree.insert_file("/etc/initramfs-tools/modules", "");
    let request = Request {
        devices: vec!["01:00.0".parse().unwrap()],
        target: Some(Target::KubeVirt),
        vm: Some("a".to_owned()),
        ..Request::default()
    };
    let plan = plan::make(&tree, &Host::read(&tree), &request).unwrap();
    let steps: Vec<&str> = plan.manual_steps.iter().map(|step| &*step.text).collect();
    for namespace in ["kv --namespace cnv", "a --namespace prod"] {
        assert!(
            steps.iter().any(|step| step.contains(namespace)),
            "{steps:?}"
        );
    }
}

#[test]
fn an_impossible_change_has_its_reason() {
    for (target, vm, why) in [
        (
            "firecracker",
            "a",
            "cannot assign PCI functions: its machines have virtio",
        ),
        ("virtualbox", "a", "removed in 6.1"),
        ("xcp-ng", "a", "expected the VM's uuid"),
        ("truenas", "a", "expected the VM number"),
        ("harvester", "A b", "expected the node name"),
        ("xen", "a\"b", "expected a VM name"),
        ("incus", "1a", "a letter first"),
    ] {
        let words = ["plan", "01:00.0", "--for", target, "--vm", vm];
        let run = passthru(&[&words[..], &HOST].concat());
        assert_ne!(run.status, 0, "{target}");
        assert!(run.err.contains(why), "{target}: {}", run.err);
    }
}

/// Two cards of one name: the survey names each by its location path, and what Windows says
/// of its devices joins that to the address.
#[test]
fn hyper_v_duplicate_ids_are_distinguished_by_location_path() {
    let device = |bus: u8, instance: &str| {
        format!(
            "InstanceId : {instance}\nKeyName    : DEVPKEY_Device_LocationPaths\nType       : \
             StringList\nData       : {{PCIROOT(0)#PCI(0{bus}00)#PCI(0000)}}\n\nInstanceId : \
             {instance}\nKeyName    : DEVPKEY_Device_LocationInfo\nType       : String\nData       \
             : PCI bus {bus}, device 0, function 0\n\n"
        )
    };
    let id = "PCI\\VEN_10DE&DEV_2684&SUBSYS_88E41043&REV_A1";
    let listed = device(1, &format!("{id}\\4&1&0&0008")) + &device(2, &format!("{id}\\4&2&0&0010"));
    let one = |bus: u8, megabytes: u32| {
        format!(
            "NVIDIA GeForce RTX 4090\nExpress Endpoint -- more secure.\n    And its interrupts are \
             message-based, assignment can work.\n    And it requires at least: {megabytes} MB of \
             MMIO gap space\nPCIROOT(0)#PCI(0{bus}00)#PCI(0000)\n\n"
        )
    };
    for (address, high) in [("01:00.0", "131072MB"), ("02:00.0", "2048MB")] {
        let mut tree = MemoryTree::partial();
        // Whichever is shown first.
        tree.insert_text("SurveyDDA.ps1", &(one(1, 32800) + &one(2, 288)));
        tree.insert_text("Get-PnpDeviceProperty", &listed);
        let request = Request {
            devices: vec![address.parse().unwrap()],
            target: Some(Target::HyperV),
            vm: Some("a".to_owned()),
            ..Request::default()
        };
        let plan = plan::make(&tree, &Host::read(&tree), &request).unwrap();
        let script = plan
            .edits
            .iter()
            .find(|edit| edit.path.ends_with("a-dda.ps1"));
        let script = &script.unwrap().after;
        let wanted = format!("-HighMemoryMappedIoSpace {high}");
        assert!(script.contains(&wanted), "{address}: {script}");
    }
}

/// Windows shows no BARs: Microsoft's own script says how much room a guest needs.
#[test]
fn hyper_v_has_a_window_for_the_bars_of_the_survey() {
    let listed = include_str!("../../pci-core/tests/listings/get-pnpdevice.txt");
    let survey = "NVIDIA GeForce RTX 4090\nExpress Endpoint -- more secure.\n    And its interrupts \
        are message-based, assignment can work.\n    And it requires at least: 32800 MB of MMIO gap \
        space\nPCIROOT(0)#PCI(0100)#PCI(0000)\n";
    for (survey, high) in [("", "33280MB"), (survey, "131072MB")] {
        let mut tree = MemoryTree::partial();
        tree.insert_text("Get-PnpDevice", listed);
        if !survey.is_empty() {
            tree.insert_text("SurveyDDA.ps1", survey);
        }
        let host = Host::read(&tree);
        let card = host.devices().values().find(|device| {
            let id = device.id.as_ref().map(|id| id.value.to_string());
            id.as_deref() == Some("10de:2684")
        });
        let request = Request {
            devices: vec![card.unwrap().address],
            target: Some(Target::HyperV),
            vm: Some("a".to_owned()),
            bind: None,
            ..Request::default()
        };
        let plan = plan::make(&tree, &host, &request).unwrap();
        let wanted = format!("-HighMemoryMappedIoSpace {high}");
        let mut edits = plan.edits.iter();
        assert!(edits.any(|edit| edit.after.contains(&wanted)), "{wanted}");
    }
}

/// A host of NixOS keeps its kernel options in its own file, and is planned for as such.
#[test]
fn a_host_of_nixos_has_its_own_terms() {
    let root = "examples/hosts/nixos/before";
    let doctor = passthru(&["doctor", "--root", root]);
    assert!(
        doctor
            .out
            .contains("-> remove amd_iommu=on from boot.kernelParams"),
        "{}",
        doctor.out
    );
    let plan = passthru(&["plan", "01:00", "--root", root]);
    assert!(
        plan.out.contains("hypervisor: NixOS, since NixOS"),
        "{}",
        plan.out
    );
    assert!(plan.out.contains("/etc/nixos/passthru.nix"), "{}", plan.out);
}
