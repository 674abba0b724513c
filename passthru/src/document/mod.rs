//! The JSON forms of lists, groups and status. Fields may be added, never
//! renamed; addresses always have their domain, ids have four hex digits and
//! classes six (four where the input does not show the programming interface).

mod explanation;
mod groups;
mod ids;
mod json;
mod list;
mod listed;
mod listing;
mod status;
mod written;

pub use explanation::{Explanation, explanation};
pub use groups::{
    AssignedTogether, Group, GroupMember, Groups, HostImpactDocument, ProcessDocument, groups,
    groups_of,
};
pub use ids::{Ids, NamedClass, NamedId, ids};
pub use json::to_json;
pub(crate) use json::to_json_line;
pub use list::list;
pub use listed::{
    Bar, BusReset, List, ListedDevice, ListedDeviceWithoutAddress, Mmio, ReservedMemory, ResetQuirk,
};
pub use listing::{ListingDamage, ListingForm, ListingRecord, listing};
pub use status::{ListedTransaction, Status, status};
pub use written::WrittenFile;
