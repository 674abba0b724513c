//! The values in a sentence.

use std::borrow::Cow;

use pci_core::{Address, PciId, Slot, SubsystemId};

use super::Text;
use super::sentence::Argument;

/// A value in a sentence.
pub trait IntoArgument {
    /// The value, as it is shown.
    fn argument(&self) -> Argument;
}

impl<T: IntoArgument + ?Sized> IntoArgument for &T {
    fn argument(&self) -> Argument {
        (**self).argument()
    }
}

impl IntoArgument for Text {
    fn argument(&self) -> Argument {
        Argument::Text(self.clone())
    }
}

/// The short form, without the domain 0000.
impl IntoArgument for Address {
    fn argument(&self) -> Argument {
        Argument::Characters(format!("{self:#}"))
    }
}

/// The short form, without the domain 0000.
impl IntoArgument for Slot {
    fn argument(&self) -> Argument {
        Argument::Characters(format!("{self:#}"))
    }
}

/// The addresses in their short form, between commas.
impl IntoArgument for [Address] {
    fn argument(&self) -> Argument {
        let all: Vec<String> = self.iter().map(|address| format!("{address:#}")).collect();
        Argument::Characters(all.join(", "))
    }
}

impl IntoArgument for Vec<Address> {
    fn argument(&self) -> Argument {
        self.as_slice().argument()
    }
}

/// The strings between commas.
impl IntoArgument for [String] {
    fn argument(&self) -> Argument {
        Argument::Characters(self.join(", "))
    }
}

impl IntoArgument for Vec<String> {
    fn argument(&self) -> Argument {
        self.as_slice().argument()
    }
}

/// The strings between commas.
impl IntoArgument for [&str] {
    fn argument(&self) -> Argument {
        Argument::Characters(self.join(", "))
    }
}

impl IntoArgument for Vec<&str> {
    fn argument(&self) -> Argument {
        self.as_slice().argument()
    }
}

macro_rules! as_displayed {
    ($($kind:ty),*) => {
        $(impl IntoArgument for $kind {
            fn argument(&self) -> Argument {
                Argument::Characters(self.to_string())
            }
        })*
    };
}

as_displayed!(
    pci_core::modules::ModuleName,
    str,
    String,
    Cow<'_, str>,
    char,
    u8,
    u16,
    u32,
    u64,
    usize,
    i32,
    i64,
    PciId,
    SubsystemId,
    hostconf::binding::method::Method,
    hostconf::boot::Parameter,
    hostconf::binding::initramfs::Initramfs,
    pci_core::notation::HideList,
    hvconf::description::VmName,
    hvconf::emitted::Versions,
    hvconf::assigned::RomFile,
    hvconf::proxmox::VmId
);

impl<T: IntoArgument> IntoArgument for Option<T> {
    fn argument(&self) -> Argument {
        match self {
            Some(value) => value.argument(),
            None => Argument::Characters(String::new()),
        }
    }
}
