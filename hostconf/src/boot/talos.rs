//! Talos Linux: there is no shell and no file to edit; options are given from
//! outside (Talos documentation, "Boot Loader", "Kernel", `MachineConfig`).
//!
//! Since 1.10 a machine with UEFI boots a unified kernel image, in which the
//! options are: a schematic of Image Factory has them, and an upgrade to its image
//! brings them. With GRUB the machine's configuration has them, up to 1.11; a new
//! installation of 1.12 takes those of the image with GRUB, too.

use host_tree::HostTree;

use super::booted;
use super::change::{Difference, OptionsChange};
use super::step::{Steps, StepsRefused, running};

/// A schematic for Image Factory with these options. One that begins with `-`
/// takes out an option that Talos sets itself.
///
/// ```
/// use hostconf::boot::talos::schematic;
/// assert_eq!(
///     schematic(&["iommu=pt".to_owned()], &[]),
///     "customization:\n  extraKernelArgs:\n    - \"iommu=pt\"\n"
/// );
/// ```
#[must_use]
pub fn schematic(new: &[String], gone: &[String]) -> String {
    let mut out = "customization:\n  extraKernelArgs:\n".to_owned();
    for option in gone {
        out.push_str(&format!("    - \"-{option}\"\n"));
    }
    for option in new {
        out.push_str(&format!("    - \"{option}\"\n"));
    }
    out
}

/// A patch of the machine's configuration with these options.
#[must_use]
pub fn machine_patch(new: &[String], gone: &[String]) -> String {
    let mut out = "machine:\n  install:\n    extraKernelArgs:\n".to_owned();
    for option in gone {
        out.push_str(&format!("      - \"-{option}\"\n"));
    }
    for option in new {
        out.push_str(&format!("      - \"{option}\"\n"));
    }
    out
}

/// What a person does with `talosctl`.
pub(super) fn steps(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, StepsRefused> {
    let Difference { gone, new } = change.difference(&running(tree)?)?;
    if gone.is_empty() && new.is_empty() {
        return Ok(Steps::default());
    }
    // Each is a YAML string in double quotes.
    if let Some(odd) = gone
        .iter()
        .chain(&new)
        .find(|option| option.contains(['"', '\\']))
    {
        let reason = format!("expected a kernel option without quotes, found {odd}");
        return Err(StepsRefused::Tool(reason));
    }
    let booted = booted::find(tree, &mut Vec::new());
    let by_grub = booted.by == Some(booted::Program::Grub);
    let by_hand = if by_grub {
        format!(
            "write to passthru.yaml, from a machine with talosctl:\n{}then: talosctl patch \
             machineconfig --patch @passthru.yaml, and talosctl upgrade to the image that runs, \
             which writes GRUB's menu. A machine installed with Talos 1.12 or later takes the \
             options of its image instead: put them into customization.extraKernelArgs of its \
             schematic",
            machine_patch(&new, &gone)
        )
    } else {
        format!(
            "put into the schematic of the machine's image (Image Factory), beside what it has:\n\
             {}then: talosctl upgrade --image factory.talos.dev/installer/SCHEMATIC:VERSION; the \
             options are within the image, and machine.install.extraKernelArgs counts for nothing \
             there",
            schematic(&new, &gone)
        )
    };
    Ok(Steps {
        by_hand: vec![by_hand],
        ..Steps::default()
    })
}
