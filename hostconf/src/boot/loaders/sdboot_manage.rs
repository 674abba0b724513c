//! systemd-boot by sdboot-manage (sdboot-manage.conf(5) as in Manjaro's wiki, "Systemd-boot").

use super::systemd_boot::written_by;
use crate::boot::grub::Variable;
use crate::boot::loader::declaration::{BootLoader, Change, Page, Refresh, Sign};
use crate::boot::variable_file::VariableFile;

/// sdboot-manage's settings, of CachyOS, EndeavourOS and Manjaro.
pub const SDBOOT_MANAGE: &str = "/etc/sdboot-manage.conf";

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[written_by(1, &[Sign::File(SDBOOT_MANAGE)])],
    refresh: Refresh::Run(&["sdboot-manage", "gen"]),
    ..BootLoader::new(
        "systemd-boot (sdboot-manage)",
        Change::Variable(&VariableFile {
            path: SDBOOT_MANAGE,
            variable: Variable::SdbootManage,
        }),
        Page {
            found_by: "`/etc/sdboot-manage.conf`",
            changes: "`LINUX_OPTIONS`",
            checked_by: "dash; run by hand: its `gen` writes the options of our edit into its \
                         entries (commit bb4e4d3)",
        },
    )
};
