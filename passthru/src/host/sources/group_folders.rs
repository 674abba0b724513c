//! IOMMU groups, as `find` and `ls` print their folders, and as scripts list them.

use host_tree::Evidence;
use iommu::listed_members;

use crate::host::model::{Entry, Listing, Member, Source};

/// The members of groups that the text lists.
pub(super) fn read(source: &str, text: &str) -> Listing {
    let mut listing = Listing::default();
    for member in listed_members(source, text) {
        listing.is_of_linux = true;
        let line = Evidence::new(source, member.line, member.text.trim());
        let address = member.address();
        let entry = |address| Entry::listed(address, Source::GroupFolders, line.clone());
        listing.entries.extend(address.map(entry));
        listing.members.push(Member {
            device: address.ok_or_else(|| member.name.to_owned()),
            group: member.group,
            line,
            completeness: member.completeness,
        });
    }
    listing
}
