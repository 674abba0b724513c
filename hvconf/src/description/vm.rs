//! The description itself.

use core::num::NonZeroU16;

use super::cpu::CpuHiding;
use super::looking_glass::LookingGlassSize;
use super::machine::{Chipset, Clock, EmulatedDisplay, Firmware, GuestSystem, Machine, SecureBoot};
use super::memory::Memory;
use super::mmio::MmioWindow;
use super::name::VmName;
use super::pinning::Pinning;
use super::topology::{AddressBits, Topology};
use crate::assigned::{AssignedDevices, DisplayRole};

/// A VM with assigned devices.
///
/// ```
/// use hvconf::description::{Description, MemorySize};
/// use hvconf::assigned::{Coverage, AssignedDevices, AssignedFunction, AssignedSlot};
/// let gpu = AssignedFunction::at("01:00.0".parse()?);
/// let assigned = AssignedDevices::new(vec![AssignedSlot::new(vec![gpu], Coverage::WholeSlot)?])?;
/// let mut vm = Description::new("win11".parse()?, assigned);
/// vm.memory.size = MemorySize::from_mebibytes(16384);
/// assert_eq!(vm.machine.qemu_name(), "q35");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Description {
    /// Its name.
    pub name: VmName,
    /// Its number, where a hypervisor has numbers: on Proxmox VE 100 to
    /// 999999999.
    pub number: Option<u32>,
    /// Its assigned devices.
    pub assigned: AssignedDevices,
    /// Its system.
    pub system: GuestSystem,
    /// Its machine type.
    pub machine: Machine,
    /// Its firmware.
    pub firmware: Firmware,
    /// The number of processors; `None` if unknown.
    pub processors: Option<NonZeroU16>,
    /// Topology of the processors; `None` leaves that to the hypervisor.
    pub topology: Option<Topology>,
    /// The host's processors that its processors run on; `None` leaves that to the host.
    pub pinning: Option<Pinning>,
    /// Its real-time clock; `None` leaves that to the hypervisor.
    pub clock: Option<Clock>,
    /// Width of its addresses; `None` leaves that to the hypervisor.
    pub address_bits: Option<AddressBits>,
    /// Facts that its processor hides.
    pub hiding: CpuHiding,
    /// Its memory.
    pub memory: Memory,
    /// Its window for BARs above 4 GiB; `None` leaves that to
    /// [`mmio_window`](Self::mmio_window).
    pub mmio: Option<MmioWindow>,
    /// The emulated graphics card in addition to the assigned ones; `None` leaves that to the
    /// hypervisor.
    pub emulated_display: Option<EmulatedDisplay>,
    /// Shared memory for Looking Glass.
    pub looking_glass: Option<LookingGlassSize>,
}

impl Description {
    /// The VM `name` with `assigned`: a Q35 with OVMF, nothing hidden; no emulated display if an
    /// assigned card is the first screen.
    #[must_use]
    pub fn new(name: VmName, assigned: AssignedDevices) -> Self {
        let screen = assigned.primary_display().is_some();
        Self {
            name,
            number: None,
            assigned,
            system: GuestSystem::Other,
            machine: Machine::Q35,
            firmware: Firmware::Ovmf(SecureBoot::Off),
            processors: None,
            topology: None,
            pinning: None,
            clock: None,
            address_bits: None,
            hiding: CpuHiding::default(),
            memory: Memory::default(),
            mmio: None,
            emulated_display: screen.then_some(EmulatedDisplay::None),
            looking_glass: None,
        }
    }

    /// The window for BARs above 4 GiB: the one that is requested, or else the one that the BARs
    /// need; `None` when neither is known.
    #[must_use]
    pub fn mmio_window(&self) -> Option<MmioWindow> {
        self.mmio
            .or_else(|| MmioWindow::for_assigned(&self.assigned))
    }

    /// The default size of 64-bit windows, in GiB: OVMF's (edk2,
    /// `OvmfPkg/Library/PlatformInitLib/MemDetect.c`) and that of a q35 are 32, that of an i440fx
    /// is 2 (QEMU `hw/pci-host/q35.c`, `i440fx.c`).
    pub(crate) const fn window_by_itself(&self) -> u32 {
        match (self.firmware, self.machine.chipset) {
            (Firmware::Ovmf(_), _) | (_, Chipset::Q35) => 32,
            (Firmware::SeaBios, Chipset::I440fx) => 2,
        }
    }

    /// The topology, where it is one of all processors.
    pub(crate) fn whole_topology(&self) -> Option<Topology> {
        self.topology
            .filter(|topology| Some(topology.processors()) == self.processors)
    }

    /// Whether an assigned card is the guest's first screen.
    #[must_use]
    pub fn has_primary_display(&self) -> bool {
        let mut slots = self.assigned.slots().iter();
        slots.any(|slot| slot.display == DisplayRole::Primary)
    }
}
