//! The command that runs in a virtual machine whose host gave it a card: nothing that only a host
//! could change is a problem there.

use host_tree::MemoryTree;
use passthru::doctor::{self, Question};
use passthru::{Host, Verdict};

/// Address, class, ID, driver and the size of the largest 64-bit BAR.
const FUNCTIONS: [(&str, &str, &str, &str, u64); 3] = [
    ("0000:00:00.0", "60000", "8086:0D57", "", 0),
    ("0000:00:01.0", "18000", "1AF4:1042", "virtio-pci", 1 << 19),
    ("0000:00:06.0", "30200", "10DE:2335", "nvidia", 1 << 38),
];

const FLAGS: &str = "processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: fpu vme de ssse3 sse4_1 \
                     hypervisor lahf_lm\n\n";

const DMESG: &str = "[    0.000000] Linux version 6.18.44 (a@b) (gcc 14) #1 SMP\n\
                     [    0.000000] BIOS-provided physical RAM map:\n\
                     [    0.000000] Hypervisor detected: KVM\n\
                     [    0.001116] ACPI: DSDT 0x000000000009FE5C 000F53 (v02 FIRECK FCVMDSDT 00000000 \
                     FCAT 20240119)\n\
                     [    0.172967] HugeTLB: registered 2.00 MiB page size, pre-allocated 0 pages\n\
                     [    0.216363] virtio_blk virtio0: 1/0/0 default/read/poll queues\n";

fn machine(flags: &str, log: &str) -> MemoryTree {
    let mut tree = MemoryTree::complete();
    tree.insert_file("/proc/cpuinfo", flags);
    tree.insert_file("/proc/sys/kernel/osrelease", "6.18.44\n");
    tree.insert_directory("/sys/kernel/iommu_groups", true);
    tree.insert_directory("/sys/class/iommu", true);
    tree.insert_file("/sys/firmware/acpi/tables/APIC", "");
    tree.insert_file("/sys/firmware/acpi/tables/DSDT", "");
    for (address, class, id, driver, size) in FUNCTIONS {
        let path = format!("/sys/bus/pci/devices/{address}");
        tree.insert_link(&path, &format!("../../../devices/pci0000:00/{address}"));
        let bound = match driver {
            "" => String::new(),
            driver => format!("DRIVER={driver}\n"),
        };
        let uevent = format!("{bound}PCI_CLASS={class}\nPCI_ID={id}\nPCI_SLOT_NAME={address}\n");
        tree.insert_file(&format!("{path}/uevent"), uevent);
        let (first, flags) = (0x1000_0000_0000_u64, 0x14_220c);
        let bar = match size {
            0 => "0x0 0x0 0x0\n".to_owned(),
            size => format!("{first:#018x} {:#018x} {flags:#018x}\n", first + size - 1),
        };
        tree.insert_file(&format!("{path}/resource"), bar);
    }
    tree.insert_text("dmesg", log);
    tree
}

#[test]
fn a_card_in_a_virtual_machine_is_assigned_already() {
    let host = Host::read(&machine(FLAGS, DMESG));
    for asked in ["", "00:06.0"] {
        let devices = asked.parse().into_iter().collect();
        let question = Question {
            devices,
            ..Question::default()
        };
        let report = doctor::examine(&host, &question);
        let problems = report.findings.iter().filter(|finding| {
            finding.verdict.is_problem() || matches!(finding.verdict, Verdict::Unknown)
        });
        let problems: Vec<_> = problems.map(|finding| finding.code).collect();
        assert!(problems.is_empty(), "{asked}: {problems:?}");
        let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
        for code in ["inside-virtual-machine", "guest-sees-device"] {
            assert!(codes.contains(&code), "{asked}: no {code} in {codes:?}");
        }
        assert!(!codes.contains(&"nvme-host-driver-bound"), "{codes:?}");
    }
    assert!(
        passthru::answer::check(&host, &[], None)
            .candidates
            .is_empty()
    );
}

/// The flag alone tells the two apart: the same functions on a host have no IOMMU groups.
#[test]
fn without_the_flag_the_same_functions_are_a_hosts() {
    let own = FLAGS.replace("hypervisor ", "");
    let report = doctor::examine(&Host::read(&machine(&own, "")), &Question::default());
    let found = report
        .findings
        .iter()
        .find(|finding| finding.code == "iommu-off");
    assert_eq!(found.map(|finding| finding.verdict), Some(Verdict::Blocker));
}

#[test]
fn a_post_with_a_guests_processor_is_still_of_its_host() {
    let mut tree = MemoryTree::default();
    tree.insert_file("/proc/cpuinfo", FLAGS);
    let listed = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80]\n\
                  \tKernel driver in use: nouveau\n";
    tree.insert_text("lspci -nnk", listed);
    let report = doctor::examine(&Host::read(&tree), &Question::default());
    let codes: Vec<_> = report.findings.iter().map(|finding| finding.code).collect();
    assert!(!codes.contains(&"inside-virtual-machine"), "{codes:?}");
    assert!(codes.contains(&"iommu-not-shown"), "{codes:?}");
}
