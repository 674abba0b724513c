//! `/etc/kernel/cmdline` of hosts that `kernel-install` or `proxmox-boot-tool` boots, and the
//! commands that regenerate their entries.

use super::change::{Difference, OptionsChange};
use super::command_line::CommandLine;
use super::kernel_cmdline::{KernelCmdline, PATH};
use super::parameter::Parameter;
use super::step::{LoaderCommand, Steps, names, read, refreshed, running, shown, text};
use crate::error::{Error, ErrorKind};
use host_tree::{Edit, HostTree, presence};

/// The file that takes effect without `/etc/kernel/cmdline` (kernel-install(8)).
const VENDOR: &str = "/usr/lib/kernel/cmdline";

/// Writes the entry of each installed kernel again where the tree does not show which there are;
/// the images are where Debian, and where Fedora and Arch have them.
const EACH_KERNEL: &str = "for k in /lib/modules/*/; do v=$(basename \"$k\"); \
     for i in \"/boot/vmlinuz-$v\" \"/lib/modules/$v/vmlinuz\"; do \
     if [ -e \"$i\" ]; then kernel-install add \"$v\" \"$i\" || exit; break; fi; done; done";

/// The edit of `/etc/kernel/cmdline`.
pub(super) fn edit(tree: &dyn HostTree, change: &OptionsChange) -> Result<Edit, Error> {
    if tree.read(PATH).is_absent() {
        return new(tree, change);
    }
    let before = text(tree, PATH)?;
    let mut file = KernelCmdline::parse(&before);
    file.edit(|line| change.apply(line))
        .map_err(|error| error.in_file(PATH))?;
    Ok(Edit::change(PATH, before, file.to_string()))
}

/// A new file with the options that kernel-install uses by default: the vendor's options, otherwise
/// those of the running kernel without the loader's additions.
fn new(tree: &dyn HostTree, change: &OptionsChange) -> Result<Edit, Error> {
    let mut line = match shown(VENDOR, read(tree, VENDOR))? {
        Some(text) => CommandLine::parse(&text.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => {
            let mut line = running(tree)?;
            for added in ["BOOT_IMAGE", "initrd", "systemd.machine_id"] {
                line.unset(added);
            }
            line
        }
    };
    if line.get("root").is_none() {
        let message = "expected root= in the options that the new file would begin with";
        return Err(Error::other(ErrorKind::NoRoot, message).in_file(PATH));
    }
    change.apply(&mut line)?;
    let line = line.to_string();
    Ok(Edit::new_file(PATH, format!("{}\n", line.trim()))
        .with_purpose("without this file kernel-install uses the options of the running kernel"))
}

/// Folders whose files' lines sdbootutil appends to those of `/etc/kernel/cmdline` (its
/// `create_boot_options`).
const CMDLINE_D: [&str; 2] = ["/usr/kernel/cmdline.d", "/etc/kernel/cmdline.d"];

/// Refuses a change of options that is in such a file: there they would count still.
pub(super) fn drop_ins(tree: &dyn HostTree, change: &OptionsChange) -> Result<(), Error> {
    for place in CMDLINE_D {
        for name in names(tree, place)? {
            let path = format!("{place}/{name}");
            let text = text(tree, &path)?;
            for options in text.lines().filter(|line| !line.starts_with('#')) {
                let options = CommandLine::parse(options);
                let put = |parameter: &Parameter| options.get(parameter.name()).is_some();
                let gone = change.removals().difference(&options)?;
                if gone != Difference::default() || change.put.iter().any(put) {
                    let message = "sets an option that is to change, and sdbootutil appends this file's options; remove it manually";
                    return Err(Error::other(ErrorKind::OtherSource, message).in_file(path));
                }
            }
        }
    }
    Ok(())
}

/// kernel-install's entries, or images that it has ukify build.
pub(super) fn steps(tree: &dyn HostTree, change: &OptionsChange) -> Result<Steps, Error> {
    let ukify = "/etc/kernel/uki.conf";
    if let Some(text) = shown(ukify, read(tree, ukify))? {
        let sets = |line: &str| line.trim_start().starts_with("Cmdline");
        if text.lines().any(sets) {
            let message = "sets Cmdline=, which may override /etc/kernel/cmdline; move the options \
                           there and remove the line";
            return Err(Error::other(ErrorKind::OtherSource, message).in_file(ukify));
        }
    }
    let edit = edit(tree, change)?;
    if edit.is_noop() {
        return Ok(Steps::default());
    }
    let commands = match kernels(tree) {
        Some(kernels) => kernels
            .iter()
            .map(|(version, image)| {
                LoaderCommand::refresh(&["kernel-install", "add", version, image])
            })
            .collect(),
        None => vec![LoaderCommand::refresh(&["sh", "-c", EACH_KERNEL])],
    };
    Ok(Steps {
        commands,
        ..refreshed::<&str>(vec![edit], &[])
    })
}

/// The installed kernels with their images; `None` where the tree does not show
/// all of them.
fn kernels(tree: &dyn HostTree) -> Option<Vec<(String, String)>> {
    let listing = tree.list("/lib/modules").found()?;
    let mut kernels = Vec::new();
    for version in &listing.names {
        let plain = |c: char| c.is_ascii_alphanumeric() || "._+-~".contains(c);
        if version.starts_with('-') || !version.chars().all(plain) {
            return None;
        }
        let images = [
            format!("/boot/vmlinuz-{version}"),
            format!("/lib/modules/{version}/vmlinuz"),
        ];
        if let Some(image) = images.iter().find(|path| presence(tree, path).is_some()) {
            kernels.push((version.clone(), image.clone()));
        }
    }
    (listing.complete && !kernels.is_empty()).then_some(kernels)
}
