//! Resource mappings of Proxmox VE.

use host_tree::MemoryTree;
use passthru::Target;
use passthru::host::Host;
use passthru::plan::{self, Request, VmOptions};

use super::{CONFIG, planned, reported, tree};

const MAPPINGS: &str = "/etc/pve/mapping/pci.cfg";

#[test]
fn a_mapping_of_the_card_is_resolved() {
    let config = "machine: q35\nmemory: 2048\nhostpci0: mapping=gpu,pcie=1,x-vga=1\n";
    let mut host = tree(CONFIG, config);
    let map = |node: &str, slot: &str| {
        format!("\tmap id=10de:0fc6,iommugroup=1,node={node},path=0000:{slot}\n")
    };
    let edits = |host: &MemoryTree| {
        let plan = planned(host, Target::Proxmox, "105", VmOptions::default());
        let edits: Vec<String> = plan
            .edits
            .iter()
            .filter(|edit| edit.path == CONFIG)
            .map(|edit| edit.after.clone())
            .collect();
        let looks = plan
            .checks
            .iter()
            .any(|check| check.argv.contains(&MAPPINGS.to_owned()));
        (edits, looks)
    };
    // Not shown: that is asked for.
    let (text, looks) = edits(&host);
    assert_eq!(text, [format!("{config}hostpci1: 0000:02:00,pcie=1\n")]);
    assert!(looks);
    host.insert_file(MAPPINGS, format!("gpu\n{}", map("pve", "02:00")));
    assert_eq!(edits(&host), (Vec::new(), false));
    // Of a cluster the link says which node the tree is of.
    let text = format!("gpu\n{}{}", map("a", "02:00"), map("b", "03:00"));
    host.insert_file(MAPPINGS, text);
    let request = Request {
        devices: vec!["02:00.0".parse().unwrap()],
        target: Some(Target::Proxmox),
        vm: Some("105".to_owned()),
        ..Request::default()
    };
    let error = plan::make(&host, &Host::read(&host), &request).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("or another function of its mapping")
    );
    host.insert_link("/etc/pve/local", "nodes/a");
    assert_eq!(edits(&host), (Vec::new(), false));
    host.insert_link("/etc/pve/local", "nodes/b");
    let given = format!("{config}hostpci1: 0000:02:00,pcie=1\n");
    assert_eq!(edits(&host), (vec![given], false));
    // And the doctor knows that the function is passed twice.
    host.insert_link("/etc/pve/local", "nodes/a");
    host.insert_file(CONFIG, format!("{config}hostpci1: 02:00.1,pcie=1\n"));
    let found = reported(&host);
    let twice = found.iter().find(|one| one.contains("hostpci1 assigns"));
    assert!(twice.is_some(), "{found:?}");
}
