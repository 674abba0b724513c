//! Texts of the guides as they stand.

use super::{findings, with};

#[test]
fn cpuinfo_shows_whether_the_processor_runs_guests() {
    let whole = "$ cat /proc/cpuinfo\nprocessor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) \
                 Core(TM) i7-8700\nflags\t\t: fpu vme msr smx est ssse3 cx16\nbugs\t\t: \
                 spectre_v1\nbogomips\t: 6399.96\n";
    let has = |text: &str, wanted: &str| {
        let output = findings(&[], &[("a.txt", text)]);
        assert!(output.contains(&wanted.to_owned()), "{text}{output:?}");
    };
    has(whole, "blocker virtualization-missing");
    has(&whole.replace("smx", "vmx smx"), "ok virtualization-on");
    has(
        "$ egrep -c '(svm|vmx)' /proc/cpuinfo\n0\n",
        "blocker virtualization-missing",
    );
    has(
        "$ egrep -c '(svm|vmx)' /proc/cpuinfo\n16\n",
        "ok virtualization-on",
    );
    has(
        "$ egrep -c '(svm|vm)' /proc/cpuinfo\n16\n",
        "unknown virtualization-not-shown",
    );
    for quiet in [
        format!("{whole}$ lsmod\nkvm_intel  409600  0\n"),
        whole.replace("ssse3 cx16", "ssse3 hypervisor"),
        whole.replace(" ssse3 cx16", ""),
        format!(
            "# xl info\nxen_version : 4.17.2\n$ cat /etc/xen/a.cfg\ntype = \"hvm\"\n{}",
            whole.replace("smx", "vmx smx")
        ),
    ] {
        let output = findings(&[], &[("a.txt", &quiet)]);
        assert!(
            !output.contains(&"blocker virtualization-missing".to_owned()),
            "{quiet}{output:?}"
        );
    }
}

fn all(text: &str) -> Vec<String> {
    findings(&[], &[("a.txt", text)])
}

#[test]
fn rom_parser_shows_the_images() {
    let x86 = "Valid ROM signature found @0h, PCIR offset 190h\n\tPCIR: type 0 (x86 PC-AT), vendor: \
               10de, device: 0fc6, class: 030000\n\tPCIR: revision 0, vendor revision: 1\n";
    let efi = "Valid ROM signature found @fc00h, PCIR offset 1ch\n\tPCIR: type 3 (EFI), vendor: \
               10de, device: 0fc6, class: 030000\n\tPCIR: revision 3, vendor revision: 0\n\t\tEFI: \
               Signature Valid, Subsystem: Boot, Machine: X64\n";
    let end = "\tLast image\n";
    assert!(all(&format!("{x86}{efi}{end}")).contains(&"ok rom-parser-efi".to_owned()));
    let without = all(&format!("{x86}{end}"));
    assert!(
        without.contains(&"harmless rom-parser-no-efi".to_owned()),
        "{without:?}"
    );
    // A cut text does not show that there is none.
    assert!(!all(x86).iter().any(|one| one.contains("rom-parser")));
}

#[test]
fn rows_of_lsmod_without_blanks_are_read() {
    let lost = "$ lsmod | grep vfio\nvfio_pci163840vfio_pci_core942081 \
                vfio_pcivfio_iommu_type1491520vfio614403 vfio_pci_core,vfio_iommu_type1\n";
    assert!(
        all(lost).contains(&"ok vfio-module-loaded".to_owned()),
        "{:?}",
        all(lost)
    );
    let other = "$ lsmod | grep vfio\nvfio_iommu_type1491520vfio614403 vfio_iommu_type1\n";
    assert!(!all(other).contains(&"ok vfio-module-loaded".to_owned()));
}

const BOUND: &str = "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2203] (rev \
                     a1) (prog-if 00 [VGA controller])Kernel driver in use: FIRST01:00.1 Audio device \
                     [0403]: NVIDIA Corporation GA102 High Definition Audio Controller [10de:1aef] (rev \
                     a1)Kernel driver in use: vfio-pci\n";

#[test]
fn a_later_listing_of_one_text_is_used_and_reported() {
    let first = BOUND.replace("FIRST", "vfio-pci");
    let later = BOUND.replace("FIRST", "nvidia");
    let text = format!("$ lspci -nnk\n{first}$ lspci -nnk\n{later}");
    let run = with(&["doctor", "-v", "01:00.0"], &[("a.txt", &text)]);
    let words: Vec<&str> = run.out.split_whitespace().collect();
    let out = words.join(" ");
    assert!(out.contains("01:00.0: vfio-pci, then nvidia"), "{out}");
    assert!(out.contains("functions that were read: 2"), "{out}");
    let same = format!("$ lspci -nnk\n{later}$ lspci -nnk\n{later}");
    assert!(!all(&same).contains(&"harmless driver-changed".to_owned()));
    assert!(all(&text).contains(&"harmless driver-changed".to_owned()));
}

#[test]
fn a_filtered_driver_is_of_the_function_in_its_command() {
    let text = "root@h:~# lspci -nn\n02:00.0 VGA compatible controller [0300]: NVIDIA Corporation GP102 \
                [10de:1b06] (rev a1)\nroot@h:~# lspci -vv -s 02:00.0 | grep driver\n\tKernel driver in \
                use: nouveau nouveau   (default)\n";
    let has = |text: &str| {
        all(text)
            .iter()
            .any(|one| one.ends_with("host-driver-bound"))
    };
    assert!(has(text), "{:?}", all(text));
    // A listing that shows the driver is more direct.
    let later = format!(
        "{text}root@h:~# lspci -nnk\n02:00.0 VGA compatible controller [0300]: NVIDIA \
                         Corporation GP102 [10de:1b06] (rev a1)\n\tKernel driver in use: vfio-pci\n"
    );
    assert!(!has(&later), "{:?}", all(&later));
    assert!(!has(&text.replace(" -s 02:00.0", "")));
}
