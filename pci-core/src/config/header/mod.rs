//! The header: the first 64 bytes of configuration space.
//!
//! The first 16 bytes are common to all functions ([`CommonHeader`]); the rest depends on the
//! [`HeaderType`]: a device (0), a PCI-to-PCI bridge (1), such as a PCI Express port, or a
//! PCI-to-CardBus bridge (2).

mod base_address;
mod bridge;
mod cardbus;
mod command;
mod common;
mod device;
mod interrupt;
mod layout;
mod status;
mod window;

pub use base_address::{BaseAddress, ExpansionRom, MemoryType};
pub use bridge::{BridgeControl, BridgeHeader};
pub use cardbus::{CardBusControl, CardBusHeader};
pub use command::Command;
pub use common::{Bist, CommonHeader, HeaderType};
pub use device::DeviceHeader;
pub use interrupt::InterruptPin;
pub use layout::{Header, HeaderLayout};
pub use status::{DevselTiming, SecondaryStatus, SecondaryStatusFlags, Status, StatusFlags};
pub use window::{Window, WindowWidth};
