//! Devices that stay with the host's driver, and cards of which `ids=` has no function.

use passthru::Verdict::{Fix, Harmless, Ok, Unknown};

use super::{Case, case};

const POST: &str = "post.txt";
const VFIO: &str = "/etc/modprobe.d/vfio.conf";

/// An HBA of a server without guests.
const HBA: &str = "\
TrueNAS SCALE bare metal. Is 62 C OK for a 9300-8i?

admin@truenas:~$ lspci -nnk -s 01:00
01:00.0 Serial Attached SCSI controller [0107]: Broadcom / LSI SAS3008 [1000:0097] (rev 02)
\tKernel driver in use: mpt3sas
admin@truenas:~$ sudo sas3flash -list
\tAdapter Selected is a Avago SAS: SAS3008(C0)
\tFirmware Product ID            : 0x2221 (IT)
admin@truenas:~$ dmesg
[    2.100211] mpt3sas version 51.100.00.00 loaded
";

/// A card for containers.
const CONTAINERS: &str = "\
Unraid 7.1, Arc A380 for Plex and Tdarr, transcoding works. How do I see the usage?

root@nas:~# lspci -nnk | grep -A3 VGA
03:00.0 VGA compatible controller [0300]: Intel Corporation DG2 [Arc A380] [8086:56a5] (rev 05)
\tKernel driver in use: i915
root@nas:~# dmesg | grep i915
[   21.460012] [drm] Initialized i915 1.6.0 for 0000:03:00.0 on minor 0
root@nas:~# docker exec plex ls /dev/dri
card0
";

const GVT_G: &str = "\
i5-12400, GVT-g for two VMs, mdev_supported_types is missing.

00:02.0 VGA compatible controller [0300]: Intel Corporation Alder Lake-S GT1 [8086:4692] (rev 0c)
\tKernel driver in use: i915
[    3.930212] [drm] Initialized i915 1.6.0 20230929 for 0000:00:02.0 on minor 0
";

/// A notebook whose guest has its card.
const NOTEBOOK: &str = "\
My working notebook with GPU passthrough and Looking Glass.

$ lspci -nnk -s 01:00
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106M [GeForce RTX 3060 Mobile / Max-Q] [10de:2520]
\tKernel driver in use: vfio-pci
$ sudo dmesg
[  211.002311] vfio-pci 0000:01:00.0: enabling device (0000 -> 0003)
";

/// A card that a hook returns to its host driver at the guest's stop.
const RETURNED: &str = "\
Black screen on the host after shutting down the VM with my GPU.

01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA106 [GeForce RTX 3060] [10de:2503] (rev a1)
\tKernel driver in use: nvidia
";

/// Ports of a card, of which a guest shall have one.
const PORTS: &str = "\
Can I pass through a single port of my X550-T2 to a VM?

03:00.0 Ethernet controller [0200]: Intel Corporation Ethernet Controller X550 [8086:1563] (rev 01)
\tKernel driver in use: ixgbe
03:00.1 Ethernet controller [0200]: Intel Corporation Ethernet Controller X550 [8086:1563] (rev 01)
\tKernel driver in use: ixgbe
";

/// Cards of a server whose text denies guests.
const WITHOUT_GUESTS: &str = "\
AI server, no VMs, no passthrough: NCCL hangs.

$ lspci -nnk | grep -A1 VGA
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)
\tKernel driver in use: nvidia
41:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)
\tKernel driver in use: nvidia
";

/// The text about guests of the same server in other words.
fn denying(words: &str) -> String {
    WITHOUT_GUESTS.replace("AI server, no VMs, no passthrough: NCCL hangs.", words)
}

/// Graphics of two makers, in a listing of all VGA controllers.
const TWO: &str = "\
$ lspci -nnk | grep -A2 -E 'VGA|3D|Audio'
01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD103 [GeForce RTX 4080] [10de:2704] (rev a1)
\tKernel driver in use: nouveau
01:00.1 Audio device [0403]: NVIDIA Corporation Device [10de:22bb] (rev a1)
\tKernel driver in use: snd_hda_intel
15:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Raphael [1002:164e] (rev c1)
\tKernel driver in use: amdgpu
";

