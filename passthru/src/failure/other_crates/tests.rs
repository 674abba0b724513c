use super::*;

#[test]
fn a_place_is_distinguished_from_the_words() {
    let host = crate::Host::read(&host_tree::MemoryTree::partial());
    let error = crate::select::devices(&host, "0000:01:00.9").unwrap_err();
    let failure = Failure::from(&error);
    assert_eq!(failure.code, ErrorKind::BadDevice);
    assert_eq!(failure.span, Some(11..12), "{failure:?}");
    let error = crate::plan::Plan::from_json(b"{\n  \"schema\": 1,\n").unwrap_err();
    let failure = Failure::from(&error);
    assert_eq!(failure.line, Some(2), "{failure:?}");
    let text = b"# Version: 2026.01.01\n10de\n";
    let error = pci_core::names::Database::parse(text).unwrap_err();
    assert_eq!(Failure::from(&error).line, Some(2));
}
