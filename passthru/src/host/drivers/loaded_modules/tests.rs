use super::*;

#[test]
fn rows_without_blanks_are_read() {
    let line = "vfio_pci163840vfio_pci_core942081 vfio_pcivfio_iommu_type1491520vfio614403 \
                    vfio_pci_core,vfio_iommu_type1,vfio_pciiommufd737281 vfio";
    let names = ["vfio_pci", "vfio_pci_core", "vfio_iommu_type1", "vfio"];
    assert_eq!(joined(line), names);
    for line in [
        "vfio_pci and vfio are loaded",
        "vfio12345 is a password",
        "vfio-pci.ids=10de:1234567",
    ] {
        assert!(joined(line).is_empty(), "{line}");
    }
}

#[test]
fn rows_are_distinguished_from_prose() {
    assert_eq!(row("vfio_pci               45056  0"), Some("vfio_pci"));
    assert_eq!(row("> vfio  32768  2 vfio_pci"), Some("vfio"));
    for line in [
        "vfio_pci is loaded",
        "vfio_pci",
        "vfio 1 2",
        "nvidia 56000000 3",
    ] {
        assert_eq!(row(line), None, "{line}");
    }
}
