//! Words that are typed by people and end up in files: what is taken prints as itself,
//! and has no line of its own.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use hostconf::binding::kernel_facts::Release;
use hostconf::binding::libvirt_hook::GuestName;
use hostconf::binding::method::Method;
use hostconf::boot::Parameter;
use hvconf::assigned::RomFile;
use hvconf::convert::Format;
use hvconf::description::{HostPath, HypervVendorId, VmName};
use hvconf::esxi::{SystemId, VmxKey};
use hvconf::guest::{DeviceInstance, NvidiaWindowsDriver, UserName, WorkSystem};
use hvconf::kubernetes::NodeName;
use hvconf::libvirt::DomainName;
use hvconf::nova::AliasName;
use hvconf::proxmox::{ConfigValue, Key, VmId};
use pci_core::listing::windows::PnpId;
use pci_core::lspci::write::{IdSelection, SlotSelection, Version};
use pci_core::modules::ModuleName;
use pci_core::{
    BusNumber, ClassCode, DeviceId, DeviceNumber, DomainNumber, FunctionNumber, PciId, Slot,
    SubsystemId, VendorId,
};
use vbios::edit::Images;
use vbios::ssdt::AcpiPath;
use vbios::verify::CardIds;

fn comes_back<T: FromStr + Display + PartialEq + Debug>(text: &str)
where
    T::Err: Debug,
{
    if let Ok(value) = text.parse::<T>() {
        let shown = value.to_string();
        assert_eq!(shown.parse::<T>().unwrap(), value, "{text:?} as {shown:?}");
        assert!(!shown.contains(['\n', '\r', '\0']), "{shown:?}");
    }
}

/// Panics where that does not hold of `data`.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    comes_back::<BusNumber>(text);
    comes_back::<ClassCode>(text);
    comes_back::<DeviceId>(text);
    comes_back::<DeviceNumber>(text);
    comes_back::<DomainNumber>(text);
    comes_back::<FunctionNumber>(text);
    comes_back::<PciId>(text);
    comes_back::<Slot>(text);
    comes_back::<SubsystemId>(text);
    comes_back::<VendorId>(text);
    comes_back::<Version>(text);

    comes_back::<AliasName>(text);
    comes_back::<DeviceInstance>(text);
    comes_back::<DomainName>(text);
    comes_back::<Format>(text);
    comes_back::<GuestName>(text);
    comes_back::<HostPath>(text);
    comes_back::<HypervVendorId>(text);
    comes_back::<Key>(text);
    comes_back::<Method>(text);
    comes_back::<ModuleName>(text);
    comes_back::<NodeName>(text);
    comes_back::<NvidiaWindowsDriver>(text);
    comes_back::<Parameter>(text);
    comes_back::<Release>(text);
    comes_back::<RomFile>(text);
    comes_back::<SystemId>(text);
    comes_back::<UserName>(text);
    comes_back::<VmId>(text);
    comes_back::<VmName>(text);
    comes_back::<VmxKey>(text);

    comes_back::<AcpiPath>(text);
    comes_back::<Images>(text);
    comes_back::<passthru::Target>(text);

    let _ = (text.parse::<PnpId>(), text.parse::<SlotSelection>());
    let _ = (text.parse::<IdSelection>(), text.parse::<ConfigValue>());
    let _ = (text.parse::<WorkSystem>(), text.parse::<CardIds>());
    let _ = text.parse::<passthru::guest_setup::DriverVersion>();
    let _ = passthru::lspci::options(text);
    let _ = passthru::messages::explain(text);
}
