use super::*;

#[test]
fn a_sentence_names_the_kernel_of_its_host() {
    for (line, wanted) in [
        ("On Proxmox 8.3 Kernel 6.11.11 with an N150", "6.11.11"),
        (
            "I updated my Proxmox kernel to 6.8.12-12-pve.",
            "6.8.12-12-pve",
        ),
        (
            "running kernel version 6.5.0-14-generic",
            "6.5.0-14-generic",
        ),
    ] {
        let found = in_sentence(line);
        let found: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(found, [wanted], "{line}");
    }
    let found = by_suffix("I am running Arch 5.15.12-arch1. I am aware");
    assert_eq!(found.len(), 1);
    assert!(by_suffix("It worked with 5.15.12-arch1").is_empty());
    for line in [
        "It worked with kernel 6.5.13-1-pve",
        "The guest runs kernel 6.1.0",
        "kernel 6.8 is needed",
        "kernel 6.9.0-rc7-snp-guest-a1b2c3",
        "The VM has Debian with kernel 6.1.0-13-amd64",
        "upgrade from kernel 5.15.1 to 6.1.2",
        "[    0.0] kernel: BAR 1.2",
    ] {
        assert!(in_sentence(line).is_empty(), "{line}");
    }
}
