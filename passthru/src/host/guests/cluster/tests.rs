use super::*;

fn lines(text: &str) -> Vec<ClusterLine> {
    let texts = [CommandText::new("t", text)];
    read(&texts).into_iter().map(|fact| fact.value).collect()
}

#[test]
fn what_a_node_offers_is_below_its_heading() {
    let node = "Capacity:\n  nvidia.com/GA102:  1\nAllocatable:\n  cpu:  8\n  \
                    devices.kubevirt.io/kvm:  1k\n  **nvidia.com/GA102:  0**\n\
                    System Info:\n  amd.com/x:  1\n";
    let wanted = ClusterLine::Allocatable("nvidia.com/GA102".to_owned(), 0);
    assert_eq!(lines(node), [wanted]);
}

#[test]
fn the_list_of_permitted_devices_has_its_place() {
    let wrong = "spec:\n    permittedHostDevices:\n      pciHostDevices:\n";
    assert_eq!(lines(wrong), [ClusterLine::PermittedBelowSpec]);
    let right = "spec:\n  configuration:\n    permittedHostDevices:\n      pciHostDevices:\n";
    assert!(lines(right).is_empty());
    assert!(lines("permittedHostDevices:\n  pciHostDevices:\n").is_empty());
}

#[test]
fn a_list_of_feature_gates_is_judged_where_it_ends() {
    let gates = |list: &str| format!("featureGates:\n{list}network:\n  permittedHostDevices:\n");
    assert_eq!(
        lines(&gates("  - LiveMigration\n")),
        [ClusterLine::WithoutHostDevices]
    );
    assert!(lines(&gates("  - LiveMigration\n  - HostDevices\n")).is_empty());
    assert!(lines("featureGates:\n  - LiveMigration\n").is_empty());
}
