//! GRUB of XCP-ng and XenServer, by their program.
use crate::boot::by_tool::{Options, by_running, name};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Rule, Sign};
use crate::boot::step::{CommandUndo, LoaderCommand, Steps};
use crate::error::{Error, ErrorKind};

/// XCP-ng's and XenServer's program for Xen's and dom0's options.
pub const XEN_CMDLINE: &str = "/opt/xensource/libexec/xen-cmdline";

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::WholeSystem,
        rank: 1,
        signs: &[Sign::Path(XEN_CMDLINE)],
    }],
    ..BootLoader::new(
        "GRUB (xen-cmdline)",
        Change::Steps(|tree, change| by_running(tree, change, xen_cmdline)),
        Page {
            found_by: "XCP-ng and XenServer: `/opt/xensource/libexec/xen-cmdline`",
            changes: "`xen-cmdline --set-dom0`, `--delete-dom0`",
            checked_by: "golden texts",
        },
    )
};

/// XCP-ng's program sets or deletes one option of dom0's kernel by its name (XCP-ng
/// documentation, "PCI Passthrough").
fn xen_cmdline(
    Options {
        difference,
        before,
        after,
    }: &Options,
) -> Result<Steps, Error> {
    let set = |option: &str| {
        [XEN_CMDLINE, "--set-dom0", option]
            .map(str::to_owned)
            .to_vec()
    };
    let delete = |option: &str| {
        [XEN_CMDLINE, "--delete-dom0", name(option)]
            .map(str::to_owned)
            .to_vec()
    };
    let mut steps = Steps::default();
    let mut add = |argv, undo| {
        steps.commands.push(LoaderCommand {
            argv,
            purpose: "sets the options of dom0's kernel in GRUB's menu".to_owned(),
            undo: CommandUndo::Run(undo),
        });
    };
    for option in difference.removed.iter().chain(&difference.added) {
        if before.all(name(option)).count() > 1 || after.all(name(option)).count() > 1 {
            let message = format!(
                "xen-cmdline keeps one value of each option, and {} is set several times; edit /boot/grub/grub.cfg manually",
                name(option)
            );
            return Err(Error::other(ErrorKind::Unsupported, message));
        }
    }
    for option in &difference.added {
        let old = difference
            .removed
            .iter()
            .find(|removed| name(removed) == name(option));
        add(
            set(option),
            old.map_or_else(|| delete(option), |old| set(old)),
        );
    }
    for option in &difference.removed {
        if difference.added.iter().all(|new| name(new) != name(option)) {
            add(delete(option), set(option));
        }
    }
    Ok(steps)
}
