//! ROMs made of any bytes: chance seldom makes one.

/// `data` with a header for each image, and a PCI data structure after it. The first bytes
/// of each image choose its length, its code type, and whether it is the last.
pub(crate) fn rom(data: &[u8]) -> Vec<u8> {
    let mut file = data.to_vec();
    let mut at = 0;
    while let Some(image) = file.get_mut(at..).filter(|image| image.len() >= 0x60) {
        let [blocks, what] = [image[0], image[1]];
        image[..2].copy_from_slice(&[0x55, 0xaa]);
        image[0x18..0x1a].copy_from_slice(&[0x1c, 0]);
        image[0x1c..0x20].copy_from_slice(b"PCIR");
        image[0x26..0x28].copy_from_slice(&[0x1c, 0]);
        image[0x2c..0x2e].copy_from_slice(&[blocks % 4, 0]);
        image[0x30] = what & 3;
        if what & 3 == 3 {
            image[4..8].copy_from_slice(&0x0ef1u32.to_le_bytes());
            image[8..10].copy_from_slice(&[0x0b, 0]);
            image[0x0c..0x0e].copy_from_slice(&[what >> 7, 0]);
            image[0x16..0x18].copy_from_slice(&[0x38, 0]);
        }
        if what & 4 != 0 {
            image[0x40..0x44].copy_from_slice(b"NPDE");
        }
        if what & 8 != 0 {
            image[0x38..0x3a].copy_from_slice(b"MZ");
        }
        at += usize::from(blocks % 4).max(1) * 512;
    }
    file
}
