//! Successful checks of libvirt's `virt-host-validate`.

use host_tree::{CommandText, Evidence};

/// The check of `/sys/kernel/iommu_groups`, which has groups where an IOMMU is at work (libvirt
/// tools/virt-host-validate-common.c, `virHostValidateIOMMU`).
const IOMMU_IN_KERNEL: &str = "Checking if IOMMU is enabled by kernel";

/// The line that shows the IOMMU at work.
pub(in crate::host) fn iommu_at_work(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let at = text.text.find(IOMMU_IN_KERNEL)?;
        let lines = host_tree::numbered_lines(text.text.get(at..)?);
        let before = text.text.get(..at)?.bytes().filter(|byte| *byte == b'\n');
        let first = u32::try_from(before.count()).ok()?;
        let mut passed = lines.filter(|(_, line)| passed(line));
        let (number, _) = passed.next()?;
        Some(Evidence::at(
            &*text.command,
            &text.text,
            first.saturating_add(number),
        ))
    })
}

/// `QEMU: Checking if IOMMU is enabled by kernel  : PASS`, with or without terminal colors.
fn passed(line: &str) -> bool {
    let rest = line.split_once(IOMMU_IN_KERNEL).map(|(_, rest)| rest);
    let result = rest.and_then(|rest| rest.split_once(':'));
    result.is_some_and(|(_, result)| {
        result.contains("PASS") && !["WARN", "FAIL"].iter().any(|word| result.contains(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_check_that_passed_shows_the_iommu() {
        let shown = |text: &str| {
            let texts = [CommandText {
                command: "a.txt".to_owned(),
                text: text.to_owned(),
            }];
            iommu_at_work(&texts).map(|evidence| evidence.line)
        };
        let check = "  QEMU: Checking if IOMMU is enabled by kernel                 : ";
        let text = format!("  QEMU: Checking if device /dev/kvm exists : PASS\n{check}PASS\n");
        assert_eq!(shown(&text), Some(Some(2)));
        assert_eq!(
            shown(&format!("{check}\u{1b}[32mPASS\u{1b}[0m\n")),
            Some(Some(1))
        );
        let off = format!("{check}WARN (IOMMU appears to be disabled in kernel.)\n");
        assert_eq!(shown(&off), None);
        // The table of the firmware alone shows no IOMMU at work.
        let table = "  QEMU: Checking for device assignment IOMMU support     : PASS\n";
        assert_eq!(shown(table), None);
    }
}
