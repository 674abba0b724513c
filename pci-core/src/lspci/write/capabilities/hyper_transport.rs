//! HyperTransport.

use core::fmt::{self, Write};

use crate::config::conventional::HyperTransport;
use crate::config::conventional::hyper_transport::{
    HostCommandFlags, HostInterface, HyperTransportErrors, HyperTransportFeatures,
    HyperTransportRevision, HyperTransportType, LinkConfiguration, LinkConfigurationFlags,
    LinkControl, LinkControlFlags, LinkFrequencies, LinkFrequencyError, LinkFrequencyErrorFlags,
    LinkWidth, MsiMappingFlags, SlaveCommandFlags, SlaveInterface,
};
use crate::lspci::write::sign::signs;

/// The revision since which a link has all these registers: 1.02.
const FULL: u8 = 0x22;
/// The revision since which it has more than lspci prints: 0.18.
const PARTLY: u8 = 0x12;

/// Writes the rest of the title, and the lines below it, where they are wanted and the
/// structure `has` so many bytes.
pub(super) fn write(
    structure: &HyperTransport,
    has: impl Fn(u16) -> bool,
    out: &mut dyn Write,
) -> fmt::Result {
    let kind = structure.kind();
    out.write_str("HyperTransport: ")?;
    match structure {
        HyperTransport::RevisionId(revision) => {
            return writeln!(out, "Revision ID: {}.{:02}", revision.major, revision.minor);
        }
        HyperTransport::MsiMapping(mapping) => {
            let is = |flag| mapping.flags.contains(flag);
            out.write_str("MSI Mapping ")?;
            signs(
                out,
                &[
                    ("Enable", is(MsiMappingFlags::ENABLE)),
                    ("Fixed", is(MsiMappingFlags::FIXED)),
                ],
            )?;
            out.write_char('\n')?;
            if !is(MsiMappingFlags::FIXED) && has(0xc) {
                writeln!(
                    out,
                    "\t\tMapping Address Base: {:016x}",
                    mapping.address & !0xf_ffff
                )?;
            }
            return Ok(());
        }
        _ => {}
    }
    match kind {
        HyperTransportType::X86 => out.write_str("X86 (reserved)\n")?,
        // Newer than lspci's table.
        HyperTransportType::GEN3
        | HyperTransportType::FUNCTION_CONFIGURATION_SPACE
        | HyperTransportType::POWER_MANAGEMENT => writeln!(out, "#{:02x}", kind.0)?,
        kind => match kind.name() {
            Some(name) => writeln!(out, "{name}")?,
            None => writeln!(out, "#{:02x}", kind.0)?,
        },
    }
    match structure {
        HyperTransport::Slave(slave) if has(0x1c) => self::slave(slave, out),
        HyperTransport::Host(host) if has(0x18) => self::host(host, out),
        _ => Ok(()),
    }
}

fn slave(slave: &SlaveInterface, out: &mut dyn Write) -> fmt::Result {
    let revision = slave.revision.bits();
    incomplete(revision, out)?;
    let is_full = revision >= FULL;
    let command = slave.command;
    let is = |flag| command.flags.contains(flag);
    write!(
        out,
        "\t\tCommand: BaseUnitID={} UnitCnt={} ",
        command.base_unit_id, command.unit_count
    )?;
    let flags = [
        ("MastHost", is(SlaveCommandFlags::MASTER_HOST)),
        ("DefDir", is(SlaveCommandFlags::DEFAULT_DIRECTION)),
        ("DUL", is(SlaveCommandFlags::DROP_ON_UNINITIALIZED_LINK)),
    ];
    let count = if is_full { 3 } else { 2 };
    signs(out, flags.get(..count).unwrap_or(&flags))?;
    out.write_char('\n')?;
    for (number, link) in slave.links.iter().enumerate() {
        let name = [" 0", " 1"].get(number).copied().unwrap_or_default();
        control(name, link.control, is_full, out)?;
        configuration(name, link.configuration, is_full, out)?;
    }
    self::revision(slave.revision, out)?;
    if !is_full {
        return Ok(());
    }
    for (number, link) in slave.links.iter().enumerate() {
        let name = [" 0", " 1"].get(number).copied().unwrap_or_default();
        frequency(name, link.frequency_error, link.frequencies, out)?;
        if number == 0 {
            features(slave.features, 6, out)?;
        }
    }
    errors(slave.errors, out)?;
    upper(slave.memory_base_upper, slave.memory_limit_upper, out)?;
    writeln!(out, "\t\tBus Number: {:02x}", slave.bus_number)
}

