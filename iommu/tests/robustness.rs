//! Hostile logs: no panic, parts of the text only, linear time.

use std::time::Instant;

use host_tree::{Evidence, MemoryTree};
use iommu::{
    Groups, IommuStatus, KernelLog, OptionWord, RemappingState, facts, interrupt_remapping, state,
};

const SAMPLE: &str = "root@pve:~# dmesg | grep -e 'DMAR|IOMMU'\n\
    [    0.392770] pci 0000:00:00.2: AMD-Vi: IOMMU performance counters supported # 好\n\
    Nov 20 07:00:00 h kernel: [    0.1] iommu: Adding device 0000:01:00.0 to group 1\n\
    [0.536462] pci 0000:01:00.0: Adding to iommu group 17$ sudo dmesg | grep 05\
    [0.536491][   T1] pci 0000:05:00.0: Removing from iommu group 17\r\n\
    [Fri Nov 20 07:00:00 2026] iommu: Default domain type: Translated\n\
    # dmesg -t\nDMAR: IOMMU enabled\n\nDMAR-IR: Enabled IRQ remapping in x2apic mode\n";

fn check(text: &str) {
    for source in ["paste", "dmesg"] {
        let log = KernelLog::parse(source, text);
        let mut before = 0;
        for line in &log.lines {
            assert!(line.number >= before);
            before = line.number;
            let whole = text.lines().nth(line.number as usize - 1).unwrap();
            assert!(whole.contains(line.text) && line.text.contains(line.message));
        }
        let found = facts(&log);
        let tree = MemoryTree::partial();
        let shown = state(&tree, &found, &[]);
        assert!(shown.status == IommuStatus::Unknown || !shown.evidence.is_empty());
        let remapping = interrupt_remapping(&tree, &found, &[]);
        assert!(remapping.state == RemappingState::Unknown || !remapping.evidence.is_empty());
        let mut groups = Groups::default();
        groups.add_log(&log);
        for (number, group) in groups.iter() {
            assert!(group.members.values().all(|lines| !lines.is_empty()));
            assert!(groups.members(number).eq(group.members.keys().copied()));
        }
    }
}

#[test]
fn no_text_breaks_it() {
    for end in (0..=SAMPLE.len()).filter(|end| SAMPLE.is_char_boundary(*end)) {
        check(SAMPLE.get(..end).unwrap());
    }
    let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
    let marks = b"[]#$ :.|'\"\n0\xe5@~";
    for _ in 0..4000 {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        for _ in 0..random.below(8) + 1 {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] = marks[random.below(marks.len())],
                1 => drop(bytes.remove(at)),
                _ => bytes.insert(at, marks[random.below(marks.len())]),
            }
        }
        check(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn any_word_may_be_an_option() {
    for word in [
        "",
        "=",
        "iommu",
        "iommu=",
        "iommu=offf",
        "intel_iommu==off",
        "é=off",
    ] {
        let evidence = Evidence::new("x", 1, word);
        let options = [OptionWord { word, evidence }];
        assert_eq!(
            state(&MemoryTree::partial(), &[], &options).status,
            IommuStatus::Unknown
        );
        let remapping = interrupt_remapping(&MemoryTree::partial(), &[], &options);
        assert_eq!(remapping.state, RemappingState::Unknown);
    }
}

#[test]
fn five_megabytes_are_linear() {
    let units = [
        "[",
        "[    0.000000]",
        "[0.536462] pci 0000:01:00.0: Adding to iommu group 17",
        "[0.536462] pci 0000:01:00.0: Adding to iommu group 17\n",
        "$ dmesg | grep x ",
        "$ dmesg\n",
        "# ",
        "a@b$ ",
        "a@b$",
        "#",
        "] $",
        "'\"|",
        ": ",
        "kernel: 07:00:00 ",
        "DMAR: IOMMU feature \n",
        "[0.536462] arm-smmu-v3 : ias \n",
    ];
    let heads = ["", "$ dmesg", "[0.536462] DMAR: "];
    let sizes = [5 << 20, 1 << 20];
    for ((unit, head), size) in units
        .iter()
        .zip(heads.iter().cycle())
        .zip(sizes.iter().cycle())
    {
        let text = (*head).to_owned() + &unit.repeat(size / unit.len());
        let start = Instant::now();
        let log = KernelLog::parse("dmesg", &text);
        let found = facts(&log);
        let shown = state(&MemoryTree::partial(), &found, &[]);
        assert!(shown.evidence.len() < 16);
        Groups::default().add_log(&log);
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{unit:?} after {head:?}: {took:?}");
    }
}
