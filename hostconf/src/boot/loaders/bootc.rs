//! ostree by bootc, without rpm-ostree.
use super::rpm_ostree::{self, DEPLOYED};
use crate::boot::by_tool::{Options, by_running};
use crate::boot::loader::declaration::{BootLoader, Change, Given, Page, Rule, Sign};
use crate::boot::step::Steps;
use crate::error::{Error, ErrorKind};

/// The program.
pub(super) const PROGRAM: &str = "/usr/bin/bootc";

pub(super) const LOADER: BootLoader = BootLoader {
    rules: &[Rule {
        given: Given::WholeSystem,
        rank: 2,
        signs: &[
            DEPLOYED,
            Sign::NoPath(rpm_ostree::PROGRAM),
            Sign::Path(PROGRAM),
        ],
    }],
    ..BootLoader::new(
        "bootc",
        Change::Steps(|tree, change| by_running(tree, change, bootc)),
        Page {
            found_by: "the same, with bootc",
            changes: "by hand: `/usr/lib/bootc/kargs.d` of the image",
            checked_by: "Python's TOML",
        },
    )
};

/// bootc reads options from the image (bootc documentation, "Kernel arguments").
fn bootc(Options { difference, .. }: &Options) -> Result<Steps, Error> {
    if let Some(option) = difference.removed.first() {
        let message =
            format!("remove {option} from /usr/lib/bootc/kargs.d/*.toml where the image is built");
        return Err(Error::other(ErrorKind::Unsupported, message));
    }
    Ok(Steps {
        manual: vec![format!(
            "where the image is built, add /usr/lib/bootc/kargs.d/10-passthru.toml:\n{}then build \
             the image, and: bootc upgrade",
            kargs_toml(&difference.added)
        )],
        ..Steps::default()
    })
}

/// A file of `/usr/lib/bootc/kargs.d`.
///
/// ```
/// use hostconf::boot::kargs_toml;
/// assert_eq!(kargs_toml(&["iommu=pt".to_owned()]), "kargs = [\"iommu=pt\"]\n");
/// ```
#[must_use]
pub fn kargs_toml(options: &[String]) -> String {
    let escaped = |option: &String| {
        let option = option.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{option}\"")
    };
    let options: Vec<String> = options.iter().map(escaped).collect();
    format!("kargs = [{}]\n", options.join(", "))
}
