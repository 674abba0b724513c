fn post(guest: &str, host: &str) -> String {
    format!(
        "root@alpha:~# {host}\nroot@alpha:~# lspci -nnk\n\
         0b:00.0 Network controller [0280]: X Y [14c3:0616]\n\
         \tKernel driver in use: vfio-pci\nuser@beta:~$ lspci -nnk\n\
         07:00.0 Network controller [0280]: X Y [14c3:0616]\n\tKernel driver in use: {guest}\n"
    )
}

#[test]
fn a_machine_with_the_hosts_device_is_a_guest() {
    let names =
        |text: &str| -> Vec<String> { super::names(text).into_iter().map(str::to_owned).collect() };
    assert_eq!(names(&post("mt7921e", "uname -r")), ["beta"]);
    // Both are hosts.
    assert!(names(&post("vfio-pci", "uname -r")).is_empty());
    let bridge = "00:00.0 Host bridge [0600]: Intel Corporation X [8086:3e0f]\n";
    assert!(names(&(post("mt7921e", "uname -r") + bridge)).is_empty());
    let emulated = "00:00.0 Host bridge [0600]: Intel Corporation 82G33 [8086:29c0]\n";
    assert_eq!(names(&(post("mt7921e", "uname -r") + emulated)), ["beta"]);
    // By its configuration.
    let config = "root@a:~# qm config 7\nhostpci0: 0000:0b:00.0\nname: Web\nu@web:~$ dmesg\n";
    assert_eq!(names(config), ["web"]);
    assert!(names(&config.replace("name: ", "title: ")).is_empty());
}
