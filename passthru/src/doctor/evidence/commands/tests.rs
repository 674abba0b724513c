use super::*;

#[test]
fn a_scsi_address_is_no_function() {
    assert!(has_scsi_address("xen-pciback.hide=(1:0:1:0:)"));
    assert!(has_scsi_address("xen-pciback.hide=(0:0:0:0)"));
    assert!(!has_scsi_address(
        "xen-pciback.hide=(0b::00.1)(0000:82.0.0)"
    ));
}
