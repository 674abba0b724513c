//! The description of one VM with assigned devices, which every emitter writes and every reader
//! returns.
//!
//! Each textual field is of a type that cannot hold what breaks out of a
//! configuration format; what a reader finds and these types cannot hold is
//! listed as [not converted](crate::emitted::NotConverted).

mod cpu;
mod looking_glass;
mod machine;
mod memory;
mod mmio;
mod name;
mod path;
mod pinning;
mod topology;
mod vm;

pub use cpu::{CpuHiding, HypervVendorId, KvmSignature};
pub use looking_glass::{ColorRange, LookingGlassSize};
pub use machine::{
    Chipset, Clock, EmulatedDisplay, Firmware, GuestSystem, HardwareChange, Machine,
    MachineVersion, SecureBoot,
};
pub use memory::{HugePageSize, Memory, MemoryLock, MemorySize, Pages};
pub use mmio::MmioWindow;
pub use name::VmName;
pub use path::HostPath;
pub use pinning::{HostCpus, Pinning};
pub use topology::{AddressBits, NumaNodes, Topology};
pub use vm::Description;
