//! Any text may list the folders of groups; each member is on its line.

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let (source, text) = text.split_once('\n').unwrap_or(("", text));
    let members = iommu::listed_members(source, text);
    for member in &members {
        assert!(member.text.contains(member.name));
    }
    let mut groups = iommu::Groups::default();
    groups.add_listing(source, text);
    assert!(
        members
            .iter()
            .all(|member| groups.get(member.group).is_some())
    );
}
