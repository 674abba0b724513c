//! Any bytes are parsed, and the parts add up to the file; findings and edits have offsets in
//! the same file.

use crate::shape;

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    parts(data);
    parts(&shape::rom(data));
}

fn parts(data: &[u8]) {
    let rom = vbios::Rom::parse(data);
    let images: usize = rom
        .images
        .iter()
        .map(|image| {
            image
                .length_pcir
                .min(data.len().saturating_sub(image.offset))
        })
        .sum();
    assert_eq!(rom.prefix.length + images + rom.tail_length, data.len());
    let report = vbios::verify(&rom, data, &vbios::verify::Target::default());
    for finding in &report.findings {
        assert!(finding.offset.is_none_or(|offset| offset <= data.len()));
        assert!(
            vbios::verify::explain(finding.code).is_some(),
            "{}",
            finding.code
        );
    }
    assert!(vbios::diff(&rom, data, &rom, data).is_empty());
    for carved in vbios::carve(data) {
        assert!(!carved.rom.images.is_empty());
    }
    let images = vbios::edit::Images::All;
    for form in [
        vbios::edit::PartForm::Image,
        vbios::edit::PartForm::Stored,
        vbios::edit::PartForm::Driver,
    ] {
        let _ = vbios::edit::extract(data, images, form);
    }
    for tail in [
        vbios::edit::Tail::Keep,
        vbios::edit::Tail::Pci,
        vbios::edit::Tail::Nvidia,
    ] {
        if let Ok(edited) = vbios::edit::trim(data, tail) {
            assert_eq!(vbios::Rom::parse(&edited.bytes).prefix.length, 0);
        }
    }
    let _ = vbios::rom_parser(data);
    let _ = vbios::Vfct::parse(data);
    let _ = vbios::FlashHeader::read(data);
}
