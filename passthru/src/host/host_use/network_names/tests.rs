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
    let kept = NetworkNames::needed_lines(INTERFACES, text).unwrap();
    assert!(!kept.contains("192.0.2"), "{kept}");
    assert_eq!(read(&kept), names);
    assert_eq!(
        NetworkNames::needed_lines(INTERFACES, &kept).as_ref(),
        Some(&kept)
    );
}

/// The uplinks of the files of a host, each with whether it is the only one at its level.
fn uplinks_of(files: &[(&str, &str)]) -> Vec<(String, bool)> {
    let read = |files: &[(&str, String)]| {
        let mut tree = MemoryTree::complete();
        for (path, text) in files {
            tree.insert_file(path, text.clone());
        }
        NetworkNames::read(&tree, &[])
    };
    let whole: Vec<(&str, String)> = files.iter().map(|(p, t)| (*p, (*t).to_owned())).collect();
    let names = read(&whole);
    // A snapshot has the parsed lines without addresses.
    let kept = files.iter().map(|(path, text)| {
        let kept = NetworkNames::needed_lines(path, text).unwrap();
        assert!(
            !kept.contains("192.0.2") && !kept.contains("secret"),
            "{kept}"
        );
        assert_eq!(
            NetworkNames::needed_lines(path, &kept).as_ref(),
            Some(&kept)
        );
        (*path, kept)
    });
    let kept: Vec<(&str, String)> = kept.collect();
    let again = read(&kept);
    let of = |names: &NetworkNames| -> Vec<(String, bool)> {
        let uplinks = names.uplinks.iter();
        uplinks
            .map(|one| (one.value.name.clone(), one.value.is_alone))
            .collect()
    };
    assert_eq!(of(&again), of(&names));
    of(&names)
}

#[test]
fn an_interface_of_dhcp_is_the_uplink_where_no_other_is() {
    let of = |text: &str| uplinks_of(&[(INTERFACES, text)]);
    let only = [("enp5s0".to_owned(), true)];
    assert_eq!(of("auto enp5s0\niface enp5s0 inet dhcp\n"), only);
    // Two families of one name.
    assert_eq!(
        of("iface enp5s0 inet dhcp\niface enp5s0 inet6 dhcp\n"),
        only
    );
    // A VLAN on it.
    assert_eq!(
        of("iface enp5s0 inet manual\niface enp5s0.7 inet dhcp\n"),
        only
    );
    // The server of either may name the gateway.
    assert_eq!(of("iface enp5s0 inet dhcp\niface enp6s0 inet dhcp\n"), []);
    // A gateway is that of the host.
    let both = "iface enp5s0 inet dhcp\niface enp6s0 inet static\n\tgateway 192.0.2.1\n";
    assert_eq!(of(both), [("enp6s0".to_owned(), false)]);
    let bridge = "iface vmbr0 inet dhcp\n\tbridge-ports enp5s0 enp6s0\n";
    let names: Vec<bool> = of(bridge)
        .into_iter()
        .map(|(_, is_alone)| is_alone)
        .collect();
    assert_eq!(names, [true, false, false]);
}

#[test]
fn netplan_and_networkd_configure_uplinks_too() {
    let netplan = "network:\n  version: 2\n  ethernets:\n    enp5s0:\n      dhcp4: true  # lan\n      \
                   dhcp6: yes\n  wifis:\n    wlp3s0:\n      dhcp4: true\n      access-points:\n        \
                   \"a\":\n          password: \"secret\"\n";
    let only = [("enp5s0".to_owned(), true)];
    let of = |text: &str| uplinks_of(&[("/etc/netplan/50-cloud-init.yaml", text)]);
    // The other one may be the host's network.
    assert_eq!(of(netplan), []);
    let (netplan, _) = netplan.split_once("  wifis:").unwrap();
    assert_eq!(of(netplan), only);
    let off = netplan.replace("true  # lan", "false").replace("yes", "no");
    assert_eq!(of(&off), []);
    let matched = netplan.replace(
        "dhcp6: yes",
        "match:\n        macaddress: 00:00:5e:00:53:01",
    );
    assert_eq!(of(&matched), []);
    let bridge = "network:\n  ethernets:\n    enp5s0: {}\n  bridges:\n    br0:\n      interfaces: \
                  [enp5s0]\n      addresses: [192.0.2.7/24]\n      routes:\n        - to: default\n          \
                  via: 192.0.2.1\n";
    let alone = [("br0".to_owned(), true), ("enp5s0".to_owned(), true)];
    assert_eq!(of(bridge), alone);
    let block = bridge.replace("[enp5s0]", "\n      - enp5s0\n      - enp6s0");
    assert_eq!(of(&block).len(), 3);

    let path = "/etc/systemd/network/20-lan.network";
    let of = |text: &str| uplinks_of(&[(path, text)]);
    assert_eq!(of("[Match]\nName=enp5s0\n\n[Network]\nDHCP=yes\n"), only);
    let gateway = "[Match]\nName=enp5s0\n[Network]\nAddress=192.0.2.7/24\nGateway=192.0.2.1\n";
    assert_eq!(of(gateway), only);
    // A pattern names no interface, and one of several may be the uplink.
    let pattern = "[Match]\nName=en*\n[Network]\nDHCP=ipv4\n";
    assert_eq!(of(pattern), []);
    let two = [
        (path, "[Match]\nName=enp5s0\n[Network]\nDHCP=yes\n"),
        ("/etc/systemd/network/80-all.network", pattern),
    ];
    assert_eq!(uplinks_of(&two), []);
    let bridged = [
        (
            "/etc/systemd/network/10-port.network",
            "[Match]\nName=enp5s0\n[Network]\nBridge=br0\n",
        ),
        (
            "/etc/systemd/network/20-br0.network",
            "[Match]\nName=br0\n[Network]\nDHCP=ipv4\n",
        ),
    ];
    assert_eq!(uplinks_of(&bridged), alone);
}
