//! Facts of a host, other than its kernel, that determine how functions can be bound: Secure Boot,
//! lockdown, and a read-only root.

use host_tree::{Evidence, HostTree, Lookup, presence};

/// The variable with the state of Secure Boot (UEFI 2.10, 3.3 "Globally Defined Variables"): Linux
/// puts four bytes of attributes before its one byte (`Documentation/filesystems/efivarfs.rst`).
pub const SECURE_BOOT: &str =
    "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// Whether Secure Boot is on, from the firmware's variable, `mokutil --sb-state` or
/// the kernel's log; `None` when none of them is shown.
///
/// ```
/// use hostconf::binding::{host_facts::SECURE_BOOT, host_facts::secure_boot};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// assert!(secure_boot(&tree).is_none());
/// tree.insert_file(SECURE_BOOT, [6, 0, 0, 0, 1]);
/// assert!(secure_boot(&tree).unwrap().0);
/// ```
#[must_use]
pub fn secure_boot(tree: &dyn HostTree) -> Option<(bool, Evidence)> {
    let variable = tree.read(SECURE_BOOT).shown(SECURE_BOOT, |bytes| {
        format!("holds {}", bytes.last().copied().unwrap_or_default())
    });
    if let Lookup::Found((bytes, evidence)) = variable {
        if let [_, _, _, _, value] = bytes[..] {
            return Some((value == 1, evidence));
        }
    }
    for text in tree.texts() {
        let words = ["SecureBoot ", "Secure boot ", "Secure Boot: "];
        if !words.iter().any(|word| text.text.contains(word)) {
            continue;
        }
        for (number, line) in host_tree::numbered_lines(&text.text) {
            // mokutil, bootctl, then the kernel's words (drivers/firmware/efi/secureboot.c and
            // arch/x86/kernel/setup.c).
            let on = match line.trim() {
                "SecureBoot enabled" => true,
                "SecureBoot disabled" => false,
                sentence if sentence.starts_with("Secure Boot: enabled") => true,
                sentence if sentence.starts_with("Secure Boot: disabled") => false,
                _ if line.contains("Secure boot enabled") => true,
                _ if line.contains("Secure boot disabled") => false,
                _ => continue,
            };
            let evidence = Evidence::new(&*text.command, number, line.trim());
            return Some((on, evidence));
        }
    }
    None
}

/// Operations that the kernel denies even to root (kernel_lockdown(7)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Lockdown {
    /// Nothing.
    None,
    /// Operations that change the running kernel: unsigned modules, raw access to the memory of
    /// functions, `setpci`.
    Integrity,
    /// Interfaces that would leak its secrets are blocked, too.
    Confidentiality,
}

/// The lockdown of the running kernel; `None` when it is not shown.
#[must_use]
pub fn lockdown(tree: &dyn HostTree) -> Option<(Lockdown, Evidence)> {
    let path = "/sys/kernel/security/lockdown";
    let text = tree.read_text(path).found()?;
    let line = text.lines().next()?;
    let lockdown = if line.contains("[none]") {
        Lockdown::None
    } else if line.contains("[integrity]") {
        Lockdown::Integrity
    } else if line.contains("[confidentiality]") {
        Lockdown::Confidentiality
    } else {
        return None;
    };
    Some((lockdown, Evidence::new(path, 1, line)))
}

/// Why the root file system of a host is read-only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadOnlyRoot {
    /// `/usr` belongs to the deployed image (ostree, bootc); `/etc` may be written.
    Ostree,
    /// `/etc` is made from the configuration (NixOS).
    NixOs,
    /// The system has no shell and no files to edit (Talos).
    Talos,
    /// The system is unpacked into memory at each boot (Unraid).
    Unraid,
}

/// Why the root file system is read-only, with the evidence; `None` without evidence.
#[must_use]
pub fn read_only_root(tree: &dyn HostTree) -> Option<(ReadOnlyRoot, Evidence)> {
    let signs = [
        ("/run/ostree-booted", ReadOnlyRoot::Ostree),
        ("/ostree/repo", ReadOnlyRoot::Ostree),
        ("/etc/NIXOS", ReadOnlyRoot::NixOs),
        ("/etc/nixos", ReadOnlyRoot::NixOs),
        ("/etc/unraid-version", ReadOnlyRoot::Unraid),
    ];
    let sign = signs
        .iter()
        .find_map(|(path, root)| Some((*root, presence(tree, path)?)));
    if sign.is_some() {
        return sign;
    }
    let path = "/etc/os-release";
    let text = tree.read_text(path).found()?;
    host_tree::numbered_lines(&text).find_map(|(number, line)| {
        let value = line.strip_prefix("ID=")?.trim_matches(['"', '\'']);
        let root = match value {
            "talos" => ReadOnlyRoot::Talos,
            "nixos" => ReadOnlyRoot::NixOs,
            _ => return None,
        };
        Some((root, Evidence::new(path, number, line)))
    })
}

#[cfg(test)]
mod tests {
    use host_tree::MemoryTree;

    use super::*;

    #[test]
    fn each_source_of_secure_boot_is_read() {
        for (text, on) in [
            ("SecureBoot enabled\n", true),
            ("System:\n   Secure Boot: enabled (user)\n", true),
            ("SecureBoot disabled\nPlatform is in Setup Mode\n", false),
            ("[    0.000000] secureboot: Secure boot enabled\n", true),
        ] {
            let mut tree = MemoryTree::partial();
            tree.insert_text("mokutil --sb-state", text);
            assert_eq!(secure_boot(&tree).unwrap().0, on, "{text}");
        }
        let mut tree = MemoryTree::partial();
        tree.insert_file(SECURE_BOOT, [1]);
        assert!(secure_boot(&tree).is_none());
    }

    #[test]
    fn lockdown_is_the_word_in_brackets() {
        let mut tree = MemoryTree::partial();
        assert!(lockdown(&tree).is_none());
        let path = "/sys/kernel/security/lockdown";
        tree.insert_file(path, "none [integrity] confidentiality\n");
        assert_eq!(lockdown(&tree).unwrap().0, Lockdown::Integrity);
        tree.insert_file(path, "none\n");
        assert!(lockdown(&tree).is_none());
    }

    #[test]
    fn a_root_that_is_not_written_to_is_known() {
        let mut tree = MemoryTree::partial();
        assert!(read_only_root(&tree).is_none());
        tree.insert_file("/etc/os-release", "NAME=Talos\nID=talos\n");
        assert_eq!(read_only_root(&tree).unwrap().0, ReadOnlyRoot::Talos);
        tree.insert_file("/run/ostree-booted", "");
        assert_eq!(read_only_root(&tree).unwrap().0, ReadOnlyRoot::Ostree);
    }
}
