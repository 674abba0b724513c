use host_tree::MemoryTree;

use super::*;

#[test]
fn lines_of_each_program_are_read() {
    for (text, bits) in [
        ("address sizes\t: 39 bits physical, 48 bits virtual\n", 39),
        (
            "Address sizes:        46 bits physical, 57 bits virtual\n",
            46,
        ),
        ("[    0.01] DMAR: Host address width 42\n", 42),
    ] {
        let mut tree = MemoryTree::partial();
        tree.insert_text("a.txt", text);
        let found = HostMemory::read(&tree).address_bits.unwrap();
        assert_eq!(found.value, bits, "{text}");
    }
    let mut tree = MemoryTree::complete();
    let text = "MemTotal:       32768 kB\nHugePages_Total:      16\nHugepagesize:    2048 kB\n";
    tree.insert_file("/proc/meminfo", text);
    let found = HostMemory::read(&tree);
    assert_eq!(found.huge_pages.unwrap().value, 16);
    assert_eq!(found.huge_page_size.unwrap().value, 2 << 20);
    for other in [
        "address sizes: many",
        "HugePages_Total: x",
        "Hugepagesize: 9",
        "",
    ] {
        assert!(!is_line(other), "{other}");
    }
}
