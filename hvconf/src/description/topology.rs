//! The topology of a guest's processors.

use core::fmt;
use core::num::NonZeroU16;

/// Whether the guest finds its memory in one NUMA node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NumaNodes {
    /// It does.
    #[default]
    One,
    /// It finds one for each socket.
    PerSocket,
}

/// Sockets, cores and threads: a system may be licensed by sockets, and Windows uses two of them
/// at most in its editions for desktops.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Topology {
    sockets: NonZeroU16,
    cores: NonZeroU16,
    threads: NonZeroU16,
    /// Number of NUMA nodes.
    pub numa: NumaNodes,
}

impl Topology {
    /// So many sockets of so many cores of so many threads; `None` where one is 0 or they
    /// are more than 65535 processors together.
    #[must_use]
    pub fn new(sockets: u16, cores: u16, threads: u16) -> Option<Self> {
        let topology = Self {
            sockets: NonZeroU16::new(sockets)?,
            cores: NonZeroU16::new(cores)?,
            threads: NonZeroU16::new(threads)?,
            numa: NumaNodes::One,
        };
        sockets.checked_mul(cores)?.checked_mul(threads)?;
        Some(topology)
    }

    /// The sockets.
    #[must_use]
    pub const fn sockets(self) -> u16 {
        self.sockets.get()
    }

    /// The cores of a socket.
    #[must_use]
    pub const fn cores(self) -> u16 {
        self.cores.get()
    }

    /// The threads of a core.
    #[must_use]
    pub const fn threads(self) -> u16 {
        self.threads.get()
    }

    /// All processors.
    #[must_use]
    pub const fn processors(self) -> NonZeroU16 {
        self.sockets
            .saturating_mul(self.cores)
            .saturating_mul(self.threads)
    }
}

impl fmt::Display for Topology {
    /// `sockets 2, cores 4, threads 1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sockets,
            cores,
            threads,
            numa: _,
        } = self;
        write!(f, "sockets {sockets}, cores {cores}, threads {threads}")
    }
}

/// Width of the guest's physical addresses, in bits: it bounds the window for large BARs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AddressBits {
    /// As many as the host's.
    Host,
    /// So many.
    Of(u8),
}

impl fmt::Display for AddressBits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host => f.write_str("as many address bits as the host"),
            Self::Of(bits) => write!(f, "{bits} address bits"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processors_are_counted_and_bounded() {
        let topology = Topology::new(2, 4, 2).unwrap();
        assert_eq!(topology.processors().get(), 16);
        assert_eq!(topology.to_string(), "sockets 2, cores 4, threads 2");
        assert_eq!(Topology::new(0, 1, 1), None);
        assert_eq!(Topology::new(256, 256, 1), None);
        assert!(Topology::new(255, 257, 1).is_some());
    }
}
