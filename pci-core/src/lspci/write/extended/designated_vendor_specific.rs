//! Designated Vendor-Specific: CXL.

use core::fmt::{self, Write};

use super::flags::flags;
use crate::config::ConfigSpace;
use crate::config::extended::DesignatedVendorSpecific;
use crate::config::extended::designated_vendor_specific::{
    Cxl, CxlDevice, CxlDeviceCapabilityFlags, CxlDeviceControlFlags, CxlDeviceStatus, CxlDvsecId,
    CxlFlexBusCapabilities, CxlFlexBusControl, CxlFlexBusPort, CxlFlexBusStatus, CxlPortControl,
    CxlRangeSizeFlags, CxlRegisterBlock, GpfTimeout,
};
use crate::lspci::write::registers::Registers;
use crate::lspci::write::sign::Sign;
use crate::lspci::write::version::Version;

/// The shortest structure of CXL that is read.
const SHORTEST: u16 = 0x10;

/// Writes the rest of the title, of the structure in these registers.
pub(super) fn title(dvsec: DesignatedVendorSpecific, out: &mut dyn Write) -> fmt::Result {
    let header = dvsec.header;
    write!(
        out,
        " Vendor={} ID={:04x} Rev={} Len={}",
        dvsec.vendor(),
        dvsec.id,
        header.revision,
        header.length
    )?;
    out.write_str(if is_cxl(dvsec) { ": CXL" } else { " <?>" })
}

fn is_cxl(dvsec: DesignatedVendorSpecific) -> bool {
    dvsec.vendor() == DesignatedVendorSpecific::CXL && dvsec.header.length >= SHORTEST
}

/// Writes the lines below the title, of the structure at `at`.
pub(super) fn write(
    dvsec: DesignatedVendorSpecific,
    space: ConfigSpace<'_>,
    at: u16,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let registers = Registers::new(space);
    if !is_cxl(dvsec) || !registers.has(at, dvsec.header.length) {
        return Ok(());
    }
    let id = CxlDvsecId(dvsec.id);
    let unread = id.name().is_none() || id == CxlDvsecId::TEST_CAPABILITY;
    match id.name() {
        Some(name) if version.names_cxl_structures() => {
            let mark = if unread { " <?>" } else { "" };
            writeln!(out, "\t\t{name}{mark}")?;
        }
        _ if unread => writeln!(out, "\t\tUnknown ID {:04x}", dvsec.id)?,
        _ => {}
    }
    let length = dvsec.header.length;
    match Cxl::read(space, at) {
        Some(Cxl::Device(read)) if dvsec.header.revision >= 1 && length >= 0x38 => {
            device(&read, dvsec, registers, at, version, out)
        }
        Some(Cxl::NonCxlFunctionMap(map)) => {
            for (index, word) in map.functions.into_iter().enumerate() {
                // Of each word only the lower half is read.
                writeln!(out, "\t\tFuncMap {index}: {:08x}", word & 0xffff)?;
            }
            Ok(())
        }
        Some(Cxl::PortExtensions(port)) if length >= 0x28 => {
            // lspci takes the offset of the register for the mask.
            writeln!(
                out,
                "\t\tCXLPortSta:\tPMComplete{}",
                Sign(port.status & 0xa != 0)
            )?;
            out.write_str("\t\tCXLPortCtl:\t")?;
            flags(
                out,
                port.control,
                &[
                    ("UnmaskSBR", CxlPortControl::UNMASK_SBR),
                    ("UnmaskLinkDisable", CxlPortControl::UNMASK_LINK_DISABLE),
                    ("AltMem", CxlPortControl::ALT_MEMORY_AND_ID_SPACE_ENABLE),
                    ("AltBME", CxlPortControl::ALT_BUS_MASTER_ENABLE),
                    ("ViralEnable", CxlPortControl::VIRAL_ENABLE),
                ],
            )?;
            let (first, last) = port.alternate_buses;
            let (base, limit) = port.alternate_memory;
            writeln!(out, "\n\t\tAlternateBus:\t{first:02x}-{last:02x}")?;
            writeln!(out, "\t\tAlternateBus:\t{base:04x}-{limit:04x}")
        }
        Some(Cxl::GpfPort(port)) => {
            timeout("Phase 1 Timeout", port.phase_1_timeout, version, out)?;
            timeout("Phase 2 Timeout", port.phase_2_timeout, version, out)
        }
        Some(Cxl::GpfDevice(read)) => {
            timeout("Phase 2 Duration", read.phase_2_duration, version, out)?;
            writeln!(out, "\t\tGPF Phase 2 Power: {}mW", read.phase_2_power)
        }
        Some(Cxl::FlexBusPort(port)) => flex_bus(&port, dvsec, version, out),
        Some(Cxl::RegisterLocator(blocks)) => locator(&blocks, out),
        Some(Cxl::MultiLogicalDevice(count @ 1..=16)) => {
            writeln!(out, "\t\tNumLogDevs: {count}")
        }
        _ => Ok(()),
    }
}

