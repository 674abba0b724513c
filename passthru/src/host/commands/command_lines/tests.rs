use super::*;

fn slips_of(line: &str) -> Vec<(CommandMistake, Option<String>)> {
    let found = in_line(line).into_iter();
    found
        .map(|found| (found.mistake, found.corrected))
        .collect()
}

#[test]
fn slips_are_found_and_corrected() {
    let whole = "echo 0000:01:00.1 > /sys/bus/pci/drivers/vfio-pci/bind".to_owned();
    assert_eq!(
        slips_of("echo 01:00.1 > /sys/bust/pci/drivers/vfio-pci/bind"),
        [
            (CommandMistake::Path, Some(whole.clone())),
            (CommandMistake::ShortAddress, Some(whole.clone())),
        ]
    );
    let console = "echo 1 > /sys/class/vtconsole/vtcon0/bind".to_owned();
    assert_eq!(
        slips_of("echo 1 > /etc/class/vtconsole/vtcon0/bind"),
        [(CommandMistake::Path, Some(console))]
    );
    let device = "/sys/bus/pci/devices/0000:01:00.1/driver/unbind";
    assert_eq!(
        slips_of(&format!("echo \"01:00.1\" | sudo tee {device}")),
        [(
            CommandMistake::ShortAddress,
            Some(format!("echo \"0000:01:00.1\" | sudo tee {device}"))
        )]
    );
    assert_eq!(
        slips_of("if [-e \"$DEVICE/driver\" ]; then"),
        [(
            CommandMistake::Bracket,
            Some("if [ -e \"$DEVICE/driver\" ]; then".to_owned())
        )]
    );
    let path = "./rebind.sh: 8: cannot create /sys/bus/pci/devices/00:1d.0/driver/unbind";
    let found = "/sys/bus/pci/devices/0000:00:1d.0".to_owned();
    assert_eq!(
        slips_of(path),
        [(CommandMistake::ShortAddress, Some(found))]
    );
    let both = "echo 00:1d.0 > /sys/bus/pci/devices/00:1d.0/driver/unbind";
    let corrected = both.replace("00:1d.0", "0000:00:1d.0");
    assert_eq!(
        slips_of(both),
        [(CommandMistake::ShortAddress, Some(corrected))]
    );
    let id = "echo \"8086:1e26\" > /sys/bus/pci/drivers/vfio-pci/new_id";
    assert_eq!(
        slips_of(id),
        [(CommandMistake::IdWithColon, Some(id.replace("6:1", "6 1")))]
    );
    let other = "echo 01:00.0 > /sys/bus/pci/devices/0001:01:00.0/driver/unbind";
    let corrected = other.replacen("01:00.0", "0000:01:00.0", 1);
    assert_eq!(
        slips_of(other),
        [(CommandMistake::ShortAddress, Some(corrected))]
    );
    for fine in [
        "echo '10de:2d04' | tr ':' ' ' > /sys/bus/pci/drivers/vfio-pci/new_id",
        "never write it like this: ls /sys/bus/pci/devices/01:00.0/iommu_group",
        "echo 8086 1e26 > /sys/bus/pci/drivers/vfio-pci/new_id",
        "echo 0000:00:1d.0 > /sys/bus/pci/devices/0000:00:1d.0/driver/unbind",
        "ls /sys/bus/pci/devices/00:1d.0",
    ] {
        assert_eq!(slips_of(fine), [], "{fine}");
    }
    let dotted = "cat: /sys/bus/pci/devices/0000:01.00.0/vendor: No such file or directory";
    let path = "/sys/bus/pci/devices/0000:01:00.0".to_owned();
    assert_eq!(slips_of(dotted), [(CommandMistake::Path, Some(path))]);
    assert_eq!(slips_of("ls /sys/bus/pci/devices/0000:01:00.0/"), []);
    for hide in [
        "(1:0:1:0:)",
        "0b:00.0",
        "(0b:00.0)(0b::00.1)",
        "(01:00.0",
        "(0000:82.0.0)",
    ] {
        let found = slips_of(&format!(
            "xen-cmdline --set-dom0 \"xen-pciback.hide={hide}\""
        ));
        assert_eq!(found, [(CommandMistake::XenHide, None)], "{hide}");
    }
    assert_eq!(
        slips_of("> modprobe vfio vfio_pci"),
        [(
            CommandMistake::SecondModule,
            Some("> modprobe -a vfio vfio_pci".to_owned())
        )]
    );
    for fine in [
        "modprobe -r vfio_pci vfio",
        "modprobe vfio-pci ids=10de:1b80",
        "modprobe vfio enable_unsafe_noiommu_mode=1",
        "modprobe vfio && modprobe vfio_pci",
    ] {
        assert!(slips_of(fine).is_empty(), "{fine}");
    }
    assert_eq!(
        slips_of("-fw_cfg name=opt/ovmf/X-PciMmio64,string=65536"),
        [(
            CommandMistake::WindowName,
            Some("-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=65536".to_owned())
        )]
    );
    assert_eq!(
        slips_of("sudo chown 777 /a.rom"),
        [(CommandMistake::Owner, None)]
    );
    assert_eq!(
        slips_of("bhyve -S -s 6:0,passthru,129:0:0 vm0"),
        [(
            CommandMistake::BhyveForm,
            Some("bhyve -S -s 6:0,passthru,129/0/0 vm0".to_owned())
        )]
    );
    assert_eq!(
        slips_of("[bhyve devices: -s 0,hostbridge -s 7:0,passthru,5:0:1]"),
        [(
            CommandMistake::BhyveForm,
            Some("passthru0=\"5/0/1\"".to_owned())
        )]
    );
    assert_eq!(
        slips_of("pptdevs=\"3:0.1\""),
        [(
            CommandMistake::BhyveForm,
            Some("pptdevs=\"3/0/1\"".to_owned())
        )]
    );
    for right in [
        "bhyve -S -s 6:0,passthru,129/0/0 vm0",
        "passthru0=\"2/0/0=8:0\"",
        "pptdevs=\"3/0/0 3/0/1\"",
        "chown 777:777 /a.rom",
        "chown root /a.rom",
        whole.as_str(),
        "echo 10de 1b06 > /sys/bus/pci/drivers/vfio-pci/new_id",
        "echo $dev > /sys/bus/pci/drivers/vfio-pci/bind",
        "echo vfio-pci > /sys/bus/pci/devices/0000:01:00.0/driver_override",
        "if [ -e /sys/bus/pci/devices ]; then",
        "the list [-e] of options",
        "xen-pciback.hide=(01:00.0)(0000:02:00.*) quiet",
        "xen-pciback.hide=(BDF)",
        "ls /sys/class/pci/",
    ] {
        assert_eq!(slips_of(right), [], "{right}");
    }
}

#[test]
fn commands_name_functions() {
    for command in [
        "++ virsh nodedev-detach pci_0000_06_00_0",
        "echo 0000:01:00.0 > /sys/bus/pci/devices/0000:01:00.0/driver/unbind",
        "docker run --device /dev/vfio/16 --device=/dev/vfio/vfio image",
    ] {
        assert!(is_binding_command(command), "{command}");
    }
    assert!(!is_binding_command("lspci -nnk -s 01:00.0"));
}
