//! Boot loaders themselves, in QEMU: the kernel that they start says which options it
//! got from the files that we edited.
//!
//! The kernel is that of `scripts/lab fetch`, which `LAB_KERNEL` names, or the
//! system's own.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hostconf::boot::CommandLine;
use hostconf::boot::change::{Difference, OptionsChange};
use hostconf::boot::entries::{EntryFile, Format};
use testkit::program::{file, find, run};
use testkit::skipped::missing;
use testkit::{Scratch, environment};

/// Options for a kernel that says what it got and stops.
const SAYS: &str = "console=ttyS0 earlyprintk=serial panic=-1";

/// How long a kernel may take to come up on a slow machine.
const PATIENCE: Duration = Duration::from_secs(300);

fn kernel() -> Option<PathBuf> {
    let named =
        environment::path(environment::LAB_KERNEL).map(|root| Path::new(&root).join("boot"));
    let places = named.into_iter().chain([PathBuf::from("/boot")]);
    let found = places.into_iter().find_map(|place| {
        let files = std::fs::read_dir(place).ok()?.flatten();
        files.map(|file| file.path()).find(|path| {
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            name.starts_with("vmlinuz-") && std::fs::File::open(path).is_ok()
        })
    });
    if found.is_none() {
        missing("a kernel in LAB_KERNEL or /boot");
    }
    found
}

/// The file at `path` that has to be there for the test.
fn change() -> OptionsChange {
    OptionsChange {
        put: [
            "iommu=pt",
            "vfio-pci.ids=10de:2d04,10de:22eb",
            "xen-pciback.hide=(0000:01:00.0)",
        ]
        .map(|text| text.parse().unwrap())
        .to_vec(),
        remove: vec!["amd_iommu=on".parse().unwrap()],
        ..OptionsChange::default()
    }
}

/// The file with the change made.
fn changed(format: Format, text: &str) -> String {
    let mut file = EntryFile::parse(format, text);
    file.change(&change()).unwrap();
    file.to_string()
}

/// What the kernel says of its options, booted from `drive`.
fn booted(qemu: &Path, drive: &str, firmware: &[&str]) -> CommandLine {
    let mut machine = Command::new(qemu)
        .args(["-accel", "tcg", "-m", "512", "-no-reboot"])
        .args([
            "-display", "none", "-monitor", "none", "-serial", "stdio", "-nic", "none",
        ])
        .args(firmware)
        .args(["-drive", drive])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let output = machine.stdout.take().unwrap();
    let (send, receive) = std::sync::mpsc::channel();
    let reader = std::thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).into_owned();
            if send.send(line).is_err() {
                return;
            }
        }
    });
    let start = Instant::now();
    let mut seen = Vec::new();
    let mut options = None;
    while let Ok(line) = receive.recv_timeout(PATIENCE.saturating_sub(start.elapsed())) {
        if let Some((_, rest)) = line.split_once("Command line: ") {
            options = Some(CommandLine::parse(rest.trim()));
            break;
        }
        seen.push(line);
    }
    machine.kill().unwrap();
    machine.wait().unwrap();
    drop(receive);
    reader.join().unwrap();
    let last = seen.len().saturating_sub(20);
    options.unwrap_or_else(|| panic!("no kernel came up: {:?}", &seen[last..]))
}

/// The kernel got what we put, not what we took out, and all that was there.
fn assert_made(line: &CommandLine, kept: &[&str]) {
    assert_eq!(
        change().difference(line).unwrap(),
        Difference::default(),
        "{line}"
    );
    for option in kept {
        assert!(line.contains(&option.parse().unwrap()), "{option}: {line}");
    }
}

