//! Every public function of pci-core that reads a text or bytes.

use std::hint::black_box;

use host_tree::{self, MemoryTree};
use pci_core::config::{self, ConfigSpace};
use pci_core::listing::{
    dpdk_devbind, driverctl, esxi, hwinfo, lshw, lxd_resources, nodedev, nvidia_smi, pciconf,
    pvesh, sysfs_links, vm_passthru, windows, xl,
};
use pci_core::lspci::write::{
    IdSelection, OutputForm, OutputOptions, OutputVerbosity, SlotSelection, Version,
};
use pci_core::lspci::{self, dump, write};
use pci_core::modules::Aliases;
use pci_core::names::{Database, LoadedNames, version_of};
use pci_core::sysfs::{BarSizes, LinkSpeed, Wanted, read_wanted};
use pci_core::topology::Topology;
use pci_core::{
    Address, AddressOrSlot, AddressPath, Bus, BusNumber, ClassCode, DeviceId, DeviceNumber,
    DomainNumber, FunctionNumber, Modalias, Names, PciId, RequesterId, Slot, SubsystemId, VendorId,
    notation,
};

/// A parser by its path, called with a text.
pub(crate) type Parser = (&'static str, fn(&str));

/// A reader of bytes by its path, called with some.
pub(crate) type ByteReader = (&'static str, fn(&[u8]));

macro_rules! calls {
    ($($call:path),* $(,)?) => {
        [$((stringify!($call), (|text| { let _ = black_box($call(text)); }) as fn(&str))),*]
    };
}

macro_rules! spellings {
    ($($type:ty),* $(,)?) => {
        [$((stringify!($type), (|text| { let _ = black_box(text.parse::<$type>()); }) as fn(&str))),*]
    };
}

/// Those that take a text.
pub(crate) fn texts() -> Vec<Parser> {
    let mut all = Vec::from(LISTINGS);
    all.extend(calls![
        dpdk_devbind::parse,
        driverctl::parse,
        esxi::lspci,
        esxi::pci_list,
        esxi::pcipassthru_list,
        hwinfo::parse,
        lshw::parse,
        nodedev::names,
        lxd_resources::parse,
        nodedev::parse,
        nvidia_smi::parse,
        pciconf::parse,
        pvesh::parse,
        sysfs_links::parse,
        vm_passthru::parse,
        windows::parse,
        windows::survey,
        xl::parse,
        dump::parse,
        lspci::parse,
        lspci::Releases::of,
        Aliases::parse,
        Aliases::parse_builtin,
        BarSizes::parse,
        LinkSpeed::parse,
        notation::address,
        notation::id,
    ]);
    all.extend(spellings![
        Address,
        AddressOrSlot,
        AddressPath,
        Bus,
        BusNumber,
        ClassCode,
        DeviceId,
        DeviceNumber,
        DomainNumber,
        FunctionNumber,
        IdSelection,
        Modalias,
        PciId,
        RequesterId,
        Slot,
        SlotSelection,
        SubsystemId,
        VendorId,
        Version,
        notation::AddrOption,
        notation::BusId,
        notation::DecimalAddress,
        notation::DynamicId,
        notation::HardwareId,
        notation::HideList,
        notation::HostAddresses,
        notation::HostOption,
        notation::IdPath,
        notation::InstanceId,
        notation::LocationInformation,
        notation::LocationPath,
        notation::NodeDeviceName,
        notation::PassthruDevice,
        notation::PciDevice,
        notation::PciSelector,
        notation::PciSpec,
        notation::SysfsPath,
        notation::UefiDevicePath,
        windows::PnpId,
    ]);
    all
}

/// Those that take more than a text, or give what is to be read further.
const LISTINGS: [Parser; 9] = [
    ("lspci::parse_output", |text| {
        let _ = black_box(lspci::parse_output("lspci -nnk | grep VGA", text));
    }),
    ("the command of lspci::parse_output", |text| {
        let _ = black_box(lspci::parse_output(text, "01:00.0 0300: 10de:2d04"));
    }),
    ("lspci::LazyRecords", |text| {
        if let Ok(lazy) = lspci::LazyRecords::find(text.to_owned()) {
            (0..lazy.len()).for_each(|index| {
                let _ = black_box(lazy.read(index));
            });
        }
    }),
    ("lspci::write of a dump", |text| {
        let Ok(functions) = dump::parse(text) else {
            return;
        };
        let functions: Vec<write::OutputFunction<'_>> = functions.iter().map(Into::into).collect();
        for form in [OutputForm::Text, OutputForm::Machine, OutputForm::Tree] {
            let (mut out, verbosity) = (String::new(), OutputVerbosity::Everything);
            let options = OutputOptions {
                form,
                verbosity,
                ..OutputOptions::default()
            };
            write::write(&functions, Names::embedded(), &options, &mut out).unwrap();
            black_box(out);
        }
    }),
    ("names::Database", |text| {
        let _ = black_box(Database::parse(text.as_bytes()));
        black_box(version_of(text.as_bytes()));
    }),
    ("names::LoadedNames", |text| {
        let _ = black_box(LoadedNames::parse(text.as_bytes().to_vec()));
    }),
    ("Names::search", |text| {
        // A word is looked for in 1.3 MB of names.
        let words: String = text.chars().take(text.len() / 256).collect();
        let _ = black_box(Names::embedded().search(&words));
        let _ = black_box(Names::embedded().candidates(&words));
    }),
    ("sysfs::read of attributes", attributes),
    ("sysfs::read of names", names),
];

/// A function each of whose attributes is `text`.
fn attributes(text: &str) {
    let mut tree = MemoryTree::complete();
    for name in [
        "uevent",
        "class",
        "vendor",
        "resource",
        "resource0_resize",
        "reset_method",
        "label",
        "numa_node",
        "current_link_speed",
        "sriov_totalvfs",
        "driver_override",
        "local_cpulist",
    ] {
        let path = format!("/sys/bus/pci/devices/0000:01:00.0/{name}");
        tree.insert_file(&path, text.as_bytes());
    }
    tree.insert_link("/sys/bus/pci/devices/0000:01:00.0/driver", text);
    let found = read_wanted(&tree, Wanted::FULL);
    black_box(Topology::from_sysfs(&found).branches());
}

/// A host that has the functions that the lines of `text` begin with, and says no more
/// of them.
fn names(text: &str) {
    let names = text.lines().filter_map(|line| line.split(' ').next());
    let names = names.map(str::to_owned).collect();
    for whole in [false, true] {
        let mut tree = MemoryTree::partial();
        let listing = host_tree::Listing {
            names: Vec::clone(&names),
            complete: whole,
        };
        tree.insert_listing("/sys/bus/pci/devices", &listing);
        let found = read_wanted(&tree, Wanted::FULL);
        black_box(Topology::from_sysfs(&found).branches());
    }
}

/// Those that take bytes.
pub(crate) const BYTES: [ByteReader; 5] = [
    ("Names::from_blob", |bytes| {
        let _ = black_box(Names::from_blob(bytes));
    }),
    ("names::Database", |bytes| {
        let _ = black_box(Database::parse(bytes));
    }),
    ("MemoryTree::from_snapshot", |bytes| {
        let _ = black_box(MemoryTree::from_snapshot(bytes));
    }),
    ("config::Capabilities", |bytes| {
        black_box(config::Capabilities::read(ConfigSpace::new(bytes)));
    }),
    ("config::ExtendedCapabilities", |bytes| {
        black_box(config::ExtendedCapabilities::read(ConfigSpace::new(bytes)));
    }),
];
