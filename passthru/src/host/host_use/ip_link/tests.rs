use super::*;

#[test]
fn interfaces_are_those_of_their_functions() {
    let text = "2: enp5s0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc mq master vmbr0 \
                    state UP mode DEFAULT\n3: eno1: <BROADCAST,UP> mtu 1500 qdisc mq state UP\n    \
                    link/ether 52:54:00:12:34:56 brd ff:ff:ff:ff:ff:ff\n    altname enp0s31f6\n4: \
                    enp6s0f1: <NO-CARRIER,UP> mtu 1500 state DOWN\n5: vmbr0: <UP> mtu 1500 state \
                    UP\ndefault via 192.0.2.1 dev vmbr0 proto kernel\n";
    let texts = [CommandText::new("a.txt", text)];
    let found = read(&texts, &KernelNames::read(&texts)).interfaces;
    let shown: Vec<(String, bool)> = found
        .iter()
        .map(|fact| {
            let interface = &fact.value;
            let shown = format!("{} {:#}", interface.name, interface.address);
            (shown, interface.default_route.is_some())
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("enp5s0 05:00.0".to_owned(), true),
            ("eno1 00:1f.6".to_owned(), false)
        ]
    );
    let shown = |text: &str| {
        let texts = [CommandText::new("a.txt", text)];
        let found = read(&texts, &KernelNames::read(&texts)).interfaces;
        let found = found.iter().map(|fact| {
            let interface = &fact.value;
            let route = interface.default_route.is_some();
            format!("{} {:#} {route}", interface.name, interface.address)
        });
        found.collect::<Vec<_>>().join(", ")
    };
    let route = "default via 192.0.2.1 dev eno1 proto dhcp\n";
    let renamed = "igb 0000:05:00.0 eno1: renamed from eth0\n";
    assert_eq!(shown(&format!("{renamed}{route}")), "eno1 05:00.0 true");
    // A name on the mainboard does not show the function of the interface.
    assert_eq!(shown(route), "");
    let brief = "enp5s0           UP             52:54:00:12:34:56 <BROADCAST,UP,LOWER_UP>\n\
                     eno2             DOWN           52:54:00:12:34:57 <NO-CARRIER,UP>\n";
    assert_eq!(shown(brief), "enp5s0 05:00.0 false");
    let table = "0.0.0.0  192.0.2.1  0.0.0.0  UG  100  0  0  enp6s0\n";
    assert_eq!(
        shown(&format!("{brief}{table}")),
        "enp5s0 05:00.0 false, enp6s0 06:00.0 true"
    );
    for name in ["eth0", "enx525400123456", "enp5s0v1", "eno1", "wlan0"] {
        assert_eq!(by_path(name), None, "{name}");
    }
}

#[test]
fn a_whole_listing_has_all_names() {
    let brief = "lo      UNKNOWN  127.0.0.1/8\nenp5s0  DOWN\nvmbr0   UP  192.0.2.9/24\n";
    let names = all_names(brief).unwrap();
    assert_eq!(names, ["lo", "enp5s0", "vmbr0"]);
    let full = "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n    link/loopback\n\
                2: eno1: <BROADCAST,MULTICAST> mtu 1500 qdisc noop state DOWN\n\
                \x20   altname enp6s0\n3: tap1@eno1: <UP> mtu 1500 state UNKNOWN\nroot@pve:~#\n";
    assert_eq!(all_names(full).unwrap(), ["lo", "eno1", "enp6s0", "tap1"]);
    for filtered in [
        "enp5s0  DOWN\n",
        "lo  UNKNOWN  127.0.0.1/8\nenp6s0  UP  192.0.2.9/24\n",
        "1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 state UNKNOWN\n\
         2: eno1: <NO-CARRIER,UP> mtu 1500 state DOWN\n\
         3: tap1: <BROADCAST,UP> mtu 1500 state UNKNOWN\n",
        "lo  UNKNOWN  00:00:00:00:00:00 <LOOPBACK,UP,LOWER_UP>\n\
         enp6s0  DOWN  52:54:00:12:34:56 <NO-CARRIER,BROADCAST,UP>\n",
    ] {
        assert_eq!(all_names(filtered), None, "{filtered}");
    }
}
