use super::*;

fn read_of(text: &str) -> Vec<BhyveSlot> {
    read(&[CommandText::new("t", text)])
}

#[test]
fn a_guest_attaches_a_driver_to_its_function() {
    const PROBED: &str = "bhyve -c 2 -s 0,hostbridge -s 7:0,passthru,2/0/1 vm\n\
        igb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.0 on pci0\n";
    for attached in [
        "igb0: Ethernet address: 02:00:00:00:00:01\n",
        "igb0: link state changed to UP\n",
        "igb0: flags=8843<UP,BROADCAST> metric 0 mtu 1500\n",
        "miibus0: <MII bus> on igb0\n",
        "nda0 at igb0 bus 0 scbus2\n",
    ] {
        let found = read_of(&format!("{PROBED}{attached}"));
        let shown = found[0].attached.as_ref().map(|shown| shown.line);
        assert_eq!(shown, Some(Some(3)), "{attached}");
    }
    for other in [
        "",
        "igb0: APE FW version: NCSI v1\n",
        "device_attach: igb0 attach returned 6\n",
        "igb1: link state changed to UP\n",
    ] {
        assert!(
            read_of(&format!("{PROBED}{other}"))[0].attached.is_none(),
            "{other}"
        );
    }
    let found = read_of(PROBED);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].place, (7, 0));
    assert_eq!(found[0].function.to_string(), "0000:02:00.1");
    assert_eq!(found[0].driver.as_ref().unwrap().0, "igb0");
}

#[test]
fn other_functions_of_the_guest_are_not_assigned() {
    let found = read_of(
        "[bhyve devices: -s 4:0,virtio-blk,/vm/disk -s 7,passthru,2/0/0]\n\
             virtio_pci0: <VirtIO PCI Block adapter> at device 4.0 on pci0\n",
    );
    assert_eq!(found.len(), 1);
    assert!(found[0].driver.is_none());
    assert!(read_of("-s 7,passthru,x\n-s 7,virtio-net,tap0").is_empty());
}
