use super::*;

#[test]
fn a_text_names_the_maker_of_its_processor() {
    for (text, wanted) in [
        ("CPU: Ryzen 9 5950X\n", Some(Processor::Amd)),
        ("| CPU | AMD Ryzen 7 H255 |\n", Some(Processor::Amd)),
        (
            "This is a Ryzen system with an X570.\n",
            Some(Processor::Amd),
        ),
        ("a Threadripper 1950X here\n", Some(Processor::Amd)),
        ("2x EPYC 7302P\n", Some(Processor::Amd)),
        ("FX-8350, 32 GB\n", Some(Processor::Amd)),
        ("i5 3470, 16gb of ram, rx570 gpu\n", Some(Processor::Intel)),
        ("- CPU - i7-8700k\n", Some(Processor::Intel)),
        ("Intel e3-1245v6\n", Some(Processor::Intel)),
        ("Dual Xeon Gold\n", Some(Processor::Intel)),
        (
            "I am using intel CPU and nvidia GPU\n",
            Some(Processor::Intel),
        ),
        ("Core Ultra 7 265K\n", Some(Processor::Intel)),
        ("- Intel 7700k\n", Some(Processor::Intel)),
        ("设备是畅网的N5105\n", Some(Processor::Intel)),
        ("CPU: Ryzen 9 5950X\nIt ran on an i7-8700k too.\n", None),
        ("If you have an Intel CPU, add intel_iommu=on.\n", None),
        ("It worked with my previous i7-4770.\n", None),
        (
            "-cpu EPYC-Rome,+invtsc\n<model>EPYC</model>\ncpu: EPYC\n",
            None,
        ),
        ("AMD Radeon RX 6800, Intel NIC i350, i225-V\n", None),
        ("Intel 7260 and 9260NGW wireless\n", None),
        ("Intel(R) I210 Gigabit, AMD/ATI Navi 21\n", None),
    ] {
        let mut tree = host_tree::MemoryTree::partial();
        tree.insert_text("a.txt", text);
        let found = read(host_tree::HostTree::texts(&tree));
        assert_eq!(found.map(|fact| fact.value), wanted, "{text}");
    }
}
