//! ostree by its program.
use super::bootc;
use super::rpm_ostree::{self, DEPLOYED};
use crate::boot::by_tool::{Options, by_running};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Rule, Sign};
use crate::boot::step::Steps;
use crate::error::{Error, ErrorKind};

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::WholeSystem,
        rank: 2,
        signs: &[
            DEPLOYED,
            Sign::NoPath(rpm_ostree::PROGRAM),
            Sign::NoPath(bootc::PROGRAM),
        ],
    }],
    ..BootLoader::new(
        "ostree",
        Change::Steps(|tree, change| by_running(tree, change, ostree)),
        Page {
            found_by: "the same, without rpm-ostree",
            changes: "by hand: `ostree admin kargs edit-in-place`",
            checked_by: "ostree's options",
        },
    )
};

/// `ostree admin kargs edit-in-place` can only append (ostree 2022.7).
fn ostree(Options { difference, .. }: &Options) -> Result<Steps, Error> {
    if let Some(option) = difference.removed.first() {
        let message = format!(
            "ostree admin kargs edit-in-place cannot remove {option}; deploy again with ostree \
             admin deploy --karg-none and all options"
        );
        return Err(Error::other(ErrorKind::Unsupported, message));
    }
    let mut text = "as root: ostree admin kargs edit-in-place".to_owned();
    for option in &difference.added {
        text.push_str(&format!(" --append-if-missing={option}"));
    }
    text.push_str(
        ". It changes all deployments, so none is left as a way back: note the options line of \
         /boot/loader/entries first",
    );
    Ok(Steps {
        manual: vec![text],
        ..Steps::default()
    })
}
