//! What a sentence of a post names or tells.

use passthru::Verdict::{Fix, NoEffect, Ok, Unknown};

use super::{Case, case};

const POST: &str = "post.md";

/// A listing, so that the text is of a host.
const CARD: &str = "\
07:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP104 [10de:1b80] (rev a1)
\tKernel driver in use: vfio-pci
";

pub(super) fn cases() -> Vec<Case> {
    vec![
        case(
            "named-ids-valid",
            Ok,
            "",
            &[(
                POST,
                "It is enough to add `vfio-pci.ids=10de:1b80,10de:10f0` there.\n",
            )],
        ),
        case(
            "named-ids-malformed",
            Fix,
            "",
            &[(
                POST,
                "I booted with `iommu=pt vfio-pci.ids=10de:1b80,7=10de:10f0`, and it hangs.\n",
            )],
        ),
        case(
            "named-option-unknown",
            Fix,
            "",
            &[(
                POST,
                "Then I set ``vfio.enable_unsafe_interrupts`` and it went on.\n",
            )],
        ),
        case(
            "named-option-without-effect",
            NoEffect,
            "",
            &[(POST, "The kernel has `amd_iommu=on` and `iommu=pt`.\n")],
        ),
        case(
            "failure-not-shown",
            Unknown,
            "",
            &[
                ("lspci -nnk", CARD),
                (
                    POST,
                    "The guest starts, and the monitor stays a black screen.\n",
                ),
            ],
        ),
        case(
            "code-43-reported",
            Unknown,
            "",
            &[
                ("lspci -nnk", CARD),
                (POST, "Windows shows error code 43 for it.\n"),
            ],
        ),
        case(
            "iommu-in-firmware-tables",
            Ok,
            "",
            &[(
                "lspci -nn",
                "00:00.2 IOMMU [0806]: Advanced Micro Devices, Inc. [AMD] [1022:1481]\n",
            )],
        ),
        case(
            "blacklist-of-graphics",
            Ok,
            "",
            &[(
                "/etc/modprobe.d/a.conf",
                "blacklist nouveau\nblacklist nvidia\n",
            )],
        ),
        case(
            "iommu-option-valid",
            Ok,
            "",
            &[("dmesg", "[    0.019620] DMAR: IOMMU enabled\n")],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text| case(code, Ok, "", &[("lspci -nnk", CARD), (POST, text)]);
    vec![
        quiet(
            "named-ids-valid",
            "`vfio-pci.ids=<ids of the card>` is what the guide says.\n",
        ),
        quiet(
            "named-ids-malformed",
            "I booted with `vfio-pci.ids=10de:1b80`.\n",
        ),
        quiet(
            "named-option-unknown",
            "Then I set `vfio_iommu_type1.allow_unsafe_interrupts=1` and `vfio_pci.disable_vga=1`.\n",
        ),
        quiet(
            "named-option-without-effect",
            "The kernel has `intel_iommu=on`.\n",
        ),
        quiet(
            "failure-not-shown",
            "The guest starts, and all of it works well since spring.\n",
        ),
        quiet(
            "code-43-reported",
            "If Windows shows code 43, hide the hypervisor.\n",
        ),
        quiet(
            "iommu-in-firmware-tables",
            "[    0.6] pci 0000:07:00.0: Adding to iommu group 7\n",
        ),
        case(
            "blacklist-of-graphics",
            Ok,
            "",
            &[
                ("lspci -nnk", &CARD.replace("vfio-pci", "nouveau")),
                ("/etc/modprobe.d/a.conf", "blacklist nouveau\n"),
            ],
        ),
        // The message says it.
        quiet(
            "failure-not-shown",
            "The guest does not start:\nvfio 0000:07:00.0: group 3 is not viable\n",
        ),
    ]
}
