//! Access to a function's facts.

use host_tree::Lookup;

use super::capabilities;
use super::output_function::{Kernel, OutputFunction, Range};
use crate::config::ConfigSpace;
use crate::lspci::dump::DumpedFunction;
use crate::lspci::structures::{Layout, Registers};
use crate::sysfs::{ResourceKind, SysfsDevice};
use crate::{Address, ClassCode, PciId, SubsystemId};

/// ID of the capability with the subsystem IDs of a bridge (PCI-to-PCI Bridge Architecture
/// Specification 1.2, section 3.2.5.13).
const SUBSYSTEM_CAPABILITY: u8 = 0x0d;

impl<'a> OutputFunction<'a> {
    /// The function at `address` with this configuration space, without kernel data.
    #[must_use]
    pub const fn new(address: Address, config: ConfigSpace<'a>) -> Self {
        Self {
            address,
            config,
            kernel: None,
        }
    }
}

impl<'a> From<&'a DumpedFunction> for OutputFunction<'a> {
    /// The function in a dump: the output of `lspci -F`.
    fn from(dumped: &'a DumpedFunction) -> Self {
        Self::new(dumped.address, dumped.config.space())
    }
}

impl<'a> From<&'a SysfsDevice> for OutputFunction<'a> {
    /// The function in sysfs, with the facts that were read.
    fn from(device: &'a SysfsDevice) -> Self {
        let config = match &device.config {
            Lookup::Found(config) => config.bytes.as_slice(),
            _ => &[],
        };
        Self {
            kernel: Some(Kernel::from(device)),
            ..Self::new(device.address, ConfigSpace::new(config))
        }
    }
}

impl From<&SysfsDevice> for Kernel {
    fn from(device: &SysfsDevice) -> Self {
        let mut kernel = Self {
            id: device.id.clone().found(),
            class: device.class.clone().found(),
            revision: device.revision.clone().found(),
            subsystem: device.subsystem.clone().found(),
            numa_node: device.numa_node.clone().found(),
            iommu_group: device.iommu_group.clone().found(),
            driver: device.driver.clone().found(),
            irq: device.irq.clone().found(),
            physical_slot: device.physical_slot.clone().found(),
            label: device.label.clone().found(),
            device_tree_node: device.device_tree_node.clone().found(),
            ..Self::default()
        };
        for resource in device.resources.clone().found().unwrap_or_default() {
            let range = Range {
                start: resource.start,
                size: resource.size().unwrap_or(0),
                flags: resource.flags,
            };
            match resource.kind {
                ResourceKind::Bar(number) => {
                    if let Some(region) = kernel.regions.get_mut(usize::from(number)) {
                        *region = Some(range);
                    }
                }
                ResourceKind::ExpansionRom => kernel.rom = Some(range),
                ResourceKind::BridgeWindow(number) => {
                    if let Some(window) = kernel.windows.get_mut(usize::from(number)) {
                        *window = Some(range);
                    }
                }
                // lspci does not print these.
                ResourceKind::VirtualFunctionBar(_) | ResourceKind::Other => {}
            }
        }
        kernel
    }
}

impl OutputFunction<'_> {
    /// Its registers, as `lspci` reads them.
    pub(super) const fn registers(&self) -> Registers<'_> {
        Registers::new(self.config)
    }

    /// Vendor and device ID: the kernel's, else from its registers.
    #[must_use]
    pub fn id(&self) -> PciId {
        let registers = self.registers();
        let kernel = self.kernel.as_ref().and_then(|kernel| kernel.id);
        kernel.unwrap_or_else(|| PciId::new(registers.word(0x00), registers.word(0x02)))
    }

    /// Class code: the kernel's, else from its registers.
    #[must_use]
    pub fn class(&self) -> ClassCode {
        let registers = self.registers();
        let kernel = self.kernel.as_ref().and_then(|kernel| kernel.class);
        kernel.unwrap_or_else(|| {
            let prog_if = Some(registers.byte(0x09));
            ClassCode::new(registers.byte(0x0b), registers.byte(0x0a), prog_if)
        })
    }

    /// Revision ID: the kernel's, else from its registers.
    #[must_use]
    pub fn revision(&self) -> u8 {
        let kernel = self.kernel.as_ref().and_then(|kernel| kernel.revision);
        kernel.unwrap_or_else(|| self.registers().byte(0x08))
    }

    /// Drops kernel data that registers also contain: the bus view.
    pub(super) fn drop_register_facts(&mut self) {
        if let Some(kernel) = &mut self.kernel {
            *kernel = Kernel {
                numa_node: kernel.numa_node,
                iommu_group: kernel.iommu_group,
                physical_slot: kernel.physical_slot.take(),
                label: kernel.label.take(),
                device_tree_node: kernel.device_tree_node.take(),
                driver: kernel.driver.take(),
                modules: core::mem::take(&mut kernel.modules),
                ..Kernel::default()
            };
        }
    }

    /// The header layout, without the multi-function bit; `None` if the header is unknown.
    pub(super) fn layout(&self) -> Option<Layout> {
        let registers = self.registers();
        registers
            .has_header()
            .then(|| Layout::new(registers.byte(0x0e)))
    }

    /// Subsystem IDs: the kernel's, else from its registers, for a bridge in a capability. `None`
    /// if missing or not set.
    #[must_use]
    pub fn subsystem(&self) -> Option<SubsystemId> {
        let kernel = self.kernel.as_ref().and_then(|kernel| kernel.subsystem);
        let registers = self.registers();
        let pair = |at: u16| SubsystemId::new(registers.word(at), registers.word(at + 2));
        let found = kernel.or_else(|| match Layout::new(registers.byte(0x0e)) {
            Layout::Endpoint => Some(pair(0x2c)),
            Layout::CardBus => registers.has(0x40, 4).then(|| pair(0x40)),
            Layout::Bridge => {
                let at = capabilities::first(registers, SUBSYSTEM_CAPABILITY)?;
                registers.has(at + 4, 4).then(|| pair(at + 4))
            }
            Layout::Unknown(_) => None,
        });
        found.filter(|id| !matches!(id.vendor.0, 0 | 0xffff))
    }
}
