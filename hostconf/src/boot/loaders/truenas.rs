//! GRUB of TrueNAS, by its middleware: the database has the options, and files of `/etc` are written
//! from it.

use crate::boot::change::{Difference, OptionsChange};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::step::{Steps, running};
use crate::error::{Error, ErrorKind};
use host_tree::HostTree;

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[
        Rule {
            given: Given::WholeSystem,
            rank: 1,
            signs: &[Sign::Path("/data/freenas-v1.db")],
        },
        Rule {
            given: Given::WholeSystem,
            rank: 1,
            signs: &[Sign::File("/etc/default/grub.d/truenas.cfg")],
        },
    ],
    refresh: Refresh::Found("`midclt call system.advanced.update`"),
    unread: &["/etc/kernel/cmdline"],
    ..BootLoader::new(
        "GRUB (TrueNAS)",
        Change::Steps(steps),
        Page {
            found_by: "TrueNAS: `/data/freenas-v1.db`, `/etc/default/grub.d/truenas.cfg`",
            changes: "by hand: `kernel_extra_options` of the middleware",
            checked_by: "golden texts",
        },
    )
};

/// The options that the middleware itself writes into each menu (TrueNAS middleware,
/// truenas-grub.py): no setting removes them.
const OWN: [&str; 3] = ["amd_iommu=on", "intel_iommu=on", "iommu=pt"];

/// The step with the middleware's call. The call sets all extra options, and the database that has
/// the others is not in the input.
fn steps(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, Error> {
    let Difference { mut removed, added } = change.difference(&running(tree)?)?;
    removed.retain(|option| !OWN.contains(&option.as_str()));
    if removed.is_empty() && added.is_empty() {
        return Ok(Steps::default());
    }
    // The options are within a JSON string, which is within quotes of a shell.
    let mut all = removed.iter().chain(&added);
    if let Some(odd) = all.find(|option| option.contains(['"', '\\', '\''])) {
        let message = format!("expected a kernel option without quotes, found {odd}");
        return Err(Error::other(ErrorKind::Unsupported, message));
    }
    let removed = removed.iter().map(|option| format!("without {option}"));
    let changes: Vec<String> = added.iter().cloned().chain(removed).collect();
    let changes = changes.join(", ");
    Ok(Steps {
        manual: vec![format!(
            "set the kernel options of TrueNAS ({changes}): midclt call system.advanced.config shows \
             them as kernel_extra_options, and midclt call system.advanced.update \
             '{{\"kernel_extra_options\": \"OPTIONS\"}}' replaces all of them and writes GRUB's menu"
        )],
        ..Steps::default()
    })
}
