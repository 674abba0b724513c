use super::*;

fn found(text: &str) -> Option<u32> {
    let text = CommandText::new("t", text);
    read(&[text]).map(|node| node.major)
}

#[test]
fn a_major_without_a_rule_is_refused() {
    let node = "crw-rw-rw- 1 root root 511, 0 Jun  2 08:14 /dev/nvidia-uvm\n";
    let rules = "lxc.cgroup2.devices.allow: c 195:* rwm\nlxc.cgroup2.devices.allow: c 509:* rwm\n";
    assert_eq!(found(&format!("{rules}{node}")), Some(511));
    assert_eq!(
        found(&format!("{rules}{}", node.replace("511", "509"))),
        None
    );
    assert_eq!(
        found(&format!(
            "{rules}lxc.cgroup2.devices.allow: c *:* rwm\n{node}"
        )),
        None
    );
    assert_eq!(
        found(&format!("{rules}lxc.cgroup2.devices.allow: a\n{node}")),
        None
    );
    assert_eq!(
        found(&format!("{rules}dev0: /dev/nvidia-uvm\n{node}")),
        None
    );
    assert_eq!(found(node), None);
    assert_eq!(found(rules), None);
}
