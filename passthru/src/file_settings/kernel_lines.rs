//! Files with kernel command lines.

use std::collections::BTreeMap;

use host_tree::lines::spans;
use hostconf::boot::entries::{EntryFile, Format};
use hostconf::boot::grub::{GrubDefaults, Value, Variable};
use hostconf::boot::nixos::Module;
use hostconf::boot::{fragments, kernelstub, nix};

use super::setting::Found;

/// The variables whose values are kernel options.
const VARIABLES: [Variable; 6] = [
    Variable::Normal,
    Variable::Every,
    Variable::XenNormal,
    Variable::XenEvery,
    Variable::SdbootManage,
    Variable::Extlinux,
];

/// `/etc/default/grub` and files that a shell sources in the same way: each option of the variables
/// with kernel options, and the value of others as written.
pub(super) fn sourced(found: &mut Found<'_>) {
    let text = found.text;
    let file = GrubDefaults::parse(text);
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, assignment) in file.all_assignments().enumerate() {
        last.insert(&assignment.variable, at);
    }
    for (at, assignment) in file.all_assignments().enumerate() {
        let name = assignment.variable.as_str();
        let options = VARIABLES.iter().any(|variable| variable.name() == name);
        let counts = last.get(name) == Some(&at);
        let span = assignment.span.clone();
        match (&assignment.value, file.value(name)) {
            (Value::Known(line), Value::Known(last)) if options && counts && *line == last => {
                found.add("", name, "", span.clone());
                found.add_options(name, line, span);
            }
            _ => found.add("", name, text.get(span.clone()).unwrap_or_default(), span),
        }
    }
}

/// Each line that is not a comment is a piece of the command line.
pub(super) fn plain(found: &mut Found<'_>) {
    for (_, span, content) in spans(found.text) {
        if !content.trim_start().starts_with('#') && !content.trim().is_empty() {
            found.add_options("", content, span);
        }
    }
}

/// `/etc/kernel/cmdline`, in which a number sign begins no remark.
pub(super) fn kernel_cmdline(found: &mut Found<'_>) {
    for (_, span, content) in spans(found.text) {
        found.add_options("", content, span);
    }
}

pub(super) fn bls(found: &mut Found<'_>) {
    entries(found, Format::BootLoaderSpecification);
}

pub(super) fn syslinux(found: &mut Found<'_>) {
    entries(found, Format::Syslinux);
}

pub(super) fn limine(found: &mut Found<'_>) {
    entries(found, Format::Limine);
}

pub(super) fn limine_before_8(found: &mut Found<'_>) {
    entries(found, Format::LimineCfg);
}

pub(super) fn refind_linux(found: &mut Found<'_>) {
    entries(found, Format::RefindLinux);
}

pub(super) fn refind(found: &mut Found<'_>) {
    entries(found, Format::Refind);
}

/// A boot menu: each entry's options, and the text before them on the line.
fn entries(found: &mut Found<'_>, format: Format) {
    let text = found.text;
    let file = EntryFile::parse(format, text);
    for options in file.options() {
        let place = format!("entry {}", options.entry + 1);
        let before = text.get(..options.span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let head = before.get(start..).unwrap_or_default().trim();
        found.add(
            &place,
            "options",
            head,
            start..options.span.start.max(start + 1),
        );
        let line = file.command_line(options).to_string();
        found.add_options(&place, &line, options.span.clone());
    }
}

/// limine-entry-tool's defaults: an array's elements.
pub(super) fn limine_entry_tool(found: &mut Found<'_>) {
    let text = found.text;
    let all = fragments::assignments(text, |left| left.starts_with("KERNEL_CMDLINE["));
    for fragment in all.unwrap_or_default() {
        let before = text.get(..fragment.span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let left = before.get(start..).unwrap_or_default();
        let place = left.split('=').next().unwrap_or_default().trim();
        let line = text.get(fragment.span.clone()).unwrap_or_default();
        found.add_options(place, line, fragment.span);
    }
}

/// kernelstub's list of options, and the rest of its file.
pub(super) fn kernelstub_json(found: &mut Found<'_>) {
    let text = found.text;
    let Ok(line) = kernelstub::Configuration::parse(text).command_line() else {
        return;
    };
    super::documents::json_but(found, "user.kernel_options");
    found.add_options("user.kernel_options", &line.to_string(), 0..text.len());
}

/// A NixOS module: each option of `boot.kernelParams`, and all other tokens.
pub(super) fn nixos(found: &mut Found<'_>) {
    let text = found.text;
    let Ok(tokens) = nix::tokens(text) else {
        return;
    };
    let options = Module::parse(text).option_spans();
    for (_, span) in tokens {
        let raw = text.get(span.clone()).unwrap_or_default();
        match options.get(&span.start) {
            Some(option) => found.add_options("boot.kernelParams", option, span),
            None => found.add("", "nix", raw, span),
        }
    }
}
