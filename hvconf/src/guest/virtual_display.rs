//! Displays for a card without a monitor.

/// Which guests a way works in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) enum WorksIn {
    /// Every guest.
    Any,
    /// Windows only.
    Windows,
    /// Linux only.
    Linux,
}

/// A virtual display for an assigned card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub(crate) struct VirtualDisplay {
    /// A stable name in kebab-case.
    pub name: &'static str,
    /// Which guests it works in.
    pub works_in: WorksIn,
    /// The display.
    pub what: &'static str,
    /// Its advantage.
    pub good: &'static str,
    /// Its disadvantage.
    pub bad: &'static str,
}

/// The ways, the first being what to try first.
#[must_use]
pub(crate) const fn virtual_displays() -> &'static [VirtualDisplay] {
    &[
        VirtualDisplay {
            name: "dummy-plug",
            works_in: WorksIn::Any,
            what: "a plug for HDMI or DisplayPort that answers as a monitor",
            good: "works with every guest and from the firmware on",
            bad: "its resolutions are fixed, and it occupies a port",
        },
        VirtualDisplay {
            name: "indirect-display-driver",
            works_in: WorksIn::Windows,
            what: "an indirect display driver (IddCx) for Windows 10 and 11, such as Virtual \
                   Display Driver",
            good: "any resolution, and no hardware",
            bad: "a third-party driver in the guest; no picture before Windows starts",
        },
        VirtualDisplay {
            name: "usbmmidd",
            works_in: WorksIn::Windows,
            what: "Amyuni's usbmmidd, which guides name",
            good: "works with Windows 10",
            bad: "an older driver that is no longer maintained: install an indirect display driver",
        },
        VirtualDisplay {
            name: "xorg-dummy",
            works_in: WorksIn::Linux,
            what: "a monitor that is only configured: ConnectedMonitor for NVIDIA's driver, \
                   video=...e on the kernel command line for the others",
            good: "needs nothing else in a Linux guest",
            bad: "each desktop is configured differently, and another card of the same guest may \
                  replace it",
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_different() {
        let mut names: Vec<_> = virtual_displays().iter().map(|way| way.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), virtual_displays().len());
    }
}
