//! The hosts of the five guides: what the doctor must say of each, and no more.

use std::collections::BTreeSet;

use crate::command::{Run, passthru};

/// All trees under `examples/hosts`.
pub(crate) fn trees() -> Vec<(&'static str, &'static str)> {
    vec![
        ("proxmox-rtx5060ti", "before"),
        ("proxmox-rtx5060ti", "after"),
        ("ubuntu-twin-rtx3090ti", "before"),
        ("ubuntu-twin-rtx3090ti", "after"),
        ("ubuntu-gtx1080ti", "before"),
        ("ubuntu-gtx1080ti", "after"),
        ("proxmox-gtx650", "before"),
        ("proxmox-gtx650", "after"),
        ("esxi-rtx4060ti", "after"),
    ]
}

fn doctor(host: &str, tree: &str, words: &[&str]) -> Run {
    let root = format!("examples/hosts/{host}/{tree}");
    passthru(&[&["doctor", "--json", "--root", &root], words].concat())
}

/// `verdict code` of each finding.
fn reported(run: &Run) -> BTreeSet<String> {
    let findings = run.json();
    let findings = findings["findings"].as_array().unwrap();
    let reported = |finding: &serde_json::Value| {
        let word = |key: &str| finding[key].as_str().unwrap().to_owned();
        format!("{} {}", word("verdict"), word("code"))
    };
    findings.iter().map(reported).collect()
}

