//! VFIO, the kernel's interface for assigning functions: its device nodes, and the errors of
//! opening them.

mod holders;
mod nodes;
mod open_error;

pub use holders::{Holder, holders};
pub use nodes::{DeviceNode, GroupMode, GroupNode, Nodes};
pub use open_error::{Users, VfioOpenError, VfioRequest};
