//! Drivers in the guest: generations, open modules, old drivers and hypervisors.

use super::{findings, with};

const ADA: &str = "$ lspci -nn\n01:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD106 \
                   [GeForce RTX 4060 Ti] [10de:2803] (rev a1)\n";

fn guest(driver: &str, open: bool) -> String {
    let mut words = vec!["guest", "01:00.0", "--os", "debian", "--driver", driver];
    if open {
        words.push("--open");
    }
    let run = with(&words, &[("a.txt", ADA)]);
    assert_eq!(run.status, 0, "{}", run.err);
    let words: Vec<&str> = run.out.split_whitespace().collect();
    words.join(" ")
}

#[test]
fn a_driver_that_is_older_than_the_card_is_not_installed() {
    for (driver, open, part) in [
        ("470.256", false, "install 520 or later"),
        ("515.48", false, "install 520 or later"),
        ("470.256", true, "install 520 or later"),
        ("520.56", true, "install 525 or later, or omit --open"),
    ] {
        let output = guest(driver, open);
        assert!(
            output.contains(part) && !output.contains(".run"),
            "{driver}: {output}"
        );
    }
    for (driver, open) in [("525.60", false), ("550.135", true), ("570", false)] {
        let output = guest(driver, open);
        assert!(
            output.contains(".run") && !output.contains("or later"),
            "{driver}: {output}"
        );
    }
}

const GUEST: &str = "$ lspci -nn\n00:02.0 VGA compatible controller [0300]: Device [1234:1111] (rev 02)\n\
                     00:03.0 Ethernet controller [0200]: Red Hat, Inc. Virtio network device \
                     [1af4:1000]\n07:00.0 VGA compatible controller [0300]: NVIDIA Corporation AD106 \
                     [10de:2803] (rev a1)\n$ systemd-detect-virt\nkvm\n";

fn with_driver(head: &str, version: &str, message: &str) -> Vec<String> {
    let text = format!(
        "{head}$ cat /proc/driver/nvidia/version\nNVRM version: NVIDIA UNIX x86_64 Kernel Module  \
         {version}  Fri Jul  2 06:04:10 UTC 2021\n$ nvidia-smi\n{message}\n"
    );
    findings(&[], &[("a.txt", &text)])
}

#[test]
fn a_device_handle_is_judged_by_the_version_of_the_driver() {
    let code = "nvidia-driver-finds-hypervisor";
    for message in [
        "Unable to determine the device handle for GPU 0000:07:00.0: Unknown Error",
        "Unable to determine the device handle for GPU0000:07:00.0: Unknown Error",
        "No devices were found",
    ] {
        let has = |version: &str| {
            let output = with_driver("", version, message);
            output.iter().any(|one| one.ends_with(code))
        };
        assert!(
            has("460.91.03") && !has("470.256.02") && !has("550.135"),
            "{message}"
        );
    }
    let output = with_driver("", "460.91.03", "Tue Nov 23 03:21:02 2021");
    assert!(!output.iter().any(|one| one.ends_with(code)), "{output:?}");
}

#[test]
fn the_driver_of_a_guest_fits_the_generation() {
    let code = "fix nvidia-driver-not-for-generation".to_owned();
    let message = "No devices were found";
    assert!(with_driver(GUEST, "470.256.02", message).contains(&code));
    assert!(!with_driver(GUEST, "550.135", message).contains(&code));
    // The driver of a host is not that of its guests.
    assert!(!with_driver(ADA, "470.256.02", message).contains(&code));
}

#[test]
fn module_options_are_explained() {
    for (what, part) in [
        ("NVreg_OpenRmEnableUnsupportedGpus=1", "open kernel modules"),
        ("options nvidia NVreg_EnableGpuFirmware=0", "GSP"),
        ("nvidia.NVreg_EnableMSI=1", "message-signaled"),
    ] {
        let run = with(&["explain", what], &[]);
        let words: Vec<&str> = run.out.split_whitespace().collect();
        assert!(
            words.join(" ").contains(part),
            "{what}: {}{}",
            run.out,
            run.err
        );
    }
}