const OF_OTHER: (&str, &str) = (VFIO, "options vfio-pci ids=10de:2684,10de:22ba\n");

/// The only card of a listing that was made for it, whose text names it.
fn one(text: &str) -> String {
    let listing = TWO.replace(
        "lspci -nnk | grep -A2 -E 'VGA|3D|Audio'",
        "lspci -nnk -s 01:00",
    );
    let end = listing.find("15:00.0").unwrap();
    format!("{text}\n\n{}", &listing[..end])
}

pub(super) fn cases() -> Vec<Case> {
    let bound = format!("{CONTAINERS}\nI want to pass it to a VM.\n");
    let failing = format!("{NOTEBOOK}\nThe guest shows code 43.\n");
    let graphics = GVT_G.replace(
        "GVT-g for two VMs, mdev_supported_types is missing",
        "to a VM",
    );
    let german = denying("KI-Server ohne VMs, NCCL hängt mit tensor parallel.");
    let french = denying("Serveur IA, ni VM ni passthrough. NCCL se bloque.");
    let chinese = denying("AI服务器，没有虚拟机，也没有直通。NCCL 卡住。");
    let own = |text: &str| case("device-of-host", Ok, "", &[(POST, text)]);
    let named = one("RTX 4080 for VM, iGPU for host.");
    vec![
        case("device-of-host", Ok, "", &[(POST, HBA)]),
        case("device-of-host", Ok, "", &[(POST, CONTAINERS)]),
        own(WITHOUT_GUESTS),
        own(&german),
        own(&french),
        own(&chinese),
        case("host-driver-bound", Fix, "03:00.0", &[(POST, CONTAINERS)]),
        case("host-driver-bound", Fix, "", &[(POST, &bound)]),
        case("host-driver-bound", Fix, "", &[(POST, &graphics)]),
        case("host-driver-bound", Harmless, "", &[(POST, RETURNED)]),
        case("i915-bound", Unknown, "", &[(POST, &bound)]),
        case("mobile-graphics", Unknown, "", &[(POST, &failing)]),
        case("vfio-ids-match-nothing", Fix, "", &[(POST, TWO), OF_OTHER]),
        case(
            "vfio-ids-match-nothing",
            Fix,
            "",
            &[(POST, &named), OF_OTHER],
        ),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let quiet = |code, text: &str| case(code, Ok, "", &[(POST, text)]);
    let bound = format!("Is the card bound?\n{CONTAINERS}");
    let other = one("Is this right?");
    // A guest that fails is one, and so is a reserved function.
    let failing = denying("AI server, no VM starts with the card: NCCL hangs.");
    let reserved = ("/proc/cmdline", "quiet vfio-pci.ids=1000:0097\n");
    let german = denying("KI-Server ohne VMs, NCCL hängt mit tensor parallel.");
    // The IDs may be those of a network card.
    let network = (VFIO, "options vfio-pci ids=8086:1572\n");
    vec![
        quiet("symptom-second-start", RETURNED),
        quiet("host-driver-bound", PORTS),
        quiet("device-of-host", &bound),
        quiet("device-of-host", &failing),
        case("device-of-host", Ok, "", &[(POST, HBA), reserved]),
        quiet("peer-to-peer-in-guest", &german),
        quiet("host-driver-bound", HBA),
        quiet("hba-rom-in-guest", HBA),
        quiet("mpt3sas-bound", HBA),
        quiet("iommu-not-shown", HBA),
        quiet("host-driver-bound", CONTAINERS),
        quiet("i915-bound", CONTAINERS),
        quiet("host-driver-bound", GVT_G),
        quiet("i915-bound", GVT_G),
        quiet("mobile-graphics", NOTEBOOK),
        case("vfio-ids-valid", Ok, "", &[(POST, TWO), OF_OTHER]),
        case(
            "vfio-ids-match-nothing",
            Ok,
            "",
            &[(POST, &other), OF_OTHER],
        ),
        case(
            "vfio-ids-match-nothing",
            Ok,
            "03:00.0",
            &[(POST, CONTAINERS), network],
        ),
    ]
}
