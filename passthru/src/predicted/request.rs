//! Conditions of a prediction of groups.

use host_tree::HostTree;
use hostconf::binding::kernel_facts::Release;
use hostconf::boot::CommandLine;
use iommu::predict::{AcsOptionRules, Conditions, Controls, HardwareChange, Machine, Rules};

use crate::failure::{Cause, ErrorKind, into_error};
use crate::host::grouping::{acs_option_rules, apply, numbers, pch_workaround, root_buses};
use crate::host::{Host, Seen};
use crate::text::{Text, text};

/// A request: the host as it boots, with these changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PredictionRequest {
    /// Kernel options that are set in addition, and changes of the hardware, which are made
    /// one after the other, as they are typed
    /// ([`HardwareChange`](iommu::predict::HardwareChange)).
    pub with: Vec<String>,
    /// Another kernel, by its release, such as `6.12.80`, or `pcie-acs-2025` for one with
    /// the series "Fix incorrect iommu_groups with PCIe ACS".
    pub kernel: Option<String>,
}

/// An impossible condition.
#[derive(Debug)]
pub(super) enum PredictionRequestCause {
    /// An option whose value the kernel would reject.
    Option(iommu::Error),
    /// An option that does not change the groups.
    NoBearing(String),
    /// A change of the hardware that cannot be made.
    Hardware {
        /// The change, as it was typed.
        change: String,
        /// The reason.
        error: iommu::Error,
    },
    /// Not the release of a kernel.
    Release(hostconf::Error),
    /// A kernel whose rules are unknown.
    Kernel(String),
}

into_error!(PredictionRequestCause);

impl Cause for PredictionRequestCause {
    fn kind(&self) -> ErrorKind {
        ErrorKind::BadRequest
    }

    fn text(&self) -> Text {
        match self {
            Self::Option(error) => Text::of_english(error.to_string()),
            Self::NoBearing(option) => text!(
                "\"{option}\" does not change the groups: pcie_acs_override=, \
                 pci=disable_acs_redir= and pci=config_acs= do, and of the hardware card=, moved= \
                 and port=",
                option = option.escape_debug().to_string()
            ),
            Self::Hardware { change, error } => text!(
                "{change}: {error}",
                change,
                error = Text::of_english(error.to_string())
            ),
            Self::Release(error) => Text::of_english(error.to_string()),
            Self::Kernel(release) => text!(
                "no rules for Linux {release}: passthru has those of 6.1 to 7.2, and pcie-acs-2025",
                release
            ),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Option(error) | Self::Hardware { error, .. } => Some(error),
            Self::Release(error) => Some(error),
            Self::NoBearing(_) | Self::Kernel(_) => None,
        }
    }
}

/// The conditions in `tree` and `host`, with those of the request.
pub(super) fn conditions(
    tree: &dyn HostTree,
    host: &Host,
    asked: &PredictionRequest,
) -> Result<Conditions, PredictionRequestCause> {
    let mut conditions = Conditions {
        firmware: host
            .firmware
            .as_ref()
            .map(|firmware| firmware.value.clone())
            .unwrap_or_default(),
        root_buses: root_buses(tree),
        pch_workaround: pch_workaround(tree),
        ..Conditions::default()
    };
    let running = host.settings.kernel_options.iter();
    for option in running.filter(|option| option.seen == Seen::Running) {
        // The kernel passes over a value that it cannot read.
        let _ = apply(&mut conditions, &option.name, option.value.as_deref());
    }
    if let Some(release) = &host.system.kernel.release {
        conditions.acs_options.kernel = acs_option_rules(&release.value.to_string());
    }
    for text in asked
        .with
        .iter()
        .filter(|text| !HardwareChange::begins(text))
    {
        for option in CommandLine::parse(text).options() {
            if !apply(&mut conditions, &option.name, option.value.as_deref())
                .map_err(PredictionRequestCause::Option)?
            {
                return Err(PredictionRequestCause::NoBearing(text.clone()));
            }
        }
    }
    if asked.kernel.as_deref() == Some(REWORK) {
        conditions.rules = Rules::PcieAcs2025;
        conditions.acs_options.kernel = AcsOptionRules::From6_15;
    } else if let Some(text) = &asked.kernel {
        let release: Release = text.parse().map_err(PredictionRequestCause::Release)?;
        if !(FIRST..=LAST).contains(&release.version) {
            return Err(PredictionRequestCause::Kernel(text.clone()));
        }
        conditions.acs_options.kernel = acs_option_rules(text);
        if turns_acs_on_too_late(text) {
            conditions.controls = Controls::Off;
        }
    }
    Ok(conditions)
}

/// The machine with the requested changes of its hardware.
pub(super) fn changed(
    mut machine: Machine,
    asked: &PredictionRequest,
) -> Result<Machine, PredictionRequestCause> {
    for text in asked
        .with
        .iter()
        .filter(|text| HardwareChange::begins(text))
    {
        let change: HardwareChange = text.parse().map_err(PredictionRequestCause::Option)?;
        machine = machine
            .with(&change)
            .map_err(|error| PredictionRequestCause::Hardware {
                change: text.clone(),
                error,
            })?;
    }
    Ok(machine)
}

/// The name of the rules of the series of 2025.
const REWORK: &str = "pcie-acs-2025";

/// The oldest kernels whose groups matched the rules on the same machines.
const FIRST: (u32, u32) = (6, 1);
const LAST: (u32, u32) = (7, 2);

/// Whether a release is one of the stable kernels that enable ACS only after they have formed the
/// groups: 6.1.165 to 6.1.168 and 6.12.75 to 6.12.82 (changelogs of Debian's linux 6.1.169 and
/// 6.12.83, which revert the change). Distributions number their releases otherwise.
fn turns_acs_on_too_late(release: &str) -> bool {
    match *numbers(release) {
        [6, 1, patch] => (165..=168).contains(&patch),
        [6, 12, patch] => (75..=82).contains(&patch),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
