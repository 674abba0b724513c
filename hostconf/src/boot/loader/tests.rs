//! Trees, and the loader that is found in each.

use host_tree::MemoryTree;

use super::*;
use crate::boot::kernel_cmdline::PROXMOX_BOOT_UUIDS;
use crate::boot::{efi_variables, grub_files, kernel_cmdline, running};

const BY_GRUB: &str = "BOOT_IMAGE=/boot/vmlinuz-6.8.12-1-pve root=/dev/mapper/pve-root ro quiet\n";
const BY_SYSTEMD: &str =
    "initrd=\\EFI\\proxmox\\6.8.12-1-pve\\initrd.img-6.8.12-1-pve root=ZFS=rpool/ROOT/pve-1\n";

fn tree(files: &[(&str, &str)]) -> MemoryTree {
    let mut tree = MemoryTree::partial();
    for (path, text) in files {
        tree.insert_file(path, *text);
    }
    tree
}

fn kind(tree: &MemoryTree) -> Option<LoaderKind> {
    match find(tree) {
        Loader::Known { kind, evidence } => {
            assert!(!evidence.is_empty());
            Some(kind)
        }
        Loader::Unknown { would_tell, .. } => {
            assert!(!would_tell.is_empty());
            None
        }
    }
}

#[test]
fn nothing_is_concluded_from_missing_facts() {
    let grub = (grub_files::MAIN, "GRUB_TIMEOUT=5\n");
    assert_eq!(kind(&tree(&[grub])), None);
    let mut shown = tree(&[grub]);
    shown.insert_absent(PROXMOX_BOOT_UUIDS);
    assert_eq!(kind(&shown), None, "entries of systemd-boot are not shown");
    for place in [
        "/boot/loader/entries",
        "/boot/efi/loader/entries",
        "/efi/loader/entries",
    ] {
        shown.insert_absent(place);
    }
    assert_eq!(kind(&shown), Some(LoaderKind::Grub));
    shown.insert_directory("/boot/efi/loader/entries", true);
    assert_eq!(kind(&shown), Some(LoaderKind::Grub));
    let entry = "title Debian\nversion 6.1.0\nlinux /abc/6.1.0/linux\noptions quiet\n";
    shown.insert_file("/boot/efi/loader/entries/a.conf", entry);
    assert_eq!(kind(&shown), None, "both are there");
    shown.insert_absent(grub_files::MAIN);
    assert_eq!(kind(&shown), Some(LoaderKind::SystemdBoot));
}

#[test]
fn an_entry_that_booted_shows_fedoras_grub() {
    let entry = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.9.7-200.fc40.x86_64 root=/dev/sda2 ro\n";
    let cmdline = |line: &'static str| (running::PATH, line);
    assert_eq!(kind(&tree(&[cmdline(entry)])), Some(LoaderKind::GrubBls));
    // Its file decides, and another distribution's kernel has another menu.
    let without = (grub_files::MAIN, "GRUB_ENABLE_BLSCFG=false\n");
    assert_eq!(
        kind(&tree(&[cmdline(entry), without])),
        Some(LoaderKind::Grub)
    );
    let other = "BOOT_IMAGE=(hd0,gpt2)/vmlinuz-6.1.0-21-amd64 root=/dev/sda2 ro\n";
    assert_eq!(kind(&tree(&[cmdline(other)])), Some(LoaderKind::Grub));
    let menu = "BOOT_IMAGE=/vmlinuz-6.9.7-200.fc40.x86_64 root=/dev/sda2 ro\n";
    assert_eq!(kind(&tree(&[cmdline(menu)])), Some(LoaderKind::Grub));
}