fn set(words: &[&str]) -> BTreeSet<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The evidence of the finding with this code, as `source:line text`.
fn evidence(run: &Run, code: &str) -> Vec<String> {
    let findings = run.json();
    let findings = findings["findings"].as_array().unwrap();
    let finding = findings.iter().find(|finding| finding["code"] == code);
    let finding = finding.unwrap_or_else(|| panic!("no finding {code}"));
    let line = |evidence: &serde_json::Value| {
        format!(
            "{}:{} {}",
            evidence["source"].as_str().unwrap(),
            evidence["line"],
            evidence["text"].as_str().unwrap()
        )
    };
    finding["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(line)
        .collect()
}

#[test]
fn proxmox_rtx5060ti_as_the_guide_leaves_it() {
    let run = doctor(
        "proxmox-rtx5060ti",
        "after",
        &["01:00.0", "--for", "proxmox"],
    );
    assert_eq!(run.status, 1);
    assert_eq!(
        reported(&run),
        set(&[
            "fix vfio-ids-missing-function",
            "security acs-override-unproven",
            "no-effect amd-iommu-on",
            "no-effect unsafe-interrupts",
            "no-effect vfio-virqfd-removed",
            "unknown driver-not-shown",
            "unknown group-not-shown",
            "unknown guest-nvidia-module",
            "harmless log-line-harmless",
            "harmless disable-vga",
            "harmless ignore-msrs",
            "ok blacklist-of-graphics",
            "ok bound-to-vfio",
            "ok interrupt-remapping-on",
            "ok iommu-on",
            "ok iommu-pt",
        ])
    );
    assert_eq!(
        evidence(&run, "vfio-ids-missing-function"),
        [
            "/etc/modprobe.d/vfio.conf:1 options vfio-pci ids=10de:2d04 disable_vga=1",
            "lspci -nn | grep NVIDIA:2 01:00.1 Audio device [0403]: NVIDIA Corporation Device \
             [10de:22eb] (rev a1)",
        ]
    );
    assert_eq!(
        evidence(&run, "unsafe-interrupts"),
        [
            "/etc/modprobe.d/iommu_unsafe_interrupts.conf:1 options vfio_iommu_type1 \
             allow_unsafe_interrupts=1",
            "dmesg | grep 'remapping':2 [    0.394008] AMD-Vi: Interrupt remapping enabled",
        ]
    );
    assert_eq!(
        evidence(&run, "log-line-harmless"),
        [
            "dmesg | grep 'remapping':1 [    0.072012] x2apic: IRQ remapping doesn't support X2APIC mode"
        ]
    );
    assert!(evidence(&run, "vfio-virqfd-removed")[0].starts_with("/etc/modules:5"));
    assert!(evidence(&run, "amd-iommu-on")[0].starts_with("/etc/default/grub:4"));
    assert!(evidence(&run, "acs-override-unproven")[0].starts_with("/etc/default/grub:4"));
    // What is right is not complained of.
    assert!(!run.out.contains("iommu=pt\""), "{}", run.out);
}

#[test]
fn every_finding_has_evidence_or_a_command_that_shows_it() {
    for (host, tree) in trees() {
        let run = doctor(host, tree, &[]);
        for finding in run.json()["findings"].as_array().unwrap() {
            let shown = !finding["evidence"].as_array().unwrap().is_empty();
            let unknown = finding["verdict"] == "unknown";
            assert!(shown || unknown, "{host}/{tree}: {finding}");
            let fault = !matches!(finding["verdict"].as_str().unwrap(), "ok" | "harmless");
            assert!(
                !fault || !finding["remedy"].is_null(),
                "{host}/{tree}: {finding}"
            );
        }
    }
}

#[test]
fn proxmox_rtx5060ti_before_the_guide() {
    let run = doctor("proxmox-rtx5060ti", "before", &["01:00.0"]);
    assert_eq!(
        reported(&run),
        set(&[
            "unknown group-not-shown",
            "unknown guest-nvidia-module",
            "unknown driver-not-shown",
            "harmless log-line-harmless",
            "ok interrupt-remapping-on",
            "ok iommu-on",
            "ok vfio-loaded",
        ])
    );
    assert_eq!(run.status, 0);
}

#[test]
fn ubuntu_twin_rtx3090ti() {
    let before = doctor("ubuntu-twin-rtx3090ti", "before", &["01:00.0"]);
    assert_eq!(
        reported(&before),
        set(&[
            "fix host-driver-bound",
            "unknown interrupt-remapping-not-shown",
            "unknown group-members-not-shown",
            "harmless duplicate-ids",
            "ok iommu-on",
            "ok iommu-option-valid",
        ])
    );
    let after = doctor("ubuntu-twin-rtx3090ti", "after", &["01:00.0"]);
    assert_eq!(
        reported(&after),
        set(&[
            "fix override-script-late",
            "fix override-script-runs-on-host",
            "unknown interrupt-remapping-not-shown",
            "unknown group-members-not-shown",
            "ok bound-to-vfio",
            "ok initramfs-built",
            "ok iommu-on",
            "ok iommu-option-valid",
            "ok vfio-module-loaded",
        ])
    );
}

#[test]
fn ubuntu_gtx1080ti() {
    // A process of the host runs on the second card.
    let second = doctor("ubuntu-gtx1080ti", "before", &["81:00.0"]);
    assert!(
        reported(&second).contains("blocker process-on-device"),
        "{}",
        second.out
    );
    let first = doctor("ubuntu-gtx1080ti", "before", &["02:00.0"]);
    assert!(
        !reported(&first).contains("blocker process-on-device"),
        "{}",
        first.out
    );
    let after = doctor("ubuntu-gtx1080ti", "after", &[]);
    assert_eq!(
        reported(&after),
        set(&[
            "fix boot-options-invalid",
            "fix driver-removal-service",
            "unknown iommu-not-shown",
            "unknown group-not-shown",
            "ok blacklist-of-graphics",
            "ok bound-to-vfio",
            "ok iommu-option-valid",
        ])
    );
}

#[test]
fn proxmox_gtx650() {
    let before = doctor("proxmox-gtx650", "before", &["02:00.0"]);
    assert!(
        reported(&before).contains("harmless log-line-harmless"),
        "{}",
        before.out
    );
    // A quoted line without its neighbors does not say that remapping is off.
    assert!(reported(&before).contains("unknown interrupt-remapping-not-shown"));
    let groups = passthru(&[
        "groups",
        "--json",
        "--root",
        "examples/hosts/proxmox-gtx650/before",
    ]);
    let groups = groups.json();
    let group = groups["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["id"] == 29);
    assert_eq!(
        group.unwrap()["devices"],
        serde_json::json!(["0000:02:00.0", "0000:02:00.1"])
    );
    let after = doctor("proxmox-gtx650", "after", &[]);
    for wanted in [
        "harmless x2apic-optout-ignored",
        "harmless disable-vga",
        "unknown efifb-off",
    ] {
        assert!(reported(&after).contains(wanted), "{wanted}: {}", after.out);
    }
    assert_eq!(
        after.status, 0,
        "nothing that is shown is wrong: {}",
        after.out
    );
}

#[test]
fn esxi_rtx4060ti() {
    let run = doctor("esxi-rtx4060ti", "after", &[]);
    assert_eq!(
        reported(&run),
        set(&[
            "fix passthru-map-conflict",
            "fix esx-conf-owner-set-manually",
            "unknown esx-conf-functions-missing",
        ])
    );
    assert_eq!(evidence(&run, "passthru-map-conflict").len(), 3);
}
