//! What is done inside the guest: drivers, interrupts, a display without a monitor,
//! Looking Glass.

mod code_43;
mod device_id;
mod inside;
mod linux;
mod looking_glass;
mod nvidia;
mod system;
mod virtual_display;
mod windows;

pub use code_43::{Code43, NvidiaWindowsDriver, code_43};
pub use device_id::DeviceInstance;
pub use inside::{GuestSetup, inside};
pub use linux::{GuestInitramfs, NvidiaGuest, nouveau};
pub use looking_glass::{LookingGlassMemory, UserName, looking_glass_host};
pub use nvidia::{NvidiaFlavor, NvidiaGeneration, NvidiaModules, modules};
pub use system::WorkSystem;
pub use windows::{SafeMode, Utf16, msi_powershell, msi_reg, utf16};
