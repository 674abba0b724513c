use host_tree::MemoryTree;

use super::*;

#[test]
fn the_function_around_the_framebuffer_is_found() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        PATH,
        "00000000-00000fff : Reserved\n\
             c0000000-febfffff : PCI Bus 0000:00\n\
             \x20\x20c0000000-d1ffffff : PCI Bus 0000:01\n\
             \x20\x20\x20\x20c0000000-cfffffff : 0000:01:00.0\n\
             \x20\x20\x20\x20\x20\x20c0000000-c02fffff : BOOTFB\n\
             \x20\x20\x20\x20d0000000-d1ffffff : 0000:01:00.1\n\
             \x20\x20fe000000-fe0fffff : efifb\n",
    );
    let found = memory_map(&tree).boot_framebuffers;
    let shown: Vec<String> = found
        .iter()
        .map(|fact| format!("{:#}", fact.value))
        .collect();
    assert_eq!(shown, ["01:00.0"]);
    assert_eq!(found[0].evidence.line, Some(5));
}

#[test]
fn any_text_is_read() {
    let mut tree = MemoryTree::partial();
    let deep = format!("{}0-1 : BOOTFB\n : \n  x : efifb\n", " ".repeat(4000));
    tree.insert_file(PATH, deep.as_bytes());
    assert!(memory_map(&tree).boot_framebuffers.is_empty());
}
