//! Talos Linux, with any loader.

use super::{grub, systemd_boot};
use crate::boot::change::{Difference, OptionsChange};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::loader::started;
use crate::boot::step::{Steps, running};
use crate::boot::talos::{machine_patch, schematic};
use crate::error::{Error, ErrorKind};
use host_tree::HostTree;

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::WholeSystem,
        rank: 0,
        signs: &[Sign::Option("talos.platform", "")],
    }],
    refresh: Refresh::Found("an upgrade"),
    // It is in an image.
    etc_not_kept: Some(|_, shown| shown.first().cloned()),
    ..BootLoader::new(
        "Talos Linux",
        Change::Steps(steps),
        Page {
            found_by: "`talos.platform=`",
            changes: "by hand: the image's schematic, or the machine's configuration with GRUB",
            checked_by: "Python's YAML",
        },
    )
};

/// The manual steps with `talosctl`.
fn steps(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, Error> {
    let Difference { removed, added } = change.difference(&running(tree)?)?;
    if removed.is_empty() && added.is_empty() {
        return Ok(Steps::default());
    }
    // Each is a YAML string in double quotes.
    if let Some(odd) = removed
        .iter()
        .chain(&added)
        .find(|option| option.contains(['"', '\\']))
    {
        let message = format!("expected a kernel option without quotes, found {odd}");
        return Err(Error::other(ErrorKind::Unsupported, message));
    }
    let by_grub = {
        let programs = [&grub::PROGRAM, &systemd_boot::PROGRAM];
        started::find(tree, &programs, &mut Vec::new()).by == Some(&grub::PROGRAM)
    };
    let manual = if by_grub {
        format!(
            "write to passthru.yaml, from a machine with talosctl:\n{}then: talosctl patch \
             machineconfig --patch @passthru.yaml, and talosctl upgrade to the image that runs, \
             which writes GRUB's menu. A machine installed with Talos 1.12 or later uses the \
             options of its image instead: put them into customization.extraKernelArgs of its \
             schematic",
            machine_patch(&added, &removed)
        )
    } else {
        format!(
            "put into the schematic of the machine's image (Image Factory), beside what it has:\n\
             {}then: talosctl upgrade --image factory.talos.dev/installer/SCHEMATIC:VERSION; the \
             options are within the image, and machine.install.extraKernelArgs counts for nothing \
             there",
            schematic(&added, &removed)
        )
    };
    Ok(Steps {
        manual: vec![manual],
        ..Steps::default()
    })
}
