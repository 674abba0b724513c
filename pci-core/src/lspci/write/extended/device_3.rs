//! Device 3.

use core::fmt::{self, Write};

use crate::config::conventional::express::L1ExitLatency;
use crate::config::extended::{
    Device3, DeviceCapability3Flags, DeviceControl3Flags, DeviceStatus3Flags, L0pLinkWidth,
};
use crate::config::{ConfigSpace, ExtendedStructure};
use crate::lspci::write::registers::Registers;
use crate::lspci::write::sign::Sign;

/// How many bytes the structure has.
const WHOLE: usize = 0x10;

/// Writes the lines below the title of the structure at `at`, as far as it was read.
pub(super) fn write(registers: Registers<'_>, at: u16, out: &mut dyn Write) -> fmt::Result {
    let whole: [u8; WHOLE] = registers.structure(at);
    let Some(device) = Device3::read(ConfigSpace::new(&whole), 0) else {
        return Ok(());
    };
    if !registers.has(at, 8) {
        return Ok(());
    }
    let capabilities = device.capabilities;
    let can = |flag| Sign(capabilities.flags.contains(flag));
    write!(
        out,
        "\t\tDevCap3: DMWr Request Routing{}, 14-Bit Tag Completer{}, 14-Bit Tag Requester{}\n\
         \t\t\t L0p{}",
        can(DeviceCapability3Flags::DMWR_REQUEST_ROUTING),
        can(DeviceCapability3Flags::TAG_14_BIT_COMPLETER),
        can(DeviceCapability3Flags::TAG_14_BIT_REQUESTER),
        can(DeviceCapability3Flags::L0P)
    )?;
    if capabilities.flags.contains(DeviceCapability3Flags::L0P) {
        write!(
            out,
            ", Port L0p Exit Latency: {}, Retimer L0p Exit Latency: {}",
            latency(capabilities.port_l0p_exit_latency),
            latency(capabilities.retimer_l0p_exit_latency)
        )?;
    }
    writeln!(
        out,
        "\n\t\t\t UIO Mem RdWr Completer{}, UIO Mem RdWr Requester{}",
        can(DeviceCapability3Flags::UIO_MEM_RDWR_COMPLETER),
        can(DeviceCapability3Flags::UIO_MEM_RDWR_REQUESTER)
    )?;
    if !registers.has(at, 10) {
        return Ok(());
    }
    let control = device.control;
    let does = |flag| control.flags.contains(flag);
    write!(
        out,
        "\t\tDevCtl3: DMWr Requester{}, DMWr Egress Blocking{}, 14-Bit Tag Requester{}\n\
         \t\t\t L0p{}, Target Link Width: {}\n\
         \t\t\t UIO Mem RdWr Requester{}, UIO Request 256B Boundary{}\n",
        Sign(does(DeviceControl3Flags::DMWR_REQUESTER_ENABLE)),
        Sign(does(DeviceControl3Flags::DMWR_EGRESS_BLOCKING)),
        Sign(does(DeviceControl3Flags::TAG_14_BIT_REQUESTER_ENABLE)),
        Sign(does(DeviceControl3Flags::L0P_ENABLE)),
        Width(control.target_link_width),
        Sign(does(DeviceControl3Flags::UIO_MEM_RDWR_REQUESTER_ENABLE)),
        Sign(!does(
            DeviceControl3Flags::UIO_REQUEST_256B_BOUNDARY_DISABLE
        ))
    )?;
    if !registers.has(at, 14) {
        return Ok(());
    }
    let status = device.status;
    let is = |flag| Sign(status.flags.contains(flag));
    writeln!(
        out,
        "\t\tDevSta3: Initial Link Width: {}, Segment Captured{}, Remote L0p{}",
        Width(status.initial_link_width),
        is(DeviceStatus3Flags::SEGMENT_CAPTURED),
        is(DeviceStatus3Flags::REMOTE_L0P_SUPPORTED)
    )
}

fn latency(latency: L1ExitLatency) -> &'static str {
    match latency.0 {
        0 => "Less than 1us",
        1 => "1us to less than 2us",
        2 => "2us to less than 4us",
        3 => "4us to less than 8us",
        4 => "8us to less than 16us",
        5 => "16us to less than 32us",
        6 => "32us-64us",
        _ => "More than 64us",
    }
}

/// A width, as it is printed.
pub(super) struct Width(pub(super) L0pLinkWidth);

impl fmt::Display for Width {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            L0pLinkWidth::DYNAMIC => f.write_str("Dynamic"),
            width => match width.name() {
                Some(name) => f.write_str(name),
                None => write!(f, "Unknown ({})", width.0),
            },
        }
    }
}
