//! Kernel facts from trees.

use host_tree::{Listing, MemoryTree};

use super::*;

#[test]
fn a_release_is_not_a_path() {
    let release: Release = "6.8.12-1-pve".parse().unwrap();
    assert_eq!(release.version, (6, 8));
    assert_eq!("6.12+deb".parse::<Release>().unwrap().version, (6, 12));
    for bad in ["../6.1", "6", "", "a.b", "6.1 x", "99999999999.1"] {
        assert!(bad.parse::<Release>().is_err(), "{bad}");
    }
}

#[test]
fn missing_requires_both_files() {
    let release: Release = "6.1.0-47-amd64".parse().unwrap();
    let place = "/lib/modules/6.1.0-47-amd64";
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        &format!("{place}/modules.builtin"),
        "kernel/fs/ext4/ext4.ko\n",
    );
    assert!(presence(&tree, &release, "vfio_virqfd").is_none());
    let dep =
        "kernel/a.ko:\nkernel/drivers/vfio/vfio_virqfd.ko.xz: kernel/drivers/vfio/vfio-pci.ko\n";
    tree.insert_file(&format!("{place}/modules.dep"), dep);
    let (found, evidence) = presence(&tree, &release, "vfio-virqfd").unwrap();
    assert_eq!((found, evidence.line), (Presence::Module, Some(2)));
    assert_eq!(
        presence(&tree, &release, "vfio_pci").unwrap().0,
        Presence::Missing
    );
}

#[test]
fn an_option_that_is_not_set_is_n() {
    let release: Release = "6.1.0".parse().unwrap();
    let mut tree = MemoryTree::partial();
    assert!(Configuration::read(&tree, &release).is_none());
    let text = "# head\nCONFIG_VFIO_PCI=m\n# CONFIG_IOMMUFD is not set\nCONFIG_CC=\"gcc\"\n";
    tree.insert_file("/boot/config-6.1.0", text);
    let configuration = Configuration::read(&tree, &release).unwrap();
    let value = |option: &str| configuration.value(option).map(|(value, _)| value);
    assert_eq!(value("CONFIG_VFIO_PCI"), Some("m"));
    assert_eq!(value("CONFIG_IOMMUFD"), Some("n"));
    assert_eq!(value("CONFIG_CC"), Some("gcc"));
    assert_eq!(value("CONFIG_VFIO"), None);
}

#[test]
fn the_configuration_shows_the_driver_of_the_boot_framebuffer() {
    let release: Release = "6.1.0".parse().unwrap();
    for (text, wanted) in [
        (
            "CONFIG_SYSFB=y\nCONFIG_SYSFB_SIMPLEFB=y\n",
            Some(BootFramebuffer::Simple),
        ),
        (
            "# CONFIG_SYSFB_SIMPLEFB is not set\n",
            Some(BootFramebuffer::Firmware),
        ),
        ("CONFIG_SYSFB=y\n", Some(BootFramebuffer::Firmware)),
        (
            "# CONFIG_X86_SYSFB is not set\n",
            Some(BootFramebuffer::Older),
        ),
        ("CONFIG_FB=y\n", None),
    ] {
        let mut tree = MemoryTree::partial();
        tree.insert_file("/usr/lib/modules/6.1.0/config", text);
        let found = boot_framebuffer(&tree, &release).map(|(found, _)| found);
        assert_eq!(found, wanted, "{text}");
    }
    let mut tree = MemoryTree::partial();
    assert!(intel_iommu_default(&tree, &release).is_none());
    tree.insert_file(
        "/boot/config-6.1.0",
        "# CONFIG_INTEL_IOMMU_DEFAULT_ON is not set\n",
    );
    let (found, _) = intel_iommu_default(&tree, &release).unwrap();
    assert_eq!(found, IntelIommuDefault::Off);
}

#[test]
fn the_newest_kernel_is_known_only_from_a_whole_listing() {
    let names = ["6.8.12-10-pve", "6.8.12-9-pve", "extramodules"].map(str::to_owned);
    for whole in [true, false] {
        let mut tree = MemoryTree::partial();
        let names = names.to_vec();
        tree.insert_listing(
            "/lib/modules",
            &Listing {
                names,
                complete: whole,
            },
        );
        let newest = release(&tree, Which::Newest).map(|(release, _)| release.to_string());
        assert_eq!(newest.as_deref(), whole.then_some("6.8.12-10-pve"));
    }
    let mut tree = MemoryTree::partial();
    tree.insert_file(
        "/proc/version",
        "Linux version 6.8.12-9-pve (build@proxmox) #1 SMP\n",
    );
    let (running, evidence) = release(&tree, Which::Running).unwrap();
    assert_eq!((running.version, evidence.line), ((6, 8), Some(1)));
}

#[test]
fn every_row_is_read_and_counts_from_its_version() {
    let lines = VERSIONS
        .lines()
        .filter(|line| !line.starts_with('#'))
        .count();
    assert_eq!(version_facts().count(), lines);
    assert!(version_facts().all(|row| row.source.len() > 20));
    let merged = |text: &str| by_version(&text.parse().unwrap(), "vfio-virqfd-merged");
    assert_eq!(merged("6.1.0-47-amd64"), Some(false));
    assert_eq!(merged("6.2.0-31-generic"), Some(true));
    assert_eq!(merged("5.15.0"), Some(false));
    assert_eq!(by_version(&"6.1.0".parse().unwrap(), "no-such-fact"), None);
}

#[test]
fn releases_of_distributions_have_a_known_framebuffer() {
    use BootFramebuffer::{Firmware, Simple};
    for (release, wanted) in [
        ("6.2.16-3-pve", Some(Simple)),
        ("5.15.30-2-pve", None),
        ("6.12.48+deb13-amd64", Some(Firmware)),
        ("6.5.0-0.deb12.4-amd64", None),
        ("6.1.0-50-cloud-amd64", None),
        ("6.8.0-51-generic", Some(Simple)),
        ("6.2.0-31-generic", None),
        ("6.9.3-76060903-generic", None),
        ("6.11.4-301.fc41.x86_64", Some(Simple)),
        ("6.12.4-arch1-1", Some(Simple)),
        ("6.12.4", None),
    ] {
        let found = boot_framebuffer_by_release(&release.parse().unwrap());
        assert_eq!(found, wanted, "{release}");
    }
    let rows = FRAMEBUFFERS.lines().filter(|line| !line.starts_with('#'));
    assert!(rows.into_iter().all(|row| row.split('\t').count() == 6));
}
