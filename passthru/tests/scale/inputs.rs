//! Inputs of N things of one kind, for N of any size.

use std::fmt::Write as _;
use std::fs;

use testkit::Scratch;
use testkit::rom::{ImageBuilder, rom};
use testkit::sysfs_tree::{Function, SysfsTree, graphics_cards, many, virtualized};

/// An input on disk: the words that name it.
pub(crate) struct Input {
    pub(crate) words: Vec<String>,
    _scratch: Option<Scratch>,
    _tree: Option<SysfsTree>,
}

/// Makes an input of so many things.
pub(crate) type Make = fn(usize) -> Input;

fn text(name: &str, text: String) -> Input {
    let scratch = Scratch::new();
    Input {
        words: vec!["--from".to_owned(), scratch.file(name, text)],
        _scratch: Some(scratch),
        _tree: None,
    }
}

fn file(name: &str, bytes: impl AsRef<[u8]>) -> Input {
    let scratch = Scratch::new();
    Input {
        words: vec![scratch.file(name, bytes)],
        _scratch: Some(scratch),
        _tree: None,
    }
}

fn tree(functions: &[Function]) -> Input {
    let scratch = Scratch::new();
    let tree = SysfsTree::below(scratch.path(), "grown", functions);
    Input {
        words: vec!["--root".to_owned(), tree.root.to_str().unwrap().to_owned()],
        _scratch: Some(scratch),
        _tree: Some(tree),
    }
}

/// A host of 20 functions with other files.
fn host(files: impl FnOnce(&Scratch)) -> Input {
    let scratch = Scratch::new();
    scratch.write("_commands/lspci -nnk", listing(20, |at| 0x1000 + at));
    scratch.write("proc/cmdline", "root=/dev/sda1 intel_iommu=on\n");
    files(&scratch);
    Input {
        words: vec!["--root".to_owned(), scratch.word("")],
        _scratch: Some(scratch),
        _tree: None,
    }
}

fn address(at: usize) -> String {
    format!("{:02x}:{:02x}.{}", at / 256, at / 8 % 32, at % 8)
}

/// Output of `lspci -nnk`, whose device IDs are `id`'s.
fn listing(count: usize, id: fn(usize) -> usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let (address, id) = (address(at), id(at));
        let driver = ["igb", "vfio-pci"][at % 2];
        write!(
            text,
            "{address} Ethernet controller [0200]: Intel Corporation Device [8086:{id:04x}] (rev 01)\n\
             \tSubsystem: Intel Corporation Device [8086:0001]\n\
             \tKernel driver in use: {driver}\n\tKernel modules: igb\n"
        )
        .unwrap();
    }
    text
}

pub(crate) fn functions(count: usize) -> Input {
    // IDs that pci.ids does not have: one of QEMU's would make it a virtual machine.
    text("lspci.txt", listing(count, |at| 0xc000 + at))
}

pub(crate) fn duplicate_ids(count: usize) -> Input {
    text("lspci.txt", listing(count, |_| 0x1000))
}

pub(crate) fn functions_of_sysfs(count: usize) -> Input {
    tree(&many(count))
}

pub(crate) fn cards(count: usize) -> Input {
    tree(&graphics_cards(count))
}

pub(crate) fn virtual_functions(count: usize) -> Input {
    tree(&virtualized(1 + count / 300, count.min(300)))
}

pub(crate) fn groups(count: usize) -> Input {
    let mut all = String::new();
    for at in 0..count {
        let (address, id) = (address(at), 0x1000 + at);
        writeln!(
            all,
            "IOMMU Group {at}:\n\t{address} Ethernet controller [0200]: Intel Corporation Device \
             [8086:{id:04x}] (rev 01)"
        )
        .unwrap();
    }
    text("groups.txt", all)
}

pub(crate) fn log_lines(count: usize) -> Input {
    let kinds = [
        "pci 0000:01:00.0: [10de:2d04] type 00 class 0x030000",
        "usb 1-1: new high-speed USB device number 4 using xhci_hcd",
        "vfio-pci 0000:01:00.0: vgaarb: changed VGA decodes: olddecodes=io+mem,decodes=none:owns=none",
        "systemd[1]: Started Session 4 of User root.",
        "DMAR: DRHD: handling fault status reg 3",
        "vfio-pci 0000:01:00.0: BAR 1: can't reserve [mem 0xe0000000-0xefffffff 64bit pref]",
    ];
    let mut log = listing(10, |at| 0x1000 + at);
    for at in 0..count {
        let kind = kinds[at % kinds.len()];
        writeln!(log, "[{:5}.{:06}] {kind}", at / 1000, at % 1000).unwrap();
    }
    text("dmesg.txt", log)
}