#[test]
fn a_file_decides_where_the_options_have_no_trace_of_the_common_programs() {
    let refind = (
        "/boot/refind_linux.conf",
        "\"Boot\" \"root=PARTUUID=a rw initrd=boot\\initramfs-%v.img\"\n",
    );
    let by_refind = "root=PARTUUID=a rw initrd=boot\\initramfs-linux.img\n";
    let limine = (
        "/boot/limine.conf",
        "/Arch\n    protocol: linux\n    cmdline: root=UUID=a rw\n",
    );
    let by_limine = "root=UUID=a rw quiet\n";
    for (file, line, expected) in [
        (refind, by_refind, LoaderKind::Refind),
        (limine, by_limine, LoaderKind::Limine),
    ] {
        let cmdline = (running::PATH, line);
        assert_eq!(kind(&tree(&[file, cmdline])), Some(expected));
        // Without the options the common programs may have started the kernel.
        assert_eq!(kind(&tree(&[file])), None);
        for other in [BY_GRUB, BY_SYSTEMD] {
            let found = kind(&tree(&[file, (running::PATH, other)]));
            assert_ne!(found, Some(LoaderKind::Limine), "{other}");
        }
        let both = tree(&[file, cmdline, (grub_files::MAIN, "GRUB_TIMEOUT=5\n")]);
        assert_eq!(kind(&both), None);
    }
    // Under Xen GRUB leaves no trace: its own file alone does not decide.
    let xen = [
        (grub_files::MAIN, "GRUB_TIMEOUT=5\n"),
        (running::PATH, "placeholder root=/dev/sda1 ro\n"),
    ];
    assert_eq!(kind(&tree(&xen)), None);
}

#[test]
fn the_running_kernels_options_show_the_loader() {
    assert_eq!(
        kind(&tree(&[(running::PATH, BY_GRUB)])),
        Some(LoaderKind::Grub)
    );
    let proxmox = Some(LoaderKind::ProxmoxSystemdBoot);
    assert_eq!(kind(&tree(&[(running::PATH, BY_SYSTEMD)])), proxmox);
    let other = "initrd=\\abc\\6.1.0\\initrd root=/dev/sda2\n";
    assert_eq!(kind(&tree(&[(running::PATH, other)])), None);
    let ubuntu = ("/etc/os-release", "NAME=\"Ubuntu\"\nID=ubuntu\n");
    let shown = tree(&[(running::PATH, other), ubuntu]);
    assert_eq!(kind(&shown), Some(LoaderKind::SystemdBoot));
    assert_eq!(kind(&tree(&[(running::PATH, "quiet\n")])), None);
}

#[test]
fn proxmox_boot_tool_installs_either() {
    let uuids = (PROXMOX_BOOT_UUIDS, "8357-FBD5\n");
    assert_eq!(kind(&tree(&[uuids])), Some(LoaderKind::ProxmoxEither));
    let by_grub = tree(&[uuids, (running::PATH, BY_GRUB)]);
    assert_eq!(kind(&by_grub), Some(LoaderKind::ProxmoxGrub));
    let mut secure = tree(&[uuids]);
    secure.insert_file(&efi_variables::global("SecureBoot"), [6, 0, 0, 0, 1]);
    assert_eq!(kind(&secure), Some(LoaderKind::ProxmoxGrub));
    let mut bios = tree(&[uuids]);
    bios.insert_listing("/sys/firmware", &host_tree::Listing::default());
    bios.insert_absent("/sys/firmware/efi");
    assert_eq!(kind(&bios), Some(LoaderKind::ProxmoxGrub));
    let mut with_status = tree(&[uuids]);
    let status = "System currently booted with uefi\n8357-FBD5 is configured with: uefi (versions: 6.8.12-1-pve)\n";
    with_status.insert_text("proxmox-boot-tool status", status);
    assert_eq!(kind(&with_status), Some(LoaderKind::ProxmoxSystemdBoot));
    let Loader::Known { evidence, .. } = find(&with_status) else {
        panic!("known")
    };
    assert_eq!(evidence[1].line, Some(2));
    // The same in a pasted text of any name, beside similar prose.
    let mut pasted = tree(&[]);
    pasted.insert_text("a.txt", "My ESP is configured with: grub, I think.\n");
    assert_eq!(kind(&pasted), None);
    pasted.insert_text("b.txt", status);
    assert_eq!(kind(&pasted), Some(LoaderKind::ProxmoxSystemdBoot));
}

#[test]
fn the_loaders_own_name_wins() {
    let mut named = tree(&[(running::PATH, BY_GRUB)]);
    named.insert_absent(PROXMOX_BOOT_UUIDS);
    let text = "systemd-boot 252.39-1\0"
        .encode_utf16()
        .flat_map(u16::to_le_bytes);
    let bytes: Vec<u8> = [6, 0, 0, 0].into_iter().chain(text).collect();
    named.insert_file(&efi_variables::loader("LoaderInfo"), bytes);
    assert_eq!(kind(&named), None, "who writes its entries is not shown");
    named.insert_file(kernel_cmdline::PATH, "root=/dev/sda2\n");
    assert_eq!(kind(&named), Some(LoaderKind::SystemdBoot));
}
