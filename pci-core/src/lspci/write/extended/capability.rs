//! One extended capability: its title, and what is decoded below it.

use core::fmt::{self, Write};

use super::titles::title;
use super::{
    access_control_services, address_translation, advanced_error_reporting, data_object_exchange,
    designated_vendor_specific, device_3, downstream_port_containment, flit,
    integrity_and_data_encryption, latency, link, multicast, register_blocks, resizable_bar,
    root_complex, sr_iov, tph_requester, virtual_channel,
};
use crate::config::conventional::Express;
use crate::config::extended::{
    DesignatedVendorSpecific, DeviceSerialNumber, Multicast, VirtualChannel,
};
use crate::config::{ConfigSpace, ExtendedCapabilityId, ExtendedStructure};
use crate::lspci::write::function::Function;
use crate::lspci::write::options::Verbosity;
use crate::lspci::write::page::Page;

/// The line for what was not read.
pub(super) const UNREADABLE: &str = "\t\t<unreadable>\n";

/// Writes the rest of the line that begins with `Capabilities: [100 v1] `, and the
/// lines below it, of the capability `id` at `at`.
pub(super) fn write(
    function: &Function<'_>,
    id: ExtendedCapabilityId,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let version = page.version();
    let Some(title) = title(id.0, version) else {
        return writeln!(out, "Extended Capability ID {:#x}", id.0);
    };
    let space = function.config;
    match id {
        ExtendedCapabilityId::DEVICE_SERIAL_NUMBER => {
            // Without the number there is no title, nor a line break.
            let Some(serial) = DeviceSerialNumber::read(space, at) else {
                return Ok(());
            };
            write!(out, "{title} {serial}")?;
        }
        ExtendedCapabilityId::VENDOR_SPECIFIC => {
            out.write_str(title)?;
            vendor_specific(function, at, out)?;
        }
        ExtendedCapabilityId::DESIGNATED_VENDOR_SPECIFIC => {
            out.write_str(title)?;
            let is_read = function.registers().has(at, 0xc);
            match DesignatedVendorSpecific::read(space, at).filter(|_| is_read) {
                Some(dvsec) => designated_vendor_specific::title(dvsec, out)?,
                None => out.write_str(" <unreadable>")?,
            }
        }
        _ => out.write_str(title)?,
    }
    out.write_char('\n')?;
    if page.verbosity() < Verbosity::VeryVerbose || title.ends_with("<?>") {
        return Ok(());
    }
    details(function, id, at, page, out)
}

