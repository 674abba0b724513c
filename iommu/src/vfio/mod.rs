//! VFIO, the kernel's interface for assigning functions: its device nodes, and the errors of
//! opening them.

mod node_users;
mod nodes;
mod open_error;

pub use node_users::{NodeUser, node_users};
pub use nodes::{DeviceNode, GroupMode, GroupNode, Nodes};
pub use open_error::{Users, VfioOpenError, VfioRequest};
