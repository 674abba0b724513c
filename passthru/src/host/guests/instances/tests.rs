use super::*;

fn found(text: &str) -> Vec<String> {
    let found = functions(&[CommandText::new("post.txt", text)]);
    let found = found.into_iter();
    found
        .map(|((address, _), _)| format!("{address:#}"))
        .collect()
}

const SHOW: &str = "\
$ incus config show vm1 --expanded
architecture: x86_64
devices:
  eth0:
    network: incusbr0
    type: nic
  disk1:
    address: 0000:06:00.0
    type: pci
  gpu:
    gputype: physical
    pci: 0000:01:00.0
    type: gpu
  shared:
    gputype: mdev
    pci: 0000:00:02.0
    type: gpu
name: vm1
";

const INFO: &str = "$ incus info vm1\nName: vm1\nStatus: RUNNING\nType: virtual-machine\n";

#[test]
fn a_running_machine_has_its_devices() {
    assert_eq!(found(&format!("{SHOW}{INFO}")), ["06:00.0", "01:00.0"]);
    let list = "$ lxc list\n| vm1 | RUNNING | 10.0.0.5 (eth0) | | VIRTUAL-MACHINE | 0 |\n";
    let show = SHOW.replace("$ incus", "# lxc");
    assert_eq!(found(&format!("{show}{list}")), ["06:00.0", "01:00.0"]);
    let unnamed = SHOW.replace("$ incus config show vm1 --expanded\n", "");
    let unnamed = unnamed.replace("name: vm1\n", "");
    assert_eq!(found(&format!("{unnamed}{INFO}")).len(), 2);
}

#[test]
fn others_have_none() {
    let stopped = INFO.replace("RUNNING", "STOPPED");
    let container = INFO.replace("virtual-machine", "container");
    let other = INFO.replace("vm1", "vm2");
    for info in [stopped, container, other] {
        assert!(found(&format!("{SHOW}{info}")).is_empty(), "{info}");
    }
}
