//! Which source counts for each field of a function: the one table by which observations are
//! put together.

use super::source::Standing::{self, Kernel, Listing, Log, Naming, OneDriver, Registers};

/// A field of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Field {
    Id,
    Class,
    Revision,
    Subsystem,
    Name,
    Driver,
    DriverModule,
    Modalias,
    Modules,
    BootDisplay,
    ResetMethods,
    ResetCapabilities,
    Memory,
    ListedRegions,
    ListedPlacement,
    SurveyedMmio,
    HotPlugBridge,
    Owner,
}

/// Number of fields.
pub(in crate::host) const FIELDS: usize = TABLE.len();

/// Rule among sources that show a field equally directly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum AmongEquals {
    /// A certain value, otherwise the first.
    First,
    /// The last: the field changes, and a text is in the order of time.
    Last,
    /// The class with its programming interface, then the first.
    MostSpecific,
    /// For each part of the value, the last source that includes it.
    LastOfEachPart,
}

/// Meaning of a difference between two sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::host) enum Difference {
    /// Nothing: it changes, or sources word it in different ways.
    Usual,
    /// The field is constant: one of the lines is of another time.
    Contradiction,
    /// There is another device: the lines are of two machines, or of one that was changed.
    OtherDevice,
}

/// Sources of a field, in their order of precedence.
#[derive(Debug)]
pub(in crate::host) struct Row {
    pub(in crate::host) field: Field,
    /// From the most direct sources to the least; those of one step are equals, and those of
    /// none do not count.
    pub(in crate::host) order: &'static [&'static [Standing]],
    pub(in crate::host) among_equals: AmongEquals,
    pub(in crate::host) difference: Difference,
    /// Why.
    #[cfg_attr(not(test), allow(dead_code, reason = "read by people and by a test"))]
    pub(in crate::host) reason: &'static str,
}

const fn row(
    field: Field,
    order: &'static [&'static [Standing]],
    among_equals: AmongEquals,
    difference: Difference,
    reason: &'static str,
) -> Row {
    Row {
        field,
        order,
        among_equals,
        difference,
        reason,
    }
}

/// The table, in the order of [`Field`]. An IOMMU group is not a field of a function: sources that
/// differ dispute the membership (`iommu::Groups`).
static TABLE: [Row; 18] = [
    row(
        Field::Id,
        &[&[Kernel], &[Listing], &[Registers], &[Log], &[Naming]],
        AmongEquals::First,
        Difference::OtherDevice,
        "The kernel reads the id once. That of a virtual function is not in its registers, a log \
         may be of an older boot, and people type it.",
    ),
    row(
        Field::Class,
        &[&[Kernel], &[Listing, Registers], &[Log], &[Naming]],
        AmongEquals::MostSpecific,
        Difference::Contradiction,
        "lspci prints two of the three bytes without -v, a log has the class from before \
         the kernel's corrections, and people name kinds of devices.",
    ),
    row(
        Field::Revision,
        &[&[Kernel], &[Listing], &[Registers]],
        AmongEquals::First,
        Difference::Contradiction,
        "As the id; a function that does not answer reads as ff.",
    ),
    row(
        Field::Subsystem,
        &[&[Kernel], &[Listing], &[Registers]],
        AmongEquals::First,
        Difference::Contradiction,
        "As the id; the lines of a filtered listing may be those of another function.",
    ),
    row(
        Field::Name,
        &[&[Listing, OneDriver]],
        AmongEquals::First,
        Difference::Usual,
        "Names are for people, and each program has its own.",
    ),
    row(
        Field::Driver,
        &[&[Kernel], &[Listing], &[OneDriver], &[Log], &[Naming]],
        AmongEquals::Last,
        Difference::Usual,
        "A driver comes and goes. A listing shows the one that has the function; that nvidia-smi \
         or a line of the log names a driver shows that it had it.",
    ),
    row(
        Field::DriverModule,
        &[&[Kernel]],
        AmongEquals::First,
        Difference::Usual,
        "Only sysfs shows it.",
    ),
    row(
        Field::Modalias,
        &[&[Kernel]],
        AmongEquals::First,
        Difference::Usual,
        "Only sysfs shows it.",
    ),
    row(
        Field::Modules,
        &[&[Listing]],
        AmongEquals::Last,
        Difference::Usual,
        "They change with the kernel.",
    ),
    row(
        Field::BootDisplay,
        &[&[Kernel]],
        AmongEquals::First,
        Difference::Usual,
        "Only sysfs shows it.",
    ),
    row(
        Field::ResetMethods,
        &[&[Kernel]],
        AmongEquals::First,
        Difference::Usual,
        "Only sysfs shows it.",
    ),
    row(
        Field::ResetCapabilities,
        &[&[Listing]],
        AmongEquals::First,
        Difference::Usual,
        "They are fixed; a dump of all registers shows more than the first 64 bytes do.",
    ),
    row(
        Field::Memory,
        &[&[Kernel], &[Listing], &[Log]],
        AmongEquals::First,
        Difference::Usual,
        "A log shows what the firmware set up, before the kernel placed it.",
    ),
    row(
        Field::ListedRegions,
        &[&[Listing]],
        AmongEquals::First,
        Difference::Usual,
        "Only lspci shows them.",
    ),
    row(
        Field::ListedPlacement,
        &[&[Listing]],
        AmongEquals::First,
        Difference::Usual,
        "The link's speed changes with the load; sysfs shows it at one moment, too.",
    ),
    row(
        Field::SurveyedMmio,
        &[&[Listing]],
        AmongEquals::Last,
        Difference::Usual,
        "Only Microsoft's survey shows it.",
    ),
    row(
        Field::HotPlugBridge,
        &[&[Listing]],
        AmongEquals::First,
        Difference::Usual,
        "It is fixed.",
    ),
    row(
        Field::Owner,
        &[&[Listing]],
        AmongEquals::LastOfEachPart,
        Difference::Usual,
        "Owners change, and two commands of ESXi show a part each.",
    ),
];

impl Field {
    /// Its row of the table.
    pub(in crate::host) fn row(self) -> Option<&'static Row> {
        TABLE.get(self as usize)
    }

    /// The name of the field in sentences.
    pub(in crate::host) const fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Class => "class",
            Self::Revision => "revision",
            Self::Subsystem => "subsystem id",
            Self::Name => "name",
            Self::Driver => "driver",
            Self::DriverModule => "driver's module",
            Self::Modalias => "module alias",
            Self::Modules => "modules",
            Self::BootDisplay => "boot display",
            Self::ResetMethods => "reset methods",
            Self::ResetCapabilities => "reset capabilities",
            Self::Memory => "memory BARs",
            Self::ListedRegions => "regions",
            Self::ListedPlacement => "slot and link",
            Self::SurveyedMmio => "MMIO space",
            Self::HotPlugBridge => "hot-plug controller",
            Self::Owner => "owner",
        }
    }
}

impl Row {
    /// Distance of the standing from the most direct source; `None` if it is ignored.
    pub(in crate::host) fn step(&self, standing: Standing) -> Option<usize> {
        self.order.iter().position(|step| step.contains(&standing))
    }
}

#[cfg(test)]
mod tests;
