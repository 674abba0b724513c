//! `modules.alias`: which modules say that they drive a device.

use super::modprobe::matches_pattern;

/// The modules that claim a PCI function with this modalias
/// (`pci:v000010DEd00002D04sv…`), by the text of `/lib/modules/RELEASE/modules.alias`,
/// in its order, each once. depmod(8) writes the file; a line is
/// `alias PATTERN MODULE`.
///
/// ```
/// use hvconf::binding::module_alias::modules;
/// let text = "alias pci:v000010ECd00008139sv*sd*bc*sc*i* 8139cp\n\
///             alias pci:v000010ECd00008139sv*sd*bc*sc*i* 8139too\n\
///             alias pci:v00008086d*sv*sd*bc03sc*i* i915\n";
/// let modalias = "pci:v000010ECd00008139sv00001AF4sd00001100bc02sc00i00";
/// assert_eq!(modules(text, modalias), ["8139cp", "8139too"]);
/// ```
#[must_use]
pub fn modules(text: &str, modalias: &str) -> Vec<String> {
    // Most lines name another vendor: looked at without the pattern.
    let vendor = modalias.get(..VENDOR).unwrap_or(modalias);
    let mut found: Vec<String> = Vec::new();
    for line in text.lines() {
        let Some(rest) = line.strip_prefix("alias pci:v") else {
            continue;
        };
        let other =
            !rest.starts_with('*') && vendor.get(START..).is_some_and(|id| !rest.starts_with(id));
        if other {
            continue;
        }
        let mut words = rest.split(' ');
        let (Some(pattern), Some(module)) = (words.next(), words.next()) else {
            continue;
        };
        let is_new = !found.iter().any(|known| known == module);
        if is_new && matches_pattern(&format!("pci:v{pattern}"), modalias) {
            found.push(module.to_owned());
        }
    }
    found
}

/// The length of `pci:v`.
const START: usize = 5;
/// The length of `pci:v000010DE`.
const VENDOR: usize = START + 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_of_class_and_vendor_count() {
        let text = "\
alias pci:v*d*sv*sd*bc04sc03i00* snd_hda_intel
alias pci:v000010DEd*sv*sd*bc03sc00i00* nvidia
alias pci:v000010DEd*sv*sd*bc03sc00i00* nouveau
alias usb:v10DEp* other
alias pci:v00001002d*sv*sd*bc03sc00i00* amdgpu
alias pci:broken
";
        let gpu = "pci:v000010DEd00002D04sv000010B0sd0000205Ebc03sc00i00";
        assert_eq!(modules(text, gpu), ["nvidia", "nouveau"]);
        let audio = "pci:v000010DEd000022EBsv000010B0sd0000205Ebc04sc03i00";
        assert_eq!(modules(text, audio), ["snd_hda_intel"]);
        assert_eq!(modules(text, "pci:v"), Vec::<String>::new());
        assert_eq!(modules(text, ""), Vec::<String>::new());
    }
}
