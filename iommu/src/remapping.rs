//! Interrupt remapping. VFIO refuses devices without it, because a guest could inject interrupts
//! into the host.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::facts::LogFact;
use crate::meaning::LogLineKind;
use crate::option::{OptionWord, remapping_off};

/// State of interrupt remapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemappingState {
    /// Enabled.
    Enabled,
    /// Disabled.
    Disabled,
    /// Not in the input, or contradictory.
    Unknown,
}

/// State of interrupt remapping, with evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Remapping {
    /// The state.
    pub state: RemappingState,
    /// The lines that prove it; all of them if they contradict each other.
    pub evidence: Vec<Evidence>,
    /// Overruled lines that contradict the state.
    pub against: Vec<Evidence>,
    /// Lines that look like disabled remapping but are harmless.
    pub harmless: Vec<Evidence>,
}

/// Determines from `tree`, the facts of a kernel log, and the running kernel's options whether
/// interrupts are remapped.
///
/// An interrupt chip `IR-*` in `/proc/interrupts` proves it for the running kernel (`IR-PCI-MSI`,
/// arch/x86/kernel/apic/msi.c; `IR-IO-APIC`, arch/x86/kernel/apic/io_apic.c) and overrules a log,
/// which may be of another boot. A log and an option that contradict each other prove nothing.
///
/// ```
/// use iommu::{KernelLog, RemappingState, facts, interrupt_remapping};
/// use host_tree::MemoryTree;
/// let log = KernelLog::parse("dmesg", "[    0.394008] AMD-Vi: Interrupt remapping enabled\n");
/// let remapping = interrupt_remapping(&MemoryTree::partial(), &facts(&log), &[]);
/// assert_eq!(remapping.state, RemappingState::Enabled);
/// assert_eq!(remapping.evidence[0].place(), "dmesg, line 1");
/// ```
#[must_use]
pub fn interrupt_remapping(
    tree: &dyn HostTree,
    facts: &[LogFact],
    options: &[OptionWord<'_>],
) -> Remapping {
    let lines = |kind: LogLineKind| {
        let fitting = facts.iter().filter(move |fact| fact.kind == kind);
        fitting.map(|fact| fact.evidence.clone())
    };
    let running: Vec<Evidence> = remapped_interrupt(tree).into_iter().collect();
    let on: Vec<Evidence> = lines(LogLineKind::ProvesRemapping).collect();
    let options = remapping_off(options).cloned();
    let off: Vec<Evidence> = lines(LogLineKind::ProvesNoRemapping)
        .chain(options)
        .collect();
    let about_it = |evidence: &Evidence| {
        let text = &evidence.text;
        text.contains("remapping") || text.contains("x2apic")
    };
    let harmless = lines(LogLineKind::Harmless).filter(about_it).collect();
    let (state, evidence, against) = match (running.is_empty(), on.is_empty(), off.is_empty()) {
        (false, ..) => (RemappingState::Enabled, [running, on].concat(), off),
        (true, false, true) => (RemappingState::Enabled, on, off),
        (true, true, false) => (RemappingState::Disabled, off, on),
        (true, ..) => (RemappingState::Unknown, [on, off].concat(), Vec::new()),
    };
    Remapping {
        state,
        evidence,
        against,
        harmless,
    }
}

/// The first line of `/proc/interrupts` with a remapping chip.
fn remapped_interrupt(tree: &dyn HostTree) -> Option<Evidence> {
    const PATH: &str = "/proc/interrupts";
    let text = tree.read_text(PATH).found()?;
    let mut lines = numbered_lines(&text);
    let (number, line) =
        lines.find(|(_, line)| line.split_whitespace().any(|word| word.starts_with("IR-")))?;
    Some(Evidence::new(PATH, number, line))
}
