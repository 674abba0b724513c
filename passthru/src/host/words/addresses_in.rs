//! Addresses of functions inside a line of text.

use pci_core::Address;

/// The first address of a function in a line, with or without its domain.
pub(in crate::host) fn address_in(line: &str) -> Option<Address> {
    addresses_in(line).next()
}

/// The last address of a function in a line.
pub(in crate::host) fn last_address_in(line: &str) -> Option<Address> {
    addresses_in(line).last()
}

/// All addresses of functions in a line, with or without their domains, and in the form of
/// libvirt's names of node devices (`pci_0000_01_00_0`).
pub(crate) fn addresses_in(line: &str) -> impl Iterator<Item = Address> + '_ {
    let words = of_host(line)
        .split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, ':' | '.' | '_' | '\\'));
    // libxl prints the parts without leading zeros.
    let is_of_libxl = line.contains("libxl");
    let parent = parent_of_mediated(line);
    let words = words.filter(move |word| Some(*word) != parent);
    words.flat_map(move |word| {
        // As a shell completes it: `0000\:01\:00.0`.
        let escaped = word.contains("\\:").then(|| word.replace("\\:", ":"));
        let whole = escaped.as_deref().and_then(address);
        let whole = whole.or_else(|| is_of_libxl.then(|| short_parts(word)).flatten());
        let parts = word.split('\\').filter(move |_| whole.is_none());
        whole.into_iter().chain(parts.filter_map(address))
    })
}

/// The address of the parent of a mediated device, which stays with its host driver:
/// `sysfsdev=/sys/bus/pci/devices/0000:00:02.0/a297db4a-…`.
fn parent_of_mediated(line: &str) -> Option<&str> {
    let (_, path) = line.split_once("sysfsdev=")?;
    let path = path.split([',', ' ', '"', '\'']).next()?;
    let (parent, name) = path.rsplit_once('/')?;
    let (start, _) = name.split_once('-')?;
    let is_uuid = start.len() == 8 && start.bytes().all(|byte| byte.is_ascii_hexdigit());
    let address = parent.rsplit('/').next();
    address.filter(|_| is_uuid)
}

/// The part of a line whose addresses are the host's: those of Xen's device model are of the guest,
/// or of the domain that the model runs in, but for `machine_addr` (QEMU hw/xen/xen_pt.c; libxl's
/// `device_add` of QMP).
fn of_host(line: &str) -> &str {
    if let Some((_, rest)) = line.split_once("\"machine_addr\":") {
        return rest;
    }
    let is_of_model = line.trim_start().starts_with('[')
        && (line.contains("] xen_pt_") || line.contains("] msi_"));
    // QEMU in the stub domain opens the function that it has there.
    let is_of_stub_domain = line.contains(":Could not open '/sys/bus/pci/devices/");
    if is_of_model || is_of_stub_domain {
        ""
    } else {
        line
    }
}

/// `0:7:0.3`, domain, bus, device and function without leading zeros (libxl_pci.c, `PCI_BDF`).
fn short_parts(word: &str) -> Option<Address> {
    let (domain, rest) = word.trim_matches(['.', ':']).split_once(':')?;
    let (bus, rest) = rest.split_once(':')?;
    let (device, function) = rest.split_once('.')?;
    let part = |text: &str| u32::from_str_radix(text, 16).ok();
    let narrow = |text: &str| u8::try_from(part(text)?).ok();
    let is_short = [domain, bus, device].iter().any(|part| part.len() == 1);
    let found = Address::new(
        part(domain)?,
        narrow(bus)?,
        narrow(device)?,
        narrow(function)?,
    )?;
    is_short.then_some(found)
}

fn address(word: &str) -> Option<Address> {
    let word = word.trim_matches(['.', ':']);
    if let Some(name) = word.strip_prefix("pci_") {
        let parts: Vec<&str> = name.split('_').collect();
        let [domain, bus, device, function] = parts.as_slice() else {
            return None;
        };
        return format!("{domain}:{bus}:{device}.{function}").parse().ok();
    }
    // `dom0:0c_00.0` of Qubes OS (qvm-pci(1)).
    if let Some(name) = word.strip_prefix("dom0:") {
        return name.replacen('_', ":", 1).parse().ok();
    }
    // A time of day has no function after a dot, and a MAC address has more colons.
    let is_address = (7..=16).contains(&word.len()) && word.contains('.');
    let word = word.rsplit_once('=').map_or(word, |(_, word)| word);
    let whole = is_address.then(|| word.parse().ok()).flatten();
    whole.or_else(|| {
        // `0000:26:00.0:region1` of QEMU.
        let dot = word.find('.').filter(|dot| (5..=12).contains(dot))?;
        let (start, rest) = word.split_at_checked(dot + 2)?;
        let is_part = rest.starts_with(':')
            && rest
                .get(1..)?
                .starts_with(|c: char| c.is_ascii_alphabetic());
        is_part.then(|| start.parse().ok()).flatten()
    })
}

#[cfg(test)]
mod tests;
