//! Problems of an existing domain, as plain values.

use std::collections::BTreeMap;

use pci_core::Address;

use super::domain::{Domain, element_bytes};
use super::hostdev::GuestAddress;
use super::memory::refused_beside_huge_pages;
use super::tree::{Element, Tree};

/// The namespace of `<qemu:commandline>`
/// (<https://libvirt.org/drvqemu.html#pass-through-of-arbitrary-qemu-commands>).
const QEMU_NAMESPACE: &str = "http://libvirt.org/schemas/domain/qemu/1.0";

/// A setting of a domain without the intended effect.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DomainIssue {
    /// A `commandline` that is not a child of `<domain>`: dropped in silence.
    MisplacedCommandline {
        /// Its line, from 1.
        line: u32,
    },
    /// A `commandline` whose prefix is not bound to QEMU's namespace: dropped in
    /// silence.
    CommandlineWithoutNamespace {
        /// Its line, from 1.
        line: u32,
    },
    /// A `<hyperv>` or `<kvm>` that is not in the `<features>` of the domain: dropped in
    /// silence (libvirt, `src/conf/domain_conf.c`, `virDomainFeaturesDefParse`, which
    /// looks nowhere else).
    MisplacedFeature {
        /// Its line, from 1.
        line: u32,
        /// The element's name.
        name: String,
    },
    /// A Hyper-V vendor id that libvirt rejects.
    BadVendorId {
        /// The line of `<vendor_id>`, from 1.
        line: u32,
        /// The value as written.
        value: String,
        /// Why it is refused.
        fault: VendorIdIssue,
    },
    /// A host function that two hostdevs assign.
    PassedTwice {
        /// The later hostdev's line, from 1.
        line: u32,
        /// The function.
        source: Address,
        /// The earlier hostdev's line.
        first_line: u32,
    },
    /// Two devices at one address in the guest: the domain cannot be defined.
    GuestAddressTwice {
        /// The later device's line, from 1.
        line: u32,
        /// The address.
        address: GuestAddress,
        /// The earlier device's line.
        first_line: u32,
    },
    /// A balloon in a domain with assigned functions: all of it is pinned, so the host gets none
    /// (QEMU, hw/virtio/virtio-balloon.c, `virtio_balloon_inhibited`).
    BalloonWithHostdev {
        /// The line of `<currentMemory>`, from 1.
        line: u32,
    },
    /// A limit of the process that is not above the guest's memory, while functions are assigned:
    /// all of it is pinned (libvirt, `src/qemu/qemu_domain.c`, `qemuDomainGetMemLockLimitBytes`:
    /// a `<hard_limit>` is the limit of locked memory).
    LockLimitTooLow {
        /// The line of `<hard_limit>`, from 1.
        line: u32,
        /// The guest's memory in bytes.
        memory: u128,
    },
    /// A setting of `<memoryBacking>` beside `<hugepages>`: libvirt rejects the domain
    /// (`src/qemu/qemu_validate.c`, `qemuValidateDomainDefMemory`).
    RefusedWithHugePages {
        /// The element's line, from 1.
        line: u32,
        /// The element.
        element: String,
    },
    /// A ROM file whose path is not absolute.
    RelativeRomFile {
        /// The hostdev's line, from 1.
        line: u32,
        /// The path as written.
        path: String,
    },
}

/// Why a Hyper-V vendor id is refused (libvirt's `domaincommon.rng`: at most 12
/// characters, no comma).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VendorIdIssue {
    /// More than 12 characters.
    TooLong,
    /// A comma, which would end QEMU's option.
    Comma,
}