/// Writes what is below the title, where all of it was shown.
fn details(
    function: &Function<'_>,
    id: ExtendedCapabilityId,
    at: u16,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let space = function.config;
    let version = page.version();
    let (needed, without) = needed(id);
    if !function.registers().has(at, needed) {
        return out.write_str(without);
    }
    match id {
        ExtendedCapabilityId::ADVANCED_ERROR_REPORTING => read(space, at, |errors| {
            advanced_error_reporting::write(errors, version, out)
        }),
        ExtendedCapabilityId::VIRTUAL_CHANNEL | ExtendedCapabilityId::VIRTUAL_CHANNEL_MFVC => {
            read(space, at, |channel: &VirtualChannel| {
                virtual_channel::write(channel, at, out)
            })
        }
        ExtendedCapabilityId::ROOT_COMPLEX_LINK_DECLARATION => {
            read(space, at, |declared| root_complex::link(declared, out))
        }
        ExtendedCapabilityId::ROOT_COMPLEX_EVENT_COLLECTOR => read(space, at, |collector| {
            root_complex::event_collector(collector, page.verbosity(), out)
        }),
        ExtendedCapabilityId::ACCESS_CONTROL_SERVICES => {
            read(space, at, |acs| access_control_services::write(acs, out))
        }
        ExtendedCapabilityId::ALTERNATIVE_ROUTING_ID => {
            read(space, at, |ari| address_translation::ari(ari, out))
        }
        ExtendedCapabilityId::ADDRESS_TRANSLATION_SERVICES => {
            read(space, at, |ats| address_translation::ats(ats, out))
        }
        ExtendedCapabilityId::SR_IOV => {
            read(space, at, |sr_iov| sr_iov::write(sr_iov, version, out))
        }
        ExtendedCapabilityId::MULTICAST => read(space, at, |multicast: &Multicast| {
            let express = space.capability::<Express>().found();
            let kind = express.map(|express| express.capabilities.device_type);
            multicast::write(multicast, kind, function.registers(), at, out)
        }),
        ExtendedCapabilityId::PAGE_REQUEST_INTERFACE => {
            read(space, at, |pri| address_translation::pri(pri, version, out))
        }
        ExtendedCapabilityId::RESIZABLE_BAR | ExtendedCapabilityId::VF_RESIZABLE_BAR => {
            resizable_bar::write(function.registers(), at, out)
        }
        ExtendedCapabilityId::TPH_REQUESTER => {
            read(space, at, |tph| tph_requester::write(tph, out))
        }
        ExtendedCapabilityId::LATENCY_TOLERANCE_REPORTING => {
            read(space, at, |ltr| latency::ltr(ltr, out))
        }
        ExtendedCapabilityId::SECONDARY_PCI_EXPRESS => {
            read(space, at, |secondary| link::secondary(secondary, out))
        }
        ExtendedCapabilityId::PASID => {
            read(space, at, |pasid| address_translation::pasid(pasid, out))
        }
        ExtendedCapabilityId::DOWNSTREAM_PORT_CONTAINMENT => read(space, at, |dpc| {
            downstream_port_containment::write(dpc, version, out)
        }),
        ExtendedCapabilityId::L1_PM_SUBSTATES => read(space, at, |substates| {
            latency::l1_pm_substates(substates, out)
        }),
        ExtendedCapabilityId::PRECISION_TIME_MEASUREMENT => {
            read(space, at, |ptm| latency::ptm(ptm, version, out))
        }
        ExtendedCapabilityId::DESIGNATED_VENDOR_SPECIFIC => read(space, at, |dvsec| {
            designated_vendor_specific::write(*dvsec, space, at, version, out)
        }),
        ExtendedCapabilityId::PHYSICAL_LAYER_16_GT => {
            read(space, at, |layer| link::layer_16(layer, out))
        }
        ExtendedCapabilityId::LANE_MARGINING => {
            read(space, at, |margining| link::margining(margining, out))
        }
        ExtendedCapabilityId::PHYSICAL_LAYER_32_GT => {
            read(space, at, |layer| link::layer_32(layer, out))
        }
        ExtendedCapabilityId::DATA_OBJECT_EXCHANGE => read(space, at, |exchange| {
            data_object_exchange::write(exchange, version, out)
        }),
        ExtendedCapabilityId::DEVICE_3 => device_3::write(function.registers(), at, out),
        ExtendedCapabilityId::INTEGRITY_AND_DATA_ENCRYPTION => read(space, at, |ide| {
            integrity_and_data_encryption::write(ide, function.registers(), at, page, out)
        }),
        ExtendedCapabilityId::PHYSICAL_LAYER_64_GT => {
            read(space, at, |layer| link::layer_64(layer, out))
        }
        ExtendedCapabilityId::FLIT_LOGGING => read(space, at, |log| flit::logging(log, out)),
        ExtendedCapabilityId::FLIT_ERROR_INJECTION => {
            read(space, at, |injected| flit::injection(injected, out))
        }
        ExtendedCapabilityId::MMIO_REGISTER_BLOCK_LOCATOR => {
            register_blocks::write(function.registers(), at, out)
        }
        _ => Ok(()),
    }
}

/// Reads a structure and writes it, where all of it was shown.
fn read<T: ExtendedStructure>(
    space: ConfigSpace<'_>,
    at: u16,
    write: impl FnOnce(&T) -> fmt::Result,
) -> fmt::Result {
    T::read(space, at).map_or(Ok(()), |structure| write(&structure))
}

/// How many bytes of a structure must have been read for a line to be below its title,
/// and what is written otherwise.
const fn needed(id: ExtendedCapabilityId) -> (u16, &'static str) {
    match id {
        ExtendedCapabilityId::L1_PM_SUBSTATES | ExtendedCapabilityId::PHYSICAL_LAYER_64_GT => {
            (0x10, UNREADABLE)
        }
        ExtendedCapabilityId::PRECISION_TIME_MEASUREMENT
        | ExtendedCapabilityId::INTEGRITY_AND_DATA_ENCRYPTION => (0xc, UNREADABLE),
        ExtendedCapabilityId::PHYSICAL_LAYER_16_GT => (0x1c, UNREADABLE),
        ExtendedCapabilityId::PHYSICAL_LAYER_32_GT => (0x20, UNREADABLE),
        ExtendedCapabilityId::DATA_OBJECT_EXCHANGE => (0x18, UNREADABLE),
        ExtendedCapabilityId::VIRTUAL_CHANNEL | ExtendedCapabilityId::VIRTUAL_CHANNEL_MFVC => {
            (0x1c, "")
        }
        ExtendedCapabilityId::ROOT_COMPLEX_LINK_DECLARATION
        | ExtendedCapabilityId::SECONDARY_PCI_EXPRESS => (0x10, ""),
        ExtendedCapabilityId::ROOT_COMPLEX_EVENT_COLLECTOR => (0xc, ""),
        ExtendedCapabilityId::MULTICAST => (0x34, ""),
        _ => (0, ""),
    }
}

/// Writes the header that vendor-specific capabilities have (PCI Express Base
/// Specification 6.3, section 7.9.5).
fn vendor_specific(function: &Function<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let registers = function.registers();
    if !registers.has(at, 8) {
        return out.write_str(" <unreadable>");
    }
    let header = registers.dword(at + 4);
    let (id, revision, length) = (header & 0xffff, header >> 16 & 0xf, header >> 20);
    write!(out, " ID={id:04x} Rev={revision} Len={length:03x} <?>")
}
