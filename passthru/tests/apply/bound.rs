//! Binding without a reboot, in a real kernel: one of two equal NICs goes to vfio-pci
//! and comes back, the other stays.
//!
//! `LAB_KERNEL` is a folder with an unpacked kernel package (`scripts/lab fetch`).

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use testkit::environment::{self, LAB_KERNEL};
use testkit::program::installed;
use testkit::skipped::skip;

use crate::apply::place::{self, Place, err, out};

/// What the first process of the machine does.
const INIT: &str = r#"#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin:/sbin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
while read -r module; do insmod "/modules/$module"; done < /modules/order
holds() { readlink "/sys/bus/pci/devices/$1/driver" | sed 's|.*/||'; }
echo "first $(holds 0000:00:03.0) $(holds 0000:00:04.0)"
passthru plan 00:03.0 --for libvirt -o /plan.json > /dev/null; echo "plan $?"
passthru apply /plan.json --yes --now; echo "apply $?"
echo "bound $(holds 0000:00:03.0) $(holds 0000:00:04.0) $(ls /dev/vfio | wc -l)"
node=$(ls /dev/vfio | grep -v vfio)
sleep 60 < "/dev/vfio/$node" &
passthru undo --yes; echo "undo $?"
kill $!; wait
echo "held $(holds 0000:00:03.0)"
passthru undo --yes; echo "undo $?"
echo "back $(holds 0000:00:03.0) $(holds 0000:00:04.0) $(cat /sys/bus/pci/devices/0000:00:03.0/driver_override)"
# e1000e probes the two at once, so either can be eth0; the link of an interface
# is up only after some time.
nic=
for moment in $(seq 300); do
    nic=$(ls /sys/bus/pci/devices/0000:00:03.0/net 2> /dev/null)
    [ -n "$nic" ] && ip link set "$nic" up && break
    sleep 0.1
done
for moment in $(seq 300); do
    [ "$(cat "/sys/class/net/$nic/operstate")" = up ] && break
    sleep 0.1
done
echo "link $(cat "/sys/class/net/$nic/operstate")"
passthru plan 00:03.0 --for libvirt -o /plan.json > /dev/null
passthru apply /plan.json --yes --now --accept network; echo "up $?"
echo "stays $(holds 0000:00:03.0)"; passthru undo --yes; echo "nothing $?"
echo done
poweroff -f
"#;