#[test]
fn systemd_boot_passes_our_options_to_the_kernel() {
    let (Some(qemu), Some(loader), Some(firmware), Some(kernel)) = (
        find("qemu-system-x86_64"),
        file("/usr/lib/systemd/boot/efi/systemd-bootx64.efi"),
        file("/usr/share/ovmf/OVMF.fd"),
        kernel(),
    ) else {
        return;
    };
    let scratch = Scratch::new();
    let entry = format!(
        "title Debian\r\nlinux /vmlinuz\r\noptions\t{SAYS}\r\noptions amd_iommu=on vfio-pci.ids=10de:1234\r\noptions  quiet=0 \r\n"
    );
    scratch.write(
        "loader/entries/a.conf",
        changed(Format::BootLoaderSpecification, &entry),
    );
    scratch.write("loader/loader.conf", "timeout 0\n");
    scratch.directory("EFI/BOOT");
    std::fs::copy(loader, scratch.path().join("EFI/BOOT/BOOTX64.EFI")).unwrap();
    std::fs::copy(kernel, scratch.path().join("vmlinuz")).unwrap();
    let drive = format!("file=fat:rw:{},format=raw", scratch.path().display());
    let line = booted(&qemu, &drive, &["-bios", firmware.to_str().unwrap()]);
    assert_made(&line, &["panic=-1", "quiet=0"]);
    assert_eq!(line.all("vfio-pci.ids").count(), 1, "{line}");
    let ids = line.get("vfio-pci.ids").unwrap().value.clone();
    assert_eq!(ids.as_deref(), Some("10de:1234,10de:2d04,10de:22eb"));
}

#[test]
fn refind_passes_our_options_to_the_kernel() {
    let (Some(qemu), Some(loader), Some(firmware), Some(kernel)) = (
        find("qemu-system-x86_64"),
        file("/usr/share/refind/refind/refind_x64.efi"),
        file("/usr/share/ovmf/OVMF.fd"),
        kernel(),
    ) else {
        return;
    };
    let scratch = Scratch::new();
    let options = format!(
        "# x\n\"Boot with standard options\"  \"{SAYS} amd_iommu=on x=\"\"a b\"\"\"\n\"Boot to single-user mode\" \"single\"\n"
    );
    scratch.write(
        "boot/refind_linux.conf",
        changed(Format::RefindLinux, &options),
    );
    scratch.write(
        "EFI/BOOT/refind.conf",
        "timeout -1\ntextonly true\nscan_all_linux_kernels true\n",
    );
    std::fs::copy(loader, scratch.path().join("EFI/BOOT/BOOTX64.EFI")).unwrap();
    std::fs::copy(kernel, scratch.path().join("boot/vmlinuz")).unwrap();
    let drive = format!("file=fat:rw:{},format=raw", scratch.path().display());
    let line = booted(&qemu, &drive, &["-bios", firmware.to_str().unwrap()]);
    assert_made(&line, &["panic=-1"]);
    assert_eq!(
        line.get("x").unwrap().value.as_deref(),
        Some("a b"),
        "{line}"
    );
}

#[test]
fn syslinux_passes_our_options_to_the_kernel() {
    let (Some(qemu), Some(syslinux), Some(format), Some(copy), Some(directory), Some(kernel)) = (
        find("qemu-system-x86_64"),
        find("syslinux"),
        find("mkfs.vfat"),
        find("mcopy"),
        find("mmd"),
        kernel(),
    ) else {
        return;
    };
    let scratch = Scratch::new();
    let menu = format!(
        "APPEND no\r\ndefault a\nprompt 0\nlabel a\n  menu default\n  kernel /vmlinuz\n  append old\n  Append  {SAYS} amd_iommu=on \n\
                        label safe mode\n  kernel /vmlinuz\n  append safe\n"
    );
    let menu = scratch.write("syslinux.cfg", changed(Format::Syslinux, &menu));
    let disk = scratch.path().join("disk.img");
    let disk = disk.to_str().unwrap();
    std::fs::File::create(disk)
        .unwrap()
        .set_len(40 << 20)
        .unwrap();
    let works = |program: &Path, arguments: &[&str]| {
        let output = run(program, arguments);
        assert!(output.status.success(), "{program:?}: {output:?}");
    };
    works(&format, &["-F", "16", disk]);
    works(&directory, &["-i", disk, "::syslinux"]);
    works(&copy, &["-i", disk, kernel.to_str().unwrap(), "::vmlinuz"]);
    works(
        &copy,
        &[
            "-i",
            disk,
            menu.to_str().unwrap(),
            "::syslinux/syslinux.cfg",
        ],
    );
    works(&syslinux, &["--directory", "syslinux", "--install", disk]);
    let line = booted(&qemu, &format!("file={disk},format=raw"), &[]);
    assert_made(&line, &["panic=-1", "BOOT_IMAGE=/vmlinuz"]);
}
