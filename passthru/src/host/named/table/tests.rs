use super::super::atoms::atoms;
use super::*;

fn all(text: &str) -> Vec<String> {
    let lower = text.to_ascii_lowercase();
    let atoms = atoms(&lower);
    let line = Line {
        text,
        atoms: &atoms,
    };
    let found = names(&line, &|row, _| row.is_met(&lower, &lower));
    found.into_iter().map(|found| found.name).collect()
}

#[test]
fn each_row_is_read_and_names_itself() {
    let lines = include_str!("../../../../data/named.tsv").lines();
    let lines: Vec<&str> = lines.filter(|line| !line.starts_with('#')).collect();
    assert_eq!(table().rows.len(), lines.len());
    for line in lines {
        assert_eq!(line.split('\t').count(), 5, "{line}");
    }
}

#[test]
fn spellings_are_one_name() {
    let mut wrong = Vec::new();
    for (text, name) in [
        ("(rx6700xt)", "RX 6700 XT"),
        ("RX 5700 XT", "RX 5700 XT"),
        ("an AMD Radeon 6600 XT in it", "RX 6600 XT"),
        ("an AMD Radeon 7600 in it", "Radeon 7600"),
        ("ATI Radeon HD 6450", "Radeon HD 6450"),
        ("the Vega 11 of the APU", "Radeon Vega 11"),
        ("a Radeon Pro Vega 56 there", "Radeon Pro Vega 56"),
        ("a 6800xt here", "RX 6800 XT"),
        ("NVIDIA 4070ti 12GB", "RTX 4070 Ti"),
        ("把2块RTX4080直通给", "RTX 4080"),
        ("RTX 4070 Ti SUPER", "RTX 4070 Ti SUPER"),
        ("Quadro RTX 4000", "Quadro RTX 4000"),
        ("nVidia P4000", "NVIDIA P4000"),
        ("Tesla K20c", "Tesla K20c"),
        ("一块i350 t2 网卡", "Intel I350-T2"),
        ("Intel X550-T2 for", "Intel X550-T2"),
        ("i226-v", "Intel I226-V"),
        ("LSI 9300-16i HBA", "LSI 9300-16i"),
        ("Mellanox ConnectX-5", "ConnectX-5"),
        ("DCU K100-AI", "Hygon DCU K100-AI"),
        ("Qemu 7.2.1 monitor", "QEMU 7.2.1"),
        ("qemu-9.1-system-x86_64: vfio", "QEMU 9.1"),
        ("a Dell Pe2970,", "Dell PowerEdge 2970"),
        ("Dell PowerEdge R720xd with", "Dell PowerEdge R720xd"),
        ("a PowerEdge 2970", "Dell PowerEdge 2970"),
        ("Ryzen 9 7950X3D", "AMD Ryzen 9 7950X3D"),
        ("HP DL360e Gen9 and", "HP DL360e Gen9"),
        ("HPE DL385 Gen 11", "HPE DL385 Gen11"),
        ("MacBookPro12,1 (2015)", "MacBookPro12,1"),
        ("a Beelink GTi Ultra here", "Beelink GTi Ultra"),
        ("ASRock Z87 Extreme 4.", "ASRock Z87 Extreme 4"),
        (
            "Gigabyte B760 Aorus Elite mainboard",
            "Gigabyte B760 Aorus Elite",
        ),
        ("AMD Ryzen 7 6800U.", "AMD Ryzen 7 6800U"),
        ("Xeon E5-2650 v3 on", "Intel Xeon E5-2650 v3"),
        ("my plain Ubuntu 18.04.2", "Ubuntu 18.04.2"),
        ("Debian sid here", "Debian sid"),
        ("this 20.04 host", "Ubuntu 20.04"),
        ("BOOT_IMAGE=/boot/vmlinuz-6.3-x86_64 root", "6.3"),
    ] {
        let found = all(text);
        if !found.iter().any(|found| found == name) {
            wrong.push(format!("{text}: {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn with_is_no_model() {
    assert_eq!(
        all("Lenovo Legion w/ RTX 3060").first().map(String::as_str),
        Some("Lenovo Legion")
    );
    assert_eq!(
        all("Lenovo Legion Y540").first().map(String::as_str),
        Some("Lenovo Legion Y540")
    );
}

#[test]
fn other_words_are_no_names() {
    for text in [
        "the MSI RTX card",
        "a Dell U2718 monitor",
        "32 GB at 3200 MHz",
        "It took 1080 seconds",
        "xrtx 3090y",
        "i7 is fast",
        "MSI interrupts",
    ] {
        let found = all(text);
        assert!(found.is_empty(), "{text}: {found:?}");
    }
}
