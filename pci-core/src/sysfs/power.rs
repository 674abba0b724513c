//! Power management of a function.

use alloc::string::String;

use host_tree::Lookup;

use super::attributes::{self, parsed, unless};
use super::reader::Reader;

/// A function's power attributes (`Documentation/ABI/testing/sysfs-devices-power`,
/// `sysfs-bus-pci` and `sysfs-devices-power_state` of the kernel).
///
/// ```
/// use pci_core::sysfs::{self, Wanted};
/// use host_tree::MemoryTree;
/// let mut host = MemoryTree::partial();
/// let function = "/sys/bus/pci/devices/0000:01:00.0";
/// host.insert_file(&format!("{function}/power_state"), "D3cold\n");
/// host.insert_file(&format!("{function}/power/runtime_status"), "suspended\n");
/// let gpu = sysfs::read_device(&host, "01:00.0".parse()?, Wanted::default()).unwrap();
/// // An unused graphics card. Reading its `config` would wake it.
/// assert!(gpu.power.is_asleep());
/// # Ok::<(), pci_core::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Power {
    /// Power state that the kernel last set: `D0`, `D1`, `D2`, `D3hot`, `D3cold`, `unknown` or
    /// `error`. Since kernel 5.12.
    pub state: Lookup<String>,
    /// Runtime power management: `active`, `suspended`, `suspending`, `resuming`,
    /// `error` or `unsupported`.
    pub runtime_status: Lookup<String>,
    /// `auto` if the kernel may suspend it while idle, `on` if not.
    pub control: Lookup<String>,
    /// Whether D3cold is allowed.
    pub d3cold_allowed: Lookup<bool>,
}

impl Power {
    pub(super) fn read(reader: &Reader<'_>) -> Self {
        let text = |name: &str| unless(reader.text(name), str::is_empty);
        Self {
            state: text("power_state"),
            runtime_status: text("power/runtime_status"),
            control: text("power/control"),
            d3cold_allowed: parsed(reader.text("d3cold_allowed"), "0 or 1", attributes::switch),
        }
    }

    pub(super) const fn not_requested() -> Self {
        Self {
            state: Lookup::NotShown,
            runtime_status: Lookup::NotShown,
            control: Lookup::NotShown,
            d3cold_allowed: Lookup::NotShown,
        }
    }

    /// Whether the function is suspended, so that reading its registers would wake it: by runtime
    /// power management, or in a state other than D0.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        match &self.runtime_status {
            Lookup::Found(status) if status == "active" => false,
            Lookup::Found(status) if status != "unsupported" => true,
            _ => {
                matches!(&self.state, Lookup::Found(state) if state.starts_with('D') && state != "D0")
            }
        }
    }
}
