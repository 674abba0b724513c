//! systemd in the root: our unit, driverctl's, and one that removes a driver, each under
//! the system's own systemd and udev; and systemd in an initramfs, with the unit of
//! mkinitcpio's hook.
//!
//! dracut packs them. Without `/etc/initrd-release` systemd treats the image as a
//! root (systemd(1), "is run as an initrd"), so the image is one; the program that starts
//! systemd does the earlier work of an initramfs.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use hostconf::binding::by_address::{self, BoundFunction};
use hostconf::binding::evaluate::{BindingContext, DriverIn, DuplicateId, Outcome, evaluate};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::kernel_facts::Presence;
use hostconf::binding::method::Method;
use hostconf::binding::{driverctl, mkinitcpio, service};
use pci_core::SubsystemId;
use testkit::Scratch;
use testkit::program::installed;

use crate::booted::machine::{
    BOCHS, BOCHS_DUPLICATE, E100, E1000E, END, FUNCTIONS, Function, Kernel, NE2000, NVME, PCNET,
    REALTEK, boot, owners,
};
use crate::booted::{circumstances, predicted};

/// Starts systemd as the root's; with `early` on the kernel command line it has loaded all
/// drivers before, as an initramfs does. With `in-image` there it is an initramfs's, which
/// has none of the root's files.
const FIRST: &str = "#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
case \"$(cat /proc/cmdline)\" in
*early*) modprobe -a DRIVERS ;;
*in-image*)
	rm -r /etc/driverctl.d /etc/systemd/system/passthru-vfio.service ;;
esac
case \"$(cat /proc/cmdline)\" in *in-image*) ;; *) rm -f /etc/initrd-release ;; esac
umount /sys /proc
exec /usr/lib/systemd/systemd
";

/// What guides have, of a display's driver; once, for it removes the driver of both.
const REMOVAL: &str = "[Unit]
After=network.target systemd-udev-settle.service
ConditionKernelCommandLine=root-alone

[Service]
Type=oneshot
ExecStart=/sbin/modprobe -r bochs
";

const REPORT: &str = "[Unit]
After=removal.service systemd-udev-settle.service
Wants=removal.service systemd-udev-settle.service

[Service]
Type=oneshot
ExecStart=/report
StandardOutput=tty
TTYPath=/dev/ttyS1
TimeoutStartSec=infinity
";

/// Files added to the image: our edits at their paths, and the reporting script.
fn include(scratch: &Scratch, bound: &[BoundFunction], by_driverctl: &[&Function]) -> PathBuf {
    let write = |path: &str, text: &str, mode| {
        scratch.write_mode(&format!("include{path}"), text, mode);
    };
    for edit in service::edits(bound, [None; 2]) {
        write(&edit.path, &edit.after, edit.mode.unwrap_or(0o644));
    }
    let include = scratch.path().join("include");
    // As the plan enables it.
    let [program, arguments @ ..] = service::ENABLE;
    let mut enable = Command::new(program);
    let output = enable.arg("--root").arg(&include).args(arguments).output();
    assert!(output.as_ref().unwrap().status.success(), "{output:?}");
    let mut report = "#!/bin/sh\n".to_owned();
    for function in by_driverctl {
        let edit = driverctl::edit(function.address().parse().unwrap(), None);
        write(&edit.path, &edit.after, 0o644);
        // udev notifies systemd of a function after its rules, and driverctl's unit runs
        // after that.
        report.push_str(&format!(
            "i=0; while [ $i -lt 120 ]; do i=$((i + 1))\n\
             [ -d /etc/driverctl.d ] || break\n\
             case $(readlink /sys/bus/pci/devices/{}/driver) in */vfio-pci) break ;; esac\n\
             sleep 1; done\n",
            function.address()
        ));
    }
    report.push_str(&owners("boot"));
    report.push_str(END);
    write("/report", &report, 0o755);
    // As the hook packs them.
    let units = "/usr/lib/systemd/system";
    let name = "passthru-vfio.service";
    write(&format!("{units}/{name}"), mkinitcpio::UNIT_TEXT, 0o644);
    let hooked = by_address::script(&[REALTEK.bound(), BOCHS.bound()]);
    write("/usr/lib/passthru-vfio", &hooked, 0o755);
    let wants = include.join("usr/lib/systemd/system/sysinit.target.wants");
    std::fs::create_dir_all(&wants).unwrap();
    symlink(format!("../{name}"), wants.join(name)).unwrap();
    write("/etc/systemd/system/report.service", REPORT, 0o644);
    write("/etc/systemd/system/removal.service", REMOVAL, 0o644);
    write(
        "/first",
        &FIRST.replace("DRIVERS", &drivers().join(" ")),
        0o755,
    );
    include
}

