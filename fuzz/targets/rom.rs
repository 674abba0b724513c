//! Any bytes are taken apart, and the parts add up to the file.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let rom = vbios::Rom::parse(data);
    let images: usize = rom
        .images
        .iter()
        .map(|image| image.length_pcir.min(data.len().saturating_sub(image.offset)))
        .sum();
    assert_eq!(rom.prefix.length + images + rom.tail_length, data.len());
});
