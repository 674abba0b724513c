//! Flit Logging and Flit Error Injection: since 3.15.

use core::fmt::{self, Write};

use super::device_3::Width;
use super::flags::flags;
use crate::config::extended::{
    FberMeasurementControlFlags, FlitErrorCounterControlFlags, FlitErrorInjection,
    FlitErrorInjectionControl1Flags as Control1, FlitErrorLog1Flags, FlitLogging, InjectedFlitType,
    InjectionStatus, OrderedSetErrorInjectionControl1Flags as OrderedSets,
    OrderedSetErrorInjectionStatus,
};
use crate::lspci::write::sign::Sign;

/// Writes the lines below the title of Flit Logging.
pub(super) fn logging(logged: &FlitLogging, out: &mut dyn Write) -> fmt::Result {
    let (log, more) = (logged.error_log_1, logged.error_log_2);
    let is = |flag| Sign(log.flags.contains(flag));
    writeln!(
        out,
        "\t\tLog1:      Valid{}, Link Width: {}\n\
         \t\t\t   More entries{} Unrecognized flit{} FEC uncorrectable{}\n\
         \t\t\t   SyndParityGrp0: {:02x}, SyndCheckGrp0: {:02x}",
        is(FlitErrorLog1Flags::VALID),
        Width(log.link_width),
        is(FlitErrorLog1Flags::MORE_ENTRIES),
        is(FlitErrorLog1Flags::UNRECOGNIZED_FLIT),
        is(FlitErrorLog1Flags::FEC_UNCORRECTABLE),
        log.syndrome_parity_0,
        log.syndrome_check_0
    )?;
    writeln!(
        out,
        "\t\tLog2:      SyndParityGrp1: {:02x}, SyndCheckGrp1: {:02x}\n\
         \t\t\t   SyndParityGrp2: {:02x}, SyndCheckGrp2: {:02x}",
        more.syndrome_parity_1,
        more.syndrome_check_1,
        more.syndrome_parity_2,
        more.syndrome_check_2
    )?;
    let (control, status) = (logged.counter_control, logged.counter_status);
    writeln!(
        out,
        "\t\tCntCtl:    Flit Error Counter En{} Flit Error Counter Interrupt En{}\n\
         \t\t\t   Events to count: {}, Trigger Event on Error Count: {:02x}",
        Sign((control.flags).contains(FlitErrorCounterControlFlags::ENABLE)),
        Sign((control.flags).contains(FlitErrorCounterControlFlags::INTERRUPT_ENABLE)),
        control.events_to_count,
        control.trigger_count
    )?;
    // The bit that it takes for the interrupt is the highest of the width.
    writeln!(
        out,
        "\t\tCntSts:    Link Width when Error Counter Started {}\n\
         \t\t\t   Interrupt Generated based on Trigger Event Count{}, FlitErr: {}",
        Width(status.link_width),
        Sign(status.bits() & 4 != 0),
        status.count
    )?;
    let measured = logged.measurement_control;
    writeln!(
        out,
        "\t\tMeasCtl:   En{} Granularity: {}\n\
         \t\tMeasSts1:  Flit Counter: {}\n\
         \t\tMeasSts2:  Invalid Flit Counter: {}",
        Sign((measured.flags).contains(FberMeasurementControlFlags::ENABLE)),
        measured.granularity,
        logged.flits,
        logged.invalid_flits
    )?;
    for (pair, lanes) in logged.lane_correctable.chunks_exact(2).enumerate() {
        let [first, second] = *lanes else {
            continue;
        };
        let (register, lane) = (Padded("MeasSts", pair + 3, 9), |lane| {
            Padded("Lane", lane, 6)
        });
        writeln!(
            out,
            "\t\t{register} {} {first:5}, {} {second:5}",
            lane(2 * pair),
            lane(2 * pair + 1)
        )?;
    }
    Ok(())
}

/// A word, a number and a colon, with blanks behind it up to a width.
struct Padded(&'static str, usize, usize);

impl fmt::Display for Padded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(word, number, width) = *self;
        write!(f, "{word}{number}:")?;
        let digits = if number < 10 { 1 } else { 2 };
        let written = word.len() + digits;
        write!(f, "{:1$}", "", width.saturating_sub(written))
    }
}

