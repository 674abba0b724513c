//! EFI variables that show how the host was booted, as efivarfs shows them: four bytes of
//! attributes, then the value (kernel, `Documentation/filesystems/efivarfs.rst`).

use host_tree::{Evidence, HostTree};

/// Where the kernel shows the variables.
const DIRECTORY: &str = "/sys/firmware/efi/efivars";

/// The vendor of variables that UEFI defines (UEFI Specification 2.10, section 3.3).
const GLOBAL: &str = "8be4df61-93ca-11d2-aa0d-00e098032b8c";

/// The vendor of the Boot Loader Interface
/// (<https://systemd.io/BOOT_LOADER_INTERFACE/>).
const LOADER: &str = "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f";

/// The path of a variable that UEFI defines.
#[must_use]
pub fn global(name: &str) -> String {
    format!("{DIRECTORY}/{name}-{GLOBAL}")
}

/// The path of a variable of the Boot Loader Interface.
#[must_use]
pub fn loader(name: &str) -> String {
    format!("{DIRECTORY}/{name}-{LOADER}")
}

/// The evidence that Secure Boot is on; `None` when it is off, or not shown.
#[must_use]
pub fn secure_boot(tree: &dyn HostTree) -> Option<Evidence> {
    let (bytes, evidence) = shown(tree, &global("SecureBoot"), |_| {
        "Secure Boot is on".to_owned()
    })?;
    (bytes.first() == Some(&1)).then_some(evidence)
}

/// The variable of the Boot Loader Interface, such as `LoaderInfo`, with its text.
#[must_use]
pub(crate) fn loader_text(tree: &dyn HostTree, name: &str) -> Option<Evidence> {
    Some(shown(tree, &loader(name), text)?.1)
}

/// An entry of the firmware's boot menu (UEFI Specification 2.10, section
/// 3.1.3, `EFI_LOAD_OPTION`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BootOption {
    /// The variable's number, 4 of `Boot0004`.
    pub number: u16,
    /// The text in the menu.
    pub description: String,
    /// The file that is started, with backslashes.
    pub file: Option<String>,
    /// The partition that it is on, from 1, and the partition's GUID.
    pub partition: Option<(u32, String)>,
    /// The optional data: a kernel reads it as its command line.
    pub options: String,
}

/// The entry of the firmware's menu that the host was booted by.
///
/// ```
/// use hostconf::boot::{efi_variables::booted_option, efi_variables::global};
/// use host_tree::MemoryTree;
/// let mut tree = MemoryTree::partial();
/// tree.insert_file(&global("BootCurrent"), vec![6, 0, 0, 0, 4, 0]);
/// let mut entry = vec![7, 0, 0, 0, 1, 0, 0, 0, 18, 0];
/// let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
/// entry.extend(utf16("x\0"));
/// entry.extend([4, 4, 14, 0]);
/// entry.extend(utf16("\\a.efi\0").iter().take(10));
/// entry.extend([0x7f, 0xff, 4, 0]);
/// tree.insert_file(&global("Boot0004"), entry);
/// assert_eq!(booted_option(&tree).unwrap().file.as_deref(), Some("\\a.ef"));
/// ```
#[must_use]
pub fn booted_option(tree: &dyn HostTree) -> Option<BootOption> {
    booted_by(tree).map(|(option, _)| option)
}

/// The same, with the variable, which names the file.
pub(super) fn booted_by(tree: &dyn HostTree) -> Option<(BootOption, Evidence)> {
    let (current, _) = shown(tree, &global("BootCurrent"), |_| String::new())?;
    let number = u16_at(&current, 0)?;
    let path = global(&format!("Boot{number:04X}"));
    let (bytes, evidence) = shown(tree, &path, |_| String::new())?;
    let mut option = load_option(&bytes)?;
    option.number = number;
    let file = option.file.clone().unwrap_or_default();
    Some((option, evidence.saying(file)))
}

/// Reads an `EFI_LOAD_OPTION`; `None` where it is cut off.
#[must_use]
pub fn load_option(bytes: &[u8]) -> Option<BootOption> {
    let paths_length = usize::from(u16_at(bytes, 4)?);
    let rest = bytes.get(6..)?;
    let end = rest.chunks_exact(2).position(|unit| unit == [0, 0])?;
    let description = text(rest.get(..end * 2)?);
    let rest = rest.get(end * 2 + 2..)?;
    let mut option = BootOption {
        description,
        options: text(rest.get(paths_length..)?),
        ..BootOption::default()
    };
    let mut nodes = rest.get(..paths_length)?;
    while let [kind, sub, low, high, ..] = nodes {
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some(node) = nodes.get(4..length) else {
            break;
        };
        match (kind, sub) {
            // Media device path: hard drive (10.3.5.1) and file path (10.3.5.4).
            (4, 1) => option.partition = partition(node),
            (4, 4) => {
                let part = text(node);
                option.file = Some(option.file.unwrap_or_default() + &part);
            }
            (0x7f, _) => break,
            _ => {}
        }
        nodes = nodes.get(length..).unwrap_or_default();
    }
    Some(option)
}

