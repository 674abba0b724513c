use super::*;

#[test]
fn each_target_is_a_hypervisor() {
    let listed: Vec<Target> = ALL.iter().map(|one| one.target).collect();
    assert_eq!(listed, Target::ALL);
}