fn host(host: &HostInterface, out: &mut dyn Write) -> fmt::Result {
    let revision = host.revision.bits();
    incomplete(revision, out)?;
    let is_full = revision >= FULL;
    let command = host.command;
    let is = |flag| command.flags.contains(flag);
    out.write_str("\t\tCommand: ")?;
    signs(
        out,
        &[
            ("WarmRst", is(HostCommandFlags::WARM_RESET)),
            ("DblEnd", is(HostCommandFlags::DOUBLE_ENDED)),
        ],
    )?;
    if is_full {
        write!(out, " DevNum={} ", command.device_number)?;
        signs(
            out,
            &[
                ("ChainSide", is(HostCommandFlags::CHAIN_SIDE)),
                ("HostHide", is(HostCommandFlags::HOST_HIDE)),
                ("Slave", is(HostCommandFlags::ACT_AS_SLAVE)),
                (
                    "<EOCErr",
                    is(HostCommandFlags::HOST_INBOUND_END_OF_CHAIN_ERROR),
                ),
                ("DUL", is(HostCommandFlags::DROP_ON_UNINITIALIZED_LINK)),
            ],
        )?;
    }
    out.write_char('\n')?;
    control("", host.control, is_full, out)?;
    configuration("", host.configuration, is_full, out)?;
    self::revision(host.revision, out)?;
    if !is_full {
        return Ok(());
    }
    frequency("", host.frequency_error, host.frequencies, out)?;
    features(host.features, 8, out)?;
    if host
        .features
        .contains(HyperTransportFeatures::EXTENDED_REGISTER_SET)
    {
        errors(host.errors, out)?;
        upper(host.memory_base_upper, host.memory_limit_upper, out)?;
    }
    Ok(())
}

fn incomplete(revision: u8, out: &mut dyn Write) -> fmt::Result {
    match (PARTLY..FULL).contains(&revision) {
        true => out.write_str("\t\t!!! Possibly incomplete decoding\n"),
        false => Ok(()),
    }
}

fn revision(revision: HyperTransportRevision, out: &mut dyn Write) -> fmt::Result {
    writeln!(
        out,
        "\t\tRevision ID: {}.{:02}",
        revision.major, revision.minor
    )
}

fn control(name: &str, control: LinkControl, is_full: bool, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| control.flags.contains(flag);
    write!(out, "\t\tLink Control{name}: ")?;
    signs(
        out,
        &[
            ("CFlE", is(LinkControlFlags::CRC_FLOOD_ENABLE)),
            ("CST", is(LinkControlFlags::CRC_START_TEST)),
            ("CFE", is(LinkControlFlags::CRC_FORCE_ERROR)),
            ("<LkFail", is(LinkControlFlags::LINK_FAILURE)),
            ("Init", is(LinkControlFlags::INITIALIZATION_COMPLETE)),
            ("EOC", is(LinkControlFlags::END_OF_CHAIN)),
            ("TXO", is(LinkControlFlags::TRANSMITTER_OFF)),
        ],
    )?;
    write!(out, " <CRCErr={:x}", control.crc_error)?;
    if is_full {
        out.write_char(' ')?;
        signs(
            out,
            &[
                (
                    "IsocEn",
                    is(LinkControlFlags::ISOCHRONOUS_FLOW_CONTROL_ENABLE),
                ),
                ("LSEn", is(LinkControlFlags::LDTSTOP_TRISTATE_ENABLE)),
                ("ExtCTL", is(LinkControlFlags::EXTENDED_CTL_TIME)),
                ("64b", is(LinkControlFlags::ADDRESSING_64_BIT_ENABLE)),
            ],
        )?;
    }
    out.write_char('\n')
}

