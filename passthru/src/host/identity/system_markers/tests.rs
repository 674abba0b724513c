use super::*;

fn read(text: &str) -> SystemMarkers {
    SystemMarkers::read(&[CommandText::new("a.txt", text)])
}

#[test]
fn each_row_names_a_system_and_has_a_source() {
    let rows = include_str!("../../../../data/systems.tsv").lines();
    for row in rows.filter(|row| !row.starts_with('#')) {
        let columns: Vec<&str> = row.split('\t').collect();
        let [word, marker, source] = columns.as_slice() else {
            panic!("{row}");
        };
        let is_target = word.parse::<Target>().is_ok();
        assert!(
            is_target || platform(word).is_some() || *word == "guest" || other(word).is_some(),
            "{row}"
        );
        assert!(!source.is_empty(), "{row}");
        assert!(in_line(marker).next().is_some(), "{row}");
    }
}

#[test]
fn a_system_shows_itself() {
    let target = |text: &str| read(text).hypervisor().map(|found| found.value);
    for (text, wanted) in [
        (
            "Linux version 6.8.12-4-pve (build@proxmox)",
            Some(Target::Proxmox),
        ),
        (
            "TASK ERROR: start failed: QEMU exited with code 1",
            Some(Target::Proxmox),
        ),
        ("hostpci0: 01:00,pcie=1", Some(Target::Proxmox)),
        ("root@proxmox2:~# lspci", Some(Target::Proxmox)),
        ("root@Tower:~# lspci", Some(Target::Unraid)),
        ("root@improve:~# lspci", None),
        // A name may be of a guest.
        ("root@pve:~# lspci\nTrueNAS 24.10", Some(Target::Proxmox)),
        ("$ virsh start win10", Some(Target::Libvirt)),
        // The system that contains the manager takes precedence.
        (
            "virsh list\nLinux tower 6.1.106-Unraid #1 SMP",
            Some(Target::Unraid),
        ),
        // The input does not include which of the two is the host.
        ("qm start 100\nLinux version 6.12.18-talos", None),
        ("we improve things, or the pvesh-like parts", None),
        ("noyau `6.12.94+deb13-amd64`, PAS 6.14-pve", None),
        ("esxclimate and qmail", None),
        ("pciPassthru0.present = TRUE", Some(Target::Esxi)),
        ("I set pciPassthru0.present in VMware Workstation", None),
        (
            "VMware Workstation runs ESXi 7.0, esxcli hardware",
            Some(Target::Esxi),
        ),
        ("NixOS on QEMU: run nixos-rebuild repl", None),
        ("The NixOS guest: nixos-rebuild switch", None),
        (
            "NixOS with libvirt: nixos-rebuild switch",
            Some(Target::NixOs),
        ),
        ("My TrueNAS SCALE host", Some(Target::TrueNas)),
        ("A TrueNAS SCALE VM with an HBA", None),
        ("TrueNAS Scale 24.10 on Proxmox", None),
        ("I run TrueNAS Scale as VM with an HBA", None),
    ] {
        assert_eq!(target(text), wanted, "{text}");
    }
    let name = |text: &str| read(text).platform().map(|(_, name)| name);
    assert_eq!(name("(XEN) Xen version 4.17"), Some("Xen"));
    assert_eq!(name("(XEN) x\n# qvm-pci list"), Some("Qubes OS"));
    assert_eq!(name("pptdevs=\"2/0/0\""), Some("FreeBSD"));
    let cmdlet = "Get-VMHostAssignableDevice : The term is not recognized";
    assert_eq!(name(cmdlet), Some("Windows"));
    for line in [
        "pptadm list -a",
        "\"brand\" : \"bhyve\",",
        "zadm edit x",
        "on OmniOS",
    ] {
        assert_eq!(read(line).other(), Some("illumos"), "{line}");
    }
    assert_eq!(read("\"brand\" : \"lipkg\",").other(), None);
    // The program on a desktop has the settings of ESXi's guests, and is not ESXi.
    assert_eq!(
        read("I use VMware Workstation and set pciPassthru0.present").other(),
        None
    );
    let log = "hostinfo.(*SHostInfo).PutHostOnline(hostinfo.go:1552)";
    assert_eq!(read(log).other(), Some("Cloudpods"));
    assert_eq!(
        read("kata-runtime : 1.3.0").other(),
        Some("Kata Containers")
    );
}

#[test]
fn a_virtual_machine_shows_itself() {
    let is_guest = |text: &str| read(text).guest().is_some();
    for text in [
        "[    0.000000] DMI: QEMU Standard PC (Q35 + ICH9, 2009), BIOS 4.2023.08-4",
        "Hypervisor detected: VMware",
        "Flags: fpu vme hypervisor lahf_lm",
        "flags\t\t: fpu vme hypervisor lahf_lm",
        "$ systemd-detect-virt\nkvm",
        "$ sudo dmidecode -s system-product-name\nStandard PC (i440FX + PIIX, 1996)",
        "$ cat /sys/class/dmi/id/product_name\nVMware7,1",
        "System Information\n\tManufacturer: QEMU",
    ] {
        assert!(is_guest(text), "{text}");
    }
    for text in [
        "DMI: ASUS System Product Name/PRIME X570-P",
        "Booting paravirtualized kernel on bare hardware",
        "$ systemd-detect-virt\nnone",
        "kvm",
    ] {
        assert!(!is_guest(text), "{text}");
    }
}
