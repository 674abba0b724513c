//! Whether the interrupts of devices are remapped. Without that VFIO refuses them,
//! since a guest could inject interrupts into the host.

use host_tree::{Evidence, HostTree, numbered_lines};

use crate::facts::LogFact;
use crate::meaning::Kind;
use crate::option::{KernelOption, remapping_off};

/// Whether interrupt remapping is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemappingState {
    /// It is on.
    Enabled,
    /// It is off.
    Disabled,
    /// The sources do not show it, or contradict each other.
    Unknown,
}

/// Interrupt remapping, with the lines that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remapping {
    /// Whether it is on.
    pub state: RemappingState,
    /// The lines that show it; where they contradict each other, all of them.
    pub evidence: Vec<Evidence>,
    /// Lines that say otherwise and were overruled.
    pub against: Vec<Evidence>,
    /// Lines that look as if it were off and mean something else.
    pub harmless: Vec<Evidence>,
}

/// Whether `tree`, the facts of a kernel log, and the running kernel's options show
/// that interrupts are remapped.
///
/// An interrupt chip whose name starts with `IR-` in `/proc/interrupts` proves it
/// for the running kernel (`IR-PCI-MSI`, arch/x86/kernel/apic/msi.c, and `IR-IO-APIC`,
/// arch/x86/kernel/apic/io_apic.c) and overrules a log, which may be of another boot.
/// A log and an option that contradict each other prove nothing.
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
    options: &[KernelOption<'_>],
) -> Remapping {
    let lines = |kind: Kind| {
        let fitting = facts.iter().filter(move |fact| fact.kind == kind);
        fitting.map(|fact| fact.evidence.clone())
    };
    let running: Vec<Evidence> = remapped_interrupt(tree).into_iter().collect();
    let on: Vec<Evidence> = lines(Kind::ProvesRemapping).collect();
    let options = remapping_off(options).cloned();
    let off: Vec<Evidence> = lines(Kind::ProvesNoRemapping).chain(options).collect();
    let about_it = |evidence: &Evidence| {
        let text = &evidence.text;
        text.contains("remapping") || text.contains("x2apic")
    };
    let harmless = lines(Kind::Harmless).filter(about_it).collect();
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

/// The first line of `/proc/interrupts` whose chip remaps.
fn remapped_interrupt(tree: &dyn HostTree) -> Option<Evidence> {
    const PATH: &str = "/proc/interrupts";
    let text = tree.read_text(PATH).found()?;
    let mut lines = numbered_lines(&text);
    let (number, line) =
        lines.find(|(_, line)| line.split_whitespace().any(|word| word.starts_with("IR-")))?;
    Some(Evidence::new(PATH, number, line))
}
