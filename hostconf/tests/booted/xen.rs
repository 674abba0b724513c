//! Xen's dom0: pciback, a module there, in an image of mkinitramfs.

use std::path::PathBuf;
use std::process::Command;

use hostconf::binding::evaluate::{DuplicateId, Outcome};
use hostconf::binding::initramfs::Initramfs;
use hostconf::binding::method::Method;
use hostconf::binding::modprobe::{Document, ModuleOption};
use hostconf::binding::pciback;
use pci_core::modules::ModuleName;
use pci_core::notation::HideList;
use testkit::Scratch;
use testkit::program::installed;
use testkit::skipped::missing;

use crate::booted::image::{file, mkinitramfs, overlay, script};
use crate::booted::machine::{
    BOCHS, BOCHS_DUPLICATE, E100, E1000E, END, Kernel, REALTEK, boot_dom0, owners,
};
use crate::booted::predicted;

/// Xen, which scripts/oracles unpacks: the program as a processor starts it.
fn xen(scratch: &Scratch) -> Option<PathBuf> {
    let repository = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let boot = repository.join(target).join("oracles/boot-loaders/boot");
    let names = std::fs::read_dir(boot).into_iter().flatten();
    let mut packed = names.map(|entry| entry.unwrap().path());
    let Some(packed) = packed.find(|path| path.extension().is_some_and(|end| end == "gz")) else {
        missing("Xen");
        return None;
    };
    let output = Command::new("gzip").arg("-dc").arg(packed).output();
    let place = scratch.path().join("xen");
    std::fs::write(&place, output.unwrap().stdout).unwrap();
    Some(place)
}

#[test]
fn pciback_binds_hidden_functions_before_the_drivers() {
    let Some(kernel) = Kernel::find() else { return };
    if !["mkinitramfs", "qemu-system-x86_64"]
        .iter()
        .all(|program| installed(&[program]))
    {
        return;
    }
    let scratch = Scratch::new();
    let Some(xen) = xen(&scratch) else { return };
    let prereqs = "#!/bin/sh\n[ \"$1\" != prereqs ] || exit 0\n";
    // Drivers alone: a softdep packs pciback along.
    let mut drivers = format!("{prereqs}. /usr/share/initramfs-tools/hook-functions\n");
    for function in [&E1000E, &BOCHS, &E100, &REALTEK] {
        drivers.push_str(&format!("manual_add_modules {}\n", function.module));
    }
    let report = format!("{prereqs}{}{END}", owners("boot"));
    let pciback: ModuleName = pciback::MODULE.parse().unwrap();
    let mut conf = Document::parse("");
    for function in [&E1000E, &BOCHS, &REALTEK] {
        let driver: ModuleName = function.module.parse().unwrap();
        conf.add_softdep(&driver, &pciback).unwrap();
    }
    let image = |name: &str, conf: &str, options: &str| {
        let base = scratch.path().join("image");
        let files = [file("/etc/modprobe.d/xen-pciback.conf", conf)];
        let image = overlay(&base, &scratch, name, &files);
        boot_dom0(&xen, &kernel, &image, options)
    };
    mkinitramfs(
        &kernel,
        &scratch,
        &[
            script("/etc/initramfs-tools/hooks/drivers", &drivers),
            script("/etc/initramfs-tools/scripts/init-premount/report", &report),
            file("/etc/modprobe.d/xen-pciback.conf", &conf.to_string()),
        ],
    );
    let mut hide = HideList::default();
    for function in [&E1000E, &BOCHS] {
        hide.add(function.address().parse().unwrap());
    }
    let judged = predicted(
        Method::Pciback,
        Initramfs::InitramfsTools,
        DuplicateId::OnHost,
    );

    // In modprobe.d.
    let option = ModuleOption::new(pciback::PARAMETER, Some(&hide.to_string())).unwrap();
    let mut hides = Document::parse(&conf.to_string());
    hides.set_option(&pciback, &option).unwrap();
    let by_file = image("by-file", &hides.to_string(), "");
    // On the kernel command line, which modprobe hands on.
    let option = format!("{}.{}={hide}", pciback::MODULE, pciback::PARAMETER);
    let by_line = image("by-line", &conf.to_string(), &option);
    for guest in [by_file, by_line] {
        for function in [&E1000E, &BOCHS] {
            assert_eq!(guest.outcome(function, "boot"), judged, "{}", guest.text());
        }
        for function in [&BOCHS_DUPLICATE, &REALTEK, &E100] {
            let outcome = guest.outcome(function, "boot");
            assert_eq!(outcome, Outcome::Driver, "{}", guest.text());
        }
    }
}
