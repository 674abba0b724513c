//! Any bytes are edited or refused, and the changes lead from the source to the
//! result.

use vbios::edit::{Edited, IdPatch, Images, drop_images, fix_checksum, patch_ids, set_last};

use crate::shape;

fn changes(source: &[u8], result: vbios::Result<Edited>) {
    let Ok(edited) = result else {
        return;
    };
    let mut bytes = Vec::new();
    let mut at = 0;
    for change in &edited.changes {
        let end = change.offset + change.before.len();
        assert_eq!(source[change.offset..end], change.before);
        bytes.extend_from_slice(&source[at..change.offset]);
        bytes.extend_from_slice(&change.after);
        at = end;
    }
    bytes.extend_from_slice(&source[at..]);
    assert_eq!(bytes, edited.bytes);
}

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let [what, file @ ..] = data else {
        return;
    };
    let images = match what & 7 {
        0 => Images::All,
        1 => Images::Legacy,
        2 => Images::Efi,
        number => Images::Number(usize::from(number) - 3),
    };
    let ids = IdPatch {
        vendor: Some(pci_core::VendorId(0x1234)),
        device: Some(pci_core::DeviceId(0xabcd)),
        class: Some(pci_core::ClassCode::new(2, 0, Some(0))),
        device_list: (what & 8 != 0).then(|| vec![pci_core::DeviceId(7)]),
        checksum_at: None,
    };
    for file in [file, &shape::rom(file)] {
        changes(file, patch_ids(file, images, &ids));
        changes(file, fix_checksum(file, images, None));
        changes(file, fix_checksum(file, images, Some(file.len() / 2)));
        changes(file, set_last(file, images));
        changes(file, drop_images(file, images));
    }
}
