//! The loader by its files, where what started the kernel is not shown.

use host_tree::{Evidence, HostTree, Lookup};

use super::by_program::{ENTRIES, extlinux, grub, limine, systemd_boot};
use super::kind::{LoaderKind, PARTITIONS, SYSLINUX_FILES};
use super::shown::first_line;
use crate::boot::{grub_files, limine as limine_file, refind};

/// By the files that are there, on a host that is certain not to use
/// `proxmox-boot-tool`; only when other loaders' are certain not to be.
pub(super) fn by_files(tree: &dyn HostTree, evidence: &mut Vec<Evidence>) -> Option<LoaderKind> {
    let mut others = vec![(refind::LINUX_CONF.to_owned(), LoaderKind::Refind)];
    others.extend(limine_files().map(|path| (path, LoaderKind::Limine)));
    others.extend(SYSLINUX_FILES.map(|path| (path.to_owned(), LoaderKind::Syslinux)));
    let other = others.iter().find_map(|(path, kind)| {
        let text = tree.read_text(path).found()?;
        Some((*kind, first_line(path, &text)))
    });
    let grub_text = tree.read_text(grub_files::MAIN);
    let listings = ENTRIES.map(|place| (place, tree.list(place)));
    let entry = listings.iter().find_map(|(place, listing)| {
        let (listing, evidence) = listing.clone().shown(*place, |_| "").found()?;
        let mut names = listing.names.into_iter();
        let name = names.find(|name| name.ends_with(".conf"))?;
        Some(evidence.saying(name))
    });
    let no_entry = listings.iter().all(|(_, listing)| match listing {
        Lookup::Found(listing) => listing.whole && listing.names.is_empty(),
        other => other.is_absent(),
    });
    match (grub_text, entry, other) {
        (Lookup::Found(text), None, None) if no_entry => {
            evidence.push(first_line(grub_files::MAIN, &text));
            Some(grub(tree, evidence))
        }
        (Lookup::Absent, Some(entry), None) => {
            let kind = systemd_boot(tree, evidence);
            evidence.push(entry);
            kind
        }
        (Lookup::Absent, None, Some((kind, proof))) if no_entry => {
            evidence.push(proof);
            Some(match kind {
                LoaderKind::Limine => limine(tree, evidence),
                LoaderKind::Syslinux => extlinux(tree, evidence),
                kind => kind,
            })
        }
        (grub, entry, other) => {
            evidence.extend(grub.found().map(|text| first_line(grub_files::MAIN, &text)));
            evidence.extend(entry);
            evidence.extend(other.map(|(_, proof)| proof));
            None
        }
    }
}

/// Where Limine's file may be, as mounted.
pub(in crate::boot) fn limine_files() -> impl Iterator<Item = String> {
    let names = limine_file::NAMES
        .into_iter()
        .chain(limine_file::NAMES_BEFORE_8);
    let below = |place: &str| {
        let place = place.to_owned();
        move |name: &str| format!("{place}{name}")
    };
    let names: Vec<&str> = names.collect();
    PARTITIONS.iter().flat_map(move |place| {
        names
            .clone()
            .into_iter()
            .map(below(place))
            .collect::<Vec<_>>()
    })
}
