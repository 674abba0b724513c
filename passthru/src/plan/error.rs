//! Why there is no plan.

use hostconf::binding::method::Method;
use pci_core::Address;

use super::gate::{self, Unnamed};
use crate::host::Platform;
use crate::target::Target;

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Nothing was asked for.
    #[error("expected at least one device")]
    NoDevice,
    /// The input does not show the function.
    #[error("no device at {0} in the input")]
    NotThere(Address),
    /// A bridge carries others and goes to no guest.
    #[error("{0} is a bridge: bridges stay with the host")]
    Bridge(Address),
    /// The function's ids are not shown, so a plan could take another card.
    #[error("the input does not show the ids of {0}; this shows them: lspci -nn -s {0}")]
    IdNotShown(Address),
    /// The input is of several machines, or of one at several times.
    #[error(
        "the input is of several machines, or of one before and after its hardware changed: \
         {first} contradicts {second}; {}",
        which(hosts)
    )]
    SeveralMachines {
        /// Where one line stands.
        first: String,
        /// Where another stands that contradicts it.
        second: String,
        /// The hosts that prompts name, none where they do not tell machines apart.
        hosts: Vec<String>,
    },
    /// The input shows no hypervisor, and none was named.
    #[error("the input does not show the hypervisor; name it: --for proxmox or --for libvirt")]
    NoTarget,
    /// There are no plans for this hypervisor.
    #[error("there are no plans for {0} yet, only findings: passthru doctor --for {0}")]
    TargetNotPlanned(Target),
    /// There are no plans for such a host.
    #[error("there are no plans for {}, its devices are only listed", .0.name())]
    PlatformNotPlanned(Platform),
    /// The hypervisor cannot pass PCI functions through.
    #[error("{} cannot pass PCI functions through: {because}", .target.name())]
    Cannot {
        /// The hypervisor.
        target: Target,
        /// Why, and what can.
        because: &'static str,
    },
    /// The host binds its functions by means of its own.
    #[error(
        "{} binds functions by means of its own, or keeps no changes of /etc: take the functions \
         out of its configuration there", .0.name()
    )]
    NotReleased(Target),
    /// Nothing binds the functions to vfio-pci.
    #[error("nothing that the input shows binds {0} to vfio-pci, or keeps its driver out")]
    NotBound(
        /// The functions.
        String,
    ),
    /// The way of binding that was asked for does not have the functions in time, or is
    /// none of the host's.
    #[error("--bind {method}: {because}")]
    CannotBind {
        /// The way.
        method: Method,
        /// Why not.
        because: String,
    },
    /// The window that the functions' BARs need was asked for, and is none.
    #[error("--mmio-window: {because}; or name a size, such as --mmio-window=64G")]
    WindowNotKnown {
        /// Why not.
        because: &'static str,
    },
    /// A machine type was asked for, and the target's machines have but one, or the plan
    /// does not set it.
    #[error(
        "--machine-type: no plan for {0} sets a machine type; it is for proxmox, libvirt and qemu"
    )]
    NoMachineType(Target),
    /// The guest's name or number cannot be one.
    #[error("\"{vm}\" is no guest of {target}: expected {expected}")]
    BadGuest {
        /// The guest as given.
        vm: String,
        /// The hypervisor.
        target: Target,
        /// What was expected.
        expected: &'static str,
    },
    /// The plan has to change kernel options, and the boot loader is not known.
    #[error(
        "the plan changes kernel options ({options}), and the input does not show which boot \
         loader the host uses; this shows it: {look}"
    )]
    LoaderNotShown {
        /// The options.
        options: String,
        /// The command that would show it.
        look: String,
    },
    /// The boot loader's file is not in the input.
    #[error("the plan changes {path}, which the input does not show; give it as input too")]
    FileNotShown {
        /// The file.
        path: String,
    },
    /// The plan has to change the initramfs, and what makes it is not known.
    #[error(
        "the plan changes the initramfs, and the input does not show what makes it; expected \
         the files of initramfs-tools, dracut, mkinitcpio or booster in /etc"
    )]
    InitramfsNotShown,
    /// A script would have to bind by address, and the host keeps no files of its
    /// own.
    #[error(
        "another card has the same ids, so the card is to be bound by its address, and this host \
         keeps no changes of /etc ({0}); plans do not cover that"
    )]
    NoPlaceForScript(String),
    /// The image has nothing that would look for drivers, or that a plan knows.
    #[error("{path}: expected the hook udev or systemd: without one no script runs in time")]
    InitramfsWithoutUdev {
        /// The file that lists the hooks.
        path: String,
    },
    /// The plan would write where the host's image has the say.
    #[error(
        "{path} belongs to the image that this host boots ({shown_by}), and its initramfs as \
         well; plans do not cover that: put the files into the image"
    )]
    RootIsReadOnly {
        /// The file.
        path: String,
        /// What shows it.
        shown_by: String,
    },
    /// A file cannot be edited.
    #[error("{path}: {error}")]
    Edit {
        /// The file.
        path: String,
        /// Why.
        error: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The edits take away what no finding and no request names.
    #[error("{}", gate::sentences(.0))]
    Unnamed(Vec<Unnamed>),
    /// A file cannot be read.
    #[error("{path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why.
        reason: String,
    },
}

impl PlanError {
    /// Whether the request itself was wrong, rather than the host.
    #[must_use]
    pub const fn is_usage(&self) -> bool {
        matches!(
            self,
            Self::NoDevice
                | Self::NotThere(_)
                | Self::Bridge(_)
                | Self::NoTarget
                | Self::TargetNotPlanned(_)
                | Self::PlatformNotPlanned(_)
                | Self::Cannot { .. }
                | Self::WindowNotKnown { .. }
                | Self::NoMachineType(_)
                | Self::BadGuest { .. }
        )
    }

    /// Whether a fact is missing that [`Ask`](crate::ask::Ask) asks for.
    #[must_use]
    pub const fn is_not_shown(&self) -> bool {
        matches!(
            self,
            Self::IdNotShown(_)
                | Self::LoaderNotShown { .. }
                | Self::FileNotShown { .. }
                | Self::InitramfsNotShown
        )
    }

    pub(super) fn edit(
        path: &str,
        error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Edit {
            path: path.to_owned(),
            error: error.into(),
        }
    }
}

/// What to do where the input is of several machines.
fn which(hosts: &[String]) -> String {
    if hosts.is_empty() {
        "give what one of them shows now".to_owned()
    } else {
        format!(
            "say which one is meant: --machine {}",
            hosts.join(" or --machine ")
        )
    }
}
