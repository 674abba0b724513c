//! The reasons why a plan cannot be made.

use hostconf::binding::method::Method;
use pci_core::Address;

use super::gate::{self, Unnamed};
use crate::failure::{Cause, Error, ErrorKind, Place, into_error};
use crate::host::Platform;
use crate::target::Target;
use crate::text::{Text, any_of, text};

/// The reason why a plan cannot be made.
#[derive(Debug)]
pub(crate) enum PlanCause {
    /// The request names no device.
    NoDevice,
    /// The function is not in the input.
    NotThere(Address),
    /// A bridge, which is not assigned.
    Bridge(Address),
    /// The function's IDs are not in the input: the plan could bind another card.
    IdNotShown(Address),
    /// The input covers several hosts, or one host at several times.
    SeveralMachines {
        /// The place of a line.
        first: String,
        /// The place of a line that contradicts it.
        second: String,
        /// The hosts that prompts name; empty if prompts do not distinguish them.
        hosts: Vec<String>,
    },
    /// The hypervisor is neither in the input nor in the request.
    NoTarget,
    /// Plans do not support this hypervisor.
    TargetNotPlanned(Target),
    /// The hypervisor of the request does not run on the host's system.
    OtherPlatform(Platform, Target),
    /// The hypervisor cannot assign PCI functions.
    Cannot {
        /// The hypervisor.
        target: Target,
        /// The reason, and an alternative.
        because: Text,
    },
    /// The hypervisor binds the functions itself.
    NotReleased(Target),
    /// The functions are not bound to vfio-pci.
    NotBound(
        /// The functions.
        String,
    ),
    /// The requested binding method is too late, or the host does not have it.
    CannotBind {
        /// The method.
        method: Method,
        /// The reason.
        because: Text,
    },
    /// The window that the functions' BARs need cannot be computed.
    WindowNotKnown {
        /// The reason.
        because: Text,
    },
    /// The target has one machine type, or the plan does not set it.
    NoMachineType(Target),
    /// The guest's name or number is not valid.
    BadGuest {
        /// The guest as requested.
        vm: String,
        /// The hypervisor.
        target: Target,
        /// The expected form.
        expected: Text,
    },
    /// The host has guests, and none of this name or number.
    NoGuest {
        /// The guest as requested.
        vm: String,
        /// The directory of the guests' configurations.
        directory: &'static str,
        /// The guests of the host.
        guests: String,
    },
    /// The plan changes kernel options, and the boot loader is unknown.
    LoaderNotShown {
        /// The options.
        options: String,
        /// The command that shows the boot loader.
        look: String,
    },
    /// The boot loader's file is not in the input.
    FileNotShown {
        /// The file.
        path: String,
    },
    /// The plan changes the initramfs, and its generator is unknown.
    InitramfsNotShown,
    /// The plan changes the initramfs, and plans do not support its generator.
    InitramfsNotPlanned {
        /// The generator.
        program: &'static str,
        /// The source that shows it.
        shown_by: String,
    },
    /// Binding by address needs a script, and changes of the host's `/etc` are lost.
    NoPlaceForScript(String),
    /// The image has no hook that loads drivers, or none that plans support.
    InitramfsWithoutUdev {
        /// The file that lists the hooks.
        path: String,
    },
    /// The file belongs to the host's image.
    RootIsReadOnly {
        /// The file.
        path: String,
        /// The source that shows it.
        shown_by: String,
    },
    /// A file cannot be edited.
    Edit {
        /// The file.
        path: String,
        /// The reason.
        error: EditReason,
    },
    /// The edits remove settings that neither a finding nor the request names.
    Unnamed(Vec<Unnamed>),
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: String,
        /// The reason.
        reason: String,
    },
    /// The plan lacks facts, and would have a blocker in any case.
    Blocked {
        /// The blocker.
        title: Text,
        /// The reason why no plan is made.
        cause: Box<PlanCause>,
    },
}

/// The reason why a file cannot be edited.
#[derive(Debug)]
pub(crate) enum EditReason {
    Text(Text),
    Host(hostconf::Error),
    Pci(pci_core::Error),
    Guest(hvconf::Error),
}

