//! Whether a function sleeps.

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
/// // A graphics card that nobody uses. Reading its `config` would wake it.
/// assert!(gpu.power.is_asleep());
/// # Ok::<(), pci_core::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Power {
    /// The state that the kernel last put it in: `D0`, `D1`, `D2`, `D3hot`,
    /// `D3cold`, `unknown` or `error`. Kernels before 5.12 have no such attribute.
    pub state: Lookup<String>,
    /// Runtime power management: `active`, `suspended`, `suspending`, `resuming`,
    /// `error` or `unsupported`.
    pub runtime_status: Lookup<String>,
    /// `auto` where the kernel may suspend it while idle, `on` where it may not.
    pub control: Lookup<String>,
    /// Whether it may be put into D3cold.
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

    pub(super) const fn not_asked() -> Self {
        Self {
            state: Lookup::NotShown,
            runtime_status: Lookup::NotShown,
            control: Lookup::NotShown,
            d3cold_allowed: Lookup::NotShown,
        }
    }

    /// Whether the function sleeps, so that reading its registers would wake it:
    /// runtime power management has suspended it, or it is in a state other than
    /// D0.
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
