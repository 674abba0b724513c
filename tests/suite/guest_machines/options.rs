//! Options of plans for the machine of a guest.

use passthru::Target;
use passthru::host::Host;
use passthru::plan::{self, Request};

use super::{CONFIG, after, all, planned, tree};
use crate::command::passthru;

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
