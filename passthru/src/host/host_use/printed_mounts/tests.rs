use host_tree::MemoryTree;

use super::*;

fn found(text: &str) -> Vec<String> {
    let mut tree = MemoryTree::partial();
    tree.insert_text("a.txt", text);
    let names = KernelNames::read(tree.texts());
    let storage = super::read(&tree, &Settings::default(), &names, None).storage;
    let shown = storage.iter().map(|fact| {
        let storage = &fact.value;
        format!("{} {:#}", storage.mount_point, storage.address)
    });
    shown.collect()
}

const DISKS: &str = "\
nvme nvme0: pci function 0000:01:00.0
pci-0000:00:17.0-ata-1 -> ../../sda
pci-0000:00:17.0-ata-2 -> ../../sdb
";

#[test]
fn a_tree_of_lsblk_is_followed_to_functions() {
    let table = "\
NAME               MAJ:MIN RM   SIZE RO TYPE MOUNTPOINTS
sda                  8:0    0 447.1G  0 disk
└─sda1               8:1    0 447.1G  0 part
nvme0n1            259:0    0 931.5G  0 disk
├─nvme0n1p1        259:1    0  1007K  0 part
├─nvme0n1p2        259:2    0     1G  0 part /boot/efi
│                                            /efi
└─nvme0n1p3        259:3    0 930.5G  0 part
  ├─pve-swap       252:0    0     8G  0 lvm  [SWAP]
  └─pve-root       252:1    0    96G  0 lvm  /
";
    let wanted = [
        "/boot/efi 01:00.0",
        "/efi 01:00.0",
        "/dev/mapper/pve-swap 01:00.0",
        "/ 01:00.0",
    ];
    assert_eq!(found(&format!("{DISKS}{table}")), wanted);
    let quoted: String = table.lines().map(|line| format!("> {line}\n")).collect();
    assert_eq!(found(&format!("{DISKS}{quoted}")), wanted);
    let ascii = table
        .replace("├─", "|-")
        .replace("└─", "`-")
        .replace('│', "|");
    assert_eq!(found(&format!("{DISKS}{ascii}")), wanted);
    // The table does not show the controller of the disks.
    assert_eq!(found(table), [""; 0]);
    let other = "\
NAME   MOUNTPOINT SIZE
sda               447G
└─sda1 /          447G
sdb               1T
";
    assert_eq!(found(&format!("{DISKS}{other}")), ["/ 00:17.0"]);
}

#[test]
fn other_programs_show_mounts_too() {
    for (text, wanted) in [
        ("├─/boot /dev/nvme0n1p2 ext4 rw,relatime\n", "/boot 01:00.0"),
        ("/dev/sdb2 on / type ext4 (rw,relatime)\n", "/ 00:17.0"),
        ("/dev/sdb2  488M  120M  332M  27% /var\n", "/var 00:17.0"),
        ("/dev/sda3 partition 8G 0B -2\n", "/dev/sda3 00:17.0"),
        (
            "EXT4-fs (sda1): mounted filesystem 1-2 r/w with ordered data mode\n",
            "/dev/sda1 00:17.0",
        ),
        (
            "Adding 999k swap on /dev/nvme0n1p3.  Priority:-2\n",
            "/dev/nvme0n1p3 01:00.0",
        ),
    ] {
        assert_eq!(found(&format!("{DISKS}{text}")), [wanted], "{text}");
    }
    for text in [
        "EXT4-fs (sda1): mounted filesystem\nEXT4-fs (sda1): unmounting filesystem 1-2.\n",
        "/dev/sda1 is my disk, see /etc/fstab\n",
        "/dev/sda1 / ext4 defaults 0 1\n",
        "EXT4-fs (dm-1): mounted filesystem\n",
    ] {
        assert_eq!(found(&format!("{DISKS}{text}")), [""; 0], "{text}");
    }
}