fn configuration(
    name: &str,
    configuration: LinkConfiguration,
    is_full: bool,
    out: &mut dyn Write,
) -> fmt::Result {
    let is = |flag| configuration.flags.contains(flag);
    let parts = [
        (
            "MLWI",
            configuration.max_width_in,
            "DwFcIn",
            is(LinkConfigurationFlags::DOUBLEWORD_FLOW_CONTROL_IN),
        ),
        (
            "MLWO",
            configuration.max_width_out,
            "DwFcOut",
            is(LinkConfigurationFlags::DOUBLEWORD_FLOW_CONTROL_OUT),
        ),
        (
            "LWI",
            configuration.width_in,
            "DwFcInEn",
            is(LinkConfigurationFlags::DOUBLEWORD_FLOW_CONTROL_IN_ENABLE),
        ),
        (
            "LWO",
            configuration.width_out,
            "DwFcOutEn",
            is(LinkConfigurationFlags::DOUBLEWORD_FLOW_CONTROL_OUT_ENABLE),
        ),
    ];
    write!(out, "\t\tLink Config{name}:")?;
    for (title, width, flow, is_set) in parts {
        write!(out, " {title}=")?;
        self::width(width, out)?;
        if is_full {
            out.write_char(' ')?;
            signs(out, &[(flow, is_set)])?;
        }
    }
    out.write_char('\n')
}

fn width(width: LinkWidth, out: &mut dyn Write) -> fmt::Result {
    match width.name() {
        Some(name) => out.write_str(name),
        None => write!(out, "[{:x}]", width.0),
    }
}

fn frequency(
    name: &str,
    error: LinkFrequencyError,
    frequencies: LinkFrequencies,
    out: &mut dyn Write,
) -> fmt::Result {
    match error.frequency.name() {
        Some(frequency) => writeln!(out, "\t\tLink Frequency{name}: {frequency}")?,
        None => writeln!(out, "\t\tLink Frequency{name}: [{:x}]", error.frequency.0)?,
    }
    let is = |flag| error.flags.contains(flag);
    write!(out, "\t\tLink Error{name}: ")?;
    signs(
        out,
        &[
            ("<Prot", is(LinkFrequencyErrorFlags::PROTOCOL_ERROR)),
            ("<Ovfl", is(LinkFrequencyErrorFlags::OVERFLOW_ERROR)),
            ("<EOC", is(LinkFrequencyErrorFlags::END_OF_CHAIN_ERROR)),
            ("CTLTm", is(LinkFrequencyErrorFlags::CTL_TIMEOUT)),
        ],
    )?;
    // lspci sees only the low byte.
    let frequencies = LinkFrequencies::from_bits_retain(frequencies.bits() & 0xff);
    let is = |flag| frequencies.contains(flag);
    write!(out, "\n\t\tLink Frequency Capability{name}: ")?;
    signs(
        out,
        &[
            ("200MHz", is(LinkFrequencies::MHZ_200)),
            ("300MHz", is(LinkFrequencies::MHZ_300)),
            ("400MHz", is(LinkFrequencies::MHZ_400)),
            ("500MHz", is(LinkFrequencies::MHZ_500)),
            ("600MHz", is(LinkFrequencies::MHZ_600)),
            ("800MHz", is(LinkFrequencies::MHZ_800)),
            ("1.0GHz", is(LinkFrequencies::MHZ_1000)),
            ("1.2GHz", is(LinkFrequencies::MHZ_1200)),
            ("1.4GHz", is(LinkFrequencies::MHZ_1400)),
            ("1.6GHz", is(LinkFrequencies::MHZ_1600)),
            ("Vend", is(LinkFrequencies::VENDOR)),
        ],
    )?;
    out.write_char('\n')
}

