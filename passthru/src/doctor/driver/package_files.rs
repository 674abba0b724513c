//! Packages of modules that typed commands download and install.

use crate::doctor::rule::{Context, Diagnostic, Rule};
use crate::host::PackageMistake;
use crate::remedy::Remedy;
use crate::text::text;
use crate::verdict::Verdict;

pub(in crate::doctor) const RULES: &[Rule] = &[
    Rule {
        code: "package-of-other-release",
        meaning: "A command downloads a package, and the next ones install a file of another release: \
                  the release that is meant is not installed. apt refuses a file that does not exist.",
        source: "apt(8), install; dpkg(1), --install",
        causes: &["failure-not-shown"],
        check: |context| found(context, |one| matches!(one, PackageMistake::Other { .. })),
    },
    Rule {
        code: "download-without-redirect",
        meaning: "GitHub answers a request for a file of a release with a redirect. curl follows one with \
                  the option -L alone, and stores the empty answer under the name of the package \
                  otherwise, which no program installs.",
        source: "curl(1), --location",
        causes: &["failure-not-shown"],
        check: |context| found(context, |one| matches!(one, PackageMistake::Redirect(_))),
    },
];

fn found(context: &Context<'_>, is_wanted: fn(&PackageMistake) -> bool) -> Vec<Diagnostic> {
    let mistakes = context.host.lines.package_mistakes().iter();
    let mistakes = mistakes.filter(|one| is_wanted(one));
    mistakes.map(reported).collect()
}

fn reported(mistake: &PackageMistake) -> Diagnostic {
    match mistake {
        PackageMistake::Other {
            downloaded,
            installed,
            lines,
        } => Diagnostic::new(
            Verdict::Fix,
            text!(
                "{downloaded} is downloaded, and {installed} is installed: the release that is meant is \
                 not installed",
                downloaded,
                installed
            ),
        )
        .evidence(lines.iter().cloned())
        .remedy(Remedy::Manual {
            step: "downloaded-package",
            text: text!(
                "install the file that was downloaded, of the release that supports the running kernel \
                 (uname -r), with the headers of this kernel; then read dkms status"
            ),
        }),
        PackageMistake::Redirect(line) => Diagnostic::new(
            Verdict::Fix,
            text!("curl without -L stores GitHub's redirect instead of the package"),
        )
        .evidence([line.clone()])
        .remedy(Remedy::Manual {
            step: "follow-redirect",
            text: text!("download the file again with curl -L -O or wget, and check its size"),
        }),
    }
}
