//! Code that says that it ran: it writes a word to the debug port of QEMU's firmware.

/// What the code writes for `word`.
pub(crate) fn spoken(word: &str) -> String {
    format!("[{word} ran]")
}

/// The instructions that write it, in the mode of `prefix`: `mov al, N`
/// and `out dx, al` for each character.
fn write(prefix: &[u8], word: &str) -> Vec<u8> {
    let mut code = prefix.to_vec();
    // mov dx, 0x402
    code.extend([0xba, 0x02, 0x04]);
    for byte in spoken(word).bytes() {
        code.extend([0xb0, byte, 0xee]);
    }
    code
}

/// An x86 image of four blocks for the device 1b36:0005 (QEMU's pci-testdev).
pub(crate) fn legacy(word: &str) -> Vec<u8> {
    let mut image = vec![0; 0x800];
    image[..5].copy_from_slice(&[0x55, 0xaa, 4, 0xeb, 0x3b]);
    image[0x18] = 0x1c;
    image[0x1c..0x24].copy_from_slice(b"PCIR\x36\x1b\x05\0");
    image[0x26] = 0x18;
    image[0x2c] = 4;
    image[0x31] = 0x80;
    // push ax and dx, write, pop, return far.
    let code = [&[0x50, 0x52][..], &write(&[], word), &[0x5a, 0x58, 0xcb]].concat();
    image[0x40..0x40 + code.len()].copy_from_slice(&code);
    let sum = image.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    image[0x7ff] = sum.wrapping_neg();
    image
}

/// An EFI driver for x64: a PE32+ executable with one section. Noise follows
/// its code, so that each ROM has at least the minimum size of a ROM BAR, 2 KiB.
pub(crate) fn driver(word: &str) -> Vec<u8> {
    let mut state = 1u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    let mut bytes: Vec<u8> = vec![0; 0x400];
    bytes.extend(noise.take(0xe00));
    let mut put = |at: usize, field: &[u8]| bytes[at..at + field.len()].copy_from_slice(field);
    put(0, b"MZ");
    put(0x3c, &[0x80]);
    put(0x80, b"PE\0\0\x64\x86\x01\0");
    // The optional header's size, and what the file is.
    put(0x94, &[0xf0, 0, 0x0e, 0x02]);
    put(0x98, &[0x0b, 0x02]);
    // The code's size, the entry point and where the code starts.
    put(0x9c, &0x1000u32.to_le_bytes());
    put(0xa8, &0x1000u32.to_le_bytes());
    put(0xac, &0x1000u32.to_le_bytes());
    // The alignments in memory and in the file; the sizes of image and headers.
    put(0xb8, &0x1000u32.to_le_bytes());
    put(0xbc, &0x200u32.to_le_bytes());
    put(0xd0, &0x2000u32.to_le_bytes());
    put(0xd4, &0x200u32.to_le_bytes());
    put(0xdc, &[0x0b]);
    put(0x104, &[0x10]);
    put(0x188, b".text");
    put(0x190, &0x1000u32.to_le_bytes());
    put(0x194, &0x1000u32.to_le_bytes());
    put(0x198, &0x1000u32.to_le_bytes());
    put(0x19c, &0x200u32.to_le_bytes());
    put(0x1ac, &[0x20, 0, 0, 0x60]);
    // push rax and rdx, write, pop, return success.
    let end = [0x5a, 0x58, 0x31, 0xc0, 0xc3];
    let code = [&[0x50, 0x52][..], &write(&[0x66], word), &end].concat();
    put(0x200, &code);
    bytes
}
