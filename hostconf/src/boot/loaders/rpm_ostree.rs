//! ostree by rpm-ostree.

use crate::boot::by_tool::{by_running, command, name, reversed};
use crate::boot::change::Difference;
use crate::boot::command_line::CommandLine;
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Rule, Sign};

/// The program.
pub(super) const PROGRAM: &str = "/usr/bin/rpm-ostree";

/// Variants of Fedora that rpm-ostree deploys (os-release(5), `VARIANT_ID`).
const VARIANTS: &[&str] = &[
    "silverblue",
    "kinoite",
    "sericea",
    "onyx",
    "sway-atomic",
    "budgie-atomic",
    "cosmic-atomic",
];

/// A deployment of ostree runs.
pub(super) const DEPLOYED: Sign = Sign::Any(&[
    Sign::Option("ostree", "/ostree/"),
    Sign::Path("/run/ostree-booted"),
]);

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[
        Rule {
            given: Given::WholeSystem,
            rank: 2,
            signs: &[DEPLOYED, Sign::Path(PROGRAM)],
        },
        Rule {
            given: Given::WholeSystem,
            rank: 2,
            signs: &[
                DEPLOYED,
                Sign::PerhapsFile(PROGRAM),
                Sign::Variable("/etc/os-release", "VARIANT_ID", VARIANTS),
            ],
        },
    ],
    ..BootLoader::new(
        "rpm-ostree",
        Change::Steps(|tree, change| {
            by_running(tree, change, |options| {
                let (difference, before) = (&options.difference, &options.before);
                Ok(command(
                    argv(difference, &options.after),
                    argv(&reversed(difference), before),
                    "rpm-ostree makes a new deployment with the options; the one before stays in the menu",
                ))
            })
        }),
        Page {
            found_by: "`ostree=`, `/run/ostree-booted`",
            changes: "`rpm-ostree kargs`",
            checked_by: "golden texts",
        },
    )
};

/// `rpm-ostree kargs` (rpm-ostree(1)). An option in addition to others of its name is appended;
/// otherwise only if it is missing.
fn argv(difference: &Difference, after: &CommandLine) -> Vec<String> {
    let mut argv = vec!["rpm-ostree".to_owned(), "kargs".to_owned()];
    argv.extend(
        difference
            .removed
            .iter()
            .map(|option| format!("--delete-if-present={option}")),
    );
    argv.extend(difference.added.iter().map(|option| {
        let alone = after.all(name(option)).count() == 1;
        let how = if alone { "append-if-missing" } else { "append" };
        format!("--{how}={option}")
    }));
    argv
}
