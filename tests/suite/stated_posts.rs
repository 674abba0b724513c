//! Posts that speak in their own words: failures that are solved, success without a log, guides.

use passthru::doctor::{self, Question};
use passthru::input::Input;
use passthru::{Host, Verdict};

pub(crate) fn findings(post: &str) -> Vec<passthru::Finding> {
    let mut input = Input::new();
    input.add("post.md", post.as_bytes()).unwrap();
    let host = Host::read(&input.finish().unwrap());
    doctor::examine(&host, &Question::default()).findings
}

pub(crate) fn verdict(post: &str, code: &str) -> Option<Verdict> {
    let found = findings(post);
    let one = found.iter().find(|finding| finding.code == code);
    one.map(|finding| finding.verdict)
}

const FAILED: &str = "When I start the VM with the passthrough GPU, I get this error:\n\n```\n\
                      internal error: Unknown PCI header type '127' for device '0000:01:00.0'\n```\n";

#[test]
fn a_failure_that_the_text_solves_is_past() {
    assert_eq!(verdict(FAILED, "config-space-lost"), Some(Verdict::Blocker));
    let solved = format!("{FAILED}\nThe solution was to set disable_idle_d3=1.\n");
    assert_eq!(
        verdict(&solved, "config-space-lost"),
        Some(Verdict::Harmless)
    );
    assert_eq!(verdict(&solved, "solution-reported"), Some(Verdict::Ok));
    for open in [
        "Is it fixed in a newer kernel?",
        "The solution was another slot, but now the VM still fails with this error.",
        "I hope that it gets solved by an update.",
    ] {
        let open = format!("{FAILED}\n{open}\n");
        assert_eq!(
            verdict(&open, "config-space-lost"),
            Some(Verdict::Blocker),
            "{open}"
        );
    }
}

#[test]
fn prose_about_an_assignment_is_not_refused() {
    let found = findings("I pass the GPU through with Hyper-V and DDA. The VM does not start.\n");
    let failure = found
        .iter()
        .find(|finding| finding.code == "failure-not-shown");
    let remedy = format!("{:?}", failure.unwrap().remedy);
    assert!(
        remedy.contains("Hyper-V") && !remedy.contains("dmesg"),
        "{remedy}"
    );
    let mut input = Input::new();
    let other = "The weather is fine, and I am on holiday.\n";
    input.add("post.md", other.as_bytes()).unwrap();
    assert!(input.finish().is_err());
}

#[test]
fn success_in_the_words_of_the_text_is_known() {
    let ran = "I gave the GPU passthrough to the VM, and everything was working great.\n\
               After a power loss the VM does not start.\n";
    assert_eq!(verdict(ran, "guest-ran-reported"), Some(Verdict::Ok));
    assert_eq!(verdict(ran, "iommu-on"), None);
    let runs = "I got the iGPU passed through, and use the VM with RDP.\n";
    assert_eq!(verdict(runs, "guest-runs-reported"), Some(Verdict::Ok));
    let open = "How do I get the iGPU passed through to the VM?\n";
    assert_eq!(verdict(open, "guest-runs-reported"), None);
}

#[test]
fn expected_output_of_a_guide_shows_nothing() {
    let log = "```\n[    0.1] DMAR: IOMMU enabled\n[    0.2] DMAR: Intel(R) Virtualization \
               Technology for Directed I/O\n```\n";
    let guide = format!("# GPU passthrough\n\nAfter the reboot you should see:\n\n{log}");
    assert_eq!(verdict(&guide, "vtd-running"), None);
    let own = format!("# GPU passthrough\n\nThis is my log:\n\n{log}");
    assert_eq!(verdict(&own, "vtd-running"), Some(Verdict::Ok));
}

#[test]
fn slots_of_xens_device_model_are_the_guests() {
    let log = "{\"execute\": \"device_add\", \"arguments\": {\"driver\": \"xen-pci-passthrough\", \
               \"hostaddr\": \"0000:00:01.00\", \"machine_addr\": \"0000:00:14.0\"}}\n\
               [00:07.0] xen_pt_realize: Assigning real physical device 00:01.0 to devfn 0x38\n\
               [00:07.0] xen_pt_config_reg_init: Offset 0x0006 mismatch! Emulated=0x0010, \
               host=0x0290, syncing to 0x0290.\n\
               [00:07.0] xen_pt_realize: Real physical device 00:01.0 registered successfully\n";
    let found = findings(log);
    let named = found.iter().flat_map(|finding| &finding.devices);
    let named: Vec<String> = named.map(ToString::to_string).collect();
    assert!(
        !named
            .iter()
            .any(|name| name.ends_with("00:07.0") || name.ends_with("00:01.0")),
        "{named:?}"
    );
}

#[test]
fn intels_driver_in_another_slot_is_a_guests() {
    let log = |slot: &str| {
        format!(
            "[    6.2] i915 0000:00:{slot}.0: [drm] *ERROR* Device is non-operational; MMIO access \
             returns 0xFFFFFFFF!\n"
        )
    };
    let remedy = |text: &str| {
        let found = findings(text);
        let one = found
            .into_iter()
            .find(|one| one.code == "i915-registers-all-ones");
        format!("{:?}", one.unwrap().remedy)
    };
    assert!(remedy(&log("10")).contains("SR-IOV"));
    assert!(!remedy(&log("02")).contains("SR-IOV"));
}