/// The issues of `domain`.
///
/// ```
/// use hvconf::libvirt::{Domain, DomainIssue, lint};
/// let text = "<domain>\n<qemu:commandline/>\n</domain>";
/// let domain = Domain::parse(text)?;
/// assert_eq!(lint(&domain), [DomainIssue::CommandlineWithoutNamespace { line: 2 }]);
/// # Ok::<(), hvconf::Error>(())
/// ```
#[must_use]
pub fn lint(domain: &Domain<'_>) -> Vec<DomainIssue> {
    let mut issues = commandlines(&domain.tree);
    issues.extend(misplaced_features(&domain.tree));
    if let Some(vendor) = domain.vendor_id() {
        let value = vendor.value.unwrap_or_default();
        let fault = if value.contains(',') {
            Some(VendorIdIssue::Comma)
        } else {
            (value.chars().count() > 12).then_some(VendorIdIssue::TooLong)
        };
        if let Some(fault) = fault {
            issues.push(DomainIssue::BadVendorId {
                line: vendor.line,
                value,
                fault,
            });
        }
    }
    let mut sources = BTreeMap::new();
    for hostdev in domain.hostdevs() {
        let line = hostdev.line;
        match sources.get(&hostdev.source) {
            Some(&first_line) => issues.push(DomainIssue::PassedTwice {
                line,
                source: hostdev.source,
                first_line,
            }),
            None => {
                sources.insert(hostdev.source, line);
            }
        }
        if let Some(path) = hostdev.rom_file.filter(|path| !path.starts_with('/')) {
            issues.push(DomainIssue::RelativeRomFile { line, path });
        }
    }
    issues.extend(balloon(domain));
    issues.extend(lock_limit(domain));
    issues.extend(refused_with_huge_pages(domain));
    issues.extend(guest_addresses(domain));
    issues
}

/// libvirt's balloon has the difference of `<currentMemory>` and `<memory>`.
fn balloon(domain: &Domain<'_>) -> Option<DomainIssue> {
    if domain.hostdevs().is_empty() || domain.balloon().is_some_and(|b| b.model == "none") {
        return None;
    }
    let (_, current) = domain.tree.child(0, "currentMemory")?;
    (element_bytes(&domain.tree, current)? < domain.memory()?).then(|| {
        let line = domain.tree.line(current.open.start);
        DomainIssue::BalloonWithHostdev { line }
    })
}

fn lock_limit(domain: &Domain<'_>) -> Option<DomainIssue> {
    if domain.hostdevs().is_empty() {
        return None;
    }
    let (limit, line) = domain.hard_limit()?;
    let memory = domain.memory()?;
    (limit <= memory).then_some(DomainIssue::LockLimitTooLow { line, memory })
}

fn refused_with_huge_pages(domain: &Domain<'_>) -> Option<DomainIssue> {
    let tree = &domain.tree;
    tree.descend(0, &["memoryBacking", "hugepages"])?;
    let (element, text) = refused_beside_huge_pages(domain)?;
    Some(DomainIssue::RefusedWithHugePages {
        line: tree.line(element.open.start),
        element: text,
    })
}

fn commandlines(tree: &Tree<'_>) -> Vec<DomainIssue> {
    let mut issues = Vec::new();
    for (_, element) in tree.iter() {
        let (prefix, local) = match element.name.split_once(':') {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, element.name.as_str()),
        };
        if local != "commandline" {
            continue;
        }
        let line = tree.line(element.open.start);
        let namespace = namespace(tree, element, prefix);
        if namespace.is_none() && prefix.is_some_and(|prefix| prefix != "qemu") {
            // Another hypervisor's, such as bhyve:commandline.
            continue;
        }
        if element.parent != Some(0) {
            issues.push(DomainIssue::MisplacedCommandline { line });
        } else if namespace.is_none() {
            issues.push(DomainIssue::CommandlineWithoutNamespace { line });
        }
    }
    issues
}

/// Where a guide shows `<hyperv>` and `<kvm>` without what is around them, they are put
/// anywhere.
fn misplaced_features(tree: &Tree<'_>) -> impl Iterator<Item = DomainIssue> {
    let named = |element: &&Element| matches!(element.name.as_str(), "hyperv" | "kvm");
    let elements = tree.iter().map(|(_, element)| element).filter(named);
    let misplaced = elements.filter(|element| {
        let mut around = ancestors(tree, element);
        let in_place = around
            .next()
            .is_some_and(|parent| parent.name == "features" && parent.parent == Some(0));
        // Metadata belongs to other programs.
        !in_place && !ancestors(tree, element).any(|parent| parent.name == "metadata")
    });
    misplaced.map(|element| DomainIssue::MisplacedFeature {
        line: tree.line(element.open.start),
        name: element.name.clone(),
    })
}

