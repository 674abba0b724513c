//! Writes a generated host to a directory, for scripts: `tree DIR plain FUNCTIONS` is a host of
//! network cards, `tree DIR cards CARDS FUNCTIONS` one of cards with so many virtual functions each,
//! `tree DIR graphics CARDS` one of graphics cards.
//! It has a kernel command line and a modprobe.d file, so that a doctor has settings to read.

use std::path::Path;
use std::{env, fs};

use testkit::sysfs_tree::{SysfsTree, graphics_cards, many, virtualized};

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
    let functions = match (words.get(1).map(String::as_str), number(2), number(3)) {
        (Some("plain"), Some(count), _) => many(count),
        (Some("cards"), Some(cards), Some(each)) => virtualized(cards, each),
        (Some("graphics"), Some(cards), _) => graphics_cards(cards),
        _ => panic!(
            "tree DIR plain FUNCTIONS | tree DIR cards CARDS FUNCTIONS | tree DIR graphics CARDS"
        ),
    };
    let root = Path::new(&words[0]);
    let parent = root.parent().unwrap();
    fs::create_dir_all(parent).unwrap();
    let tree = SysfsTree::below(parent, "bench", &functions);
    fs::create_dir_all(tree.root.join("proc")).unwrap();
    fs::write(
        tree.root.join("proc/cmdline"),
        "root=/dev/sda1 intel_iommu=on iommu=pt\n",
    )
    .unwrap();
    fs::create_dir_all(tree.root.join("etc/modprobe.d")).unwrap();
    fs::write(
        tree.root.join("etc/modprobe.d/vfio.conf"),
        "options vfio-pci ids=15b3:101d\n",
    )
    .unwrap();
    let _ = fs::remove_dir_all(root);
    fs::rename(&tree.root, root).unwrap();
}
