//! Kernel options that disable the IOMMU or interrupt remapping.

use host_tree::Evidence;

use crate::meaning::Vendor;

/// An option of the running kernel's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionWord<'a> {
    /// The option: `intel_iommu=on`.
    pub word: &'a str,
    /// Its place.
    pub evidence: Evidence,
}

/// The IOMMUs that an option disables.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Off {
    /// Any x86 IOMMU (`iommu=off`; arch/x86/kernel/pci-dma.c, iommu_setup).
    Any,
    /// The IOMMU of that vendor.
    Of(Vendor),
}

/// The options that disable the IOMMU: the last option of each name takes effect, because each `on`
/// or `off` overwrites the previous one (drivers/iommu/intel/iommu.c, intel_iommu_setup), but
/// nothing reverts `iommu=off`.
pub(crate) fn iommu_off<'a>(options: &'a [OptionWord<'_>]) -> Vec<(Off, &'a Evidence)> {
    let mut off = Vec::new();
    let any = options
        .iter()
        .find(|option| has_value(option.word, "iommu", "off"));
    off.extend(any.map(|option| (Off::Any, &option.evidence)));
    for (name, vendor) in [("intel_iommu", Vendor::Intel), ("amd_iommu", Vendor::Amd)] {
        let last = options.iter().rfind(|option| {
            has_value(option.word, name, "on") || has_value(option.word, name, "off")
        });
        let last = last.filter(|option| has_value(option.word, name, "off"));
        off.extend(last.map(|option| (Off::Of(vendor), &option.evidence)));
    }
    off
}

/// The options that disable interrupt remapping (drivers/iommu/irq_remapping.c, setup_irqremap and
/// setup_nointremap).
pub(crate) fn remapping_off<'a>(
    options: &'a [OptionWord<'_>],
) -> impl Iterator<Item = &'a Evidence> {
    options
        .iter()
        .filter(|option| option.word == "nointremap" || has_value(option.word, "intremap", "off"))
        .map(|option| &option.evidence)
}

/// Whether `word` is `name=` with `value` among its values.
fn has_value(word: &str, name: &str, value: &str) -> bool {
    word.split_once('=')
        .is_some_and(|(key, values)| key == name && values.split(',').any(|one| one == value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(words: &[&str]) -> usize {
        let option = |word: &&'static str| OptionWord {
            word,
            evidence: Evidence::new("/proc/cmdline", 1, *word),
        };
        let words: Vec<&'static str> = words.iter().map(|w| &*w.to_string().leak()).collect();
        let options: Vec<OptionWord<'_>> = words.iter().map(option).collect();
        iommu_off(&options).len()
    }

    #[test]
    fn the_last_of_a_name_counts() {
        assert_eq!(off(&["intel_iommu=off"]), 1);
        assert_eq!(off(&["intel_iommu=off", "intel_iommu=on,sm_on"]), 0);
        assert_eq!(off(&["intel_iommu=on", "intel_iommu=sm_on,off"]), 1);
        assert_eq!(off(&["iommu=pt,off", "amd_iommu=off"]), 2);
        assert_eq!(off(&["iommu=pt", "iommu", "amd_iommu=on", "xiommu=off"]), 0);
    }
}
