//! mkinitcpio's order of things: early hooks, `MODULES`, then what udev asks for.
//!
//! mkinitcpio itself is in no Debian; the order is that of its `init` (mkinitcpio 41):
//! each hook's `run_earlyhook`, `modprobe -qab $MODULES`, then udev. The image is one
//! of mkinitramfs, for kmod's modprobe, with another init.

use hostconf::binding::evaluate::{DuplicateId, Outcome};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::Method;
use hostconf::binding::{assignments, initramfs_hook, mkinitcpio};
use testkit::Scratch;
use testkit::program::installed;

use crate::booted::image::{file, mkinitramfs, overlay, script};
use crate::booted::machine::{
    BOCHS, BOCHS_DUPLICATE, E1000E, END, FUNCTIONS, Kernel, NE2000, boot, owners,
};
use crate::booted::predicted;

#[test]
fn hooks_and_modules_come_before_udev() {
    let Some(kernel) = Kernel::find() else { return };
    if !["mkinitramfs", "qemu-system-x86_64"]
        .iter()
        .all(|program| installed(&[program]))
    {
        return;
    }
    let scratch = Scratch::new();
    let mut hook =
        "#!/bin/sh\n[ \"$1\" != prereqs ] || exit 0\n. /usr/share/initramfs-tools/hook-functions\n"
            .to_owned();
    for function in FUNCTIONS {
        hook.push_str(&format!("manual_add_modules {}\n", function.module));
    }
    let vfio = "vfio-pci".parse().unwrap();
    let files = [
        script("/etc/initramfs-tools/hooks/drivers", &hook),
        script(initramfs_hook::HOOK, &initramfs_hook::hook(&vfio)),
    ];
    let base = mkinitramfs(&kernel, &scratch, &files);
    // The driver is in MODULES already, and would be loaded first.
    let conf = "MODULES=(e1000e)\nHOOKS=(base udev modconf block)\n";
    let conf = mkinitcpio::load_first(conf, &[vfio]).unwrap();
    let conf = mkinitcpio::with_hook(&conf).unwrap();
    let read = assignments::AssignmentFile::parse(&conf);
    let modules = read.words("MODULES").unwrap().join(" ");
    let hooks = read.words("HOOKS").unwrap();
    let at = |name: &str| hooks.iter().position(|hook| hook == name).unwrap();
    assert!(at(mkinitcpio::HOOK) < at("udev"));
    let mut init =
        "#!/bin/sh\nexport PATH=/usr/sbin:/usr/bin:/sbin:/bin\nmkdir -p /proc /sys /dev\n\
        mount -t proc proc /proc; mount -t sysfs sysfs /sys; mount -t devtmpfs dev /dev\n\
        . /passthru-vfio\nrun_earlyhook >/dev/ttyS1 2>&1\n"
            .to_owned();
    init.push_str(&format!("modprobe -qab {modules}\n"));
    // What udev's builtin kmod does for each function.
    init.push_str(
        "for alias in $(cat /sys/bus/pci/devices/*/modalias); do modprobe -qb $alias; done\n",
    );
    init.push_str(&owners("boot"));
    init.push_str(END);
    let bound = [BOCHS.bound()];
    let options = format!(
        "options vfio-pci ids={}\nsoftdep ne2k-pci pre: pci-stub\noptions pci-stub ids={}\n",
        E1000E.id, NE2000.id
    );
    let files = [
        script("/init", &init),
        file("/passthru-vfio", &mkinitcpio::runtime(&bound)),
        file("/etc/modprobe.d/passthru.conf", &options),
    ];
    let guest = boot(&kernel, &overlay(&base, &scratch, "arch", &files), "");
    let judged = |method| predicted(method, Initramfs::Mkinitcpio, DuplicateId::None);
    for (function, method) in [
        (&E1000E, Method::ModprobeIdsAlone),
        (&BOCHS, Method::MkinitcpioHook),
    ] {
        let outcome = guest.outcome(function, "boot");
        assert_eq!(outcome, judged(method), "{method:?}: {}", guest.text());
    }
    assert_eq!(guest.outcome(&BOCHS_DUPLICATE, "boot"), Outcome::Driver);
}
