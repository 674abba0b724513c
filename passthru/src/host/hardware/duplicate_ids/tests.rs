use host_tree::MemoryTree;

use super::*;

#[test]
fn a_card_without_ids_may_be_a_twin() {
    let mut tree = MemoryTree::partial();
    let line =
        "02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)\n";
    tree.insert_text("lspci -nn | grep NVIDIA", line);
    let gpu = "02:00.0".parse().unwrap();
    let host = Host::read(&tree);
    assert_eq!(host.duplicates_of(&host.devices[&gpu]), DuplicateIds::None);
    let smi = "| NVIDIA-SMI 460.91.03    Driver Version: 460.91.03    CUDA Version: 11.2     |\n\
                   |   1  GeForce GTX 108...  Off  | 00000000:81:00.0 Off |                  N/A |\n";
    tree.insert_text("nvidia-smi", smi);
    let host = Host::read(&tree);
    let duplicates = host.duplicates_of(&host.devices[&gpu]);
    assert!(matches!(duplicates, DuplicateIds::NotShown(others) if others.len() == 1));
    let audio = "03:00.0 Audio device: NVIDIA Corporation GP102 HDMI Audio Controller\n";
    tree.insert_text("lspci -v", audio);
    let host = Host::read(&tree);
    let duplicates = host.duplicates_of(&host.devices[&gpu]);
    assert!(matches!(duplicates, DuplicateIds::NotShown(others) if others.len() == 1));
}
