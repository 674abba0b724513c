use super::*;

fn read_of(text: &str) -> Vec<BhyveSlot> {
    read(&[CommandText::new("t", text)])
}

#[test]
fn a_guest_attaches_a_driver_to_its_function() {
    let found = read_of(
        "bhyve -c 2 -s 0,hostbridge -s 7:0,passthru,2/0/1 vm\n\
             igb0: <Intel(R) I350> mem 0xc0000000-0xc007ffff irq 18 at device 7.0 on pci0\n",
    );
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
