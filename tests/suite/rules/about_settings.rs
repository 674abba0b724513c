//! Values of settings, and what settings prove.

use passthru::Verdict::{Blocker, Fix, Harmless, NoEffect, Ok, Security};

use super::{Case, case, gpu};

const AMD: (&str, &str) = ("/proc/cpuinfo", "vendor_id\t: AuthenticAMD\n");
const INTEL: (&str, &str) = ("/proc/cpuinfo", "vendor_id\t: GenuineIntel\n");

fn options(text: &str) -> (&str, &str) {
    ("/proc/cmdline", text)
}

const VFIO: &str = "/etc/modprobe.d/vfio.conf";

const BOTH: (&str, &str) = (VFIO, "options vfio-pci ids=10de:1b06,10de:10ef\n");

const LISTED: (&str, &str) = (
    "lspci -nn",
    "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)\n\
     01:00.1 Audio device [0403]: NVIDIA Corporation GP102 [10de:10ef] (rev a1)\n",
);

const BOUND: (&str, &str) = (
    "lspci -nnk",
    "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 [10de:1b06] (rev a1)\n\
     \tKernel driver in use: nvidia\n\
     01:00.1 Audio device [0403]: NVIDIA Corporation GP102 [10de:10ef] (rev a1)\n\
     \tKernel driver in use: snd_hda_intel\n",
);

const LATE: (&str, &str) = ("/etc/modules-load.d/vfio-pci.conf", "vfio\nvfio_pci\n");

const VM: &str = "/etc/pve/qemu-server/100.conf";
const IGD: &str = "hostpci0: 0000:00:02.0,legacy-igd=1\nmachine: pc-q35-9.0\nvga: none\n";

const CHIPSET: &str = "\
00:1f.0 ISA bridge [0601]: Intel Corporation Z390 Chipset LPC/eSPI [8086:a305] (rev 10)
00:1f.3 Audio device [0403]: Intel Corporation Cannon Lake PCH cAVS [8086:a348] (rev 10)
";

const VIOMMU: &str = "<domain type='kvm'>\n<name>a</name>\n<devices>\n\
    <hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n\
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n</source>\n</hostdev>\n\
    <iommu model='intel'><driver intremap='on'/></iommu>\n</devices>\n</domain>\n";

const MANAGED: &str = "<domain type='kvm'>\n<name>a</name>\n<devices>\n\
    <hostdev mode='subsystem' type='pci' managed='yes'>\n<source>\n\
    <address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>\n</source>\n</hostdev>\n\
    </devices>\n</domain>\n";

const EXPRESS: &str = "bios: ovmf\nhostpci0: 0000:01:00,pcie=1\nmachine: q35\n";

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
            "option-set-twice",
            Harmless,
            "",
            &[options("intel_iommu=on quiet intel_iommu=on\n")],
        ),
        case(
            "option-set-twice",
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
        case(
            "huge-pages-reserved",
            Ok,
            "",
            &[options("quiet hugepagesz=1G hugepages=16\n")],
        ),
        case("modules-load-late", Fix, "", &[BOUND, BOTH, LATE]),
        case("legacy-igd-machine", Blocker, "", &[(VM, IGD)]),
        case(
            "legacy-igd-machine",
            Blocker,
            "",
            &[(VM, &IGD.replace("=1\n", "=1,romfile=GOP.rom\n"))],
        ),
        case(
            "hostdev-managed",
            Ok,
            "",
            &[("/etc/libvirt/qemu/a.xml", MANAGED)],
        ),
        case("hostpci-express", Ok, "", &[(VM, EXPRESS)]),
        case("guest-firmware-efi", Ok, "", &[(VM, EXPRESS)]),
        case(
            "slot-with-bridge",
            Blocker,
            "",
            &[("lspci -nn", CHIPSET), (VM, "hostpci0: 0000:00:1f\n")],
        ),
        case(
            "viommu-without-caching",
            Blocker,
            "",
            &[("/etc/libvirt/qemu/a.xml", VIOMMU)],
        ),
        case("vfio-ids-valid", Ok, "", &[LISTED, BOTH]),
        case("vfio-ids-valid", Ok, "", &[BOTH]),
        case(
            "vfio-ids-of-chipset-audio",
            Fix,
            "",
            &[(VFIO, "options vfio-pci ids=10de:1187,8086:8c20\n")],
        ),
        case(
            "softdep-valid",
            Ok,
            "",
            &[(VFIO, "softdep nouveau pre: vfio-pci\n")],
        ),
        case(
            "initramfs-loads-vfio",
            Ok,
            "",
            &[(
                "/etc/mkinitcpio.conf",
                "MODULES=(btrfs vfio_pci nvidia)\nHOOKS=(base)\n",
            )],
        ),
        case(
            "iommu-option-valid",
            Ok,
            "",
            &[options("quiet intel_iommu=on\n")],
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
            "option-set-twice",
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
        quiet(
            "vfio-ids-valid",
            &[LISTED, (VFIO, "options vfio-pci ids=10de:1b06\n")],
        ),
        quiet(
            "vfio-ids-valid",
            &[(VFIO, "options vfio-pci ids=10de:1187,8086:8c20\n")],
        ),
        quiet("vfio-ids-of-chipset-audio", &[BOTH]),
        quiet("huge-pages-reserved", &[options("hugepagesz=1G\n")]),
        quiet(
            "modules-load-late",
            &[
                BOUND,
                BOTH,
                LATE,
                (
                    "/etc/modprobe.d/a.conf",
                    "blacklist nvidia\n\
                softdep snd_hda_intel pre: vfio-pci\n",
                ),
            ],
        ),
        quiet(
            "hostdev-managed",
            &[(
                "/etc/libvirt/qemu/a.xml",
                &MANAGED.replace("managed='yes'", "managed='no'"),
            )],
        ),
        quiet(
            "hostpci-express",
            &[(VM, &EXPRESS.replace("q35", "pc-i440fx-9.0"))],
        ),
        quiet(
            "guest-firmware-efi",
            &[(VM, &EXPRESS.replace("ovmf", "seabios"))],
        ),
        quiet(
            "legacy-igd-machine",
            &[(
                VM,
                "hostpci0: 0000:00:02.0,legacy-igd=1\nmachine: pc-i440fx-9.0\nvga: none\n",
            )],
        ),
        quiet(
            "slot-with-bridge",
            &[("lspci -nn", CHIPSET), (VM, "hostpci0: 0000:00:1f.3\n")],
        ),
        quiet(
            "viommu-without-caching",
            &[(
                "/etc/libvirt/qemu/a.xml",
                &VIOMMU.replace("/></iommu>", " caching_mode='on'/></iommu>"),
            )],
        ),
        quiet("softdep-valid", &[(VFIO, "softdep nouveau pre: drm\n")]),
        quiet(
            "initramfs-loads-vfio",
            &[(
                "/etc/mkinitcpio.conf",
                "MODULES=(nvidia vfio_pci)\nHOOKS=(base)\n",
            )],
        ),
        // initramfs-tools loads its list after udev has loaded drivers.
        quiet(
            "initramfs-loads-vfio",
            &[("/etc/initramfs-tools/modules", "vfio\nvfio_pci\n")],
        ),
        quiet("iommu-option-valid", &[AMD, options("intel_iommu=on\n")]),
        quiet(
            "iommu-option-valid",
            &[options("intel_iommu=on intel_iommu=off\n")],
        ),
    ]
}
