use host_tree::MemoryTree;

use super::*;

#[test]
fn names_of_sysfs_without_partitions_and_connectors() {
    let mut tree = MemoryTree::complete();
    let port = "../../devices/pci0000:00/0000:00:1d.0";
    for (link, target) in [
        ("net/enp3s0", format!("{port}/0000:03:00.0/net/enp3s0")),
        ("net/lo", "../../devices/virtual/net/lo".to_owned()),
        (
            "block/nvme0n1",
            format!("{port}/0000:01:00.0/nvme/nvme0/nvme0n1"),
        ),
        (
            "block/nvme0n1p2",
            format!("{port}/0000:01:00.0/nvme/nvme0/nvme0n1/nvme0n1p2"),
        ),
        (
            "block/sda",
            format!("{port}/0000:02:00.0/ata1/host0/target0:0:0/0:0:0:0/block/sda"),
        ),
        (
            "block/sda1",
            format!("{port}/0000:02:00.0/ata1/host0/target0:0:0/0:0:0:0/block/sda/sda1"),
        ),
        ("drm/card0", format!("{port}/0000:04:00.0/drm/card0")),
        (
            "drm/card0-DP-1",
            format!("{port}/0000:04:00.0/drm/card0/card0-DP-1"),
        ),
    ] {
        tree.insert_link(&format!("/sys/class/{link}"), &target);
    }
    let found = read(&tree, &KernelNames::default());
    let lines: Vec<String> = found
        .iter()
        .map(|(address, names)| format!("{address:#} {}", names.join(" ")))
        .collect();
    assert_eq!(
        lines,
        [
            "01:00.0 nvme0n1",
            "02:00.0 sda",
            "03:00.0 enp3s0",
            "04:00.0 card0"
        ]
    );
}
