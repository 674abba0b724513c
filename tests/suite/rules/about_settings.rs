//! Values of settings, and what settings prove.

use super::{Case, case, gpu};
use passthru::Verdict::{Fix, Harmless, NoEffect, Ok, Security};

const AMD: (&str, &str) = ("/proc/cpuinfo", "vendor_id\t: AuthenticAMD\n");
const INTEL: (&str, &str) = ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\n");

fn options(text: &str) -> (&str, &str) {
    ("/proc/cmdline", text)
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "option-of-other-vendor",
            NoEffect,
            "",
            &[AMD, options("quiet intel_iommu=on\n")],
        ),
        case(
            "option-of-other-vendor",
            NoEffect,
            "",
            &[INTEL, options("quiet amd_iommu=force_isolation\n")],
        ),
        case(
            "iommu-value-unknown",
            Fix,
            "",
            &[options("quiet intel_iommu=true\n")],
        ),
        case(
            "iommu-value-unknown",
            NoEffect,
            "",
            &[options("quiet intel_iommu=on,passthrough\n")],
        ),
        case(
            "iommu-value-unknown",
            Harmless,
            "",
            &[options("quiet intel_iommu=on, iommu=pt\n")],
        ),
        case(
            "relax-rmrr",
            Security,
            "",
            &[options("quiet intel_iommu=on,relax_rmrr\n")],
        ),
        case(
            "option-twice",
            Harmless,
            "",
            &[options("intel_iommu=on quiet intel_iommu=on\n")],
        ),
        case(
            "option-twice",
            Fix,
            "",
            &[options("intel_iommu=on quiet intel_iommu=off\n")],
        ),
        case(
            "blacklist-as-parameter",
            NoEffect,
            "",
            &[options("quiet bnx2x.blacklist=1\n")],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let held = gpu("vfio-pci", "vfio-pci");
    let quiet = |code, tree: &[(&str, &str)]| case(code, Ok, "", tree);
    vec![
        quiet(
            "option-of-other-vendor",
            &[INTEL, options("quiet intel_iommu=on\n")],
        ),
        // Which processor the host has is not shown.
        quiet("option-of-other-vendor", &[options("intel_iommu=on\n")]),
        quiet(
            "iommu-value-unknown",
            &[options("intel_iommu=on,sm_on,igfx_off\n")],
        ),
        quiet("relax-rmrr", &[options("intel_iommu=on\n")]),
        quiet(
            "option-twice",
            &[options(
                "intel_iommu=on intel_iommu=igfx_off console=tty0 console=ttyS0\n",
            )],
        ),
        quiet(
            "blacklist-as-parameter",
            &[
                ("lspci -nnk", held.as_str()),
                options("modprobe.blacklist=nouveau rd.driver.blacklist=nouveau\n"),
            ],
        ),
    ]
}
