//! Kernel options that the host's boot loader reads.

use hostconf::boot::loader::Loader;

use super::{KernelOption, Seen};
use crate::host::state::Host;
use crate::target::Target;

impl Host {
    /// Whether a kernel option with this value, or with this item in its comma-separated
    /// list, runs or is configured where the boot loader reads it.
    pub(crate) fn has_option_value(&self, name: &str, value: &str) -> bool {
        let mut options = self.settings.kernel_option(name);
        options.any(|option| has_item(option, value))
    }

    /// Whether the host is a Proxmox VE host.
    pub(crate) fn is_proxmox(&self) -> bool {
        let system = self.system.hypervisor.as_ref();
        system.is_some_and(|system| system.value == Target::Proxmox)
    }

    /// The first of the commands that would tell the boot loader and that may be new: the running
    /// kernel's options are no answer where they are in the input.
    pub(crate) fn command_for_loader(&self, would_tell: &[&'static str]) -> &'static str {
        let is_new = |command: &&&str| match **command {
            _ if !self.boot.running_options_shown => true,
            "cat /proc/cmdline" => false,
            "proxmox-boot-tool status" => self.is_proxmox(),
            _ => true,
        };
        let found = would_tell.iter().find(is_new);
        found.copied().unwrap_or("bootctl status")
    }

    /// The option of the running kernel with this item, where the boot loader's file is in the
    /// input without the option: it is lost at the next boot.
    pub(crate) fn only_running<'a>(
        &'a self,
        name: &'a str,
        value: &str,
    ) -> Option<&'a KernelOption> {
        if !matches!(self.boot.loader, Loader::Known { .. }) || self.settings.boot_file.is_none() {
            return None;
        }
        let of_name = || self.settings.kernel_option(name);
        let is_configured = of_name().any(|option| option.seen == Seen::Configured);
        let mut running = of_name().filter(|option| option.seen == Seen::Running);
        running
            .find(|option| has_item(option, value))
            .filter(|_| !is_configured)
    }
}

fn has_item(option: &KernelOption, value: &str) -> bool {
    let mut items = option.value.iter().flat_map(|items| items.split(','));
    items.any(|item| item == value)
}
