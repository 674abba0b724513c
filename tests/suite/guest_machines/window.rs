//! The size of a guest's window for 64-bit BARs.

use host_tree::MemoryTree;
use passthru::Target;
use passthru::host::Host;
use passthru::plan::{self, Request, VmOptions};

use super::{CONFIG, UEFI, option, planned, tree, tree_with};

/// A card with a BAR of 64 GiB, and its audio function.
const LARGE: &str = "\
02:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2bb1] (rev a1)
\tRegion 0: Memory at f8000000 (32-bit, non-prefetchable) [size=64M]
\tRegion 1: Memory at 6000000000 (64-bit, prefetchable) [size=64G]
\tKernel driver in use: vfio-pci
02:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22e8] (rev a1)
\tRegion 0: Memory at fc080000 (32-bit, non-prefetchable) [size=16K]
\tKernel driver in use: vfio-pci
";

fn large(path: &str, text: &str) -> MemoryTree {
    tree_with("lspci -nnvv", LARGE, path, text)
}

#[test]
fn a_window_is_as_large_as_asked_for_or_as_the_bars_need() {
    let path = "/etc/libvirt/qemu/a.xml";
    let domain = |vm_options: &[&str], text: &str| {
        let plan = planned(&large(path, text), Target::Libvirt, "a", option(vm_options));
        let file = "/var/lib/passthru/a.xml";
        let edit = plan.edits.into_iter().find(|edit| edit.path == file);
        let edit = edit.unwrap();
        (edit.after, edit.purposes)
    };
    // Which OVMF starts the domain is not shown: only what is asked for is set.
    assert!(!domain(&[], UEFI).0.contains("X-PciMmio64Mb"));
    for (words, mebibytes) in [("mmio-window", 131_072), ("mmio-window=256G", 262_144)] {
        let (text, why) = domain(&[words], UEFI);
        let set = format!("<qemu:arg value='name=opt/ovmf/X-PciMmio64Mb,string={mebibytes}'/>");
        assert_eq!(text.matches(&set).count(), 1, "{text}");
        assert!(why.iter().any(|why| why.contains("large BARs")), "{why:?}");
    }
    let (text, why) = domain(&["mmio-window"], &UEFI.replace(" firmware='efi'", ""));
    assert!(
        text.contains("<pcihole64 unit='KiB'>134217728</pcihole64>"),
        "{text}"
    );
    assert!(why.iter().any(|why| why.contains("large BARs")), "{why:?}");

    // Proxmox VE has a large window by default from release 8, and sets the requested one.
    let config = "bios: ovmf\ncpu: host\nefidisk0: local:1\nmachine: q35\n";
    let set = |vm_options: &[&str]| {
        let plan = planned(
            &large(CONFIG, config),
            Target::Proxmox,
            "105",
            option(vm_options),
        );
        let edit = plan.edits.into_iter().find(|edit| edit.path == CONFIG);
        let edit = edit.unwrap();
        (edit.after, edit.purposes)
    };
    assert!(!set(&[]).0.contains("args"));
    let (text, why) = set(&["mmio-window"]);
    assert!(text.contains("args: -fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=131072\n"));
    assert!(
        why.iter().any(|why| why.contains("a window of 128 GiB")),
        "{why:?}"
    );

    // A guest's default is a manual step; other targets have no counterpart.
    let steps = |target, vm_options: &[&str]| {
        let plan = planned(
            &large("/etc/hostname", "a\n"),
            target,
            "a",
            option(vm_options),
        );
        let steps = plan.manual_steps.into_iter();
        steps
            .map(|step| format!("{}: {}", step.step, step.text))
            .collect::<String>()
    };
    let reported = steps(Target::Qemu, &["mmio-window=16G"]);
    assert!(
        reported.contains("guest-mmio-window: nothing is set for a window of 16 GiB"),
        "{reported}"
    );
    let reported = steps(Target::Crosvm, &["mmio-window"]);
    assert!(
        reported.contains("128 GiB for BARs above 4 GiB"),
        "{reported}"
    );
    // Without room that anybody asked for, nothing is lost.
    let reported = steps(Target::Crosvm, &[]);
    assert!(!reported.contains("above 4 GiB"), "{reported}");
}

#[test]
fn a_window_that_is_not_known_is_refused() {
    let refused = |lspci: &str| {
        let mut tree = tree("/etc/hostname", "a\n");
        tree.insert_text("lspci -vv", lspci);
        let request = Request {
            devices: vec!["02:00.0".parse().unwrap()],
            target: Some(Target::Qemu),
            vm_options: option(&["mmio-window"]),
            ..Request::default()
        };
        let error = plan::make(&tree, &Host::read(&tree), &request).unwrap_err();
        assert!(error.is_usage());
        error.to_string()
    };
    assert!(refused("").contains("are not all in the input"));
    let low = "02:00.0 VGA compatible controller: NVIDIA\n\tRegion 0: Memory at f8000000 (32-bit, \
               non-prefetchable) [size=64M]\n02:00.1 Audio device: NVIDIA\n\tRegion 0: Memory at \
               fc080000 (32-bit, non-prefetchable) [size=16K]\n";
    let reported = refused(low);
    assert!(
        reported.contains("no BAR of the functions is above 4 GiB"),
        "{reported}"
    );
    for (word, expected) in [
        ("mmio-window=48G", "a power of two"),
        ("mmio-window=32768G", "a power of two"),
        ("firmware=bios", "ovmf or seabios"),
        ("machine-type=virt", "q35 or i440fx"),
    ] {
        let error = VmOptions::default().set(word).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}