pub(crate) fn modprobe_lines(count: usize) -> Input {
    host(|scratch| {
        let mut lines = String::new();
        for at in 0..count.div_ceil(3) {
            writeln!(lines, "options mod{at} par={at}\nblacklist drv{at}").unwrap();
            writeln!(lines, "softdep a{at} pre: vfio-pci").unwrap();
        }
        scratch.write("etc/modprobe.d/a.conf", lines);
    })
}

pub(crate) fn modprobe_files(count: usize) -> Input {
    host(|scratch| {
        for at in 0..count {
            let line = format!("options mod{at} par=1\n");
            scratch.write(&format!("etc/modprobe.d/a{at}.conf"), line);
        }
    })
}

pub(crate) fn listed_ids(count: usize) -> Input {
    host(|scratch| {
        let ids: Vec<String> = (0..count)
            .map(|at| format!("8086:{:04x}", 0x1000 + at))
            .collect();
        let line = format!("options vfio-pci ids={}\n", ids.join(","));
        scratch.write("etc/modprobe.d/a.conf", line);
    })
}

pub(crate) fn kernel_options(count: usize) -> Input {
    host(|scratch| {
        let options: String = (0..count).map(|at| format!(" opt{at}=1")).collect();
        let line = format!("GRUB_CMDLINE_LINUX_DEFAULT=\"quiet{options}\"\n");
        scratch.write("etc/default/grub", line);
    })
}

pub(crate) fn boot_lines(count: usize) -> Input {
    host(|scratch| {
        let lines: String = (0..count)
            .map(|at| format!("GRUB_X{at}=\"a b\"\n"))
            .collect();
        scratch.write("etc/default/grub", lines);
    })
}

pub(crate) fn proxmox_guests(count: usize) -> Input {
    host(|scratch| {
        let version = "proxmox-ve: 8.2.0 (running kernel: 6.8.4-2-pve)\n";
        scratch.write("_commands/pveversion -v", version);
        for at in 0..count {
            let text = format!(
                "cores: 2\nmemory: 2048\nname: a{at}\nhostpci0: 0000:00:00.{},pcie=1\n",
                at % 8
            );
            scratch.write(&format!("etc/pve/qemu-server/{}.conf", 100 + at), text);
        }
    })
}

pub(crate) fn libvirt_guests(count: usize) -> Input {
    host(|scratch| {
        for at in 0..count {
            let text = format!(
                "<domain type='kvm'><name>a{at}</name><memory>1048576</memory>\
                 <os><type arch='x86_64' machine='q35'>hvm</type></os><devices>{}</devices></domain>\n",
                hostdev(at % 8)
            );
            scratch.write(&format!("etc/libvirt/qemu/a{at}.xml"), text);
        }
    })
}

fn hostdev(function: usize) -> String {
    format!(
        "<hostdev mode='subsystem' type='pci' managed='yes'><source><address domain='0x0000' \
         bus='0x{:02x}' slot='0x{:02x}' function='0x{}'/></source></hostdev>",
        function / 256,
        function / 8 % 32,
        function % 8
    )
}

pub(crate) fn guest_devices(count: usize) -> Input {
    let devices: String = (0..count).map(hostdev).collect();
    let text = format!(
        "<domain type='kvm'><name>a</name><memory>1048576</memory><os>\
         <type arch='x86_64' machine='q35'>hvm</type></os><devices>{devices}</devices></domain>\n"
    );
    file("guest.xml", text)
}

pub(crate) fn rom_images(count: usize) -> Input {
    let mut images = vec![ImageBuilder::x86(4).more(); count];
    images.push(ImageBuilder::efi(4));
    file("card.rom", rom(&images))
}

/// Bytes after the image of a ROM, in blocks of 64 KiB.
pub(crate) fn rom_bytes(count: usize) -> Input {
    let mut bytes = rom(&[ImageBuilder::x86(4)]);
    bytes.resize(bytes.len() + (count << 16), 0xff);
    file("card.rom", bytes)
}

/// Two captures of hosts with so many functions that differ in their drivers.
pub(crate) fn captures(count: usize) -> Input {
    let scratch = Scratch::new();
    let before = listing(count, |at| 0x1000 + at);
    let after = before.replace("in use: igb", "in use: e1000e");
    fs::write(scratch.path().join("before.txt"), before).unwrap();
    fs::write(scratch.path().join("after.txt"), after).unwrap();
    Input {
        words: vec![scratch.word("before.txt"), scratch.word("after.txt")],
        _scratch: Some(scratch),
        _tree: None,
    }
}
