use host_tree::MemoryTree;

use super::*;

#[test]
fn a_mount_is_followed_to_its_function() {
    let mut tree = MemoryTree::complete();
    tree.insert_file(
        MOUNTS,
        "22 1 253:0 / / rw - ext4 /dev/mapper/pve-root rw\n\
             23 1 0:21 / /proc rw - proc proc rw\n\
             24 1 259:2 / /boot/efi rw - vfat /dev/nvme0n1p2 rw\n",
    );
    tree.insert_link("/sys/dev/block/253:0", "../../devices/virtual/block/dm-0");
    tree.insert_link("/sys/devices/virtual/block/dm-0/slaves/nvme0n1p3", "x");
    let nvme = "../../devices/pci0000:00/0000:00:01.1/0000:01:00.0/nvme/nvme0/nvme0n1";
    tree.insert_link("/sys/class/block/nvme0n1p3", &format!("{nvme}/nvme0n1p3"));
    tree.insert_link("/sys/dev/block/259:2", &format!("{nvme}/nvme0n1p2"));
    let storage = Disks::read(&tree).storage;
    let found: Vec<String> = storage
        .iter()
        .map(|fact| format!("{} {:#}", fact.value.mount_point, fact.value.address))
        .collect();
    assert_eq!(found, ["/ 01:00.0", "/boot/efi 01:00.0"]);
}

/// Btrfs names a device, ZFS a pool, swap a device.
#[test]
fn what_names_no_disk_in_the_mounts_is_followed_too() {
    let mut tree = MemoryTree::complete();
    tree.insert_file(
        MOUNTS,
        "22 1 0:25 / / rw - zfs rpool/ROOT/pve-1 rw\n\
             23 1 0:26 /@ /data rw - btrfs /dev/mapper/crypt rw\n\
             24 1 0:27 / /tank rw - zfs tank rw\n",
    );
    let disk = |address: &str, name: &str| {
        format!("../../devices/pci0000:00/0000:00:01.1/{address}/nvme/nvme0/{name}")
    };
    tree.insert_link(
        "/sys/class/block/nvme0n1p3",
        &disk("0000:01:00.0", "nvme0n1p3"),
    );
    tree.insert_link(
        "/sys/class/block/nvme1n1p1",
        &disk("0000:02:00.0", "nvme1n1p1"),
    );
    tree.insert_link("/dev/disk/by-id/nvme-eui.1-part3", "../../nvme0n1p3");
    tree.insert_link("/sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
    tree.insert_file("/sys/devices/virtual/block/dm-0/dm/name", "crypt\n");
    tree.insert_link("/sys/devices/virtual/block/dm-0/slaves/nvme1n1p1", "x");
    tree.insert_file(
        SWAPS,
        "Filename\tType\tSize\tUsed\tPriority\n/dev/nvme1n1p1 partition 8 0 -2\n",
    );
    tree.insert_text(
        "zpool status",
        "  pool: rpool\n state: ONLINE\nconfig:\n\n\tNAME  STATE  READ WRITE CKSUM\n\
             \trpool  ONLINE  0 0 0\n\t  mirror-0  ONLINE  0 0 0\n\
             \t    nvme-eui.1-part3  ONLINE  0 0 0\n\nerrors: No known data errors\n",
    );
    let disks = Disks::read(&tree);
    let found: Vec<String> = disks
        .storage
        .iter()
        .map(|fact| format!("{} {:#}", fact.value.mount_point, fact.value.address))
        .collect();
    assert_eq!(
        found,
        ["/ 01:00.0", "/data 02:00.0", "/dev/nvme1n1p1 02:00.0"]
    );
    let unknown: Vec<&str> = disks
        .not_followed
        .iter()
        .map(|fact| fact.value.mount_point.as_str())
        .collect();
    assert_eq!(unknown, ["/tank"]);
}

#[test]
fn the_way_out_is_found_through_its_bridge() {
    let mut tree = MemoryTree::complete();
    for (name, address) in [("enp5s0", "0000:05:00.0"), ("enp6s0", "0000:06:00.0")] {
        tree.insert_link(
            &format!("/sys/class/net/{name}/device"),
            &format!("../../../{address}"),
        );
        tree.insert_file(&format!("/sys/class/net/{name}/operstate"), "up\n");
    }
    tree.insert_link("/sys/class/net/enp5s0/master", "../vmbr0");
    tree.insert_file(
        ROUTES,
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\n\
             vmbr0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\n\
             vmbr0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\n",
    );
    let found = Interface::read(&tree);
    let ways: Vec<(&str, bool)> = found
        .iter()
        .map(|fact| (fact.value.name.as_str(), fact.value.default_route.is_some()))
        .collect();
    assert_eq!(ways, [("enp5s0", true), ("enp6s0", false)]);
}

#[test]
fn a_volume_without_mounts_may_use_its_disk() {
    let mut tree = MemoryTree::complete();
    tree.insert_file(MOUNTS, "22 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw\n");
    let disk = |address: &str, name: &str| {
        format!("../../devices/pci0000:00/0000:00:01.1/{address}/nvme/nvme0/{name}")
    };
    let boot = disk("0000:01:00.0", "nvme0n1/nvme0n1p2");
    tree.insert_link("/sys/dev/block/259:2", &boot);
    tree.insert_link("/sys/class/block/nvme0n1p2", &boot);
    tree.insert_link("/sys/class/block/nvme1n1", &disk("0000:02:00.0", "nvme1n1"));
    for (device, part) in [("dm-0", "nvme1n1"), ("dm-1", "nvme0n1p2")] {
        let path = format!("/sys/devices/virtual/block/{device}");
        tree.insert_link(
            &format!("/sys/class/block/{device}"),
            &format!("../../devices/virtual/block/{device}"),
        );
        tree.insert_link(&format!("{path}/slaves/{part}"), "x");
        tree.insert_file(&format!("{path}/dm/name"), format!("vg-{device}\n"));
    }
    let disks = Disks::read(&tree);
    let unknown: Vec<(&str, Option<Address>)> = disks
        .not_followed
        .iter()
        .map(|fact| (fact.value.mount_point.as_str(), fact.value.address))
        .collect();
    let second = "02:00.0".parse().ok();
    // The first disk is known to be used.
    assert_eq!(unknown, [("vg-dm-0", second)]);
}
