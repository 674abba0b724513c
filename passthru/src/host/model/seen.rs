//! Results of the readers of sources.

use host_tree::Evidence;
use iommu::{Completeness, Groups};
use pci_core::topology::TopologyBuilder;
use pci_core::{Address, AddressPath};

use super::observation::Entry;
use super::survey::Survey;
use crate::host::coverage::Coverage;
use crate::host::fact::Fact;
use crate::host::hardware::hyper_v::HyperV;
use crate::host::hardware::without_address::DeviceWithoutAddress;
use crate::host::host_use::in_use::Interface;
use crate::host::host_use::process::Process;
use crate::host::identity::platform::Platform;
use crate::target::Target;
use crate::text::Text;

/// A device of an IOMMU group, as one line shows it.
#[derive(Clone, Debug)]
pub(in crate::host) struct Member {
    /// The function, or the name of a device that is none.
    pub(in crate::host) device: Result<Address, String>,
    pub(in crate::host) group: u32,
    pub(in crate::host) line: Evidence,
    /// Whether the source shows all devices of the group.
    pub(in crate::host) completeness: Completeness,
}

/// Place of a function in the bus hierarchy, from a source.
#[derive(Clone, Debug)]
pub(in crate::host) enum Way {
    /// The buses below a bridge, the first and the last.
    Buses(u8, u8),
    /// The bridges on the way.
    Path(AddressPath),
    /// Its directory, as a link in `/sys/bus/pci/devices` names it.
    Place(String),
}

/// The content of one listing.
#[derive(Clone, Debug, Default)]
pub(in crate::host) struct Listing {
    pub(in crate::host) entries: Vec<Entry>,
    pub(in crate::host) members: Vec<Member>,
    pub(in crate::host) ways: Vec<(Address, Way)>,
    /// The platform that it shows.
    pub(in crate::host) platform: Option<Fact<Platform>>,
    /// The hypervisor whose command printed it.
    pub(in crate::host) hypervisor: Option<Fact<Target>>,
    /// Its coverage of the host's functions, if known.
    pub(in crate::host) coverage: Option<Coverage>,
    /// Whether a Linux program printed it.
    pub(in crate::host) is_of_linux: bool,
    pub(in crate::host) processes: Vec<Fact<Process>>,
    pub(in crate::host) interfaces: Vec<Fact<Interface>>,
    /// Damage to it.
    pub(in crate::host) damage: Vec<Fact<Text>>,
    /// Functions without addresses.
    pub(in crate::host) without_address: Vec<DeviceWithoutAddress>,
}

/// A listing of lspci of an emulated machine.
#[derive(Clone, Debug)]
pub(in crate::host) struct EmulatedRun {
    pub(in crate::host) listing: Listing,
    /// Its first line.
    pub(in crate::host) first: Option<Evidence>,
    /// The line that shows that it is emulated.
    pub(in crate::host) shown: Option<Evidence>,
    /// Whether the text around it says that it is a guest's.
    pub(in crate::host) is_announced: bool,
}

/// The content of all sources.
#[derive(Debug, Default)]
pub(in crate::host) struct Seen {
    /// The entries of the host's listings, and of lines that name functions, in the order of the
    /// input.
    pub(in crate::host) entries: Vec<Entry>,
    members: Vec<Member>,
    pub(in crate::host) topology: TopologyBuilder,
    pub(in crate::host) coverage: Vec<Coverage>,
    pub(in crate::host) processes: Vec<Fact<Process>>,
    pub(in crate::host) interfaces: Vec<Fact<Interface>>,
    pub(in crate::host) damage: Vec<Fact<Text>>,
    pub(in crate::host) without_address: Vec<DeviceWithoutAddress>,
    pub(in crate::host) hyper_v: HyperV,
    /// The hypervisor whose command printed a listing.
    pub(in crate::host) hypervisor: Option<Fact<Target>>,
    pub(in crate::host) platform: Option<Fact<Platform>>,
    /// Whether a listing is of a Linux program.
    pub(in crate::host) linux_shown: bool,
    /// Listings of virtual machines, whose host may also be in the input.
    pub(in crate::host) emulated: Vec<EmulatedRun>,
    /// Listings that may be a guest's.
    pub(in crate::host) foreign: Vec<Foreign>,
    /// The omitted ones.
    pub(in crate::host) left_out: Vec<Fact<Platform>>,
    /// Evidence that the functions in lspci's listing are a virtual machine's.
    pub(in crate::host) emulated_shown: Option<Evidence>,
    /// The first lines of those of them that were left out.
    pub(in crate::host) guest_listings: Vec<Evidence>,
    /// The functions in guests' listings and logs.
    pub(in crate::host) guest_entries: Vec<Entry>,
}

impl Seen {
    /// Adds a listing of the host.
    pub(in crate::host) fn add(&mut self, listing: Listing) {
        self.entries.extend(listing.entries);
        self.members.extend(listing.members);
        for (address, way) in &listing.ways {
            self.go(*address, way);
        }
        self.platform = self.platform.take().or(listing.platform);
        self.hypervisor = self.hypervisor.take().or(listing.hypervisor);
        self.coverage.extend(listing.coverage);
        self.linux_shown |= listing.is_of_linux;
        self.processes.extend(listing.processes);
        self.interfaces.extend(listing.interfaces);
        for damage in listing.damage {
            self.see_damage(damage);
        }
        self.without_address.extend(listing.without_address);
    }

    /// Whether a listing has members of IOMMU groups.
    pub(in crate::host) fn shows_groups(&self) -> bool {
        !self.members.is_empty()
    }

    /// Records damage to the input, once.
    pub(in crate::host) fn see_damage(&mut self, damage: Fact<Text>) {
        if self.damage.iter().all(|known| known.value != damage.value) {
            self.damage.push(damage);
        }
    }

    /// Adds members of groups that no listing of functions shows.
    pub(in crate::host) fn add_members(&mut self, members: Vec<Member>) {
        self.members.extend(members);
    }

    pub(super) fn go(&mut self, address: Address, way: &Way) {
        match way {
            Way::Buses(secondary, subordinate) => {
                self.topology.buses(address, *secondary, *subordinate);
            }
            Way::Path(path) => self.topology.path(path),
            Way::Place(target) => self.topology.place(address, target),
        }
    }

    /// Adds the groups of the sources, and resolves disputes.
    pub(in crate::host) fn add_to(&mut self, groups: &mut Groups) {
        for member in std::mem::take(&mut self.members) {
            match member.device {
                Ok(address) => {
                    let row = (address, member.group, member.line);
                    groups.add_rows([row], member.completeness);
                }
                Err(name) => groups.add_other(member.group, name, member.line, member.completeness),
            }
        }
    }
}

/// A listing of a system that a Linux host may have as its guest.
#[derive(Debug)]
pub(in crate::host) struct Foreign {
    pub(in crate::host) platform: Platform,
    /// The first line that shows it.
    pub(in crate::host) shown: Evidence,
    pub(in crate::host) listing: Listing,
    /// Microsoft's survey in the same text.
    pub(in crate::host) survey: Survey,
    /// Hyper-V's functions in the same text.
    pub(in crate::host) hyper_v: HyperV,
    /// Each of its dismounted functions without an address.
    pub(in crate::host) dismounted: Vec<DeviceWithoutAddress>,
}
