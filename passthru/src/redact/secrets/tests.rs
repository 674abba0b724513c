use super::*;

#[test]
fn values_of_secrets_are_hidden() {
    for (text, shared) in [
        ("a PSK = b c", "a PSK = HIDDEN c"),
        ("a PASSWORD=b c", "a PASSWORD=HIDDEN c"),
        ("API_KEY=b", "API_KEY=HIDDEN"),
        ("API_TOKEN='b c' d", "API_TOKEN='HIDDEN' d"),
        ("passwd = \"b c\" d", "passwd = \"HIDDEN\" d"),
        ("password: b c\nd", "password: HIDDEN\nd"),
        ("\"token\":\"b\",", "\"token\":\"HIDDEN\","),
        ("https://a:b@c/d", "https://a:HIDDEN@c/d"),
        ("root:$6$b$c:1:", "root:HIDDEN:1:"),
        (
            "-----BEGIN RSA PRIVATE KEY-----\nb\nc\n-----END RSA PRIVATE KEY-----\nd",
            "-----BEGIN RSA PRIVATE KEY-----\nHIDDEN\nHIDDEN\n-----END RSA PRIVATE KEY-----\nd",
        ),
    ] {
        assert_eq!(without_secrets(text, &[]), shared);
    }
}

#[test]
fn other_texts_stay() {
    for text in [
        "root=/dev/sda1 iommu=pt",
        "password= iommu=pt",
        "vfio-pci 0000:01:00.0: VF token required to access device",
        "https://example.org/a:b@c",
        "echo $1 \"$6\" AAAA grub.cfg",
        "Device: 01:00.0",
        "Class:\tVGA compatible controller",
    ] {
        assert_eq!(without_secrets(text, &[]), text);
    }
}