macro_rules! edit_reasons {
    ($($name:ident($reason:ty)),* $(,)?) => {
        $(impl From<$reason> for EditReason {
            fn from(reason: $reason) -> Self {
                Self::$name(reason)
            }
        })*
    };
}

edit_reasons!(
    Text(Text),
    Host(hostconf::Error),
    Pci(pci_core::Error),
    Guest(hvconf::Error),
);
into_error!(PlanCause);

impl Cause for PlanCause {
    fn kind(&self) -> ErrorKind {
        if self.is_usage() {
            ErrorKind::BadRequest
        } else {
            ErrorKind::NoPlan
        }
    }

    fn text(&self) -> Text {
        match self {
            Self::NoDevice => text!("expected at least one device"),
            Self::NotThere(address) => {
                text!(
                    "no device at {address} in the input",
                    address = address.to_string()
                )
            }
            Self::Bridge(address) => text!(
                "{address} is a bridge: bridges stay with the host",
                address = address.to_string()
            ),
            Self::IdNotShown(address) => text!(
                "the IDs of {address} are not in the input; to show them: lspci -nn -s {address}",
                address = address.to_string()
            ),
            Self::SeveralMachines {
                first,
                second,
                hosts,
            } => several_hosts(first, second, hosts),
            Self::NoTarget => {
                text!("the hypervisor is not in the input; name it: --for proxmox or --for libvirt")
            }
            Self::TargetNotPlanned(target) => text!(
                "plans do not support {target} yet; for its findings: passthru doctor --for \
                 {target}",
                target
            ),
            Self::OtherPlatform(platform, found) => text!(
                "the host's system is {platform}: expected --for with one of {targets}, found \
                 {found}",
                platform = platform.name(),
                targets = platform
                    .targets()
                    .map(Target::word)
                    .collect::<Vec<_>>()
                    .join(", "),
                found
            ),
            Self::Cannot { target, because } => text!(
                "{target} cannot assign PCI functions: {because}",
                target = target.name(),
                because
            ),
            Self::NotReleased(target) => text!(
                "{target} binds functions itself, or does not keep changes of /etc: remove the \
                 functions from its configuration",
                target = target.name()
            ),
            Self::NoGuest {
                vm,
                directory,
                guests,
            } => text!(
                "no guest {vm} in {directory}: expected one of {guests}; a new guest is created \
                 first, and a plan without --vm prepares the host alone",
                vm,
                directory = *directory,
                guests
            ),
            Self::NotBound(functions) => text!(
                "nothing in the input binds {functions} to vfio-pci or prevents the host driver \
                 from binding",
                functions
            ),
            Self::CannotBind { method, because } => {
                text!("--bind {method}: {because}", method, because)
            }
            Self::WindowNotKnown { because } => text!(
                "--mmio-window: {because}; or give a size, such as --mmio-window=64G",
                because
            ),
            Self::NoMachineType(target) => text!(
                "--machine-type: plans for {target} do not set a machine type; it is for proxmox, \
                 libvirt and qemu",
                target
            ),
            Self::BadGuest {
                vm,
                target,
                expected,
            } if vm.is_empty() => text!(
                "a plan for {target} needs --vm with {expected}",
                target,
                expected
            ),
            Self::BadGuest {
                vm,
                target,
                expected,
            } => text!(
                "\"{vm}\" is not a valid guest of {target}: expected {expected}",
                vm,
                target,
                expected
            ),
            Self::LoaderNotShown { options, look } => text!(
                "the plan changes kernel options ({options}), and the host's boot loader is not in \
                 the input; to show it: {look}",
                options,
                look
            ),
            Self::FileNotShown { path } => text!(
                "the plan changes {path}, which is not in the input; add it to the input",
                path
            ),
            Self::InitramfsNotShown => text!(
                "the plan changes the initramfs, and its generator is not in the input; expected \
                 the files of initramfs-tools, dracut, mkinitcpio or booster in /etc"
            ),
            Self::InitramfsNotPlanned { program, shown_by } => text!(
                "plans do not support {program}, which makes the host's initramfs ({shown_by}); \
                 --bind runtime, and for a graphics card of a libvirt guest --bind libvirt-hook, \
                 need no initramfs",
                program,
                shown_by
            ),
            Self::NoPlaceForScript(source) => text!(
                "another card has or may have the same IDs, so the card must be bound by address, \
                 and this host does not keep changes of /etc ({source}); plans for this target do \
                 not support that",
                source
            ),
            Self::InitramfsWithoutUdev { path } => text!(
                "{path}: expected the hook udev or systemd: without one no script runs in time",
                path
            ),
            Self::RootIsReadOnly { path, shown_by } => text!(
                "{path} belongs to the image that this host boots ({shown_by}), and so does its \
                 initramfs; plans do not support that: put the files into the image",
                path,
                shown_by
            ),
            Self::Edit { path, error } => text!(
                "{path}: {reason}",
                path,
                reason = match error {
                    EditReason::Text(text) => text.clone(),
                    EditReason::Host(error) => Text::of_english(error.to_string()),
                    EditReason::Pci(error) => Text::of_english(error.to_string()),
                    EditReason::Guest(error) => Text::of_english(error.to_string()),
                }
            ),
            Self::Unnamed(found) => gate::sentences(found),
            Self::Unreadable { path, reason } => {
                text!("{path}: {reason}", path, reason = Text::of_english(reason))
            }
            Self::Blocked { title, cause } => {
                text!(
                    "{blocker}; {reason}",
                    blocker = title,
                    reason = cause.text()
                )
            }
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::FileNotShown { path }
            | Self::InitramfsWithoutUdev { path }
            | Self::RootIsReadOnly { path, .. }
            | Self::Edit { path, .. }
            | Self::Unreadable { path, .. } => Place::file(path),
            Self::Unnamed(found) => match found.first() {
                Some(first) => Place::file(first.path()),
                None => Place::default(),
            },
            Self::LoaderNotShown { look, .. } => Place::help(look),
            Self::Blocked { cause, .. } => cause.place(),
            Self::BadGuest { vm, expected, .. } => {
                Place::bytes(0..vm.len()).with_help(expected.as_str())
            }
            Self::SeveralMachines { hosts, .. } if !hosts.is_empty() => {
                Place::help(hosts.join(", "))
            }
            Self::NoTarget => Place::help(Target::ALL.map(Target::word).join(", ")),
            _ => Place::default(),
        }
    }

    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Edit {
                error: EditReason::Host(error),
                ..
            } => Some(error),
            Self::Edit {
                error: EditReason::Pci(error),
                ..
            } => Some(error),
            Self::Edit {
                error: EditReason::Guest(error),
                ..
            } => Some(error),
            _ => None,
        }
    }

    fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoDevice
                | Self::NotThere(_)
                | Self::Bridge(_)
                | Self::NoTarget
                | Self::TargetNotPlanned(_)
                | Self::OtherPlatform(..)
                | Self::Cannot { .. }
                | Self::WindowNotKnown { .. }
                | Self::NoMachineType(_)
                | Self::BadGuest { .. }
                | Self::NoGuest { .. }
        )
    }

    fn is_not_shown(&self) -> bool {
        if let Self::Blocked { cause, .. } = self {
            return cause.is_not_shown();
        }
        matches!(
            self,
            Self::IdNotShown(_)
                | Self::LoaderNotShown { .. }
                | Self::FileNotShown { .. }
                | Self::InitramfsNotShown
        )
    }
}

impl PlanCause {
    pub(super) fn edit(path: &str, error: impl Into<EditReason>) -> Self {
        Self::Edit {
            path: path.to_owned(),
            error: error.into(),
        }
    }
}

impl Error {
    /// The settings that a plan removes without naming them; empty for another error.
    #[must_use]
    pub fn unnamed(&self) -> &[Unnamed] {
        match self.cause() {
            Some(PlanCause::Unnamed(found)) => found,
            _ => &[],
        }
    }
}

/// The error of an input that covers several hosts.
fn several_hosts(first: &str, second: &str, hosts: &[String]) -> Text {
    if hosts.is_empty() {
        return text!(
            "the input covers several hosts, or one before and after a hardware change: {first} \
             contradicts {second}; use only the current output of one host",
            first,
            second
        );
    }
    text!(
        "the input covers several hosts, or one before and after a hardware change: {first} \
         contradicts {second}; select one: {options}",
        first,
        second,
        options = any_of(hosts.iter().map(|host| format!("--host {host}")))
    )
}
