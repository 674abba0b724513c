//! The width of a guest's physical addresses.

use super::property::PropertyString;
use super::vm_config::VmConfig;
use crate::address_width::{AddressWidth, OF_MODELS};
use crate::description::AddressBits;

/// The width of the guest's addresses, by `cpu` (qm.conf(5)): its `phys-bits`, or the model.
/// Without the line the model is `kvm64`. `None` where `args` replaces the processor, and
/// where the configuration may lack lines.
///
/// ```
/// use hvconf::proxmox::{VmConfig, address_width};
/// use hvconf::description::AddressBits;
/// let width = address_width(&VmConfig::parse("cpu: x86-64-v2-AES\n")).unwrap();
/// assert_eq!((width.bits, width.line), (AddressBits::Of(40), Some(1)));
/// ```
#[must_use]
pub fn address_width(config: &VmConfig) -> Option<AddressWidth> {
    let replaced = |args: &str| args.contains("-cpu") || args.contains("phys-bits");
    if config.get("args").is_some_and(|args| replaced(args.value)) {
        return None;
    }
    let Some(entry) = config.get("cpu") else {
        return config.lacks("cpu").then_some(AddressWidth {
            bits: OF_MODELS,
            line: None,
        });
    };
    let cpu = PropertyString::parse(entry.value, "cputype").ok()?;
    let bits = match (cpu.get("phys-bits"), cpu.get("cputype")?) {
        (Some("host"), _) | (None, "host" | "max") => AddressBits::Host,
        (Some(bits), _) => AddressBits::Of(bits.parse().ok()?),
        // A model of the administrator's own may set it.
        (None, model) if model.starts_with("custom-") => return None,
        (None, _) => OF_MODELS,
    };
    Some(AddressWidth {
        bits,
        line: Some(entry.line),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_processor_decides() {
        let bits = |text: &str| address_width(&VmConfig::parse(text)).map(|width| width.bits);
        for (text, wanted) in [
            ("cpu: host,hidden=1\n", Some(AddressBits::Host)),
            ("cpu: EPYC,phys-bits=host\n", Some(AddressBits::Host)),
            ("cpu: host,phys-bits=46\n", Some(AddressBits::Of(46))),
            ("cpu: kvm64\n", Some(AddressBits::Of(40))),
            ("cpu: custom-mine\n", None),
            ("cpu: kvm64\nargs: -cpu host\n", None),
            ("cpu: kvm64\nargs: -global cpu.phys-bits=48\n", None),
            ("hostpci0: 01:00\n", None),
        ] {
            assert_eq!(bits(text), wanted, "{text}");
        }
    }
}
