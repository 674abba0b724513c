//! VFIO, by which Linux gives functions to programs: the nodes by which they get them,
//! and what a program that asks for one is answered.

mod holders;
mod nodes;
mod refusal;

pub use holders::{Holder, holders};
pub use nodes::{DeviceNode, GroupMode, GroupNode, Nodes};
pub use refusal::{Users, VfioRefusal, VfioRequest};
