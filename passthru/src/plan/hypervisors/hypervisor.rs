//! A hypervisor of plans, and the assignment of functions to one of its guests.

use hvconf::description::Description;
use hvconf::emitted::Emitted;
use hvconf::unsupported::Unsupported;

use super::emitted;
use crate::host::{Device, Host};
use crate::plan::drafts::Drafts;
use crate::plan::error::PlanCause;
use crate::plan::guest_steps::Guest;
use crate::plan::request::Request;
use crate::target::Target;
use crate::text::{Text, text};

/// The part of a plan that differs by hypervisor.
pub(in crate::plan) struct Hypervisor {
    pub(super) target: Target,
    /// The driver binding on a host with Linux.
    pub(super) binding: HostBinding,
    /// The name of a guest.
    pub(super) guest: GuestName,
    /// The reason for a reboot of the host, where files of the hypervisor changed.
    pub(super) reboot: Option<fn() -> Text>,
    /// The directory of the host where the ROM files of guests are.
    pub(in crate::plan) rom_directory: Option<&'static str>,
    /// Whether `--machine-type` is QEMU's, and the window for BARs is that of OVMF.
    pub(in crate::plan) has_machine_types: bool,
    /// The modules that the hypervisor's documentation loads at boot.
    pub(in crate::plan) modules: &'static [&'static str],
    /// The list of modules in its documentation, if the host has it.
    pub(in crate::plan) module_list: Option<&'static str>,
    /// Whether it runs hooks of guests, one of which can unbind the display card.
    pub(in crate::plan) has_guest_hooks: bool,
    pub(super) pass: Pass,
    /// Its row of `docs/targets.md`; none where it assigns no functions.
    pub(super) page: Option<Page>,
}

/// A row of `docs/targets.md`, in Markdown.
pub(super) struct Page {
    /// The files read.
    pub(super) reads: &'static str,
    /// The files written.
    pub(super) writes: &'static str,
    /// The files edited in place.
    pub(super) edits: &'static str,
    /// The programs that agree with it.
    pub(super) checked_by: &'static str,
    /// The versions for which lines are valid.
    pub(super) versions: &'static str,
}

impl Hypervisor {
    /// A hypervisor of Linux with functions bound to vfio-pci by the plan's files.
    pub(super) const fn new(target: Target, guest: GuestName, pass: Pass) -> Self {
        Self {
            target,
            binding: HostBinding::Plan,
            guest,
            reboot: None,
            rom_directory: None,
            has_machine_types: false,
            modules: &["vfio-pci"],
            module_list: None,
            has_guest_hooks: false,
            pass,
            page: None,
        }
    }

    /// The same, with its row of the documentation.
    pub(super) const fn documented(self, page: Page) -> Self {
        Self {
            page: Some(page),
            ..self
        }
    }

    /// Whether a start script binds the functions by a file of addresses.
    pub(in crate::plan) fn has_address_file(&self) -> bool {
        self.binding == HostBinding::AddressFile
    }

    /// The same, with functions that the hypervisor binds.
    pub(super) const fn binds(self) -> Self {
        Self {
            binding: HostBinding::Hypervisor,
            ..self
        }
    }

    /// The same, for a host that reboots if files changed.
    pub(super) const fn reboots(self, why: fn() -> Text) -> Self {
        Self {
            reboot: Some(why),
            ..self
        }
    }

    /// The error of a guest's name that the hypervisor cannot have.
    pub(in crate::plan) fn bad_guest(&self, request: &Request) -> PlanCause {
        PlanCause::BadGuest {
            vm: request.vm.clone().unwrap_or_default(),
            target: self.target,
            expected: self.guest.expected(),
        }
    }
}

/// The binder of functions on a host with Linux.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum HostBinding {
    /// The plan, by files of the host.
    Plan,
    /// The hypervisor.
    Hypervisor,
    /// A start script of the hypervisor, by the file of addresses that the plan edits.
    AddressFile,
}

/// The name of a guest in `--vm`, described for people.
#[derive(Clone, Copy, Debug)]
pub(super) enum GuestName {
    /// A machine's name of letters, digits and '-'.
    Machine(fn() -> Text),
    /// An identifier specific to the hypervisor.
    Own(fn() -> Text),
    /// The same; without it no guest is planned.
    Required(fn() -> Text),
}

impl GuestName {
    pub(super) const MACHINE: Self =
        Self::Machine(|| text!("a VM name of letters, digits and '-'"));

    pub(super) fn expected(self) -> Text {
        match self {
            Self::Machine(expected) | Self::Own(expected) | Self::Required(expected) => expected(),
        }
    }
}

/// A hypervisor's assignment of functions.
pub(super) enum Pass {
    /// By the steps that this adds.
    By(fn(Passing<'_, '_>) -> Result<(), PlanCause>),
    /// Not supported.
    Never(Unsupported),
}

/// The assignment that is planned.
pub(super) struct Passing<'a, 'd> {
    pub(super) host: &'a Host,
    pub(super) request: &'a Request,
    pub(super) functions: &'a [&'a Device],
    /// The machine that gets the functions.
    pub(super) vm: Description,
    /// The plan of the guest so far.
    pub(super) guest: &'a mut Guest,
    pub(super) drafts: &'a mut Drafts<'d>,
}

impl Passing<'_, '_> {
    /// Adds the files, commands and steps of an emitter.
    pub(super) fn add(self, emitted: Emitted) -> Result<(), PlanCause> {
        emitted::add(emitted, self.guest, self.drafts)
    }
}

/// The error of an emitter.
pub(super) fn failed(target: Target) -> impl Fn(hvconf::Error) -> PlanCause {
    move |error| PlanCause::edit(target.name(), error)
}