#[test]
fn one_function_of_a_graphics_card_is_reported() {
    let config = |entry: &str| {
        format!("/etc/pve/qemu-server/100.conf\n```\nbios: ovmf\nhostpci0: {entry},x-vga=1\n```\n")
    };
    let code = "guest-gets-one-function";
    assert_eq!(
        verdict(&config("0000:82:00.0"), code),
        Some(Verdict::Unknown)
    );
    assert_eq!(verdict(&config("0000:82:00"), code), None);
}

#[test]
fn a_processor_without_vtd_is_the_cause_of_a_missing_iommu() {
    let host = "The GPU passthrough host has an i7-4770K.";
    let code = "processor-without-vtd";
    let missing = format!("{host} The host has no IOMMU.\n");
    assert_eq!(verdict(&missing, code), Some(Verdict::Impossible));
    assert_eq!(
        verdict(&format!("{host} The VM does not start.\n"), code),
        None
    );
}

/// Settings and states of a guide, of others, and of a part: none is the host's.
#[test]
fn text_that_is_not_of_the_host_proves_nothing() {
    let quiet = [
        (
            "My `hostpci0` in /etc/pve/qemu-server/100.conf:\n\n\
             hostpci0: XX:XX,pcie=1,x-vga=on\nmachine: q35\nbios: ovmf\n",
            "proxmox-vm-config",
        ),
        (
            "Die Karte geht per Passthrough in die VM (`disable_vga=1` in\n`vfio.conf`), der Host \
             hat dann kein Bild.\n",
            "named-option-unknown",
        ),
        (
            "GPU passthrough with Easy-GPU-PV: the VM boots, and in the device manager the GTX \
             1060 is showing with code 43.\n",
            "iommu-on",
        ),
        (
            "Passthrough to a VM with the plugin i915-sriov fails:\n\nkernel: i915 \
             0000:00:02.0: driver does not support SR-IOV configuration via sysfs\n",
            "host-driver-bound",
        ),
        (
            "GPU passthrough. One of these lines is normal, you should see:\n\
             - \"AMD-Vi: Interrupt remapping enabled\"\n- \"DMAR-IR: Enabled IRQ remapping in \
             x2apic mode\"\n",
            "vtd-remapping-on",
        ),
        (
            "직통: `blacklist nouveau`를 쓰면 다른 카드까지 떨어지므로 사용 금지.\n01:00.0 VGA \
             compatible controller [0300]: NVIDIA Corporation GA104 [10de:2484]\n",
            "blacklist-of-graphics",
        ),
    ];
    for (post, code) in quiet {
        assert_eq!(verdict(post, code), None, "{post}");
    }
}

/// Questions about the state of the host.
const QUESTIONS: [&str; 4] = [
    "boot-loader-not-shown",
    "failure-not-shown",
    "host-output-missing",
    "iommu-not-shown",
];

fn asked(post: &str) -> Vec<&'static str> {
    let found = findings(post).into_iter();
    let codes = found.map(|finding| finding.code);
    codes.filter(|code| QUESTIONS.contains(code)).collect()
}

#[test]
fn what_a_text_tells_answers_its_questions() {
    for (post, open) in [
        (
            "I pass the GPU through to a VM with KVM. It has been working for months.\n",
            &[][..],
        ),
        (
            "Mit Passthrough läuft die GPU seit Wochen stabil in der VM.\n",
            &[],
        ),
        (
            "GPU passthrough of the card to the VM fails in Cloud Hypervisor. With QEMU, however, \
             the VM works.\n",
            &["failure-not-shown"],
        ),
        (
            "My VM with the passthrough GPU does not start. If I lower the RAM of the VM to 2 GB, \
             it boots.\n",
            &["iommu-not-shown"],
        ),
        (
            "The driver in the VM fails to load for the passthrough card.\n",
            &["failure-not-shown"],
        ),
        (
            "The card is in IOMMU group 14. My VM with the passthrough GPU does not start.\n",
            &["failure-not-shown"],
        ),
        (
            "My VM with the passthrough GPU does not start. Without the GPU it works fine.\n",
            &["failure-not-shown"],
        ),
        (
            "The board has VT-d. My VM with the passthrough GPU does not start. Does it work in \
             another VM?\n",
            &["failure-not-shown", "iommu-not-shown"],
        ),
        (
            "If you pass the GPU through to a VM, it works fine. My VM does not start.\n",
            &["failure-not-shown", "host-output-missing"],
        ),
    ] {
        let mut asked = asked(post);
        asked.sort_unstable();
        assert_eq!(asked, open, "{post}");
    }
}

#[test]
fn a_change_that_the_text_names_is_the_suspect() {
    let named = "I went from 22.12.2 to 22.12.3, and could not start the VM with the passthrough \
                 NVMe any longer.\n";
    assert_eq!(verdict(named, "regression-reported"), Some(Verdict::Fix));
    let unnamed = "Since the update the VM with the passthrough NVMe fails.\n";
    assert_eq!(
        verdict(unnamed, "regression-reported"),
        Some(Verdict::Unknown)
    );
    let first = "After installing, updating and restarting, I get this error with the \
                 passthrough NVMe of the VM.\n";
    assert_eq!(verdict(first, "regression-reported"), None);
}
