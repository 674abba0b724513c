//! Firmware and machine types of guests.

use passthru::Target;
use passthru::host::Host;
use passthru::plan::{self, Plan, Request, VmOptions};

use super::{CONFIG, UEFI, after, option, planned, tree};

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
    let modern = reported("bios: ovmf\nmachine: q35\nmemory: 2048\n");
    assert!(!modern.contains("guest-"), "{modern}");
}
