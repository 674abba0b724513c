use super::*;

const HOST: &str = "00:00.0 Host bridge [0600]: Intel Corporation Device [8086:a700]\n\
        01:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2203] (rev a1)\n";
const GUEST: &str = "00:00.0 Host bridge [0600]: Intel Corporation 440FX - 82441FX PMC [Natoma] \
        [8086:1237] (rev 02)\n\
        00:10.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2203] (rev a1)\n";
const PORTS: &str = "01:1b.0 PCI bridge [0604]: Red Hat, Inc. QEMU PCIe Root port [1b36:000c]\n\
        06:10.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [10de:2203] (rev a1)\n";

fn emulated(text: &str) -> Vec<(usize, bool)> {
    let listing = pci_core::lspci::parse(text);
    let runs = runs(text, &listing);
    runs.iter()
        .map(|run| (run.records.len(), run.is_emulated))
        .collect()
}

#[test]
fn listings_are_distinguished() {
    assert_eq!(emulated(HOST), [(2, false)]);
    assert_eq!(emulated(GUEST), [(2, true)]);
    let wanted = [(2, false), (2, true)];
    assert_eq!(emulated(&format!("{HOST}{GUEST}")), wanted);
    // Not by address: only the lines between them separate the listings.
    for between in [
        "```\nand inside:\n```\n",
        "And in the guest:\n",
        "user@vm:~$ lspci -nn\n",
    ] {
        assert_eq!(
            emulated(&format!("{HOST}{between}{PORTS}")),
            wanted,
            "{between}"
        );
    }
}

#[test]
fn a_title_tells_a_guest_without_emulated_functions() {
    let card = "00:06.0 VGA compatible controller: Advanced Micro Devices, Inc. [AMD/ATI] Fiji\n\
                    \tKernel driver in use: amdgpu\n";
    assert_eq!(
        emulated(&format!("lspci -kv in the guest:\n```\n\n{card}```\n")),
        [(1, true)]
    );
    let host = format!("lspci on the host, nothing is in the guest yet.\n```\n{card}```\n");
    assert_eq!(emulated(&host), [(1, false)]);
    assert_eq!(
        emulated(&format!("{HOST}And in the guest:\n```\n{card}```\n")),
        [(2, false), (1, true)]
    );
}

#[test]
fn records_of_tags_are_one_listing() {
    let record = |slot: &str, vendor: &str, device: &str| {
        format!("Slot:\t{slot}\nClass:\t0300\nVendor:\t{vendor}\nDevice:\t{device}\n\n")
    };
    let host = record("00:02.0", "8086", "3e92") + &record("01:00.0", "10de", "2203");
    let guest = record("00:01.0", "1b36", "0100") + &record("06:00.0", "10de", "2203");
    let both = format!("```\n{host}```\nIn the guest:\n```\n{guest}```\n");
    assert_eq!(emulated(&both), [(2, false), (2, true)]);
}

#[test]
fn names_alone_tell_a_guest() {
    for text in [
        "00:00.0 Host bridge: Intel Corporation 440FX - 82441FX PMC [Natoma] (rev 02)\n",
        "5a3c:00:00.0 3D controller: Microsoft Corporation Device 008e\n",
    ] {
        assert_eq!(emulated(text), [(1, true)], "{text}");
    }
}