/// The drivers that the image has.
fn drivers() -> Vec<&'static str> {
    let here = FUNCTIONS.iter().filter(|one| one.module != NE2000.module);
    here.map(|one| one.module).collect()
}

fn image(kernel: &Kernel, scratch: &Scratch, include: &Path) -> PathBuf {
    let packed = format!(
        "add_drivers+=\" vfio-pci vfio_iommu_type1 {} \"\n",
        drivers().join(" ")
    );
    scratch.write_mode("conf/drivers.conf", &packed, 0o644);
    let image = scratch.path().join("image");
    let mut build = Command::new("dracut");
    build
        .args(["--no-hostonly", "--no-compress", "--no-early-microcode"])
        .args(["--modules", "base systemd systemd-udevd kernel-modules"])
        .args(["--drivers", " ", "--conf", "/dev/null", "--confdir"])
        .arg(scratch.path().join("conf"))
        .args([
            "--install",
            "bash basename cut dmesg readlink realpath rm sleep",
        ])
        .args([
            "--install",
            "driverctl /lib/udev/rules.d/05-driverctl.rules",
        ])
        .args(["--install", "/lib/systemd/system/driverctl@.service"])
        .args([
            "--install",
            "/lib/systemd/system/systemd-udev-settle.service",
        ])
        .arg("--include")
        .args([include, Path::new("/"), Path::new("--kmoddir")])
        .arg(kernel.tree.join("lib/modules").join(&kernel.release))
        .arg("--tmpdir")
        .arg(scratch.path())
        .args([&image, Path::new(&kernel.release)]);
    let output = build.output().unwrap();
    assert!(output.status.success() && image.is_file(), "{output:?}");
    image
}

#[test]
fn units_bind_when_the_image_left_the_functions_alone() {
    let Some(kernel) = Kernel::find() else { return };
    if !["dracut", "driverctl", "systemctl", "qemu-system-x86_64"]
        .iter()
        .all(|program| installed(&[program]))
    {
        return;
    }
    let scratch = Scratch::new();
    let moved = BoundFunction {
        subsystem: Some(SubsystemId::new(0x1462, 0x5052)),
        ..NVME.bound()
    };
    let bound = [E1000E.bound(), BOCHS.bound(), moved];
    let include = include(&scratch, &bound, &[&E100, &NE2000]);
    let image = image(&kernel, &scratch, &include);
    let judged = |method, driver, driver_in_initramfs| {
        let host = BindingContext {
            driver,
            driver_in_initramfs,
            ..circumstances(Initramfs::Dracut, DuplicateId::None)
        };
        evaluate(method, &host).0
    };
    for (options, place) in [
        ("root-alone", DriverIn::Root),
        ("early", DriverIn::Initramfs),
    ] {
        let options = format!("rdinit=/first systemd.unit=report.service {options}");
        let guest = boot(&kernel, &image, &options);
        for (function, method, driver) in [
            (&E1000E, Method::Service, Presence::Module),
            (&BOCHS, Method::Service, Presence::Module),
            (&E100, Method::Driverctl, Presence::Module),
            (&NE2000, Method::Driverctl, Presence::Missing),
        ] {
            let outcome = guest.outcome(function, "boot");
            let judged = judged(method, driver, place);
            assert_eq!(outcome, judged, "{method:?} {place:?}: {}", guest.text());
        }
        // A card with other IDs than expected, and one that no setting names.
        for function in [&NVME, &PCNET] {
            let outcome = guest.outcome(function, "boot");
            assert_eq!(outcome, Outcome::Driver, "{place:?}: {}", guest.text());
        }
        // The duplicate ID has its driver until the driver is removed: a text console permits that.
        let removed = place == DriverIn::Root;
        let wanted = if removed {
            Outcome::NoDriver
        } else {
            Outcome::Driver
        };
        let outcome = guest.outcome(&BOCHS_DUPLICATE, "boot");
        assert_eq!(outcome, wanted, "{place:?}: {}", guest.text());
        let address = BOCHS_DUPLICATE.address();
        let had = |line: &str| line.contains("Initialized bochs-drm") && line.contains(&address);
        assert!(guest.text().lines().any(had), "{}", guest.text());
    }
    // An initramfs, and all its drivers in it.
    let options = "rdinit=/first rd.systemd.unit=report.service in-image";
    let guest = boot(&kernel, &image, options);
    let judged = predicted(
        Method::MkinitcpioHook,
        Initramfs::Mkinitcpio,
        DuplicateId::OnHost,
    );
    for function in [&REALTEK, &BOCHS] {
        let outcome = guest.outcome(function, "boot");
        assert_eq!(outcome, judged, "{}", guest.text());
    }
    for function in [&BOCHS_DUPLICATE, &E1000E, &E100, &NVME, &PCNET] {
        let outcome = guest.outcome(function, "boot");
        assert_eq!(outcome, Outcome::Driver, "{}", guest.text());
    }
}
