//! Ways of binding that come too late, and the files of the programs that make images.

use passthru::Verdict::{Blocker, Fix, Ok, Unknown};

use super::{Case, case, gpu};

const KERNEL: (&str, &str) = ("/proc/sys/kernel/osrelease", "6.8.0-1-generic\n");
const BUILT_IN: &str = "/lib/modules/6.8.0-1-generic/modules.builtin";
const DEP: &str = "/lib/modules/6.8.0-1-generic/modules.dep";
const VFIO: &str = "/etc/modprobe.d/vfio.conf";
const IDS: (&str, &str) = (VFIO, "options vfio-pci ids=10de:2503,10de:228e\n");
const DRACUT: (&str, &str) = ("/usr/bin/dracut", "");
const DRACUT_CONF: &str = "/etc/dracut.conf.d/vfio.conf";
const DRACUT_FILES: (&str, &str) = ("/etc/dracut.conf.d/", "vfio.conf");
const ARCH: (&str, &str) = ("/usr/bin/mkinitcpio", "");
const MKINITCPIO: &str = "/etc/mkinitcpio.conf";
const BOOSTER: (&str, &str) = ("/usr/bin/booster", "");
const BOOSTER_CONF: &str = "/etc/booster.yaml";
const HOOKS: &str = "HOOKS=(base udev autodetect modconf kms block filesystems)\n";
const DRIVERCTL: (&str, &str) = ("/etc/driverctl.d/", "pci-0000:01:00.0");
const DRIVERCTL_FILE: (&str, &str) = ("/etc/driverctl.d/pci-0000:01:00.0", "vfio-pci\n");
const HOOK: (&str, &str) = ("/etc/libvirt/hooks/qemu.d/", "passthru-win");
const DOMAIN: &str = "<domain type='kvm'>\n<name>win</name>\n<devices>\n<hostdev mode='subsystem' \
    type='pci' managed='yes'>\n<source><address domain='0x0000' bus='0x01' slot='0x00' \
    function='0x0'/></source>\n</hostdev>\n</devices>\n</domain>\n";

fn files(text: &str) -> (&str, &str) {
    (DRACUT_CONF, text)
}

fn conf(text: &str) -> (&str, &str) {
    (MKINITCPIO, text)
}

/// A card without a duplicate ID, so that binding by ID may be right.
fn card() -> String {
    let both = gpu("nouveau", "snd_hda_intel");
    both.split("02:00.0").next().unwrap().to_owned()
}

