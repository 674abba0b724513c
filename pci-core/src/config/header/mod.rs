//! The header: the first 64 bytes of configuration space.
//!
//! The first 16 bytes are the same for all functions ([`CommonHeader`]); what
//! follows depends on the [`HeaderType`]: a device (0), a bridge from PCI to PCI
//! (1), as ports of PCI Express are too, or a bridge from PCI to CardBus (2).

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