/// Writes the first `count` features: a slave has fewer than a host.
fn features(features: HyperTransportFeatures, count: usize, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| features.contains(flag);
    let all = [
        (
            "IsocFC",
            is(HyperTransportFeatures::ISOCHRONOUS_FLOW_CONTROL),
        ),
        ("LDTSTOP", is(HyperTransportFeatures::LDTSTOP)),
        ("CRCTM", is(HyperTransportFeatures::CRC_TEST_MODE)),
        (
            "ECTLT",
            is(HyperTransportFeatures::EXTENDED_CTL_TIME_REQUIRED),
        ),
        ("64bA", is(HyperTransportFeatures::ADDRESSING_64_BIT)),
        ("UIDRD", is(HyperTransportFeatures::UNIT_ID_REORDER_DISABLE)),
        ("ExtRS", is(HyperTransportFeatures::EXTENDED_REGISTER_SET)),
        (
            "UCnfE",
            is(HyperTransportFeatures::UPSTREAM_CONFIGURATION_ENABLE),
        ),
    ];
    out.write_str("\t\tFeature Capability: ")?;
    signs(out, all.get(..count).unwrap_or(&all))?;
    out.write_char('\n')
}

fn errors(errors: HyperTransportErrors, out: &mut dyn Write) -> fmt::Result {
    let is = |flag| errors.contains(flag);
    out.write_str("\t\tError Handling: ")?;
    signs(
        out,
        &[
            (
                "PFlE",
                is(HyperTransportErrors::PROTOCOL_ERROR_FLOOD_ENABLE),
            ),
            (
                "OFlE",
                is(HyperTransportErrors::OVERFLOW_ERROR_FLOOD_ENABLE),
            ),
            ("PFE", is(HyperTransportErrors::PROTOCOL_ERROR_FATAL_ENABLE)),
            ("OFE", is(HyperTransportErrors::OVERFLOW_ERROR_FATAL_ENABLE)),
            (
                "EOCFE",
                is(HyperTransportErrors::END_OF_CHAIN_ERROR_FATAL_ENABLE),
            ),
            ("RFE", is(HyperTransportErrors::RESPONSE_ERROR_FATAL_ENABLE)),
            ("CRCFE", is(HyperTransportErrors::CRC_ERROR_FATAL_ENABLE)),
            (
                "SERRFE",
                is(HyperTransportErrors::SYSTEM_ERROR_FATAL_ENABLE),
            ),
            ("CF", is(HyperTransportErrors::CHAIN_FAIL)),
            ("RE", is(HyperTransportErrors::RESPONSE_ERROR)),
            (
                "PNFE",
                is(HyperTransportErrors::PROTOCOL_ERROR_NONFATAL_ENABLE),
            ),
            (
                "ONFE",
                is(HyperTransportErrors::OVERFLOW_ERROR_NONFATAL_ENABLE),
            ),
            (
                "EOCNFE",
                is(HyperTransportErrors::END_OF_CHAIN_ERROR_NONFATAL_ENABLE),
            ),
            (
                "RNFE",
                is(HyperTransportErrors::RESPONSE_ERROR_NONFATAL_ENABLE),
            ),
            (
                "CRCNFE",
                is(HyperTransportErrors::CRC_ERROR_NONFATAL_ENABLE),
            ),
            (
                "SERRNFE",
                is(HyperTransportErrors::SYSTEM_ERROR_NONFATAL_ENABLE),
            ),
        ],
    )?;
    out.write_char('\n')
}

fn upper(base: u8, limit: u8, out: &mut dyn Write) -> fmt::Result {
    writeln!(
        out,
        "\t\tPrefetchable memory behind bridge Upper: {base:02x}-{limit:02x}"
    )
}
