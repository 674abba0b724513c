//! dracut: its own init, with the system's udev and kmod's modprobe.

use std::path::Path;
use std::process::Command;

use hostconf::binding::dracut::{conf, edits};
use hostconf::binding::evaluate::{DuplicateId, Outcome};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::Method;
use testkit::Scratch;
use testkit::program::installed;

use crate::booted::machine::{
    BOCHS, BOCHS_DUPLICATE, E1000E, END, FUNCTIONS, Kernel, boot, owners,
};
use crate::booted::predicted;

#[test]
fn force_drivers_and_our_module_come_before_udev() {
    let Some(kernel) = Kernel::find() else { return };
    if !["dracut", "qemu-system-x86_64"]
        .iter()
        .all(|program| installed(&[program]))
    {
        return;
    }
    let scratch = Scratch::new();
    let base = scratch.path().join("base");
    let copied = Command::new("cp")
        .arg("-r")
        .arg("/usr/lib/dracut")
        .arg(&base)
        .status();
    assert!(copied.unwrap().success());
    let drivers: Vec<&str> = FUNCTIONS.iter().map(|function| function.module).collect();
    let drivers = format!("add_drivers+=\" {} \"\n", drivers.join(" "));
    scratch.write_mode("conf/05-drivers.conf", &drivers, 0o644);
    // Without softdep: force_drivers alone has to do.
    let modules = [
        "vfio_pci".parse().unwrap(),
        "vfio_iommu_type1".parse().unwrap(),
    ];
    scratch.write_mode("conf/10-passthru.conf", conf(&modules, &[]), 0o644);
    for edit in edits(&[BOCHS.bound()], [None; 3]) {
        let place = match edit.path.strip_prefix("/usr/lib/dracut/") {
            Some(path) => format!("base/{path}"),
            None => "conf/20-module.conf".to_owned(),
        };
        scratch.write_mode(&place, &edit.after, edit.mode.unwrap());
    }
    // What is packed as install_items is: the file at its place.
    let options = format!("options vfio-pci ids={}\n", E1000E.id);
    scratch.write_mode("include/etc/modprobe.d/vfio.conf", &options, 0o644);
    let report = format!("#!/bin/sh\n{}{END}", owners("boot"));
    let module = "base/modules.d/99report";
    scratch.write_mode(&format!("{module}/report.sh"), &report, 0o755);
    // There is no root: a `root=` to find would stop the boot.
    let root = "#!/bin/sh\nroot=none\nrootok=1\n";
    scratch.write_mode(&format!("{module}/root.sh"), root, 0o755);
    let setup = "check() { return 0; }\ndepends() { echo base; }\n\
        install() { inst_hook cmdline 99 \"$moddir/root.sh\"; inst_hook pre-mount 01 \"$moddir/report.sh\"; inst_multiple readlink dmesg sleep; }\n";
    scratch.write_mode(
        &format!("{module}/module-setup.sh"),
        format!("#!/bin/bash\n{setup}"),
        0o755,
    );
    let image = scratch.path().join("image");
    let mut build = Command::new("dracut");
    build
        .env("dracutbasedir", &base)
        .args([
            "--no-hostonly",
            "--modules",
            "base kernel-modules report",
            "--no-compress",
        ])
        .args([
            "--drivers",
            " ",
            "--no-early-microcode",
            "--conf",
            "/dev/null",
            "--confdir",
        ])
        .arg(scratch.path().join("conf"))
        .arg("--include")
        .arg(scratch.path().join("include"))
        .args([Path::new("/"), Path::new("--kmoddir")])
        .arg(kernel.tree.join("lib/modules").join(&kernel.release))
        .arg("--tmpdir")
        .arg(scratch.path())
        .args([&image, Path::new(&kernel.release)]);
    let output = build.output().unwrap();
    assert!(output.status.success() && image.is_file(), "{output:?}");
    let guest = boot(&kernel, &image, "root=none rd.shell=0");
    let judged = |method| predicted(method, Initramfs::Dracut, DuplicateId::None);
    for (function, method) in [
        (&E1000E, Method::ModprobeIdsAlone),
        (&BOCHS, Method::DracutModule),
    ] {
        let outcome = guest.outcome(function, "boot");
        assert_eq!(outcome, judged(method), "{method:?}: {}", guest.text());
    }
    assert_eq!(guest.outcome(&BOCHS_DUPLICATE, "boot"), Outcome::Driver);
}
