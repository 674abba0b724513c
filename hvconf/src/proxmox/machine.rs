//! The machine type that the guest has.

use super::property::PropertyString;
use super::vm_config::VmConfig;

/// Whether the machine is a q35, which has PCI Express; without a `machine` key it
/// is an i440fx (`qm.conf(5)`, "machine").
pub(super) fn is_q35(config: &VmConfig) -> bool {
    let machine = config.get("machine").map(|entry| entry.value);
    // A pasted line may have a remark behind the value.
    let machine = machine.and_then(|value| value.split_whitespace().next());
    machine
        .and_then(|value| PropertyString::parse(value, "type").ok()?.get("type"))
        .is_some_and(|kind| kind.contains("q35"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_options_are_seen_through() {
        let q35 = |text: &str| is_q35(&VmConfig::parse(text));
        for text in [
            "q35",
            "q35 (or i440fx, both fail)",
            "pc-q35-9.2+pve1",
            "viommu=intel,type=q35",
        ] {
            assert!(q35(&format!("machine: {text}\n")), "{text}");
        }
        for text in ["", "machine: pc\n", "machine: pc,viommu=q35\n"] {
            assert!(!q35(text), "{text}");
        }
    }
}
