use host_tree::MemoryTree;

use super::*;

#[test]
fn ports_are_read_from_what_a_capture_keeps_too() {
    let text = "auto lo\niface lo inet loopback\n\nauto vmbr0\niface vmbr0 inet static\n\
                    \taddress 192.0.2.7/24\n\tgateway 192.0.2.1\n\tbridge-ports enp5s0 enp6s0\n\tbridge-stp off\n\
                    iface vmbr1 inet manual\n\tbridge-ports none\n";
    let read = |text: &str| {
        let mut tree = MemoryTree::complete();
        tree.insert_file(INTERFACES, text);
        NetworkNames::read(&tree, &[])
    };
    let names = read(text);
    assert_eq!(names.ports.len(), 2);
    let uplinks: Vec<&str> = names.uplinks.iter().map(|one| &*one.value.name).collect();
    assert_eq!(uplinks, ["vmbr0", "enp6s0", "enp5s0"]);
    assert_eq!(names.ports[1].value.bridge, "vmbr0");
    assert_eq!(names.ports[0].evidence.line, Some(8));
    let kept = NetworkNames::needed_lines(text);
    assert!(!kept.contains("192.0.2"), "{kept}");
    assert_eq!(read(&kept), names);
    assert_eq!(NetworkNames::needed_lines(&kept), kept);
}
