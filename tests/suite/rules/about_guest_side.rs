//! What a guest shows: devices that it was given, and their drivers there.

use passthru::Verdict::{Fix, Ok};

use super::{Case, case};

/// A listing in a guest, below a sentence that says so.
const GUEST: &str = "\
I passed the card through. The output of lspci -nnk in my Debian VM:

```
01:00.0 VGA compatible controller [0300]: Advanced Micro Devices, Inc. [AMD/ATI] Navi 23 [1002:73ff] (rev c1)
\tSubsystem: Sapphire Technology Limited Device [1da2:e448]
\tKernel modules: amdgpu
02:00.0 Ethernet controller [0200]: Red Hat, Inc. Virtio 1.0 network device [1af4:1041] (rev 01)
\tSubsystem: Red Hat, Inc. Virtio 1.0 network device [1af4:1100]
\tKernel driver in use: virtio-pci
```
";

pub(super) fn cases() -> Vec<Case> {
    vec![
        case("guest-sees-device", Ok, "", &[("a.md", GUEST)]),
        case("guest-driver-missing", Fix, "", &[("a.md", GUEST)]),
    ]
}

pub(super) fn quiet() -> Vec<Case> {
    let bound = GUEST.replace("Kernel modules: ", "Kernel driver in use: ");
    let of_host = GUEST.replace("in my Debian VM", "on the host of my Debian VM");
    let of_host = of_host
        .split("02:00.0")
        .next()
        .unwrap_or_default()
        .to_owned()
        + "```\n";
    let emulated = GUEST.replace("1002:73ff", "1234:1111");
    vec![
        case("guest-driver-missing", Ok, "", &[("a.md", &bound)]),
        case("guest-driver-missing", Ok, "", &[("a.md", &of_host)]),
        case("guest-sees-device", Ok, "", &[("a.md", &of_host)]),
        case("guest-sees-device", Ok, "", &[("a.md", &emulated)]),
    ]
}
