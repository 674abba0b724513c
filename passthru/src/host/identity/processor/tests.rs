use host_tree::MemoryTree;

use super::*;

#[test]
fn each_form_names_the_maker() {
    use Standing::{Log, Program, Summary};
    for (line, wanted) in [
        ("vendor_id\t: GenuineIntel", (Program, Processor::Intel)),
        (
            "Vendor ID:             AuthenticAMD",
            (Program, Processor::Amd),
        ),
        (
            "  Model name:  12th Gen Intel(R) Core(TM) i7-12700K",
            (Program, Processor::Intel),
        ),
        (
            "CPU: AMD Ryzen 9 5950X (32) @ 3.400GHz",
            (Summary, Processor::Amd),
        ),
        (
            "  Info: 16-core model: AMD Ryzen 9 5950X bits: 64",
            (Summary, Processor::Amd),
        ),
        (
            "[    0.2] smpboot: CPU0: Intel(R) Xeon(R) CPU E5-2670 (family: 0x6)",
            (Log, Processor::Intel),
        ),
    ] {
        assert_eq!(named(line), Some(wanted), "{line}");
    }
    for line in [
        "CPU: my old one",
        "the Intel one is better: AMD",
        "CPU: i7",
        "vendor_id: x",
    ] {
        assert_eq!(named(line), None, "{line}");
    }
}

#[test]
fn lines_are_found_in_texts_and_files() {
    let mut tree = MemoryTree::partial();
    tree.insert_text("a.txt", "x\nkvm_amd   1234  0\nVendor ID: AuthenticAMD\n");
    let found = seen(&tree);
    let shown: Vec<(Standing, Option<u32>)> = found
        .iter()
        .map(|(standing, fact)| (*standing, fact.evidence.line))
        .collect();
    assert_eq!(
        shown,
        [(Standing::Trace, Some(2)), (Standing::Program, Some(3))]
    );
}
