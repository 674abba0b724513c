//! Reading a card's ROM by the kernel's files, from a copied tree.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use testkit::Scratch;
use testkit::rom::card;

use crate::command::{Run, passthru};

const FUNCTION: &str = "sys/devices/pci0000:00/0000:01:00.0";

/// A tree with one graphics card, `10de:2d04`, whose files are those of `more` besides.
pub(crate) fn tree(more: &[(&str, &[u8])]) -> Scratch {
    let scratch = Scratch::new();
    fill(scratch.path(), more);
    scratch
}

/// Makes such a tree in a folder.
pub(crate) fn fill(place: &Path, more: &[(&str, &[u8])]) {
    let function = place.join(FUNCTION);
    fs::create_dir_all(&function).unwrap();
    let devices = place.join("sys/bus/pci/devices");
    fs::create_dir_all(&devices).unwrap();
    fs::create_dir_all(place.join("dev")).unwrap();
    let link = "../../../devices/pci0000:00/0000:01:00.0";
    symlink(link, devices.join("0000:01:00.0")).unwrap();
    let resource = "0x0 0x0 0x0\n".repeat(6) + "0xfc000000 0xfc07ffff 0x46200\n";
    for (file, content) in [
        ("vendor", &b"0x10de\n"[..]),
        ("device", b"0x2d04\n"),
        ("class", b"0x030000\n"),
        ("power_state", b"D0\n"),
        ("resource", resource.as_bytes()),
    ]
    .iter()
    .chain(more)
    {
        let place = match file.strip_prefix('/') {
            Some(path) => place.join(path),
            None => function.join(file),
        };
        fs::write(place, content).unwrap();
    }
}

fn dump(scratch: &Scratch, more: &[&str]) -> Run {
    let root = scratch.path().to_str().unwrap();
    passthru(&[&["rom", "dump", "01:00.0", "--root", root][..], more].concat())
}

#[test]
fn a_rom_is_read_and_judged() {
    let scratch = tree(&[("rom", &card())]);
    let output = scratch.path().join("out.rom");
    let words = ["-o", output.to_str().unwrap()];
    let run = dump(&scratch, &words);
    assert_eq!(run.status, 0, "{}{}", run.out, run.err);
    assert!(run.out.contains("Linux sysfs    accepts"), "{}", run.out);
    assert_eq!(fs::read(&output).unwrap(), card());
    // A copied tree has nothing to switch: what was read is as it was.
    let source = scratch.path().join(FUNCTION).join("rom");
    assert_eq!(fs::read(&source).unwrap(), card());
    let run = dump(&scratch, &["-o", source.to_str().unwrap()]);
    assert_eq!(run.status, 2, "{}", run.out);
    let json = dump(&scratch, &["--json"]).json();
    assert_eq!(json["schema"], "passthru-rom-verify/1");
}

#[test]
fn failures_are_explained() {
    let refused = |name, files: &[(&str, &[u8])]| {
        let run = dump(&tree(files), &[]);
        assert_eq!((run.status, run.out.as_str()), (2, ""), "{name}");
        run.err
    };
    let log = |value: &str| {
        format!(
            "6,1,1,-;pci 0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got \
             0x1111\n6,2,2,-;vfio-pci 0000:01:00.0: Invalid PCI ROM header signature: expecting \
             0xaa55, got {value}\n6,3,3,-;pci 0000:02:00.0: something else\n"
        )
    };
    let (silent, stray) = (log("0xffff"), log("0x7f0d"));
    let shadow = "0x0 0x0 0x0\n".repeat(6) + "0xc0000 0xdffff 0x212\n";
    let message = refused(
        "dump-shadow",
        &[("rom", &card()), ("resource", shadow.as_bytes())],
    );
    assert!(
        message.contains("the copy of its ROM that firmware has run"),
        "{message}"
    );
    let message = refused("dump-none", &[]);
    assert!(message.contains("it has no expansion ROM BAR"), "{message}");
    let asleep: [(&str, &[u8]); 3] = [
        ("rom", b""),
        ("power_state", b"D3cold\n"),
        ("/dev/kmsg", silent.as_bytes()),
    ];
    let message = refused("dump-asleep", &asleep);
    for part in [
        "\"0000:01:00.0: Invalid PCI ROM header signature: expecting 0xaa55, got 0xffff\"",
        "the function is suspended (D3cold): write \"on\" to its power/control",
        "0xffff means no response",
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    let other = [("rom", &b""[..]), ("/dev/kmsg", stray.as_bytes())];
    let message = refused("dump-other", &other);
    assert!(
        message.contains("0x7f0d is not the start of a ROM"),
        "{message}"
    );
    let message = refused("dump-quiet", &[("rom", b"")]);
    assert!(message.contains("dmesg | grep ROM"), "{message}");
    let intel: [(&str, &[u8]); 3] = [
        ("rom", b""),
        ("vendor", b"0x8086\n"),
        ("/dev/kmsg", silent.as_bytes()),
    ];
    let message = refused("dump-intel", &intel);
    assert!(
        message.contains("it is in the system's firmware"),
        "{message}"
    );

    // A link out of the tree is not followed.
    let outside = Scratch::new();
    let secret = outside.file("secret", card());
    let scratch = tree(&[]);
    symlink(&secret, scratch.path().join(FUNCTION).join("rom")).unwrap();
    assert_eq!(dump(&scratch, &[]).status, 2);
    let root = scratch.path().to_str().unwrap();
    let absent = passthru(&["rom", "dump", "02:00.0", "--root", root]);
    assert!(
        absent.err.contains("there is no PCI function"),
        "{}",
        absent.err
    );
}

#[test]
fn the_first_half_of_a_copy_of_memory_is_not_a_dump() {
    // The header's size and the data structure's were changed by the code that ran,
    // NVIDIA's extension was not; and no image closes the chain.
    use testkit::rom::{ExtensionBuilder, ImageBuilder};
    let image = ImageBuilder::x86(4)
        .id(0x10de, 0x2d04)
        .more()
        .extension(ExtensionBuilder::new(5, false));
    let scratch = tree(&[("rom", &image.build())]);
    let output = scratch.path().join("out.rom");
    let run = dump(&scratch, &["-o", output.to_str().unwrap()]);
    assert_eq!(run.status, 2, "{}", run.out);
    assert!(
        run.err.contains("guests cannot use this ROM"),
        "{}",
        run.err
    );
    assert!(!output.exists());
}
