//! Kernel options that turn the IOMMU or interrupt remapping off.

use host_tree::Evidence;

use crate::meaning::Vendor;

/// One word of the running kernel's command line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelOption<'a> {
    /// The word: `intel_iommu=on`.
    pub word: &'a str,
    /// Where it was read.
    pub evidence: Evidence,
}

/// What a word turns off.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Off {
    /// Any x86 IOMMU (`iommu=off`; arch/x86/kernel/pci-dma.c, iommu_setup).
    Any,
    /// That vendor's IOMMU.
    Of(Vendor),
}

/// The options that leave the IOMMU off: of each name the last counts, as each
/// `on` or `off` overwrites the one before (drivers/iommu/intel/iommu.c,
/// intel_iommu_setup), but nothing takes `iommu=off` back.
pub(crate) fn iommu_off<'a>(options: &'a [KernelOption<'_>]) -> Vec<(Off, &'a Evidence)> {
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

/// The options that leave interrupt remapping off (drivers/iommu/irq_remapping.c,
/// setup_irqremap and setup_nointremap).
pub(crate) fn remapping_off<'a>(
    options: &'a [KernelOption<'_>],
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
        let option = |word: &&'static str| KernelOption {
            word,
            evidence: Evidence::new("/proc/cmdline", 1, *word),
        };
        let words: Vec<&'static str> = words.iter().map(|w| &*w.to_string().leak()).collect();
        let options: Vec<KernelOption<'_>> = words.iter().map(option).collect();
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
