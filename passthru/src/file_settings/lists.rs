//! Files of modules: their options, those to load, those to pack.

use hostconf::binding::assignments::{AssignmentFile, Form};
use hostconf::binding::modprobe::{Directive, Document};
use hostconf::binding::modules::{ListKind, ModuleList};
use hostconf::boot::CommandLine;

use super::setting::{Found, items};

/// A file of modprobe.d.
pub(super) fn modprobe(found: &mut Found<'_>) {
    let document = Document::parse(found.text);
    for entry in document.entries() {
        found.cover(entry.span.clone());
        let mut add = |name: &str, value: &str| found.note("", name, value, entry.line);
        match &entry.directive {
            Ok(Directive::Options { module, options }) => {
                for option in CommandLine::parse(options).options() {
                    let name = format!("{module}.{}", option.name);
                    for item in items(&name, option.value.as_deref()) {
                        add(&name, &item);
                    }
                }
            }
            Ok(Directive::Softdep { pattern, pre, post }) => {
                add(&format!("softdep {pattern}"), "");
                for module in pre {
                    add(&format!("softdep {pattern} pre"), module);
                }
                for module in post {
                    add(&format!("softdep {pattern} post"), module);
                }
            }
            Ok(Directive::Blacklist { module }) => add("blacklist", module),
            Ok(_) | Err(_) => add("", entry.text.trim()),
        }
    }
}

/// A list of modules to load at boot.
pub(super) fn modules_load(found: &mut Found<'_>) {
    modules(found, ListKind::ModulesLoad);
}

/// initramfs-tools' list of modules to pack.
pub(super) fn initramfs_modules(found: &mut Found<'_>) {
    modules(found, ListKind::InitramfsTools);
}

fn modules(found: &mut Found<'_>, kind: ListKind) {
    for entry in ModuleList::parse(found.text, kind).entries() {
        let value = format!("{} {}", entry.name, entry.options);
        found.add("", "module", value.trim(), entry.span.clone());
    }
}

/// Assignments of bash: mkinitcpio's and dracut's lists.
pub(super) fn assignments(found: &mut Found<'_>) {
    let text = found.text;
    for assignment in AssignmentFile::parse(text).assignments() {
        let name = assignment.name.as_str();
        found.add_on("", name, "", assignment.line);
        if let Some(inner) = &assignment.inner {
            found.cover(inner.start..inner.end + 1);
        }
        let raw = |span: &core::ops::Range<usize>| text.get(span.clone()).unwrap_or_default();
        match (&assignment.form, &assignment.string) {
            (Form::String, Some(options)) if name == "kernel_cmdline" => {
                let words = (assignment.words.first(), assignment.words.last());
                if let (Some(first), Some(last)) = words {
                    found.add_options(name, options, first.span.start..last.span.end);
                }
            }
            _ => {
                for word in &assignment.words {
                    let value = word.text.as_deref().unwrap_or_else(|| raw(&word.span));
                    found.add("", name, value, word.span.clone());
                }
            }
        }
    }
}
