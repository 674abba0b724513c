//! Output of `SurveyDDA.ps1`.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use host_tree::Located;

use super::device::location_path;
use crate::listing::lines::{Line, has_any, lines};
use crate::notation::LocationPath;

/// A device in the output of Microsoft's script `SurveyDDA.ps1` (formerly `survey-dda.ps1`), which
/// evaluates devices for Discrete Device Assignment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SurveyedDevice {
    /// Name.
    pub name: Located<String>,
    /// Whether it can be assigned, with the line; `None` if it is disabled, so that the script
    /// cannot determine it, or if the text was cut.
    pub assignable: Option<Located<bool>>,
    /// MMIO space that the guest needs for it, in MB.
    pub mmio_mb: Option<u64>,
    /// Location path; the script prints it for assignable and for disabled devices.
    pub location_path: Option<Located<LocationPath>>,
}

/// Parses the devices in the script's output.
///
/// ```
/// use pci_core::listing::windows;
/// let found = windows::survey(
///     "NVIDIA GRID K520\nExpress Endpoint -- more secure.\n    \
///      And its interrupts are message-based, assignment can work.\n    \
///      And it requires at least: 176 MB of MMIO gap space\nPCIROOT(0)#PCI(0300)#PCI(0000)\n",
/// );
/// assert!(found[0].assignable.as_ref().unwrap().value);
/// assert_eq!(found[0].mmio_mb, Some(176));
/// ```
#[must_use]
pub fn survey(text: &str) -> Vec<SurveyedDevice> {
    let mut devices: Vec<SurveyedDevice> = Vec::new();
    if !has_any(
        text,
        &[
            "ot assignable.",
            "assignment can work.",
            "Device is Disabled, ",
            "of MMIO gap space",
        ],
    ) {
        return devices;
    }
    let mut name = None;
    let mut open = false;
    for line in lines(text).map(uncommented) {
        if line.text.is_empty() {
            name = None;
            open = false;
            continue;
        }
        // Omitted lines.
        if line.text.trim_matches(['.', '…']).is_empty() {
            continue;
        }
        let remark = Remark::of(line.text);
        let path = location_path(line.text);
        if remark.is_none() && path.is_none() {
            name = Some(line.located(line.text.to_owned()));
            open = false;
            continue;
        }
        if let (false, Some(name)) = (open, name.take()) {
            // A path alone below a line is ambiguous.
            if remark.is_none() {
                continue;
            }
            devices.push(SurveyedDevice {
                name,
                assignable: None,
                mmio_mb: None,
                location_path: None,
            });
            open = true;
        }
        let Some(device) = devices.last_mut().filter(|_| open) else {
            continue;
        };
        match remark {
            Some(Remark::Assignable) => device.assignable = Some(line.located(true)),
            Some(Remark::NotAssignable) => device.assignable = Some(line.located(false)),
            Some(Remark::Mmio(megabytes)) => device.mmio_mb = Some(megabytes),
            Some(Remark::Other) => {}
            None => {
                device.location_path = path.map(|path| line.located(path));
                open = false;
            }
        }
    }
    devices
}

/// The line without comment marks and without a trailing note after an arrow: `# NVIDIA GRID K520
/// <--- the name`.
fn uncommented(line: Line<'_>) -> Line<'_> {
    let text = line.text.trim_start_matches('#').trim_start();
    let text = text.split_once("  <").map_or(text, |(remark, _)| remark);
    line.narrowed(text.trim_end())
}

/// Meaning of a line of the script.
enum Remark {
    Assignable,
    NotAssignable,
    Mmio(u64),
    Other,
}

impl Remark {
    fn of(text: &str) -> Option<Self> {
        if text.ends_with("ot assignable.") || text.ends_with("no assignment can work.") {
            return Some(Self::NotAssignable);
        }
        if text.ends_with("assignment can work.") {
            return Some(Self::Assignable);
        }
        if text.ends_with("of MMIO gap space") || text.ends_with("of MMIO gap space.") {
            let mut words = text
                .split_whitespace()
                .rev()
                .skip_while(|word| *word != "MB");
            let number = words.nth(1)?.parse().ok()?;
            return Some(Self::Mmio(number));
        }
        // The type of attachment, and hints about disabled devices.
        let others = [
            "Express Endpoint --",
            "Embedded Endpoint --",
            "Legacy Express Endpoint --",
            "Device is Disabled, ",
            "Enable the device and rerun ",
        ];
        others
            .iter()
            .any(|start| text.starts_with(start))
            .then_some(Self::Other)
    }
}