fn device(
    device: &CxlDevice,
    dvsec: DesignatedVendorSpecific,
    registers: Registers<'_>,
    at: u16,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let named = version.names_cxl_structures();
    let (revision, length) = (dvsec.header.revision, dvsec.header.length);
    let capabilities = device.capabilities;
    let can = |flag| Sign(capabilities.flags.contains(flag));
    writeln!(
        out,
        "\t\tCXLCap:\tCache{} IO{} Mem{} {}{} HDMCount {} Viral{}",
        can(CxlDeviceCapabilityFlags::CACHE),
        can(CxlDeviceCapabilityFlags::IO),
        can(CxlDeviceCapabilityFlags::MEM),
        if named { "MemHWInit" } else { "Mem HW Init" },
        can(CxlDeviceCapabilityFlags::MEM_HWINIT_MODE),
        capabilities.hdm_count,
        can(CxlDeviceCapabilityFlags::VIRAL)
    )?;
    let control = device.control;
    let does = |flag| Sign(control.flags.contains(flag));
    let [coverage, granularity, clean] = if named {
        ["CacheSFCov", "CacheSFGran", "CacheClean"]
    } else {
        ["Cache SF Cov", "Cache SF Gran", "Cache Clean"]
    };
    writeln!(
        out,
        "\t\tCXLCtl:\tCache{} IO{} Mem{} {coverage} {} {granularity} {} {clean}{} Viral{}",
        does(CxlDeviceControlFlags::CACHE_ENABLE),
        does(CxlDeviceControlFlags::IO_ENABLE),
        does(CxlDeviceControlFlags::MEM_ENABLE),
        control.cache_sf_coverage,
        control.cache_sf_granularity,
        does(CxlDeviceControlFlags::CACHE_CLEAN_EVICTION),
        does(CxlDeviceControlFlags::VIRAL_ENABLE)
    )?;
    writeln!(
        out,
        "\t\tCXLSta:\tViral{}",
        Sign(device.status.contains(CxlDeviceStatus::VIRAL))
    )?;
    if named {
        // lspci takes the numbers of the bits, from 1, for their masks.
        let mask = |bits: u16| Sign(device.control_2 & bits != 0);
        write!(
            out,
            "\t\tCXLCtl2:\tDisableCaching{} InitCacheWB&Inval{} InitRst{} RstMemClrEn{}",
            mask(1),
            mask(2),
            mask(3),
            mask(4)
        )?;
        if revision >= 2 {
            write!(out, " DesiredVolatileHDMStateAfterHotReset{}", mask(5))?;
        }
        out.write_char('\n')?;
    }
    let status = |bits: u16| Sign(device.status_2 & bits != 0);
    writeln!(
        out,
        "\t\tCXLSta2:\tResetComplete{} ResetError{} PMComplete{}",
        status(2),
        status(4),
        status(0x8000)
    )?;
    out.write_str(if named { "\t\tCXLCap2:\t" } else { "\t\t" })?;
    let [unit, size] = device.capabilities_2.to_le_bytes();
    match unit & 0xf {
        0 => out.write_str("Cache Size Not Reported\n")?,
        1 => writeln!(out, "Cache Size: {:08x}", u32::from(size) << 16)?,
        2 => writeln!(out, "Cache Size: {:08x}", u32::from(size) << 20)?,
        unit => writeln!(out, "Cache Size: {size} of unknown unit size ({unit})")?,
    }
    for (index, range) in device.ranges.iter().enumerate() {
        // The low bits of the address are printed too.
        let place = at + if index == 0 { 0x20 } else { 0x30 };
        let [high, low] = [registers.dword(place), registers.dword(place + 4)];
        let base = u64::from(high) << 32 | u64::from(low);
        let last = base.wrapping_add(range.size).wrapping_sub(1);
        write!(out, "\t\tRange{}: {base:016x}-{last:016x}", index + 1)?;
        if named {
            write!(out, " [size={:#x}]", range.size)?;
        }
        let properties = range.properties;
        let is = |flag| Sign(properties.flags.contains(flag));
        writeln!(
            out,
            "\n\t\t\tValid{} Active{} Type={} Class={} interleave={} timeout={}s",
            is(CxlRangeSizeFlags::MEMORY_INFO_VALID),
            is(CxlRangeSizeFlags::MEMORY_ACTIVE),
            ["Volatile", "Non-volatile", "CDAT"]
                .get(usize::from(properties.media_type))
                .unwrap_or(&"<?>"),
            ["DRAM", "Storage", "CDAT"]
                .get(usize::from(properties.memory_class))
                .unwrap_or(&"<?>"),
            [0, 256, 4096, 512, 1024, 2048, 8192, 16384]
                .get(usize::from(properties.desired_interleave))
                .unwrap_or(&0),
            1_u32 << (2 * properties.memory_active_timeout)
        )?;
    }
    if !named {
        return Ok(());
    }
    let is_long = revision >= 2 && length >= 0x3c;
    if let Some(third) = device.capabilities_3.filter(|_| is_long) {
        let mask = |bits: u16| Sign(third & bits != 0);
        writeln!(
            out,
            "\t\tCXLCap3:\tDefaultVolatile HDM State After:\tColdReset{} WarmReset{} \
             HotReset{} HotResetConfigurability{}",
            mask(1),
            mask(2),
            mask(3),
            mask(4)
        )?;
    }
    if length > 0x3c {
        out.write_str("\t\t<?>\n")?;
    }
    Ok(())
}

