//! The kernel itself as an entry of the firmware's menu.

use crate::boot::by_tool::{is_made, options};
use crate::boot::command_line::CommandLine;
use crate::boot::efi_variables;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Program, Rule};
use crate::boot::step::{Steps, running};
use crate::error::{Error, ErrorKind};
use host_tree::HostTree;

/// The firmware itself.
pub(in crate::boot) const PROGRAM: Program = Program {
    efi_names: &["vmlinuz", "bzimage"],
    is_kernel: true,
    ..Program::NEW
};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::Started(&PROGRAM),
        rank: 9,
        signs: &[],
    }],
    ..BootLoader::new(
        "EFI stub",
        Change::Steps(|tree, change| {
            let options = options(running(tree)?, change)?;
            if is_made(&options) {
                return Ok(Steps::default());
            }
            efi_stub(tree, &options.after)
        }),
        Page {
            found_by: "the firmware's entry names a kernel",
            changes: "by hand: a new entry with efibootmgr, beside the old one",
            checked_by: "golden texts",
        },
    )
};

/// The firmware's entry cannot be changed, only regenerated: in addition to the old one, which
/// remains as a recovery entry (efibootmgr(8)).
fn efi_stub(tree: &dyn HostTree, after: &CommandLine) -> Result<Steps, Error> {
    let option = efi_variables::booted_option(tree);
    let Some((option, file)) = option.and_then(|o| o.file.clone().map(|file| (o, file))) else {
        return Err(Error::other(
            ErrorKind::LoaderNotShown,
            "the UEFI boot entry of the host is not in the input; to show it: efibootmgr -v",
        ));
    };
    let odd = |text: &str| text.contains(['\'', '\n', '\0']);
    let mut line = CommandLine::parse(&option.options);
    // The kernel adds no options: the entry's are the running ones.
    if line.options().is_empty() || odd(&after.to_string()) || odd(&file) {
        return Err(Error::other(
            ErrorKind::NoOptions,
            "expected the kernel options in the UEFI boot entry, found none",
        ));
    }
    line.clone_from(after);
    let label = option.description.replace(['\'', '\n'], "");
    let (part, guid) = option.partition.map_or_else(
        || ("N".to_owned(), "the EFI system partition".to_owned()),
        |(number, guid)| (number.to_string(), format!("/dev/disk/by-partuuid/{guid}")),
    );
    Ok(Steps {
        manual: vec![format!(
            "as root, with the disk that holds {guid} for DISK: efibootmgr --create --disk DISK \
             --part {part} --label '{label} (passthru)' --loader '{file}' --unicode '{line}'. The \
             new entry is booted first; Boot{:04X}, as it is now, stays as a way back, and \
             efibootmgr --bootorder puts it first again",
            option.number
        )],
        ..Steps::default()
    })
}
