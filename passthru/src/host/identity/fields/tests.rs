use super::field;

#[test]
fn fields_are_read_in_each_form() {
    for line in [
        "Host OS: Debian 12",
        "- **Host OS**: Debian 12",
        "**Host OS:** Debian 12",
        "| **Host OS** | Debian 12 |",
        "|Host OS|`Debian 12`|",
        "Host OS (e.g. from /etc/os-release): Debian 12",
    ] {
        let found = field(line);
        assert_eq!(found, Some(("host os".to_owned(), "Debian 12")), "{line}");
    }
    assert_eq!(field("| a | b | c |"), None);
}