fn timeout(label: &str, timeout: GpfTimeout, version: Version, out: &mut dyn Write) -> fmt::Result {
    let base = u32::from(timeout.base);
    let (number, unit) = match timeout.scale {
        0 => (base, "us"),
        1 => (base * 10, "us"),
        2 => (base * 100, "us"),
        3 => (base, "ms"),
        4 => (base * 10, "ms"),
        5 => (base * 100, "ms"),
        6 => (base, "s"),
        7 if version.knows_tens_of_seconds() => (base * 10, "s"),
        7 => (base * 10, "<?>"),
        other => {
            writeln!(out, "\t\tReserved time scale encoding {other:x}")?;
            (base, "<?>")
        }
    };
    writeln!(out, "\t\tGPF {label}: {number}{unit}")
}

fn flex_bus(
    port: &CxlFlexBusPort,
    dvsec: DesignatedVendorSpecific,
    version: Version,
    out: &mut dyn Write,
) -> fmt::Result {
    let (revision, length) = (dvsec.header.revision, dvsec.header.length);
    if version.names_cxl_structures() {
        let expected = match revision {
            0 => 0x10,
            1 => 0x14,
            _ => 0x20,
        };
        if revision <= 2 && length != expected {
            writeln!(out, "\t\t<Wrong length for Revision {revision}>")?;
        }
    } else if revision < 1 {
        return writeln!(out, "\t\tRevision {revision} not supported");
    }
    // How many of the names there are in this revision.
    let short = revision < 2;
    let capabilities = [
        ("Cache", CxlFlexBusCapabilities::CACHE),
        ("IO", CxlFlexBusCapabilities::IO),
        ("Mem", CxlFlexBusCapabilities::MEM),
        ("68BFlit", CxlFlexBusCapabilities::FLIT_68B_AND_VH),
        ("MltLogDev", CxlFlexBusCapabilities::MULTI_LOGICAL_DEVICE),
        (
            "256BFlit",
            CxlFlexBusCapabilities::LATENCY_OPTIMIZED_256B_FLIT,
        ),
        ("PBRFlit", CxlFlexBusCapabilities::PBR_FLIT),
    ];
    let control = [
        ("Cache", CxlFlexBusControl::CACHE_ENABLE),
        ("IO", CxlFlexBusControl::IO_ENABLE),
        ("Mem", CxlFlexBusControl::MEM_ENABLE),
        ("SynHdrByp", CxlFlexBusControl::SYNC_HEADER_BYPASS_ENABLE),
        ("DrftBuf", CxlFlexBusControl::DRIFT_BUFFER_ENABLE),
        ("68BFlit", CxlFlexBusControl::FLIT_68B_AND_VH_ENABLE),
        ("MltLogDev", CxlFlexBusControl::MULTI_LOGICAL_DEVICE_ENABLE),
        ("RCD", CxlFlexBusControl::DISABLE_RCD_TRAINING),
        ("Retimer1", CxlFlexBusControl::RETIMER_1_PRESENT),
        ("Retimer2", CxlFlexBusControl::RETIMER_2_PRESENT),
        (
            "256BFlit",
            CxlFlexBusControl::LATENCY_OPTIMIZED_256B_FLIT_ENABLE,
        ),
        ("PBRFlit", CxlFlexBusControl::PBR_FLIT_ENABLE),
    ];
    let status = [
        ("Cache", CxlFlexBusStatus::CACHE_ENABLED),
        ("IO", CxlFlexBusStatus::IO_ENABLED),
        ("Mem", CxlFlexBusStatus::MEM_ENABLED),
        ("SynHdrByp", CxlFlexBusStatus::SYNC_HEADER_BYPASS_ENABLED),
        ("DrftBuf", CxlFlexBusStatus::DRIFT_BUFFER_ENABLED),
        ("68BFlit", CxlFlexBusStatus::FLIT_68B_AND_VH_ENABLED),
        ("MltLogDev", CxlFlexBusStatus::MULTI_LOGICAL_DEVICE_ENABLED),
        (
            "256BFlit",
            CxlFlexBusStatus::LATENCY_OPTIMIZED_256B_FLIT_ENABLED,
        ),
        ("PBRFlit", CxlFlexBusStatus::PBR_FLIT_ENABLED),
    ];
    out.write_str("\t\tFBCap:\t")?;
    flags(out, port.capabilities, shorter(&capabilities, short))?;
    out.write_str("\n\t\tFBCtl:\t")?;
    flags(out, port.control, shorter(&control, short))?;
    out.write_str("\n\t\tFBSta:\t")?;
    flags(out, port.status, shorter(&status, short))?;
    out.write_char('\n')?;
    if let Some(received) = port.received_modified_ts {
        writeln!(
            out,
            "\t\tFBModTS:\tReceived FB Data: {:06x}",
            received & 0xff_ffff
        )?;
    }
    for (label, register) in [("Cap2", port.capabilities_2), ("Ctl2", port.control_2)] {
        if let Some(register) = register {
            writeln!(out, "\t\tFB{label}:\tNOPHint{}", Sign(register & 1 != 0))?;
        }
    }
    if let Some(register) = port.status_2 {
        writeln!(out, "\t\tFBSta2:\tNOPHintInfo: {:x}", register & 3)?;
    }
    if version.names_cxl_structures() && length > 0x20 {
        out.write_str("\t\t<?>\n")?;
    }
    Ok(())
}

/// Without the last two, where the revision is too old for them.
fn shorter<T>(names: &[T], short: bool) -> &[T] {
    let count = names.len() - if short { 2 } else { 0 };
    names.get(..count).unwrap_or(names)
}

fn locator(blocks: &[CxlRegisterBlock], out: &mut dyn Write) -> fmt::Result {
    for (index, block) in blocks.iter().enumerate() {
        let name = match block.id.0 {
            // Nothing is there.
            0 => continue,
            1 => "component registers",
            2 => "BAR virtualization",
            3 => "CXL device registers",
            4 => "CPMU registers",
            0xff => "vendor-specific",
            _ => "<?>",
        };
        writeln!(
            out,
            "\t\tBlock{}: BIR: bar{}, ID: {name}, offset: {:016x}",
            index + 1,
            block.bar,
            block.offset
        )?;
    }
    Ok(())
}
