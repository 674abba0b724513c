use super::*;

#[test]
fn each_secret_has_one_substitute() {
    let mut stand_ins = StandIns::default();
    let text = "net0: virtio=BC:24:11:AA:BB:CC,bridge=vmbr0\nroot=UUID=1b0f7f3e-58f4-4f5c-9d9c-\
                    0c2b3a4d5e6f ro\nmac bc:24:11:aa:bb:cc serial=S3Z9NX0M,x\n";
    let shared = stand_ins.replace(text);
    assert_eq!(shared.matches("02:00:00:00:00:01").count(), 2, "{shared}");
    assert!(
        !shared.contains("1b0f7f3e") && !shared.contains("S3Z9NX0M"),
        "{shared}"
    );
    assert!(shared.contains("bridge=vmbr0") && shared.contains("serial=SERIAL3,x"));
}

#[test]
fn pci_addresses_and_ids_stay() {
    let text = "0000:01:00.0 10de:2d04 00:1f.2 [10de:22eb] ids=10de:0fc6,10de:0e1b\n";
    assert_eq!(StandIns::default().replace(text), text);
}