/// The ancestors of `element`, innermost first.
fn ancestors<'t>(tree: &'t Tree<'_>, element: &Element) -> impl Iterator<Item = &'t Element> {
    let parent = |element: &Element| element.parent.and_then(|id| tree.get(id));
    core::iter::successors(parent(element), move |element| parent(element))
}

/// The nearest declaration of QEMU's namespace for `prefix`.
fn namespace(tree: &Tree<'_>, element: &Element, prefix: Option<&str>) -> Option<()> {
    let declaration = match prefix {
        Some(prefix) => format!("xmlns:{prefix}"),
        None => "xmlns".to_owned(),
    };
    let mut at = Some(element);
    while let Some(element) = at {
        if let Some(value) = element.attribute(&declaration) {
            return (value == QEMU_NAMESPACE).then_some(());
        }
        at = element.parent.and_then(|parent| tree.get(parent));
    }
    None
}

fn guest_addresses(domain: &Domain<'_>) -> Vec<DomainIssue> {
    let mut seen = BTreeMap::new();
    let mut issues = Vec::new();
    let devices = domain.devices().into_iter();
    for (id, device) in devices.flat_map(|(id, _)| domain.tree.children(id)) {
        let Some(address) = domain.guest_address(id) else {
            continue;
        };
        let line = domain.tree.line(device.open.start);
        match seen.get(&address) {
            Some(&first_line) => issues.push(DomainIssue::GuestAddressTwice {
                line,
                address,
                first_line,
            }),
            None => {
                seen.insert(address, line);
            }
        }
    }
    issues
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issues(text: &str) -> Vec<DomainIssue> {
        lint(&Domain::parse(text).unwrap())
    }

    #[test]
    fn a_commandline_counts_only_in_its_place_and_namespace() {
        let ns = "xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'";
        let bare = "<domain><qemu:commandline/></domain>";
        assert_eq!(
            issues(bare),
            [DomainIssue::CommandlineWithoutNamespace { line: 1 }]
        );
        let inside = format!("<domain {ns}><devices>\n<qemu:commandline/></devices></domain>");
        assert_eq!(
            issues(&inside),
            [DomainIssue::MisplacedCommandline { line: 2 }]
        );
        assert_eq!(
            issues(&format!("<domain {ns}><qemu:commandline/></domain>")),
            []
        );
        assert_eq!(
            issues(&format!("<domain><qemu:commandline {ns}/></domain>")),
            []
        );
        let renamed = ns.replace("qemu=", "q=");
        assert_eq!(
            issues(&format!("<domain {renamed}><q:commandline/></domain>")),
            []
        );
        assert_eq!(
            issues("<domain xmlns:bhyve='x'><bhyve:commandline/></domain>"),
            []
        );
    }

    #[test]
    fn features_count_only_in_their_place() {
        let kvm = "<kvm><hidden state='on'/></kvm>";
        let name = "kvm".to_owned();
        for (text, wanted) in [
            (format!("<domain><features>{kvm}</features></domain>"), None),
            (format!("<domain>\n{kvm}</domain>"), Some(2)),
            (
                format!("<domain><devices>\n<features>{kvm}</features></devices></domain>"),
                Some(2),
            ),
            (format!("<domain><cpu>{kvm}</cpu></domain>"), Some(1)),
            (
                format!("<domain><metadata><a>{kvm}</a></metadata></domain>"),
                None,
            ),
        ] {
            let name = name.clone();
            let wanted = wanted.map(|line| DomainIssue::MisplacedFeature { line, name });
            assert_eq!(issues(&text), Vec::from_iter(wanted), "{text}");
        }
        let both = "<domain>\n<hyperv><relaxed state='on'/></hyperv>\n<kvm/></domain>";
        assert_eq!(issues(both).len(), 2);
    }

    #[test]
    fn memory_that_cannot_be_locked_or_backed() {
        let hostdev = "<devices><hostdev type='pci'><source><address bus='3'/></source></hostdev>\
             </devices>";
        let limited = |limit: &str| {
            format!(
                "<domain><memory unit='GiB'>8</memory>\n<memtune><hard_limit unit='GiB'>{limit}\
                 </hard_limit></memtune>{hostdev}</domain>"
            )
        };
        let memory = 8 << 30;
        assert_eq!(
            issues(&limited("8")),
            [DomainIssue::LockLimitTooLow { line: 2, memory }]
        );
        assert_eq!(issues(&limited("9")), []);
        assert_eq!(issues(&limited("1").replace(hostdev, "")), []);
        let backed =
            |inner: &str| format!("<domain><memoryBacking>{inner}</memoryBacking></domain>");
        let [DomainIssue::RefusedWithHugePages { line: 1, element }] =
            &*issues(&backed("<hugepages/><allocation mode='ondemand'/>"))
        else {
            panic!();
        };
        assert_eq!(element, "<allocation mode='ondemand'/>");
        assert_eq!(issues(&backed("<allocation mode='ondemand'/>")), []);
        assert_eq!(issues(&backed("<hugepages/><source type='memfd'/>")), []);
    }

    #[test]
    fn vendor_ids_have_a_length_and_no_comma() {
        let domain = |value: &str| {
            format!(
                "<domain><features><hyperv><vendor_id state='on' value='{value}'/></hyperv></features></domain>"
            )
        };
        assert_eq!(issues(&domain("123456789012")), []);
        for (value, wanted) in [
            ("1234567890123", VendorIdIssue::TooLong),
            ("a,b", VendorIdIssue::Comma),
        ] {
            let found = issues(&domain(value));
            assert!(
                matches!(found.as_slice(), [DomainIssue::BadVendorId { fault, .. }] if *fault == wanted),
                "{found:?}"
            );
        }
    }

    #[test]
    fn a_balloon_releases_no_memory_with_an_assigned_function() {
        let hostdev = "<hostdev type='pci'><source><address bus='1' slot='0' function='0'/>\
            </source></hostdev>";
        let domain = |memory: &str, devices: &str| {
            format!(
                "<domain>\n<memory unit='GiB'>8</memory>\n{memory}\n<devices>{devices}</devices></domain>"
            )
        };
        let less = "<currentMemory unit='KiB'>4194304</currentMemory>";
        let wanted = [DomainIssue::BalloonWithHostdev { line: 3 }];
        assert_eq!(issues(&domain(less, hostdev)), wanted);
        let virtio = format!("{hostdev}<memballoon model='virtio'/>");
        assert_eq!(issues(&domain(less, &virtio)), wanted);
        let none = format!("{hostdev}<memballoon model='none'/>");
        let same = "<currentMemory>8388608</currentMemory>";
        let odd = "<currentMemory unit='pages'>1</currentMemory>";
        for (memory, devices) in [(less, ""), (less, &*none), (same, hostdev), (odd, hostdev)] {
            assert_eq!(issues(&domain(memory, devices)), [], "{memory} {devices}");
        }
    }

    #[test]
    fn options_that_are_set_twice() {
        let hostdev = "<hostdev type='pci'><source><address bus='1' slot='0' function='0'/></source>\
            <rom file='v.rom'/><address type='pci' bus='4' slot='0' function='0'/></hostdev>\n";
        let text = format!("<domain><devices>\n{hostdev}{hostdev}</devices></domain>");
        let found = issues(&text);
        assert_eq!(found.len(), 4, "{found:?}");
        assert!(matches!(
            found[0],
            DomainIssue::RelativeRomFile { line: 2, .. }
        ));
        assert!(matches!(
            found[1],
            DomainIssue::PassedTwice {
                line: 3,
                first_line: 2,
                ..
            }
        ));
        assert!(matches!(
            found[3],
            DomainIssue::GuestAddressTwice {
                line: 3,
                first_line: 2,
                ..
            }
        ));
    }
}
