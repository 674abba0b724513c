//! Configuration of the host's initramfs: the generator's files, and a listing of the image.

use std::collections::BTreeSet;

use host_tree::{Evidence, HostTree, numbered_lines};
use hostconf::binding::assignments::{AssignmentFile, Form};
use hostconf::binding::booster::BoosterConf;
use hostconf::binding::modprobe::same_module;
use hostconf::binding::{booster, dracut, mkinitcpio};
use list_order::{Inserts as _, Order as _};
use pci_core::modules::ModuleName;

use crate::host::fact::Fact;

/// A file of configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ConfFile {
    /// Its path.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl ConfFile {
    fn read(tree: &dyn HostTree, path: String) -> Option<Self> {
        let text = tree.read_text(&path).found()?;
        Some(Self { path, text })
    }

    /// A line of it.
    #[must_use]
    pub(crate) fn line(&self, number: u32) -> Evidence {
        Evidence::at(&*self.path, &self.text, number)
    }
}

/// Configuration of the host's initramfs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct InitramfsConf {
    /// dracut's files, in the order in which it reads them (dracut.conf(5)).
    pub dracut: Vec<ConfFile>,
    /// `/etc/mkinitcpio.conf`.
    pub mkinitcpio: Option<ConfFile>,
    /// Files of `/etc/mkinitcpio.conf.d` that assign `MODULES` or `HOOKS`, where they count:
    /// for a preset that names a configuration they do not (mkinitcpio(8), "-p").
    pub mkinitcpio_drop_ins: Vec<ConfFile>,
    /// `/etc/booster.yaml`.
    pub booster: Option<ConfFile>,
    /// The modules in an image, where a listing of one is shown.
    pub listed: Option<Fact<BTreeSet<String>>>,
}

impl InitramfsConf {
    pub(in crate::host) fn read(tree: &dyn HostTree) -> Self {
        let one = |path: &str| ConfFile::read(tree, path.to_owned());
        Self {
            dracut: dracut_files(tree),
            mkinitcpio: one(mkinitcpio::CONF),
            mkinitcpio_drop_ins: drop_ins(tree),
            booster: one(booster::CONF),
            listed: listed(tree),
        }
    }

    /// Whether booster's configuration excludes `driver` from its images.
    #[must_use]
    pub(crate) fn booster_leaves_out(&self, driver: &ModuleName) -> bool {
        let Some(file) = &self.booster else {
            return false;
        };
        let conf = BoosterConf::parse(&file.text);
        let modules = conf.modules().unwrap_or_default();
        let mut left_out = modules.iter().filter_map(|word| word.strip_prefix('-'));
        left_out.any(|word| same_module(word, driver.as_str()))
    }

    /// Whether the image that a listing shows is without `driver`; `None` where no listing
    /// is shown.
    #[must_use]
    pub(crate) fn is_without(&self, driver: &ModuleName) -> Option<bool> {
        let listed = self.listed.as_ref()?;
        let mut names = listed.value.iter();
        Some(!names.any(|name| same_module(name, driver.as_str())))
    }
}

/// Files of both folders by name; one in `/etc` hides one of the same name.
fn dracut_files(tree: &dyn HostTree) -> Vec<ConfFile> {
    let [main, own, shipped] = dracut::PLACES;
    let names = |folder: &str| tree.list(folder).found().unwrap_or_default().names;
    let mut files: Vec<(String, String)> = Vec::new();
    for folder in [own, shipped] {
        for name in names(folder) {
            let known = files.iter().any(|(known, _)| *known == name);
            if name.ends_with(".conf") && !known {
                let path = format!("{folder}/{name}");
                files.push((name, path));
            }
        }
    }
    files.order();
    let rest = files.into_iter().map(|(_, path)| path);
    let paths = std::iter::once(main.to_owned()).chain(rest);
    paths
        .filter_map(|path| ConfFile::read(tree, path))
        .collect()
}

fn drop_ins(tree: &dyn HostTree) -> Vec<ConfFile> {
    let names = |folder: &str| tree.list(folder).found().unwrap_or_default().names;
    let presets = "/etc/mkinitcpio.d";
    let names_one = names(presets).iter().any(|name| {
        let text = tree.read_text(&format!("{presets}/{name}")).found();
        let text = text.unwrap_or_default();
        name.ends_with(".preset")
            && text
                .lines()
                .filter_map(|line| line.trim_start().split_once('='))
                .any(|(name, _)| !name.starts_with('#') && name.ends_with("_config"))
    });
    if names_one {
        return Vec::new();
    }
    let folder = "/etc/mkinitcpio.conf.d";
    let mut found = names(folder);
    found.order();
    let files = found.iter().filter(|name| name.ends_with(".conf"));
    let files = files.filter_map(|name| ConfFile::read(tree, format!("{folder}/{name}")));
    files
        .filter(|file| {
            let parsed = AssignmentFile::parse(&file.text);
            let mut assigned = parsed.assignments().iter();
            assigned.any(|one| {
                matches!(one.name.as_str(), "MODULES" | "HOOKS")
                    && matches!(one.form, Form::Array | Form::String)
            })
        })
        .collect()
}

/// The modules in a listing of `lsinitramfs`, `lsinitrd` or `lsinitcpio`: each prints the path of
/// each file, some after the columns of `ls -l`.
fn listed(tree: &dyn HostTree) -> Option<Fact<BTreeSet<String>>> {
    tree.texts().iter().find_map(|text| {
        let first = numbered_lines(&text.text).find(|(_, line)| module(line).is_some())?;
        let modules = text.text.lines().filter_map(module);
        let modules: BTreeSet<String> = modules.map(str::to_owned).into_set();
        let evidence = Evidence::new(&*text.command, first.0, first.1.trim());
        is_image_list(&text.text).then(|| Fact::new(modules, evidence))
    })
}

/// Whether a text lists the files of an image: modules below `lib/modules`, and an `init`.
#[must_use]
pub(crate) fn is_image_list(text: &str) -> bool {
    let has_init = |line: &str| {
        let path = line.split_ascii_whitespace().last().unwrap_or_default();
        matches!(
            path,
            "init" | "./init" | "/init" | "usr/lib/systemd/systemd"
        ) || line
            .split(" -> ")
            .next()
            .is_some_and(|line| line.ends_with(" init"))
    };
    text.lines().any(|line| module(line).is_some()) && text.lines().any(has_init)
}

/// The module in a line of a listing: `usr/lib/modules/6.1.0/kernel/drivers/…/nouveau.ko.zst`.
fn module(line: &str) -> Option<&str> {
    let path = line.split_ascii_whitespace().last()?;
    let (_, below) = path.split_once("lib/modules/")?;
    let file = below.rsplit('/').next()?;
    let (name, packed) = file.split_once(".ko")?;
    matches!(packed, "" | ".gz" | ".xz" | ".zst").then_some(name)
}

#[cfg(test)]
mod tests;
