use super::*;

fn shared(path: &str, text: &str) -> String {
    let shared = configuration(path, text).unwrap();
    assert!(!shared.contains("hunter2"), "{shared}");
    assert_eq!(shared.lines().count(), text.lines().count());
    assert_eq!(configuration(path, &shared).unwrap(), shared);
    shared
}

#[test]
fn a_proxmox_guest_keeps_its_devices_only() {
    let text = "#root/hunter2\nargs: -object secret,id=a,data=hunter2 -cpu host\ncipassword: \
                    hunter2\nhostpci0: 0000:01:00,pcie=1\n[one]\n#hunter2\nsshkeys: hunter2\n";
    let shared = shared("/etc/pve/qemu-server/100.conf", text);
    assert!(shared.contains("hostpci0: 0000:01:00,pcie=1\n[one]\n#\n"));
    assert!(shared.contains("data=HIDDEN -cpu host\ncipassword: HIDDEN\n"));
}

#[test]
fn a_domain_keeps_its_devices_only() {
    let text = "<domain>\n<description a='1'>hunter2\nhunter2</description>\n<graphics \
                    passwd='hunter2 x'/>\n<hostdev/>\n<title/>\n<title>hunter2\n";
    let shared = shared("/etc/libvirt/qemu/a.xml", text);
    assert!(shared.contains("<description a='1'>\n</description>\n"));
    assert!(shared.contains("passwd='HIDDEN'/>\n<hostdev/>\n<title/>\n<title>\n"));
}

#[test]
fn a_vmx_file_keeps_its_devices_only() {
    let text = "RemoteDisplay.vnc.password = \"hunter2\"\npciPassthru0.id = \"1\"\n\
                    guestinfo.userdata = \"hunter2\"";
    let shared = shared("/vmfs/volumes/a/b.vmx", text);
    assert!(shared.contains("\npciPassthru0.id = \"1\"\n"));
}

#[test]
fn other_files_are_not_a_guests() {
    assert!(configuration("/etc/modprobe.d/vfio.conf", "").is_none());
}
