use host_tree::MemoryTree;

use super::*;

#[test]
fn mappings_are_read() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
            PATH,
            "gpu\n\tmap id=10de:2503,iommugroup=17,node=pve,path=0000:01:00,subsystem-id=1462:397d\n\
             nic\n\tmap id=8086:1521,node=pve,path=0000:03:00.1;0000:03:00.2\n\tmdev 1\n\tmap id=x,path=y\n",
        );
    let found = Mappings::read(&tree);
    assert_eq!(found.maps.len(), 2);
    assert_eq!(found.maps[0].value.name, "gpu");
    let first = |at: usize| found.maps[at].value.address().unwrap();
    assert_eq!(format!("{:#}", first(0)), "01:00.0");
    assert_eq!(format!("{:#}", first(1)), "03:00.1");
    assert_eq!(found.maps[1].value.subsystem, None);
    assert_eq!(found.maps[1].value.path.len(), 2);
    assert_eq!(found.maps[1].evidence.line, Some(4));
    assert_eq!(found.node(), Some("pve"));
}

#[test]
fn a_cluster_says_which_node_the_tree_is_of() {
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        PATH,
        "nic\n\tmap id=8086:1521,node=a,path=0000:03:00.0\n\
             \tmap id=8086:1521,node=b,path=0000:04:00.0\n",
    );
    assert_eq!(Mappings::read(&tree).node(), None);
    tree.insert_link(NODE, "nodes/b");
    assert_eq!(Mappings::read(&tree).node(), Some("b"));
}
