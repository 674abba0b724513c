//! The programs that a distribution has by default.

use host_tree::Evidence;
use hostconf::binding::initramfs::Initramfs;
use hostconf::boot::loader::LoaderKind;

use super::system::System;

/// A row of `data/distributions.tsv`.
pub(crate) struct Distribution {
    /// Its name in sentences.
    pub(crate) name: &'static str,
    /// The program that makes its initramfs.
    pub(crate) initramfs: Initramfs,
    /// Its boot loader, unless the installer asks.
    pub(crate) loader: Option<LoaderKind>,
}

/// The distribution of the host, and the line that shows it.
pub(crate) fn distribution(system: &System) -> Option<(Distribution, Evidence)> {
    let release = system.kernel.release.as_ref();
    let mut named = include_str!("../../../data/distributions.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let [name, ids, marker, initramfs, loader, _] = columns.as_slice() else {
                return None;
            };
            let by_id = system.id.as_ref().filter(|id| {
                let mut known = ids.split(' ');
                known.any(|known| known == id.value)
            });
            let by_kernel = release.filter(|release| {
                release.evidence.text.contains(marker) || release.value.to_string().contains(marker)
            });
            let by_manager = system
                .hypervisor
                .as_ref()
                .filter(|found| found.value.name() == *name);
            let shown = (by_manager.map(|fact| &fact.evidence))
                .or_else(|| by_kernel.map(|fact| &fact.evidence))
                .or_else(|| by_id.map(|fact| &fact.evidence))?;
            let distribution = Distribution {
                name,
                initramfs: match *initramfs {
                    "initramfs-tools" => Initramfs::InitramfsTools,
                    "dracut" => Initramfs::Dracut,
                    "mkinitcpio" => Initramfs::Mkinitcpio,
                    _ => return None,
                },
                loader: match *loader {
                    "grub" => Some(LoaderKind::Grub),
                    "grub-bls" => Some(LoaderKind::GrubBls),
                    _ => None,
                },
            };
            Some((distribution, shown.clone()))
        });
    // The first: the files of Proxmox VE call it Debian.
    named.next()
}
