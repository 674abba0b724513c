//! Each form of `lspci`, given to `passthru list`: the functions, with whatever the
//! form shows of them.

use serde_json::Value;

use crate::command::passthru;

/// The graphics card of each text, as `passthru list --json` has it.
fn card(name: &str, text: &str) -> Value {
    let scratch = testkit::Scratch::new();
    let file = scratch.file("form.txt", text);
    let run = passthru(&["list", "--json", "--from", &file]);
    assert_eq!(run.status, 0, "{name}: {}", run.err);
    let devices = run.json()["devices"].as_array().unwrap().clone();
    assert_eq!(devices.len(), 2, "{name}");
    let at = |device: &&Value| device["address"] == "0000:01:00.0";
    devices.iter().find(at).unwrap().clone()
}

#[test]
fn each_form_has_its_facts() {
    const PORT: &str = "00: 86 80 01 19 07 00 10 00 07 00 04 06 10 00 81 00
10: 00 00 00 00 00 00 00 00 00 01 01 00 e0 e0 00 00
";
    let hex = format!(
        "00:01.0 PCI bridge: Intel Corporation Device 1901 (rev 07)\n{PORT}\n01:00.0 VGA \
         compatible controller: NVIDIA Corporation Device 2d04 (rev a1)\n00: de 10 04 2d 07 04 10 \
         00 a1 00 00 03 10 00 80 00\n10: 00 00 00 f6 0c 00 00 e0 00 00 00 00 0c 00 00 f0\n20: 00 00 \
         00 00 01 e0 00 00 00 00 00 00 b0 10 5e 20\n30: 00 00 00 00 00 00 00 00 00 00 00 00 10 01 \
         00 00\n\n"
    );
    // What is shown: id, class, subsystem, driver.
    for (name, text, shown) in [
        (
            "default",
            "00:01.0 PCI bridge: Intel Corporation Device 1901 (rev 07)\n01:00.0 VGA compatible \
             controller: NVIDIA Corporation GB206 [GeForce RTX 5060 Ti] (rev a1)\n",
            [false, true, false, false],
        ),
        (
            "n",
            "00:01.0 0604: 8086:1901 (rev 07)\n01:00.0 0300: 10de:2d04 (rev a1)\n",
            [true, true, false, false],
        ),
        (
            "mm",
            "00:01.0 \"PCI bridge\" \"Intel Corporation\" \"Device 1901\" -r07 -p00 \"\" \"\"\n\
             01:00.0 \"VGA compatible controller\" \"NVIDIA Corporation\" \"Device 2d04\" -ra1 \
             -p00 \"Device 10b0\" \"Device 205e\"\n",
            [false, true, true, false],
        ),
        (
            "mmnn",
            "00:01.0 \"PCI bridge [0604]\" \"Intel Corporation [8086]\" \"Device [1901]\" -r07 \
             \"\" \"\"\n01:00.0 \"VGA compatible controller [0300]\" \"NVIDIA Corporation \
             [10de]\" \"Device [2d04]\" -ra1 \"CardExpert Technology [10b0]\" \"Device [205e]\"\n",
            [true, true, true, false],
        ),
        (
            "vmmknn",
            "Slot:\t00:01.0\nClass:\tPCI bridge [0604]\nVendor:\tIntel Corporation [8086]\n\
             Device:\tDevice [1901]\nRev:\t07\nDriver:\tpcieport\n\nSlot:\t01:00.0\nClass:\tVGA \
             compatible controller [0300]\nVendor:\tNVIDIA Corporation [10de]\nDevice:\tDevice \
             [2d04]\nSVendor:\tCardExpert Technology [10b0]\nSDevice:\tDevice [205e]\nRev:\ta1\n\
             Driver:\tvfio-pci\nModule:\tnvidiafb\nModule:\tnouveau\nIOMMUGroup:\t17\n\n",
            [true, true, true, true],
        ),
        (
            "vmn",
            "Device:\t00:01.0\nClass:\t0604\nVendor:\t8086\nDevice:\t1901\n\nDevice:\t01:00.0\n\
             Class:\t0300\nVendor:\t10de\nDevice:\t2d04\nSVendor:\t10b0\nSDevice:\t205e\n\n",
            [true, true, true, false],
        ),
        (
            "tvnn",
            "-[0000:00]---01.0-[01]----00.0  NVIDIA Corporation Device [10de:2d04]\n",
            [true, false, false, false],
        ),
        (
            "PP",
            "00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901] (rev 07)\n\
             00:01.0/01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device \
             [10de:2d04] (rev a1)\n",
            [true, true, false, false],
        ),
        ("x", &hex, [true, true, true, false]),
    ] {
        let card = card(name, text);
        let class = card["class_code"].as_str().map(|class| &class[..4]);
        let found = [
            (card["device"].as_str(), "2d04"),
            (class, "0300"),
            (card["subsystem"].as_str(), "10b0:205e"),
            (card["driver"].as_str(), "vfio-pci"),
        ];
        for ((value, wanted), shown) in found.into_iter().zip(shown) {
            assert_eq!(value, shown.then_some(wanted), "{name}: {card}");
        }
    }
}