/// An `EFI_LOAD_OPTION` with the file path only: without optional data, and with zeros for the
/// IDs of hard drives.
#[must_use]
pub fn without_identities(bytes: &[u8]) -> Vec<u8> {
    let length = u16_at(bytes, 4).map_or(0, usize::from);
    let rest = bytes.get(6..).unwrap_or_default();
    let end = rest.chunks_exact(2).position(|unit| unit == [0, 0]);
    let start = end.map_or(bytes.len(), |end| 6 + end * 2 + 2);
    let mut clean = bytes.get(..start + length).unwrap_or_default().to_vec();
    let mut at = start;
    while let Some([kind, sub, low, high]) = clean.get(at..at + 4) {
        let size = usize::from(u16::from_le_bytes([*low, *high]));
        if (*kind, *sub) == (4, 1) {
            let number = clean.get_mut(at + 24..at + 40).unwrap_or_default();
            number.fill(0);
        }
        if size < 4 {
            break;
        }
        at += size;
    }
    clean
}

/// Number and GUID of a hard drive node, of a partition in a GPT.
fn partition(node: &[u8]) -> Option<(u32, String)> {
    let number = u32::from_le_bytes(node.get(..4)?.try_into().ok()?);
    let guid: [u8; 16] = node.get(20..36)?.try_into().ok()?;
    let is_gpt = node.get(36..38) == Some(&[2, 2]);
    let [a, b, c, d, e, f, g, h, rest @ ..] = guid;
    let mut out = format!(
        "{:08x}-{:04x}-{:04x}-",
        u32::from_le_bytes([a, b, c, d]),
        u16::from_le_bytes([e, f]),
        u16::from_le_bytes([g, h])
    );
    for (at, byte) in rest.iter().enumerate() {
        let dash = if at == 2 { "-" } else { "" };
        out.push_str(&format!("{dash}{byte:02x}"));
    }
    is_gpt.then_some((number, out))
}

/// The value of a variable, and its evidence as worded by `say`.
fn shown(
    tree: &dyn HostTree,
    path: &str,
    say: impl FnOnce(&[u8]) -> String,
) -> Option<(Vec<u8>, Evidence)> {
    let (bytes, evidence) = tree.read(path).shown(path, |_| "").found()?;
    let value = bytes.get(4..)?;
    Some((value.to_vec(), evidence.saying(say(value))))
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// UTF-16 up to the first NUL.
fn text(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|unit| match unit {
        [low, high] => u16::from_le_bytes([*low, *high]),
        _ => 0,
    });
    let units = units.take_while(|unit| *unit != 0);
    char::decode_utf16(units)
        .map(|c| c.unwrap_or('\u{fffd}'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_boot_entry_shows_partition_file_and_options() {
        let mut drive = vec![4, 1, 42, 0];
        drive.extend(1u32.to_le_bytes());
        drive.extend([0; 16]);
        drive.extend([
            0x78, 0x56, 0x34, 0x12, 0xcd, 0xab, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
        ]);
        drive.extend([2, 2]);
        let mut file = utf16("\\vmlinuz-linux\0");
        let length = u8::try_from(file.len() + 4).unwrap();
        file.splice(0..0, [4, 4, length, 0]);
        let paths: Vec<u8> = [drive, file, vec![0x7f, 0xff, 4, 0]].concat();
        let length = u16::try_from(paths.len()).unwrap().to_le_bytes();
        let bytes = [
            vec![1, 0, 0, 0],
            length.to_vec(),
            utf16("Arch\0"),
            paths,
            utf16("root=/dev/sda2 rw"),
        ]
        .concat();
        let option = load_option(&bytes).unwrap();
        assert_eq!(option.description, "Arch");
        assert_eq!(option.file.as_deref(), Some("\\vmlinuz-linux"));
        let guid = "12345678-abcd-0201-0304-05060708090a".to_owned();
        assert_eq!(option.partition, Some((1, guid)));
        assert_eq!(option.options, "root=/dev/sda2 rw");
        for end in 0..bytes.len() {
            let _ = load_option(&bytes[..end]);
            let _ = without_identities(&bytes[..end]);
        }
        let clean = load_option(&without_identities(&bytes)).unwrap();
        assert_eq!((clean.file, clean.options.as_str()), (option.file, ""));
        assert!(clean.partition.unwrap().1.starts_with("00000000-0000-"));
    }
}
