//! Plans for a guest's machine beyond its functions: what is hidden, huge pages, Looking
//! Glass, a ROM file, the first screen; and what guides get wrong in machines' files.

use host_tree::MemoryTree;
use passthru::host::Host;
use passthru::plan::{self, Plan, Request, VmOptions};
use passthru::{Target, doctor};

use crate::command::passthru;

const LSPCI: &str = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [GeForce GTX 650] [10de:0fc6] (rev a1)
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation GK107 HDMI Audio Controller [10de:0e1b] (rev a1)
\tKernel driver in use: vfio-pci
";

fn tree(path: &str, text: &str) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_text("lspci -nnk", LSPCI);
    tree.insert_file("/etc/initramfs-tools/modules", "");
    tree.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
    );
    tree.insert_file(path, text);
    tree
}

fn planned(tree: &MemoryTree, target: Target, vm: &str, vm_options: VmOptions) -> Plan {
    let request = Request {
        devices: vec!["02:00.0".parse().unwrap()],
        target: Some(target),
        vm: Some(vm.to_owned()),
        vm_options,
        ..Request::default()
    };
    plan::make(tree, &Host::read(tree), &request).unwrap()
}

fn after<'a>(plan: &'a Plan, path: &str) -> &'a str {
    let edit = plan.edits.iter().find(|edit| edit.path == path);
    &edit.unwrap_or_else(|| panic!("no edit of {path}")).after
}

fn all() -> VmOptions {
    let mut vm_options = VmOptions::default();
    vm_options.hiding.kvm = hvconf::description::KvmSignature::Hidden;
    vm_options.hiding.hyperv_vendor_id = "passthru".parse().ok();
    vm_options.pages =
        hvconf::description::Pages::Huge(hvconf::description::HugePageSize::Gibibyte1);
    vm_options.looking_glass = Some(plan::LookingGlass {
        size: hvconf::description::LookingGlassSize::from_mebibytes(64).unwrap(),
        user: "me".parse().unwrap(),
    });
    vm_options.rom_file = "card.rom".parse().ok();
    vm_options.screen = plan::Screen::OnTheCard;
    vm_options
}

const CONFIG: &str = "/etc/pve/qemu-server/105.conf";

#[test]
fn a_vm_of_proxmox_gets_the_vm_options_and_keeps_the_rest() {
    let snapshot = "\n[before]\n#a description\nbios: seabios\nhostpci0: 0000:05:00\n";
    let config = format!(
        "bios: ovmf\ncpu: host,flags=+pcid\nefidisk0: local:1\nmachine: q35\nmemory: \
         8192\nname: win\nscsi0: local-lvm:vm-105-disk-1,size=32G\n{snapshot}"
    );
    let tree = tree(CONFIG, &config);
    let plan = planned(&tree, Target::Proxmox, "105", all());
    assert_eq!(
        after(&plan, CONFIG),
        format!(
            "bios: ovmf\ncpu: host,flags=+pcid,hidden=1,hv-vendor-id=passthru\nefidisk0: \
             local:1\nmachine: q35\nmemory: 8192\nname: win\nscsi0: \
             local-lvm:vm-105-disk-1,size=32G\nhostpci0: \
             0000:02:00,pcie=1,romfile=card.rom,x-vga=1\nvga: none\nhugepages: \
             1024\nnuma: 1\nargs: -object memory-backend-file,id=looking-glass,share=on,\
             mem-path=/dev/shm/looking-glass,size=64M -device \
             ivshmem-plain,memdev=looking-glass,bus=pcie.0\n{snapshot}"
        )
    );
    assert_eq!(
        after(&plan, "/etc/tmpfiles.d/10-looking-glass.conf"),
        "f /dev/shm/looking-glass 0660 me kvm -\n"
    );
    let rom = plan
        .manual_steps
        .iter()
        .find(|step| step.step == "rom-file");
    assert!(rom.unwrap().text.contains("/usr/share/kvm/card.rom"));
    let edit = plan.edits.iter().find(|edit| edit.path == CONFIG).unwrap();
    let versions = "(Proxmox VE 6.2 and later)";
    assert!(
        edit.purposes.iter().any(|why| why.contains(versions)),
        "{:?}",
        edit.purposes
    );
    // A second plan after the edits changes nothing.
    let again = self::tree(CONFIG, after(&plan, CONFIG));
    let again = planned(&again, Target::Proxmox, "105", all());
    assert!(again.edits.iter().all(|edit| edit.path != CONFIG));
}

