//! Pasted texts, damaged as the guides' pages damaged them.

use crate::command::{Run, passthru, top};

const TWO_CARDS: &str = "examples/hosts/ubuntu-twin-rtx3090ti";

fn devices(run: &Run) -> Vec<serde_json::Value> {
    assert_eq!(run.status, 0, "{}", run.err);
    run.json()["devices"].as_array().unwrap().clone()
}

#[test]
fn lost_line_breaks_have_the_same_devices() {
    let lost = format!("{TWO_CARDS}/pasted/lspci.txt");
    let listing = format!("{TWO_CARDS}/before/_commands/lspci-nvidia.txt");
    let listing = std::fs::read_to_string(top().join(listing)).unwrap();
    let scratch = testkit::Scratch::new();
    let intact = format!("$ lspci -nnv | grep -i nvidia\n{listing}");
    let intact = scratch.file("intact.txt", intact);
    let intact = devices(&passthru(&["list", "--json", "--from", &intact]));
    let lost = devices(&passthru(&["list", "--json", "--from", &lost]));
    assert_eq!(intact.len(), 4);
    assert_eq!(lost.len(), 4);
    for (a, b) in intact.iter().zip(&lost) {
        for key in [
            "address",
            "vendor",
            "device",
            "class_code",
            "revision",
            "driver",
            "modules",
        ] {
            assert_eq!(a[key], b[key], "{key} of {}", a["address"]);
        }
    }
    let doctor = passthru(&[
        "doctor",
        "--json",
        "--from",
        &format!("{TWO_CARDS}/pasted/lspci.txt"),
    ]);
    assert!(doctor.out.contains("input-damaged"));
}

#[test]
fn a_host_is_built_from_several_texts() {
    let lspci = format!("{TWO_CARDS}/pasted/lspci.txt");
    let dmesg = format!("{TWO_CARDS}/pasted/dmesg.txt");
    let run = passthru(&["list", "--json", "--from", &lspci, "--from", &dmesg]);
    let groups: Vec<_> = devices(&run)
        .iter()
        .map(|device| device["iommu_group"].clone())
        .collect();
    assert_eq!(groups[0], 17);
    assert_eq!(groups[2], 20);
    // A file that exists is taken for input wherever a device may stand.
    let doctor = passthru(&["doctor", "-v", &lspci, &dmesg]);
    assert!(
        doctor.out.contains("the IOMMU is enabled"),
        "{}",
        doctor.out
    );
}

#[test]
fn pasted_settings_are_judged() {
    let vmx = "examples/hosts/esxi-rtx4060ti/pasted/vmx-advanced.txt";
    let run = passthru(&["doctor", "--json", vmx]);
    assert_eq!(
        run.out.matches("\"vmx-line-invalid\"").count(),
        3,
        "{}",
        run.out
    );
    let blacklist = "examples/hosts/proxmox-gtx650/pasted/blacklist.conf";
    let run = passthru(&["doctor", "--json", blacklist]);
    for code in [
        "blacklist-glob",
        "blacklist-host-audio",
        "blacklist-hdmi-codec",
    ] {
        assert!(run.out.contains(code), "{code}: {}", run.out);
    }
    let code43 = "examples/hosts/proxmox-gtx650/pasted/105-code43.conf";
    let run = passthru(&["doctor", "--json", code43]);
    assert!(
        run.out.contains("proxmox-vm-config"),
        "{}{}",
        run.out,
        run.err
    );
}

#[test]
fn every_pasted_text_is_accepted_or_refused_with_a_reason() {
    for host in std::fs::read_dir(top().join("examples/hosts")).unwrap() {
        let Ok(pasted) = std::fs::read_dir(host.unwrap().path().join("pasted")) else {
            continue;
        };
        for file in pasted {
            let path = file.unwrap().path();
            let run = passthru(&["doctor", "--from", path.to_str().unwrap()]);
            assert!(run.status <= 2);
            if run.status == 2 {
                assert!(
                    run.err.contains("no line of this text"),
                    "{}: {}",
                    path.display(),
                    run.err
                );
                assert_eq!(run.out, "");
            }
        }
    }
}

/// What a person copies out of a terminal: files, groups and the kernel's log.
#[test]
fn a_pasted_terminal_shows_files_groups_and_options() {
    let groups = "/sys/kernel/iommu_groups";
    let text = format!(
        "My host:\n```\nroot@pve:~# cat /etc/modprobe.d/vfio.conf\noptions vfio-pci \
         ids=10de:2d04\nroot@pve:~# lspci -nn\n00:01.0 PCI bridge [0604]: Intel Corporation Device \
         [8086:a70d] (rev 01)\n01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device \
         [10de:2d04] (rev a1)\n01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22eb] \
         (rev a1)\nroot@pve:~# find {groups} -type l\n{groups}/0/devices/0000:00:01.0\n\
         {groups}/1/devices/0000:01:00.0\n{groups}/1/devices/0000:01:00.1\n\
         {groups}/2/devices/0000:02:00.0\nroot@pve:~# dmesg | grep -i command\n[    0.000000] \
         Command line: BOOT_IMAGE=/vmlinuz root=/dev/sda1 amd_iommu=on\n```\n"
    );
    let scratch = testkit::Scratch::new();
    let file = scratch.file("terminal.txt", text);
    let run = passthru(&["doctor", "01:00.0", &file, "--json"]);
    let report = run.json();
    let findings = report["findings"].as_array().unwrap();
    let output = |code: &str| findings.iter().any(|finding| finding["code"] == code);
    for code in [
        "iommu-on",
        "group-alone",
        "vfio-ids-missing-function",
        "amd-iommu-on",
    ] {
        assert!(output(code), "{code}: {}", run.out);
    }
    assert!(!output("boot-loader-not-shown"), "{}", run.out);
}
