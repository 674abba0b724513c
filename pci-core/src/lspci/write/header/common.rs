//! Command, status, latency, interrupt and self test.

use core::fmt::{self, Write};

use crate::config::CommonHeader;
use crate::config::header::{Command, DevselTiming, StatusFlags};
use crate::lspci::structures::{HEADER, Layout};
use crate::lspci::write::capabilities::context;
use crate::lspci::write::options::{OutputVerbosity, View};
use crate::lspci::write::output_function::OutputFunction;
use crate::lspci::write::page::Page;

/// Name of the DEVSEL# timing.
fn devsel(timing: DevselTiming) -> &'static str {
    timing.name().unwrap_or("??")
}

/// Writes the line `Flags:` of `-v`, or the `-vv` lines in its place.
pub(in crate::lspci::write) fn flags(
    function: &OutputFunction<'_>,
    header: &CommonHeader,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    if page.verbosity() > OutputVerbosity::Verbose {
        context(function, page).rows(HEADER, out)?;
        interrupt(function, page, out)?;
        kernel_numbers(function, out)
    } else {
        brief(function, header, page, out)
    }
}

fn brief(
    function: &OutputFunction<'_>,
    header: &CommonHeader,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    let (command, status) = (header.command, header.status.flags);
    out.write_str("\tFlags: ")?;
    let words = [
        ("bus master", command.contains(Command::BUS_MASTER)),
        (
            "VGA palette snoop",
            command.contains(Command::VGA_PALETTE_SNOOP),
        ),
        ("stepping", command.contains(Command::STEPPING_CONTROL)),
        (
            "fast Back2Back",
            command.contains(Command::FAST_BACK_TO_BACK_ENABLE),
        ),
        ("66MHz", status.contains(StatusFlags::CAPABLE_66_MHZ)),
        (
            "user-definable features",
            status.contains(StatusFlags::USER_DEFINABLE_FEATURES),
        ),
    ];
    for (word, _) in words.iter().filter(|(_, set)| *set) {
        write!(out, "{word}, ")?;
    }
    write!(out, "{} devsel", devsel(header.status.devsel))?;
    if command.contains(Command::BUS_MASTER) {
        write!(out, ", latency {}", header.latency_timer)?;
    }
    let irq = irq(function, page);
    if irq != 0 {
        write!(out, ", IRQ {irq}")?;
    }
    let numbers = numbers(function);
    for (name, number) in numbers
        .into_iter()
        .filter_map(|(name, number)| Some((name, number?)))
    {
        write!(out, ", {name} {number}")?;
    }
    out.write_char('\n')
}

/// Numbers assigned by the kernel.
fn numbers(function: &OutputFunction<'_>) -> [(&'static str, Option<u32>); 2] {
    let kernel = function.kernel.as_ref();
    [
        ("NUMA node", kernel.and_then(|kernel| kernel.numa_node)),
        ("IOMMU group", kernel.and_then(|kernel| kernel.iommu_group)),
    ]
}

/// The interrupt number: the kernel's, else from the register.
fn irq(function: &OutputFunction<'_>, page: &Page<'_>) -> u32 {
    let kernel = function
        .kernel
        .as_ref()
        .filter(|_| page.options.view == View::Kernel);
    let register = u32::from(function.registers().byte(0x3c));
    kernel.map_or(register, |kernel| kernel.irq.unwrap_or(0))
}

fn interrupt(function: &OutputFunction<'_>, page: &Page<'_>, out: &mut dyn Write) -> fmt::Result {
    let registers = function.registers();
    let has_header = matches!(
        function.layout(),
        Some(Layout::Endpoint | Layout::Bridge | Layout::CardBus)
    );
    let pin = if has_header { registers.byte(0x3d) } else { 0 };
    let irq = irq(function, page);
    if pin == 0 && irq == 0 {
        return Ok(());
    }
    let letter = |pin: u8| char::from(b'A'.wrapping_add(pin));
    if page.version().interrupt_pin_is_one_too_far() {
        let command = Command::from_bits_retain(registers.word(0x04));
        let is_disabled = command.contains(Command::INTERRUPT_DISABLE);
        if !has_header || pin == 0 && is_disabled {
            return Ok(());
        }
        out.write_str("\tInterrupts: ")?;
        match pin {
            0 => out.write_str("unknown pin")?,
            1..=4 => write!(out, "pin {}", letter(pin))?,
            pin => write!(out, "pin #{pin}")?,
        }
        if is_disabled {
            out.write_str(" disabled")?;
        } else if irq != 0 {
            write!(out, " routed to IRQ {irq}")?;
        }
        return out.write_char('\n');
    }
    let pin = match pin {
        0 => '?',
        pin => letter(pin.wrapping_sub(1)),
    };
    writeln!(out, "\tInterrupt: pin {pin} routed to IRQ {irq}")
}

/// Writes the `-vv` lines if the header is unknown: kernel data.
pub(in crate::lspci::write) fn without_registers(
    function: &OutputFunction<'_>,
    page: &Page<'_>,
    out: &mut dyn Write,
) -> fmt::Result {
    if function.kernel.is_none() || page.options.view == View::Kernel {
        interrupt(function, page, out)?;
    }
    kernel_numbers(function, out)
}

fn kernel_numbers(function: &OutputFunction<'_>, out: &mut dyn Write) -> fmt::Result {
    for (name, number) in numbers(function) {
        if let Some(number) = number {
            writeln!(out, "\t{name}: {number}")?;
        }
    }
    Ok(())
}

/// Writes the line of the built-in self test, if supported.
pub(in crate::lspci::write) fn self_test(
    header: &CommonHeader,
    out: &mut dyn Write,
) -> fmt::Result {
    let bist = header.bist;
    if !bist.is_capable() {
        return Ok(());
    }
    if bist.is_running() {
        out.write_str("\tBIST is running\n")
    } else {
        writeln!(out, "\tBIST result: {:02x}", bist.completion_code())
    }
}