#[test]
fn a_domain_gets_the_vm_options() {
    let path = "/etc/libvirt/qemu/win11.xml";
    let domain = "<domain type='kvm'>\n  <name>win11</name>\n  <os>\n    <type arch='x86_64' \
                  machine='pc-q35-8.0'>hvm</type>\n  </os>\n  <features>\n    <acpi/>\n  \
                  </features>\n  <devices>\n  </devices>\n</domain>\n";
    let plan = planned(&tree(path, domain), Target::Libvirt, "win11", all());
    let new = after(&plan, "/var/lib/passthru/win11.xml");
    for part in [
        "<vendor_id state='on' value='passthru'/>",
        "<hidden state='on'/>",
        "<ioapic driver='kvm'/>",
        "<page size='1048576' unit='KiB'/>",
        "<shmem name='looking-glass'>",
        "<rom file='/usr/share/vgabios/card.rom'/>",
    ] {
        assert_eq!(new.matches(part).count(), 1, "{part}\n{new}");
    }
    assert!(
        !plan.edits.iter().any(|edit| edit.path == path),
        "libvirt's own file is its own"
    );
    let edit = plan
        .edits
        .iter()
        .find(|edit| edit.path.ends_with("win11.xml"))
        .unwrap();
    assert!(edit.purposes.len() > 3, "{:?}", edit.purposes);
}

/// Settings that libvirt needs beside others, or that are the domain's own, stay, and the
/// plan says so; huge pages beside allocation on demand are refused.
#[test]
fn a_domain_keeps_what_is_its_own() {
    let path = "/etc/libvirt/qemu/win11.xml";
    let domain = |features: &str, memory: &str| {
        format!(
            "<domain type='kvm'>\n  <name>win11</name>\n{memory}  <os>\n    <type arch='x86_64' \
             machine='q35'>hvm</type>\n  </os>\n  <features>\n{features}  </features>\n  <devices>\n    \
             <iommu model='intel'>\n      <driver intremap='on'/>\n    </iommu>\n  </devices>\n\
             </domain>\n"
        )
    };
    let split = "    <ioapic driver='qemu'/>\n";
    let passthrough = "    <hyperv mode='passthrough'/>\n";
    let own = "    <hyperv>\n      <vendor_id state='on' value='mine'/>\n    </hyperv>\n";
    for (features, expected) in [
        (split, None),
        (
            passthrough,
            Some("line 7 of the domain: hyperv mode='passthrough' is kept"),
        ),
        (
            own,
            Some("line 8 of the domain: vendor_id \"mine\" is kept"),
        ),
    ] {
        let plan = planned(
            &tree(path, &domain(features, "")),
            Target::Libvirt,
            "win11",
            all(),
        );
        let new = after(&plan, "/var/lib/passthru/win11.xml");
        assert!(new.contains(features), "{new}");
        assert!(!new.contains("driver='kvm'"), "{new}");
        assert!(new.contains("<hidden state='on'/>"), "{new}");
        let steps = plan
            .manual_steps
            .iter()
            .filter(|step| step.step == "guest-keeps");
        let reported: Vec<&str> = steps.map(|step| step.text.as_str()).collect();
        assert_eq!(reported.len(), expected.into_iter().count(), "{reported:?}");
        assert!(
            reported
                .iter()
                .all(|reported| reported.starts_with(expected.unwrap())),
            "{reported:?}"
        );
    }

    let memory = "  <memoryBacking>\n    <allocation mode='ondemand'/>\n  </memoryBacking>\n";
    let tree = tree(path, &domain("", memory));
    let mut request = Request {
        devices: vec!["02:00.0".parse().unwrap()],
        target: Some(Target::Libvirt),
        vm: Some("win11".to_owned()),
        vm_options: all(),
        ..Request::default()
    };
    let error = plan::make(&tree, &Host::read(&tree), &request).unwrap_err();
    let reported = "line 4: libvirt rejects huge pages beside <allocation mode='ondemand'/>";
    assert!(error.to_string().contains(reported), "{error}");
    request.vm_options.pages = hvconf::description::Pages::Ordinary;
    let plan = plan::make(&tree, &Host::read(&tree), &request).unwrap();
    assert!(after(&plan, "/var/lib/passthru/win11.xml").contains(memory));
}

