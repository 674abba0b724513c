//! Kernel options that the host's boot loader reads.

use super::KernelOption;
use super::unread_files::is_unread;
use crate::host::state::Host;

impl Host {
    /// Whether the option is set in a file that the host's boot loader does not read.
    pub(crate) fn is_unread(&self, option: &KernelOption) -> bool {
        is_unread(&self.loader, &option.evidence.source)
    }

    /// Whether a kernel option with this value, or with this item in its comma-separated
    /// list, runs or is configured where the boot loader reads it.
    pub(crate) fn has_option_value(&self, name: &str, value: &str) -> bool {
        let options = self.settings.kernel_option(name);
        let mut read = options.filter(|option| !self.is_unread(option));
        read.any(|option| {
            let mut items = option.value.iter().flat_map(|items| items.split(','));
            items.any(|item| item == value)
        })
    }
}
