//! The IOMMU groups as they would be: predicted groups and their reasons, how the groups
//! of the input compare, and what would part them.

mod agreement;
mod groups;
mod hardware;
mod made;
mod parting;

pub use agreement::*;
pub use groups::*;
pub use hardware::*;
pub use made::*;
pub use parting::*;
