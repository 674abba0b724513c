use super::*;
use crate::failure::Cause as _;

const GRUB: &str = "/etc/default/grub";
const TEXT: &str = "GRUB_CMDLINE_LINUX=\"root=/dev/sda1 amd_iommu=on\"\n";

fn tree() -> MemoryTree {
    let mut tree = MemoryTree::partial();
    tree.insert_file(GRUB, TEXT);
    tree
}

#[test]
fn an_edit_that_removes_unrelated_settings_is_refused() {
    let tree = tree();
    let mut drafts = Drafts::new(&tree);
    drafts.intend(GRUB, [Intent::changes_from("amd_iommu", "on")]);
    // A step removes the line, as one once did.
    drafts
        .write(GRUB, String::new(), &text!("amd_iommu=on does nothing"))
        .unwrap();
    let refused = drafts.finish().unwrap_err().text();
    let sentence = "line 1: root=/dev/sda1 of GRUB_CMDLINE_LINUX is removed, which neither a finding \
                    nor the request names";
    assert!(refused.contains(sentence), "{refused}");
    assert!(!refused.contains("amd_iommu=on of"), "{refused}");
}

#[test]
fn an_edit_names_its_removed_settings() {
    let tree = tree();
    let mut drafts = Drafts::new(&tree);
    drafts.intend(GRUB, [Intent::changes_from("amd_iommu", "on")]);
    let after = TEXT.replace(" amd_iommu=on", " iommu=pt");
    drafts
        .write(GRUB, after, &text!("amd_iommu=on does nothing"))
        .unwrap();
    let (edits, _) = drafts.finish().unwrap();
    let changes: Vec<String> = edits[0].changes.iter().map(ToString::to_string).collect();
    assert_eq!(
        changes,
        ["line 1: amd_iommu=on of GRUB_CMDLINE_LINUX is removed"]
    );
}

#[test]
fn a_copy_is_compared_with_its_source() {
    let tree = tree();
    let domain = "<domain><name>a</name><devices><disk type='file'/></devices></domain>";
    let path = "/var/lib/passthru/a.xml";
    let mut drafts = Drafts::new(&tree);
    let without = domain.replace("<disk type='file'/>", "");
    drafts.write(path, without, &text!("the domain")).unwrap();
    drafts.copies(path, domain);
    let refused = drafts.finish().unwrap_err().text();
    assert!(
        refused.contains("/domain/devices/disk@type=file is removed"),
        "{refused}"
    );
}
