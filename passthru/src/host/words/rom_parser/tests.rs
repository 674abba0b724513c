use super::*;

const OUTPUT: &str = "Valid ROM signature found @0h, PCIR offset 190h\n\tPCIR: type 0 (x86 \
        PC-AT), vendor: 10de, device: 0fc6, class: 030000\n\tPCIR: revision 0, vendor revision: 1\n\
        Valid ROM signature found @fc00h, PCIR offset 1ch\n\tPCIR: type 3 (EFI), vendor: 10de, \
        device: 0fc6, class: 030000\n\tPCIR: revision 3, vendor revision: 0\n\t\tEFI: Signature \
        Valid, Subsystem: Boot, Machine: X64\n\tLast image\n";

fn roms(text: &str) -> Vec<ParsedRom> {
    let text = CommandText::new("a.txt", text);
    read(&[text]).into_iter().map(|fact| fact.value).collect()
}

#[test]
fn images_of_one_rom_belong_together() {
    let [rom] = &roms(OUTPUT)[..] else { panic!() };
    assert!(rom.has_x86 && rom.has_efi && rom.is_whole);
    assert_eq!(rom.id.unwrap().to_string(), "10de:0fc6");
    assert!(OUTPUT.lines().filter(|line| is_line(line)).count() == 7);
    let cut: String = OUTPUT
        .lines()
        .take(3)
        .map(|line| format!("{line}\n"))
        .collect();
    let [rom] = &roms(&cut)[..] else { panic!() };
    assert!(rom.has_x86 && !rom.has_efi && !rom.is_whole);
    assert_eq!(roms(&format!("{OUTPUT}{OUTPUT}")).len(), 2);
    assert!(roms("PCIR: type x\nLast image\n").is_empty());
}
