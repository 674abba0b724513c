//! EXTLINUX by Alpine's `update-extlinux`.

use super::syslinux;
use crate::boot::grub::Variable;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Refresh, Rule, Sign};
use crate::boot::variable_file::VariableFile;

/// Alpine's settings of EXTLINUX (`update-extlinux(8)`).
pub const UPDATE_EXTLINUX: &str = "/etc/update-extlinux.conf";

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&syslinux::PROGRAM),
        rank: 0,
        signs: &[Sign::File(UPDATE_EXTLINUX)],
    }],
    refresh: Refresh::Run(&["update-extlinux"]),
    ..BootLoader::new(
        "EXTLINUX (update-extlinux)",
        Change::Variable(&VariableFile {
            path: UPDATE_EXTLINUX,
            variable: Variable::Extlinux,
        }),
        Page {
            found_by: "`/etc/update-extlinux.conf`",
            changes: "`default_kernel_opts`",
            checked_by: "dash; the program: golden texts",
        },
    )
};