/// The programs and modules of the machine; `None` where something is not there.
fn machine(place: &Place, kernel: &Path) -> Option<PathBuf> {
    let root = place.join("root");
    if place::no_busybox(&root) || !installed(&["qemu-system-x86_64", "cpio"]) {
        return None;
    }
    let program = env!("CARGO_BIN_EXE_passthru");
    fs::copy(program, root.join("bin/passthru")).unwrap();
    let libraries = Command::new("ldd").arg(program).output().unwrap();
    for path in out(&libraries)
        .split_whitespace()
        .filter(|word| word.starts_with('/'))
    {
        let to = root.join(&path[1..]);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(path, to).unwrap();
    }
    let script = |path: &str, text: &str| place::file(&root, path, text, 0o755);
    script("init", INIT);
    script("sbin/update-initramfs", "#!/bin/busybox sh\n");
    place::file(&root, "etc/initramfs-tools/modules", "", 0o644);
    place::file(&root, "etc/os-release", "ID=debian\n", 0o644);
    for directory in ["proc", "sys", "dev", "usr", "modules"] {
        fs::create_dir_all(root.join(directory)).unwrap();
    }
    symlink("../bin", root.join("usr/bin")).unwrap();

    // The modules in the order in which they load, with those that they need.
    let find = "find \"$0\" -type d -path '*lib/modules/*/kernel' | head -n 1";
    let found = Command::new("sh")
        .args(["-c", find])
        .arg(kernel)
        .output()
        .unwrap();
    let modules = PathBuf::from(out(&found).trim());
    let release = modules.parent().unwrap().file_name().unwrap().to_owned();
    let base = modules.ancestors().nth(4).unwrap();
    if !modules.parent().unwrap().join("modules.dep").exists() {
        assert!(
            Command::new("depmod")
                .arg("-b")
                .arg(base)
                .arg(&release)
                .status()
                .unwrap()
                .success()
        );
    }
    let mut order = Vec::new();
    for name in ["e1000e", "vfio_iommu_type1", "vfio-pci"] {
        let needed = Command::new("modprobe")
            .args(["-d".as_ref(), base.as_os_str(), "-S".as_ref(), &release])
            .args(["--show-depends", "--ignore-install", name])
            .output()
            .unwrap();
        for path in out(&needed)
            .lines()
            .filter_map(|line| line.strip_prefix("insmod "))
        {
            let path = Path::new(path.split_whitespace().next().unwrap());
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let (plain, bytes) = match name.strip_suffix(".xz") {
                Some(plain) => {
                    let unpacked = Command::new("xz").arg("-dc").arg(path).output().unwrap();
                    (plain.to_owned(), unpacked.stdout)
                }
                None => (name, fs::read(path).unwrap()),
            };
            if !order.contains(&plain) {
                fs::write(root.join("modules").join(&plain), bytes).unwrap();
                order.push(plain);
            }
        }
    }
    fs::write(root.join("modules/order"), order.join("\n") + "\n").unwrap();
    let pack = "cd \"$0\" && find . | cpio -o -H newc --quiet | gzip -1 > \"$1\"";
    let initrd = place.join("initrd");
    let packed = Command::new("sh")
        .args(["-c", pack])
        .arg(&root)
        .arg(&initrd)
        .output()
        .unwrap();
    assert!(packed.status.success(), "{}", err(&packed));
    Some(initrd)
}

#[test]
fn one_of_two_equal_cards_is_bound_and_released_by_a_running_kernel() {
    let kernel = environment::path(LAB_KERNEL).filter(|kernel| kernel.is_dir());
    let Some(kernel) = kernel else {
        return skip("LAB_KERNEL names no kernel to boot", "scripts/lab fetch");
    };
    let place = Place::new();
    let Some(initrd) = machine(&place, &kernel) else {
        return;
    };
    let find = "find \"$0\" -name 'vmlinuz*' | head -n 1";
    let image = Command::new("sh")
        .args(["-c", find])
        .arg(&kernel)
        .output()
        .unwrap();
    // Under load the emulated timer can fail its calibration, even without the check.
    for attempt in 1..=3 {
        let run = Command::new("timeout")
            .args([
                "300",
                "qemu-system-x86_64",
                "-M",
                "q35,accel=tcg,kernel-irqchip=split",
            ])
            .args([
                "-m",
                "512",
                "-nographic",
                "-no-reboot",
                "-nodefaults",
                "-serial",
                "stdio",
            ])
            .args(["-device", "intel-iommu,intremap=on,caching-mode=on"])
            .args(["-device", "e1000e,addr=3", "-device", "e1000e,addr=4"])
            .args([
                "-append",
                "console=ttyS0 panic=-1 no_timer_check quiet intel_iommu=on",
            ])
            .arg("-kernel")
            .arg(out(&image).trim())
            .arg("-initrd")
            .arg(&initrd)
            .output()
            .unwrap();
        let message = out(&run).replace('\r', "");
        if !message.contains("\ndone\n") && attempt < 3 {
            eprintln!("again: {message}{}", err(&run));
            continue;
        }
        for line in [
            "first e1000e e1000e",
            "plan 0",
            "bound     00:03.0 to vfio-pci",
            "apply 0",
            // The group's node, and VFIO's own.
            "bound vfio-pci e1000e 2",
            "undo 1",
            "held vfio-pci",
            "released  00:03.0",
            "undo 0",
            "back e1000e e1000e (null)",
            "link up",
            "up 1",
            "stays e1000e",
            // It was refused before anything was changed.
            "nothing 1",
            "done",
        ] {
            assert!(
                message.lines().any(|one| one.ends_with(line)),
                "{line}:\n{message}"
            );
        }
        return;
    }
}
