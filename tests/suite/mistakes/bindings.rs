//! Bindings of functions to vfio-pci: ids, blacklists, scripts.

use passthru::Target::{Libvirt, Proxmox};
use passthru::Verdict::{Blocker, Fix, Harmless, NoEffect, Unknown};

use super::Instead::{Look, ManualStep, Planned, Stays, Written};
use super::{CARD, GRUB, HELD, KERNEL, Mistake, SAME_IDS, VFIO, found};

const RTX5060: &str = "proxmox-rtx5060ti";
const GTX650: &str = "proxmox-gtx650";
const GTX1080: &str = "ubuntu-gtx1080ti";
const TWIN: &str = "ubuntu-twin-rtx3090ti";

const BLACKLIST: &str = "/etc/modprobe.d/blacklist.conf";
const SCRIPT: &str = "/etc/initramfs-tools/scripts/init-top/vfio.sh";
/// The script that a plan writes.
const OURS: &str = "/etc/initramfs-tools/scripts/init-top/00-passthru-vfio";

const KEPT_AWAY: &str =
    "blacklist snd_hda_intel\nblacklist snd_hda_codec_hdmi\nblacklist nvidia*\n";
/// The like of it, as far as the doctor looks at such scripts.
const BY_ADDRESS: &str = "#!/bin/sh\ncase \"$1\" in\nprereqs) exit 0 ;;\nesac\necho vfio-pci > \
                          /sys/bus/pci/devices/0000:02:00.0/driver_override\n";

pub(super) fn rows() -> Vec<Mistake> {
    let mut rows = by_id();
    rows.extend(kept_away());
    rows.extend(by_address());
    rows
}

fn by_id() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: RTX5060,
            wrong: "the id of the graphics alone",
            host: &[HELD, (VFIO, "options vfio-pci ids=10de:0fc6\n")],
            found: found("vfio-ids-missing-function", Fix, "02:00.1"),
            instead: Written {
                target: Proxmox,
                path: VFIO,
                has: &["ids=10de:0fc6,10de:0e1b"],
                not: &[],
            },
        },
        Mistake {
            guide: GTX650,
            wrong: "ids without a comma between",
            host: &[CARD, (VFIO, "options vfio-pci ids=10de:0fc610de:0e1b\n")],
            found: found("vfio-ids-malformed", Blocker, "10de:0fc610de:0e1b"),
            instead: Written {
                target: Proxmox,
                path: VFIO,
                has: &["ids=10de:0fc6,10de:0e1b"],
                not: &["10de:0fc610de"],
            },
        },
        Mistake {
            guide: RTX5060,
            wrong: "disable_vga, as if it turned a display off",
            host: &[
                CARD,
                (
                    VFIO,
                    "options vfio-pci ids=10de:0fc6,10de:0e1b disable_vga=1\n",
                ),
            ],
            found: found("disable-vga", Harmless, "disables no display"),
            instead: Stays,
        },
        Mistake {
            guide: RTX5060,
            wrong: "the driver of function 0 alone looked at",
            host: &[(
                "lspci -nn",
                "02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GK107 [10de:0fc6]\n\
                 02:00.1 Audio device [0403]: NVIDIA Corporation GK107 [10de:0e1b]\n",
            )],
            found: found("driver-not-shown", Unknown, "02:00.1"),
            instead: Look("lspci -nnk -s 02:00"),
        },
        Mistake {
            guide: TWIN,
            wrong: "ids, which also bind the host's card of the same model",
            host: &[
                SAME_IDS,
                (VFIO, "options vfio-pci ids=10de:2203,10de:1aef\n"),
            ],
            found: found("vfio-ids-match-duplicate", Blocker, "05:00.0"),
            instead: Written {
                target: Libvirt,
                path: VFIO,
                has: &[],
                not: &["ids="],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "pci-stub, from which vfio-pci cannot take over the card",
            host: &[
                CARD,
                KERNEL,
                (
                    GRUB,
                    "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet pci-stub.ids=10de:0fc6,10de:0e1b\"\n",
                ),
            ],
            found: found("pci-stub-ids", Fix, "so that vfio-pci cannot claim"),
            instead: Written {
                target: Libvirt,
                path: GRUB,
                has: &["quiet"],
                not: &["pci-stub"],
            },
        },
    ]
}