/// Writes the lines below the title of Flit Error Injection.
pub(super) fn injection(injected: &FlitErrorInjection, out: &mut dyn Write) -> fmt::Result {
    let control = injected.control_1;
    out.write_str("\t\tFlitEiCtl1:   ")?;
    flags(
        out,
        control.flags,
        &[
            ("En", Control1::ENABLE),
            ("Tx", Control1::TRANSMITTED),
            ("Rx", Control1::RECEIVED),
            ("2.5GT/s", Control1::SPEED_2_5_GT),
            ("5.0GT/s", Control1::SPEED_5_GT),
            ("8.0GT/s", Control1::SPEED_8_GT),
            ("16.0GT/s", Control1::SPEED_16_GT),
            ("32.0GT/s", Control1::SPEED_32_GT),
            ("64.0GT/s", Control1::SPEED_64_GT),
        ],
    )?;
    // Of the type it takes the lower two bits.
    writeln!(
        out,
        "\n\t\t\t      Number of errors: {}, Spacing between errors: {}, Flit Type: {}",
        control.errors,
        control.spacing,
        InjectedFlitType(control.flit_type.0 & 3)
    )?;
    let how = injected.control_2;
    writeln!(
        out,
        "\t\tFlitEiCtl2:   Consecutive: {}, Type: {}, Offset: {}, Magnitude: {}\n\
         \t\tFlitEiSts:    Tx: {}, Rx: {}",
        Consecutive(how.consecutive),
        how.error_type,
        how.offset,
        how.magnitude,
        injected.status.transmitted,
        injected.status.received
    )?;
    let sets = injected.ordered_set_control_1.flags;
    out.write_str("\t\tFlitEiOsCtl1: ")?;
    flags(
        out,
        sets,
        &[
            ("En", OrderedSets::ENABLE),
            ("Tx", OrderedSets::TRANSMITTED),
            ("Rx", OrderedSets::RECEIVED),
            ("TS0", OrderedSets::TS0),
            ("TS1", OrderedSets::TS1),
            ("TS2", OrderedSets::TS2),
            ("SKP", OrderedSets::SKP),
            ("EIEOS", OrderedSets::EIEOS),
            ("EIOS", OrderedSets::EIOS),
        ],
    )?;
    out.write_str("\n\t\t\t      ")?;
    flags(
        out,
        sets,
        &[
            ("SDS", OrderedSets::SDS),
            ("Poll", OrderedSets::POLLING),
            ("Conf", OrderedSets::CONFIGURATION),
            ("L0", OrderedSets::L0),
            ("NoEq", OrderedSets::RECOVERY_NOT_EQUALIZATION),
            ("Eq01", OrderedSets::EQUALIZATION_PHASE_0_AND_1),
            ("Eq2", OrderedSets::EQUALIZATION_PHASE_2),
            ("Eq3", OrderedSets::EQUALIZATION_PHASE_3),
        ],
    )?;
    let place = injected.ordered_set_control_2;
    writeln!(
        out,
        "\n\t\tFlitEiOsCtl2: Bytes: {:04x}, Lanes: {:04x}",
        place.bytes, place.lanes
    )?;
    ordered_sets("FlitEiOsTx", injected.ordered_set_transmitted, out)?;
    ordered_sets("FlitEiOsRx", injected.ordered_set_received, out)
}

fn ordered_sets(
    label: &str,
    status: OrderedSetErrorInjectionStatus,
    out: &mut dyn Write,
) -> fmt::Result {
    let all: [(&str, InjectionStatus); 14] = [
        ("TS0", status.ts0),
        ("TS1", status.ts1),
        ("TS2", status.ts2),
        ("SKP", status.skp),
        ("EIEOS", status.eieos),
        ("EIOS", status.eios),
        ("SDS", status.sds),
        ("Polling", status.polling),
        ("Configuration", status.configuration),
        ("L0", status.l0),
        ("non-EQ recovery", status.recovery_not_equalization),
        ("Eq01", status.equalization_phase_0_and_1),
        ("Eq2", status.equalization_phase_2),
        ("Eq3", status.equalization_phase_3),
    ];
    write!(out, "\t\t{label}:   ")?;
    for (at, (name, status)) in all.iter().enumerate() {
        let before = match at {
            0 => "",
            _ if at % 3 == 0 => "\n\t\t\t      ",
            _ => ", ",
        };
        write!(out, "{before}{name}: {status}")?;
    }
    out.write_char('\n')
}

/// How many flits in a row are spoilt, as it is printed.
struct Consecutive(u8);

impl fmt::Display for Consecutive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => f.write_str("none"),
            4 => f.write_str("Unknown (4)"),
            7 => f.write_str("pseudo-random"),
            count => write!(f, "{count}"),
        }
    }
}