pub(super) fn cases() -> Vec<Case> {
    let card = card();
    let card = ("lspci -nnk", card.as_str());
    let late = format!("MODULES=(nouveau vfio_pci)\n{HOOKS}");
    let without = format!("MODULES=()\n{HOOKS}");
    let computed = format!("MODULES=($EXTRA)\n{HOOKS}");
    vec![
        case(
            "dracut-list-words-joined",
            Fix,
            "01:00.0",
            &[
                card,
                DRACUT,
                DRACUT_FILES,
                files("force_drivers+=\"vfio_pci\"\n"),
            ],
        ),
        case(
            "dracut-vfio-late",
            Fix,
            "01:00.0",
            &[
                card,
                DRACUT,
                DRACUT_FILES,
                files("add_drivers+=\" vfio_pci \"\n"),
            ],
        ),
        case(
            "dracut-vfio-late",
            Fix,
            "01:00.0",
            &[
                card,
                DRACUT,
                DRACUT_FILES,
                files("omit_drivers+=\" vfio_pci \"\n"),
            ],
        ),
        case(
            "mkinitcpio-without-vfio",
            Fix,
            "01:00.0",
            &[card, ARCH, IDS, conf(&without)],
        ),
        case(
            "mkinitcpio-driver-first",
            Fix,
            "01:00.0",
            &[card, ARCH, IDS, conf(&late)],
        ),
        case(
            "mkinitcpio-without-modconf",
            Fix,
            "01:00.0",
            &[
                card,
                ARCH,
                IDS,
                conf("MODULES=(vfio_pci)\nHOOKS=(base udev block)\n"),
            ],
        ),
        case(
            "booster-driver-first",
            Fix,
            "01:00.0",
            &[
                card,
                BOOSTER,
                IDS,
                (BOOSTER_CONF, "modules_force_load: vfio_pci\n"),
            ],
        ),
        case(
            "initramfs-conf-not-literal",
            Unknown,
            "01:00.0",
            &[card, ARCH, conf(&computed)],
        ),
        case(
            "vfio-pci-missing",
            Blocker,
            "01:00.0",
            &[
                card,
                KERNEL,
                (BUILT_IN, "kernel/fs/ext4/ext4.ko\n"),
                (DEP, "kernel/drivers/gpu/drm/nouveau/nouveau.ko:\n"),
            ],
        ),
        case(
            "host-driver-built-in",
            Blocker,
            "01:00.0",
            &[
                card,
                KERNEL,
                (BUILT_IN, "kernel/drivers/gpu/drm/nouveau/nouveau.ko\n"),
            ],
        ),
        case(
            "binding-too-late",
            Fix,
            "01:00.0",
            &[card, DRIVERCTL, DRIVERCTL_FILE],
        ),
        case(
            "display-released-by-hook",
            Ok,
            "01:00.0",
            &[
                card,
                HOOK,
                ("/etc/libvirt/qemu/", "win.xml"),
                ("/etc/libvirt/qemu/win.xml", DOMAIN),
            ],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let card = card();
    let card = ("lspci -nnk", card.as_str());
    let quiet = |code, tree: &[(&str, &str)]| case(code, Ok, "01:00.0", tree);
    let right = format!("MODULES=(vfio_pci nouveau)\n{HOOKS}");
    let late = format!("MODULES=(nouveau vfio_pci)\n{HOOKS}");
    let ordered = (
        VFIO,
        "options vfio-pci ids=10de:2503,10de:228e\nsoftdep nouveau pre: vfio-pci\n",
    );
    let forced = "force_drivers+=\" vfio_pci \"\nadd_drivers+=\" vfio_iommu_type1 \"\n";
    let booster = "modules_force_load: vfio_pci\n\
        modules: -nouveau,-nvidia,-nvidiafb,-nvidia_drm,-snd_hda_intel\n";
    let held = gpu("nouveau", "snd_hda_intel");
    vec![
        quiet(
            "dracut-list-words-joined",
            &[card, DRACUT, DRACUT_FILES, files(forced)],
        ),
        // A list of other modules is not passthrough's.
        quiet(
            "dracut-list-words-joined",
            &[card, DRACUT, DRACUT_FILES, files("add_drivers+=\"loop\"\n")],
        ),
        quiet(
            "dracut-vfio-late",
            &[card, DRACUT, DRACUT_FILES, files(forced)],
        ),
        // dracut omits no driver that another list adds.
        quiet(
            "dracut-vfio-late",
            &[
                card,
                DRACUT,
                DRACUT_FILES,
                files("force_drivers+=\" vfio_pci \"\nomit_drivers+=\" vfio_pci \"\n"),
            ],
        ),
        quiet("mkinitcpio-without-vfio", &[card, ARCH, IDS, conf(&right)]),
        quiet("mkinitcpio-driver-first", &[card, ARCH, IDS, conf(&right)]),
        // The softdep, which modconf packs, puts vfio-pci first all the same.
        quiet(
            "mkinitcpio-driver-first",
            &[card, ARCH, ordered, conf(&late)],
        ),
        quiet(
            "mkinitcpio-without-modconf",
            &[card, ARCH, IDS, conf(&right)],
        ),
        quiet(
            "booster-driver-first",
            &[card, BOOSTER, IDS, (BOOSTER_CONF, booster)],
        ),
        quiet("initramfs-conf-not-literal", &[card, ARCH, conf(&right)]),
        quiet(
            "vfio-pci-missing",
            &[
                card,
                KERNEL,
                (DEP, "kernel/drivers/vfio/pci/vfio-pci.ko:\n"),
            ],
        ),
        quiet(
            "host-driver-built-in",
            &[
                card,
                KERNEL,
                (BUILT_IN, "kernel/fs/ext4/ext4.ko\n"),
                (DEP, "kernel/drivers/gpu/drm/nouveau/nouveau.ko:\n"),
            ],
        ),
        // The first driver keeps the function, regardless of driverctl's setting.
        quiet("binding-too-late", &[card, IDS, DRIVERCTL, DRIVERCTL_FILE]),
        quiet("display-released-by-hook", &[("lspci -nnk", &held), HOOK]),
    ]
}