fn kept_away() -> Vec<Mistake> {
    let row = |wrong, code, verdict, title, not| Mistake {
        guide: GTX650,
        wrong,
        host: &[CARD, KERNEL, (BLACKLIST, KEPT_AWAY)],
        found: found(code, verdict, title),
        instead: Written {
            target: Proxmox,
            path: BLACKLIST,
            has: &[],
            not,
        },
    };
    vec![
        row(
            "a pattern in blacklist, which supports none",
            "blacklist-glob",
            NoEffect,
            "nvidia*",
            &["nvidia*"],
        ),
        row(
            "the sound of the whole host kept off",
            "blacklist-host-audio",
            NoEffect,
            "snd_hda_intel",
            &["snd_hda_intel"],
        ),
        row(
            "the HDMI codec kept off, which frees nothing",
            "blacklist-hdmi-codec",
            NoEffect,
            "snd_hda_codec_hdmi",
            &["snd_hda_codec_hdmi"],
        ),
        Mistake {
            guide: GTX1080,
            wrong: "a service that removes the driver when the network is up",
            host: &[
                CARD,
                (
                    "/etc/systemd/system/no-driver.service",
                    "[Unit]\nAfter=network.target\n[Service]\nType=forking\nExecStart=/sbin/modprobe \
                     -r nouveau\n",
                ),
            ],
            found: found("driver-removal-service", Fix, "no-driver.service"),
            instead: ManualStep {
                step: "systemctl disable",
                right: &[CARD],
            },
        },
    ]
}

fn by_address() -> Vec<Mistake> {
    vec![
        Mistake {
            guide: GTX1080,
            wrong: "new_id, which also offers the duplicate ID",
            host: &[
                SAME_IDS,
                (
                    "post.txt",
                    "root@host:~# echo \"10de 2203\" > /sys/bus/pci/drivers/vfio-pci/new_id\n",
                ),
            ],
            found: found("new-id-matches-duplicate", Fix, "05:00.0"),
            instead: Planned {
                target: Libvirt,
                path: OURS,
                has: "take 0000:02:00.1 0x10de 0x1aef",
            },
        },
        Mistake {
            guide: GTX1080,
            wrong: "an endpoint given to pcieport, which drives ports",
            host: &[
                CARD,
                (
                    "post.txt",
                    "root@host:~# echo 0000:02:00.0 > /sys/bus/pci/drivers/pcieport/bind\n",
                ),
            ],
            found: found("endpoint-to-pcieport", NoEffect, "02:00.0 is not a port"),
            instead: ManualStep {
                step: "/sys/bus/pci/drivers_probe",
                right: &[CARD],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "a script of the initramfs that does not answer prereqs, and so runs on the host",
            host: &[
                SAME_IDS,
                (
                    SCRIPT,
                    "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override\n\
                     echo vfio-pci > /sys/bus/pci/devices/0000:02:00.1/driver_override\nexit 0\n",
                ),
            ],
            found: found("override-script-runs-on-host", Fix, "vfio.sh"),
            instead: ManualStep {
                step: "remove /etc/initramfs-tools/scripts/init-top/vfio.sh; the script that \
                        `passthru plan 02:00` writes",
                right: &[SAME_IDS, (OURS, BY_ADDRESS)],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "a script that runs after udev has bound the drivers",
            host: &[
                SAME_IDS,
                (
                    SCRIPT,
                    "#!/bin/sh\necho vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override\n",
                ),
            ],
            found: found("override-script-late", Fix, "vfio.sh"),
            instead: ManualStep {
                step: "remove /etc/initramfs-tools/scripts/init-top/vfio.sh; the script that \
                        `passthru plan 02:00` writes",
                right: &[SAME_IDS, (OURS, BY_ADDRESS)],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "a script on one line, which runs nothing",
            host: &[
                SAME_IDS,
                (
                    SCRIPT,
                    "#!/bin/shecho vfio-pci > /sys/bus/pci/devices/0000:02:00.0/driver_override\n",
                ),
            ],
            found: found("override-script-not-runnable", Blocker, "vfio.sh"),
            instead: ManualStep {
                step: "remove /etc/initramfs-tools/scripts/init-top/vfio.sh; the script that \
                        `passthru plan 02:00` writes",
                right: &[SAME_IDS, (OURS, BY_ADDRESS)],
            },
        },
        Mistake {
            guide: TWIN,
            wrong: "an install line, whose script the initramfs lacks",
            host: &[SAME_IDS, (VFIO, "install vfio-pci /usr/bin/override.sh\n")],
            found: found("vfio-pci-install-line", Fix, ""),
            instead: Written {
                target: Libvirt,
                path: VFIO,
                has: &[],
                not: &["install"],
            },
        },
    ]
}