/// `virsh define --validate` would not take it, and its file for the way back neither.
#[test]
fn a_domain_that_libvirt_refuses_is_first_a_manual_step() {
    let path = "/etc/libvirt/qemu/win11.xml";
    let line = "<qemu:commandline><qemu:arg value='-S'/></qemu:commandline>";
    let ns = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";
    let domain = |ns: &str, inside: &str, beside: &str| {
        format!(
            "<domain type='kvm' {ns}>\n  <name>win11</name>\n  <devices>{inside}</devices>\n  \
             {beside}\n</domain>\n"
        )
    };
    for (text, expected) in [
        (domain(ns, line, ""), Some("as a child of domain")),
        (domain("", "", line), Some("expected xmlns:qemu=")),
        (domain(ns, "", line), None),
    ] {
        let tree = tree(path, &text);
        let request = Request {
            devices: vec!["02:00.0".parse().unwrap()],
            target: Some(Target::Libvirt),
            vm: Some("win11".to_owned()),
            ..Request::default()
        };
        let plan = plan::make(&tree, &Host::read(&tree), &request);
        let error = plan.err().map(|error| error.to_string());
        match (&error, expected) {
            (None, None) => {}
            (Some(error), Some(expected)) => assert!(error.contains(expected), "{error}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_launch_script_has_the_vm_options() {
    let plan = planned(
        &tree("/etc/hostname", "host\n"),
        Target::Qemu,
        "win11",
        all(),
    );
    let script = after(&plan, "/var/lib/passthru/win11.sh");
    for part in [
        "-cpu host,hv-vendor-id=passthru,kvm=off",
        "mem-path=/dev/shm/looking-glass,size=64M",
        "\"romfile\":\"/usr/share/vgabios/card.rom\"",
        "    -vga none \\\n",
    ] {
        assert_eq!(script.matches(part).count(), 1, "{part}\n{script}");
    }
    after(&plan, "/etc/tmpfiles.d/10-looking-glass.conf");
    for step in ["rom-file", "firmware-variables", "start-guest"] {
        assert!(
            plan.manual_steps.iter().any(|one| one.step == step),
            "{step}"
        );
    }
}

#[test]
fn unsupported_settings_are_listed() {
    let tree = tree("/etc/hostname", "host\n");
    let plan = planned(&tree, Target::Crosvm, "a", all());
    let lost: Vec<&str> = plan
        .manual_steps
        .iter()
        .filter(|step| step.step == "no-counterpart")
        .map(|step| step.text.as_str())
        .collect();
    assert!(lost.len() >= 3, "{lost:?}");
    // A configuration that is not in the input is changed by commands.
    let plan = planned(&tree, Target::Proxmox, "105", all());
    let set = plan
        .commands
        .iter()
        .find(|command| command.argv.starts_with(&["qm".into()]));
    let set = set.unwrap().argv.join(" ");
    assert!(
        set.starts_with("qm set 105 --hugepages 1024 --numa 1 --vga none --hostpci0"),
        "{set}"
    );
    let cpu = plan
        .manual_steps
        .iter()
        .find(|step| step.step == "guest-cpu");
    assert!(
        cpu.unwrap()
            .text
            .contains("add hidden=1,hv-vendor-id=passthru")
    );
    let args = plan
        .manual_steps
        .iter()
        .find(|step| step.step == "guest-args");
    assert!(args.unwrap().text.contains("size=64M"));
}

#[test]
fn the_command_accepts_vm_options() {
    let root = "examples/hosts/proxmox-gtx650/after";
    let plan = |words: &[&str]| {
        let plan = [
            "plan", "02:00.0", "--for", "proxmox", "--vm", "105", "--root", root,
        ];
        passthru(&[&plan[..], words].concat())
    };
    let run = plan(&[
        "--hide=abc",
        "--huge-pages",
        "2M",
        "--looking-glass",
        "2560x1440",
    ]);
    assert_eq!(run.status, 0, "{}", run.err);
    // Of the guest's configuration the guide shows one line.
    for part in [
        "add\n    hidden=1,hv-vendor-id=abc to",
        "+hugepages: 2",
        "size=64M",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    for (words, part) in [
        (&["--hide=1234567890123"][..], "expected 1 to 12 letters"),
        (&["--huge-pages", "3M"], "expected 2M, 1G or default"),
        (&["--rom", "../x"], "expected a plain file name"),
        (&["--looking-glass", "x"], "expected a screen"),
        (&["--mmio-window=3G"], "expected a power of two"),
        (&["--firmware", "uefi"], "expected ovmf or seabios"),
        (&["--machine-type", "pc"], "expected q35 or i440fx"),
        (
            &["--looking-glass", "1x1", "--user", "a b"],
            "expected an account",
        ),
    ] {
        let run = plan(words);
        assert_eq!(run.status, 2, "{words:?}");
        assert!(run.err.contains(part), "{words:?}: {}", run.err);
    }
}

/// What the doctor says of a tree, by code.
fn reported(tree: &MemoryTree) -> Vec<String> {
    let host = Host::read(tree);
    let question = doctor::Question {
        devices: vec!["02:00.0".parse().unwrap()],
        target: None,
    };
    let report = doctor::examine(&host, &question);
    let titles = report.findings.iter();
    titles
        .map(|found| format!("{}: {}", found.code, found.title))
        .collect()
}

#[test]
fn a_second_cpu_of_a_guide_is_moved_to_the_key() {
    let config = "bios: ovmf\ncpu: host,hidden=1,flags=+pcid\nargs: -cpu \
                  'host,+kvm_pv_unhalt,+kvm_pv_eoi,hv_vendor_id=NV43FIX,kvm=off'\nmachine: \
                  q35\nhostpci0: 0000:02:00.0,pcie=1\n";
    let wrong = tree(CONFIG, config);
    let found = reported(&wrong);
    assert!(found.iter().any(|one| one.contains("-cpu")), "{found:?}");
    let plan = planned(&wrong, Target::Proxmox, "105", VmOptions::default());
    let new = after(&plan, CONFIG);
    assert_eq!(
        new,
        "bios: ovmf\ncpu: host,hidden=1,flags=+pcid,hv-vendor-id=NV43FIX\nmachine: q35\n\
         hostpci0: 0000:02:00,pcie=1\n"
    );
    let found = reported(&tree(CONFIG, new));
    assert!(
        !found.iter().any(|one| one.starts_with("proxmox-vm-config")),
        "{found:?}"
    );
}

/// A card with a BAR of 64 GiB, and its audio function.
const LARGE: &str = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2bb1] (rev a1)
\tRegion 0: Memory at f8000000 (32-bit, non-prefetchable) [size=64M]
\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=64G]
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22e8] (rev a1)
\tRegion 0: Memory at fc080000 (32-bit, non-prefetchable) [size=16K]
\tKernel driver in use: vfio-pci
";

fn large(path: &str, text: &str) -> MemoryTree {
    let mut large = MemoryTree::partial();
    large.insert_text("lspci -nnvv", LARGE);
    large.insert_file("/etc/initramfs-tools/modules", "");
    large.insert_file(
        "/etc/default/grub",
        "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n",
    );
    large.insert_file(path, text);
    large
}

fn option(words: &[&str]) -> VmOptions {
    let mut vm_options = VmOptions::default();
    for word in words {
        vm_options.set(word).unwrap();
    }
    vm_options
}

const UEFI: &str = "<domain type='kvm'>\n  <name>a</name>\n  <os firmware='efi'>\n    <type \
                    machine='q35'>hvm</type>\n  </os>\n  <devices>\n  </devices>\n</domain>\n";

#[test]
fn a_window_is_as_large_as_asked_for_or_as_the_bars_need() {
    let path = "/etc/libvirt/qemu/a.xml";
    let domain = |vm_options: &[&str], text: &str| {
        let plan = planned(&large(path, text), Target::Libvirt, "a", option(vm_options));
        let file = "/var/lib/passthru/a.xml";
        let edit = plan.edits.into_iter().find(|edit| edit.path == file);
        let edit = edit.unwrap();
        (edit.after, edit.purposes)
    };
    // Which OVMF starts the domain is not shown: only what is asked for is set.
    assert!(!domain(&[], UEFI).0.contains("X-PciMmio64Mb"));
    for (words, mebibytes) in [("mmio-window", 131_072), ("mmio-window=256G", 262_144)] {
        let (text, why) = domain(&[words], UEFI);
        let set = format!("<qemu:arg value='name=opt/ovmf/X-PciMmio64Mb,string={mebibytes}'/>");
        assert_eq!(text.matches(&set).count(), 1, "{text}");
        assert!(why.iter().any(|why| why.contains("large BARs")), "{why:?}");
    }
    let (text, why) = domain(&["mmio-window"], &UEFI.replace(" firmware='efi'", ""));
    assert!(
        text.contains("<pcihole64 unit='KiB'>134217728</pcihole64>"),
        "{text}"
    );
    assert!(why.iter().any(|why| why.contains("large BARs")), "{why:?}");

    // Proxmox VE has a large window by default from release 8, and sets the requested one.
    let config = "bios: ovmf\ncpu: host\nefidisk0: local:1\nmachine: q35\n";
    let set = |vm_options: &[&str]| {
        let plan = planned(
            &large(CONFIG, config),
            Target::Proxmox,
            "105",
            option(vm_options),
        );
        let edit = plan.edits.into_iter().find(|edit| edit.path == CONFIG);
        let edit = edit.unwrap();
        (edit.after, edit.purposes)
    };
    assert!(!set(&[]).0.contains("args"));
    let (text, why) = set(&["mmio-window"]);
    assert!(text.contains("args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=131072\n"));
    assert!(
        why.iter().any(|why| why.contains("a window of 128 GiB")),
        "{why:?}"
    );

    // A guest's default is a manual step; other targets have no counterpart.
    let steps = |target, vm_options: &[&str]| {
        let plan = planned(
            &large("/etc/hostname", "a\n"),
            target,
            "a",
            option(vm_options),
        );
        let steps = plan.manual_steps.into_iter();
        steps
            .map(|step| format!("{}: {}", step.step, step.text))
            .collect::<String>()
    };
    let reported = steps(Target::Qemu, &["mmio-window=16G"]);
    assert!(
        reported.contains("guest-mmio-window: nothing is set for a window of 16 GiB"),
        "{reported}"
    );
    let reported = steps(Target::Crosvm, &["mmio-window"]);
    assert!(
        reported.contains("128 GiB for BARs above 4 GiB"),
        "{reported}"
    );
    // Without room that anybody asked for, nothing is lost.
    let reported = steps(Target::Crosvm, &[]);
    assert!(!reported.contains("above 4 GiB"), "{reported}");
}

#[test]
fn a_window_that_is_not_known_is_refused() {
    let refused = |lspci: &str| {
        let mut tree = tree("/etc/hostname", "a\n");
        tree.insert_text("lspci -vv", lspci);
        let request = Request {
            devices: vec!["02:00.0".parse().unwrap()],
            target: Some(Target::Qemu),
            vm_options: option(&["mmio-window"]),
            ..Request::default()
        };
        let error = plan::make(&tree, &Host::read(&tree), &request).unwrap_err();
        assert!(error.is_usage());
        error.to_string()
    };
    assert!(refused("").contains("are not all in the input"));
    let low = "02:00.0 VGA compatible controller: NVIDIA\n\tRegion 0: Memory at f8000000 (32-bit, \
               non-prefetchable) [size=64M]\n02:00.1 Audio device: NVIDIA\n\tRegion 0: Memory at \
               fc080000 (32-bit, non-prefetchable) [size=16K]\n";
    let reported = refused(low);
    assert!(
        reported.contains("no BAR of the functions is above 4 GiB"),
        "{reported}"
    );
    for (word, expected) in [
        ("mmio-window=48G", "a power of two"),
        ("mmio-window=32768G", "a power of two"),
        ("firmware=bios", "ovmf or seabios"),
        ("machine-type=virt", "q35 or i440fx"),
    ] {
        let error = VmOptions::default().set(word).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

/// What of a plan has to do with the guest's firmware and machine type: edits, commands and
/// steps that run a command.
fn hardware(plan: &Plan) -> Vec<String> {
    const WORDS: [&str; 13] = [
        "bios",
        "ovmf",
        "q35",
        "i440fx",
        "efi:",
        "\"efi\"",
        "'efi'",
        "pcie=1",
        "secureboot",
        "loader=",
        "machine:",
        "machine=",
        "--machine ",
    ];
    let has = |text: &str| WORDS.iter().any(|word| text.to_lowercase().contains(word));
    let mut all = Vec::new();
    for edit in plan
        .edits
        .iter()
        .filter(|edit| !edit.path.starts_with("/etc/default"))
    {
        let before = edit.before.as_deref().unwrap_or_default();
        let lines = edit.after.lines().filter(|line| !before.contains(line));
        all.extend(lines.filter(|line| has(line)).map(str::to_owned));
    }
    let commands = plan.commands.iter().map(|command| command.argv.join(" "));
    all.extend(commands.filter(|line| has(line)));
    let steps = plan.manual_steps.iter().filter(|step| step.step == "run");
    all.extend(
        steps
            .map(|step| step.text.to_string())
            .filter(|text| has(text)),
    );
    all
}

/// What the guest of each target is: its name, its file and what that says.
const GUESTS: [(Target, &str, &str, &str); 16] = [
    (
        Target::Proxmox,
        "105",
        CONFIG,
        "memory: 2048\nostype: win11\nscsi0: a:b\n",
    ),
    (Target::Proxmox, "105", "/etc/hostname", "a\n"),
    (
        Target::Libvirt,
        "a",
        "/etc/libvirt/qemu/a.xml",
        "<domain type='kvm'>\n  <name>a</name>\n  <os>\n    <type>hvm</type>\n  </os>\n  \
         <devices>\n  \
         </devices>\n</domain>\n",
    ),
    (Target::Libvirt, "a", "/etc/hostname", "a\n"),
    (
        Target::Esxi,
        "a",
        "/vmfs/volumes/ds/a/a.vmx",
        ".encoding = \"UTF-8\"\ndisplayName = \"a\"\nmemSize = \"4096\"\nfirmware = \"bios\"\n",
    ),
    (
        Target::Esxi,
        "a",
        "/vmfs/volumes/ds/a/a.vmx",
        "displayName = \"a\"\nmemSize = \"4096\"\nfirmware = \"efi\"\n",
    ),
    (
        Target::Xen,
        "a",
        "/etc/xen/a.cfg",
        "name = 'a'\ntype = 'hvm'\n",
    ),
    (Target::Xen, "a", "/etc/hostname", "a\n"),
    (Target::Bhyve, "a", "/etc/hostname", "a\n"),
    (Target::Incus, "a", "/etc/hostname", "a\n"),
    (Target::Lxd, "a", "/etc/hostname", "a\n"),
    (
        Target::KubeVirt,
        "a",
        "/var/lib/passthru/kubevirt-objects.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- kind: VirtualMachine\n  metadata:\n    name: a\n  \
         spec:\n    template:\n      spec:\n        domain:\n          devices: {}\n",
    ),
    (Target::KubeVirt, "a", "/etc/hostname", "a\n"),
    (Target::Harvester, "node", "/etc/hostname", "a\n"),
    (Target::Nova, "a", "/etc/nova/nova.conf", "[pci]\n"),
    (Target::HyperV, "a", "/etc/hostname", "a\n"),
];

#[test]
fn a_guests_firmware_is_kept() {
    for (target, vm, path, text) in GUESTS {
        let plan = planned(&tree(path, text), target, vm, VmOptions::default());
        assert_eq!(hardware(&plan), Vec::<String>::new(), "{target} {path}");
        for edit in &plan.edits {
            let before = edit.before.as_deref().unwrap_or_default();
            let lost = before
                .lines()
                .find(|line| line.starts_with("firmware") && !edit.after.contains(line));
            assert_eq!(lost, None, "{target}");
        }
    }
    // A new guest starts by UEFI on a q35.
    let plan = planned(
        &tree("/etc/hostname", "a\n"),
        Target::Qemu,
        "a",
        VmOptions::default(),
    );
    let script = after(&plan, "/var/lib/passthru/a.sh");
    assert!(
        script.contains("q35") && script.contains("OVMF"),
        "{script}"
    );
    let plan = planned(
        &tree("/etc/hostname", "a\n"),
        Target::Qemu,
        "a",
        option(&["machine-type=i440fx", "firmware=seabios"]),
    );
    let script = after(&plan, "/var/lib/passthru/a.sh");
    assert!(
        !script.contains("q35") && !script.contains("OVMF"),
        "{script}"
    );
}

#[test]
fn a_guests_firmware_changes_on_request() {
    let asked = |target, vm, path: &str, text: &str, vm_options: &[&str]| {
        planned(&tree(path, text), target, vm, option(vm_options))
    };
    let both = ["firmware=ovmf", "machine-type=q35"];
    let plan = asked(
        Target::Proxmox,
        "105",
        CONFIG,
        "memory: 2048\nscsi0: a1:b\n",
        &both,
    );
    assert_eq!(
        after(&plan, CONFIG),
        "memory: 2048\nscsi0: a1:b\nmachine: q35\nbios: ovmf\nhostpci0: 0000:02:00,pcie=1\n"
    );
    assert!(
        plan.commands
            .iter()
            .any(|one| one.argv.contains(&"--efidisk0".to_owned()))
    );
    let plan = asked(Target::Proxmox, "105", "/etc/hostname", "a\n", &both);
    let set = plan.commands.iter().map(|one| one.argv.join(" "));
    let set: Vec<String> = set.filter(|one| one.starts_with("qm")).collect();
    assert_eq!(
        set,
        ["qm set 105 --machine q35 --bios ovmf --hostpci0 0000:02:00,pcie=1"]
    );
    assert!(plan.manual_steps.iter().any(|step| step.step == "efi-disk"));

    let vmx = "/vmfs/volumes/ds/a/a.vmx";
    let machine = "displayName = \"a\"\nmemSize = \"4096\"\n";
    let plan = asked(Target::Esxi, "a", vmx, machine, &["firmware=ovmf"]);
    assert!(after(&plan, vmx).contains("firmware = \"efi\"\n"));
    let cfg = "/etc/xen/a.cfg";
    let plan = asked(Target::Xen, "a", cfg, "type = 'hvm'\n", &["firmware=ovmf"]);
    assert!(after(&plan, cfg).contains("firmware = \"ovmf\"\n"));
    let objects = "/var/lib/passthru/a-devices.yaml";
    let plan = asked(
        Target::KubeVirt,
        "a",
        "/etc/hostname",
        "a\n",
        &["firmware=ovmf"],
    );
    assert!(after(&plan, objects).contains("efi:"));
    let plan = asked(
        Target::Incus,
        "a",
        "/etc/hostname",
        "a\n",
        &["firmware=seabios"],
    );
    let steps: String = plan
        .manual_steps
        .iter()
        .map(|step| step.text.as_str())
        .collect();
    assert!(steps.contains("security.csm=true"), "{steps}");
}

/// Targets whose machines have one type, or whose plans set none.
#[test]
fn a_machine_type_is_for_targets_that_have_it() {
    for (target, vm, path, text) in GUESTS {
        let tree = tree(path, text);
        let request = Request {
            devices: vec!["02:00.0".parse().unwrap()],
            target: Some(target),
            vm: Some(vm.to_owned()),
            vm_options: option(&["machine-type=q35"]),
            ..Request::default()
        };
        let plan = plan::make(&tree, &Host::read(&tree), &request);
        if matches!(target, Target::Proxmox | Target::Libvirt) {
            assert!(plan.is_ok(), "{target}");
            continue;
        }
        let error = plan.unwrap_err();
        assert!(error.to_string().starts_with("--machine-type"), "{error}");
        assert!(error.is_usage());
    }
    let domain = "/etc/libvirt/qemu/a.xml";
    for (vm_options, kept) in [
        (["machine-type=i440fx"], true),
        (["machine-type=q35"], false),
    ] {
        let plan = planned(
            &tree(domain, UEFI),
            Target::Libvirt,
            "a",
            option(&vm_options),
        );
        let reported = plan
            .manual_steps
            .iter()
            .any(|step| step.text.contains("keeps its machine type"));
        assert_eq!(reported, kept, "{vm_options:?}");
    }
}

#[test]
fn a_firmware_that_is_asked_for_is_set() {
    let of_proxmox = |config: &str, vm_options: &[&str]| {
        let plan = planned(
            &tree(CONFIG, config),
            Target::Proxmox,
            "105",
            option(vm_options),
        );
        let steps = plan.manual_steps.iter().map(|step| step.step.to_string());
        let steps: Vec<String> = steps.filter(|step| step == "guest-firmware").collect();
        (after(&plan, CONFIG).to_owned(), steps.len())
    };
    let (text, steps) = of_proxmox("machine: q35\n", &["firmware=seabios"]);
    assert!(!text.contains("bios:") && steps == 0, "{text}");
    let (text, steps) = of_proxmox("machine: q35\n", &["firmware=ovmf"]);
    assert!(text.contains("bios: ovmf\n") && steps == 1, "{text}");
    let (text, steps) = of_proxmox("bios: ovmf\nmachine: q35\n", &["firmware=seabios"]);
    assert!(text.contains("bios: seabios\n") && steps == 1, "{text}");

    // What libvirt keeps with the firmware, such as its variables, is its own business.
    let path = "/etc/libvirt/qemu/a.xml";
    let kept = |vm_options: &[&str]| {
        let plan = planned(&tree(path, UEFI), Target::Libvirt, "a", option(vm_options));
        plan.manual_steps
            .iter()
            .any(|step| step.text.contains("keeps its firmware, UEFI"))
    };
    assert!(kept(&["firmware=seabios"]) && !kept(&["firmware=ovmf"]) && !kept(&[]));

    let tree = tree("/etc/hostname", "a\n");
    let plan = planned(&tree, Target::Proxmox, "105", option(&["firmware=seabios"]));
    let set = plan
        .commands
        .iter()
        .find(|command| command.argv.starts_with(&["qm".into()]));
    assert!(set.unwrap().argv.join(" ").contains("--bios seabios"));
    assert!(!plan.manual_steps.iter().any(|step| step.step == "efi-disk"));
}

/// A plan says what the guest's hardware means for the card, and changes nothing of it.
#[test]
fn the_effect_of_other_hardware_on_a_card_is_shown() {
    let reported = |config: &str| {
        let plan = planned(
            &tree(CONFIG, config),
            Target::Proxmox,
            "105",
            VmOptions::default(),
        );
        let steps = plan.manual_steps.into_iter();
        steps
            .map(|step| format!("{}: {}\n", step.step, step.text))
            .collect::<String>()
    };
    let plain = reported("memory: 2048\n");
    for part in [
        "guest-machine: /etc/pve/qemu-server/105.conf sets no machine type, so the guest uses Proxmox VE's default, i440fx",
        "--machine-type q35",
        "guest-firmware: /etc/pve/qemu-server/105.conf sets no firmware, so the guest uses Proxmox VE's default, SeaBIOS",
        "--firmware ovmf",
    ] {
        assert!(plain.contains(part), "{plain}");
    }
    let modern = reported("memory: 2048\nbios: ovmf\nmachine: q35\n");
    assert!(!modern.contains("guest-"), "{modern}");
}

const MAPPINGS: &str = "/etc/pve/mapping/pci.cfg";

#[test]
fn a_mapping_of_the_card_is_resolved() {
    let config = "machine: q35\nmemory: 2048\nhostpci0: mapping=gpu,pcie=1,x-vga=1\n";
    let mut host = tree(CONFIG, config);
    let map = |node: &str, slot: &str| {
        format!("\tmap id=10de:0fc6,iommugroup=1,node={node},path=0000:{slot}\n")
    };
    let edits = |host: &MemoryTree| {
        let plan = planned(host, Target::Proxmox, "105", VmOptions::default());
        let edits: Vec<String> = plan
            .edits
            .iter()
            .filter(|edit| edit.path == CONFIG)
            .map(|edit| edit.after.clone())
            .collect();
        let looks = plan
            .checks
            .iter()
            .any(|check| check.argv.contains(&MAPPINGS.to_owned()));
        (edits, looks)
    };
    // Not shown: that is asked for.
    let (text, looks) = edits(&host);
    assert_eq!(text, [format!("{config}hostpci1: 0000:02:00,pcie=1\n")]);
    assert!(looks);
    host.insert_file(MAPPINGS, format!("gpu\n{}", map("pve", "02:00")));
    assert_eq!(edits(&host), (Vec::new(), false));
    // Of a cluster the link says which node the tree is of.
    let text = format!("gpu\n{}{}", map("a", "02:00"), map("b", "03:00"));
    host.insert_file(MAPPINGS, text);
    let request = Request {
        devices: vec!["02:00.0".parse().unwrap()],
        target: Some(Target::Proxmox),
        vm: Some("105".to_owned()),
        ..Request::default()
    };
    let error = plan::make(&host, &Host::read(&host), &request).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("or another function of its mapping")
    );
    host.insert_link("/etc/pve/local", "nodes/a");
    assert_eq!(edits(&host), (Vec::new(), false));
    host.insert_link("/etc/pve/local", "nodes/b");
    let given = format!("{config}hostpci1: 0000:02:00,pcie=1\n");
    assert_eq!(edits(&host), (vec![given], false));
    // And the doctor knows that the function is passed twice.
    host.insert_link("/etc/pve/local", "nodes/a");
    host.insert_file(CONFIG, format!("{config}hostpci1: 02:00.1,pcie=1\n"));
    let found = reported(&host);
    let twice = found.iter().find(|one| one.contains("hostpci1 assigns"));
    assert!(twice.is_some(), "{found:?}");
}
