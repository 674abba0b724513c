use super::*;

fn found(text: &str) -> Vec<(String, String, Option<Guest>)> {
    let texts = [CommandText::new("launch.sh", text)];
    let roms = read(&texts).into_iter();
    roms.map(|rom| (rom.path, format!("{:#}", rom.address), rom.guest))
        .collect()
}

#[test]
fn rom_files_of_each_form() {
    let rom = |path: &str, address: &str, guest| (path.to_owned(), address.to_owned(), guest);
    assert_eq!(
        found(
            "#!/bin/sh\nexec qemu-system-x86_64 -m 8G \\\n  -drive \
                 if=pflash,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE.fd \\\n  -device \
                 vfio-pci,host=01:00.0,romfile=/root/card.rom,multifunction=on \\\n  -device \
                 vfio-pci,host=01:00.1\n"
        ),
        [rom("/root/card.rom", "01:00.0", Some(Guest::Ovmf))]
    );
    assert_eq!(
        found("qemu-system-x86_64 -device 'vfio-pci,romfile=/a.rom,host=0000:03:00.1'\n"),
        [rom("/a.rom", "03:00.1", Some(Guest::SeaBios))]
    );
    assert_eq!(
        found(
            "-device '{\"driver\":\"vfio-pci\",\"host\":\"0000:0b:00.1\",\"id\":\"hostdev0\",\
                 \"romfile\":\"/b.rom\"}' \\\n"
        ),
        [rom("/b.rom", "0b:00.1", None)]
    );
    assert_eq!(
        found("args: -device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.0,romfile=/c.rom\n"),
        [rom("/c.rom", "01:00.0", None)]
    );
}

#[test]
fn other_words_name_no_rom_file() {
    for text in [
        "-device vfio-pci,host=01:00.0,romfile=card.rom",
        "-device vfio-pci,host=01:00.0,romfile=$ROM",
        "-device vfio-pci,host=01:00.0,romfile=",
        "# -device vfio-pci,host=01:00.0,romfile=/a.rom",
        "-device virtio-net-pci,romfile=/a.rom",
        "-device vfio-pci,romfile=/a.rom",
        "-device vfio-pci,host=$GPU,romfile=/a.rom",
        "kvm: -device vfio-pci,host=01:00.0,romfile=/a.rom: failed to find romfile",
        "{\"driver\":\"vfio-pci\",\"romfile\"",
    ] {
        assert_eq!(found(text), [], "{text}");
    }
}

#[test]
fn firmware_is_known_from_a_whole_command_alone() {
    let of = |words: &str| firmware(&format!("{words} -device vfio-pci,host=01:00.0"));
    assert_eq!(of("kvm -bios /usr/share/ovmf/OVMF.fd"), Some(Guest::Ovmf));
    assert_eq!(of("kvm -bios /root/bios.bin"), None);
    assert_eq!(of("qemu-system-x86_64 $OPTIONS"), None);
    assert_eq!(of("qemu-system-aarch64 -M virt"), None);
    assert_eq!(of("-m 8G"), None);
}
