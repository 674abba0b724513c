use super::*;

#[test]
fn names_of_files_are_distinguished_from_devices() {
    for word in [
        "lspci.txt",
        "/tmp/x",
        "./a",
        "post.md",
        "a/b",
        "host.json",
        "x.7z.gz",
    ] {
        assert!(is_like_path(word), "{word}");
    }
    for word in [
        "01:00.0",
        "0000:01:00.0",
        "01:00",
        "10de:2d04",
        "pci_0000_01_00_0",
        "gpu",
        "rtx 3060",
        "3060ti",
        "01:00.a",
        "1.0",
        "",
        ".",
    ] {
        assert!(!is_like_path(word), "{word}");
    }
}
