use host_tree::CommandText;

use super::*;

fn over(text: &str) -> Vec<u32> {
    let text = CommandText::new("t", text);
    let found = read(&Posts::read(std::slice::from_ref(&text)));
    let lines = 1..=u32::try_from(text.text.lines().count()).unwrap();
    lines
        .filter(|number| is_over(&found, &Evidence::new("t", *number, "")))
        .collect()
}

#[test]
fn a_failure_before_its_solution_is_over() {
    for solved in [
        "已经成功解决，方案见图",
        "With this patch the system no longer freezes.",
        "I got an error.\nA BIOS update fixed it.",
        "I got an error.\nThe solution was to use the other slot.",
        "I got an error.\nI've removed the lines and it's now working.",
        "I got an error.\nDie Lösung war ein anderer Slot.",
        "启动报错。\n更新 BIOS 之后问题解决了。",
        "I got an error.\n## Solution",
        "I got an error.\nI had to enable VT-d, never mind.",
        "### Problème\nUne erreur.\n### Décision\nChangement appliqué et validé en production.",
        "启动报错。\n禁用再启用后，使用上无异常",
        "I got an error.\nOnly one card was usable until I increased the window.",
        "I got an error.\nSolution: set rombar=0 for the device.",
        "启动报错。\n解决方法\n增加参数 rombar=0",
        "启动报错。\n解决方法：增加参数 rombar=0",
        "I got an error.\n\nThe solution was:\n\nboth values are 0 now\n",
        "I got an error.\nI had a typo. After correcting it passthrough works.",
        "I got an error.\n\nSolution:\n\nI set both values to 0.",
        "I got an error.\nI figured this one out, it was the processor model.",
        "I got an error.\nI fixed both of these.",
        "Before the update I got an error. That is gone now.",
        "Vorher kam ein Fehler. Der Fehler ist weg.",
    ] {
        assert!(over(solved).contains(&1), "{solved}");
    }
    let story = "途中遇到了一些问题，最后都解决了。\n\n我遇到了这样的错误：\nx\n";
    assert_eq!(over(story), [1, 2, 3, 4]);
    let marked = "# [SOLVED] It fails\n\nThe log:\nx\n";
    assert_eq!(over(marked), [1, 2, 3, 4]);
    let marked = "[SOLVED] It works\n\nBefore the update I got an error.\n";
    assert_eq!(over(marked), [1, 2, 3]);
}

#[test]
fn a_failure_that_goes_on_is_not_over() {
    for open in [
        "I got an error.\nThe GPU is gone now.",
        "I got an error.\nWhen I remove hostpci0 the error is gone.",
        "[SOLVED] It works\n\nBefore the update it was fine, now I get an error.",
        "El IOMMU ya funciona.",
        "The IOMMU works now, but the card is missing.",
        "I got an error.\nIs it fixed?",
        "I got an error.\nIt is not fixed.",
        "I got an error.\nI fixed it, but now I get another error.",
        "I got an error.\nI fixed it.\n\nAfter the reboot it does not work.",
        "I got an error.\nI hope that it is fixed by the update.",
        "I got an error.\nDowngrading the kernel fixed it.",
        "I got an error.\nWhen I revert the update, the assignment is working again.",
        "I got an error.\nThe first problem is solved, the guest still fails.",
        "启动报错。\n请问怎么解决了？",
        "I got an error.\n## Possible solution\nNone.",
        "I got an error.\n### Expected fix",
        "I got an error.\nIt fails until the host reboots.",
        "I got an error.\nIt works again only after a complete reboot of the host.",
        "I got an error.\nOnly a host reboot fixed it.",
        "Ein Fehler.\nNur ein Reboot hat geholfen.",
        "报错。\n唯一的办法是重启主机，重启后修复。",
        "Une erreur.\nÇa fonctionne à nouveau seulement après un redémarrage.",
        "I got an error.\nI fixed these, same error.",
        "I got an error.\nI take the card out: everything works again.",
        "启动报错。\n使用不正常了",
        "I got an error.\nAfter adding the option it does not work.",
        "I got an error.\nAfter a reboot it works for a while.",
        "I got an error.\nAfter adding the option the VM boots fine, but the screen is black.",
        "I got an error.\nAfter enabling it the VM boots fine, however the card has code 43.",
        "I got an error.\nThe fix is to check the pointer in the driver.",
        // The state of another time or of a part, a step before the next failure.
        "I got an error.\nEverything worked until I enabled resizable BAR.",
        "I got an error.\nI had to disable Secure Boot to install the driver.",
        "启动报错。\n重启宿主机后恢复正常",
        "启动报错。\n日志无异常",
        "I got an error.\nPossible solution: set rombar=0 for the device.",
        "I got an error.\nSolution: none",
        "启动报错。\n- vfio 使用分组，这样解决了隔离的问题",
    ] {
        assert!(!over(open).contains(&1), "{open}");
    }
}

#[test]
fn a_solution_is_for_its_section() {
    let text = "# A\nerror a\n\nThe fix was to add a port.\n\n# B\nIt fails with an error, and I \
                have no idea.\nerror b\n";
    assert_eq!(over(text), [1, 2, 3, 4]);
    let after =
        "# A\nThis option turned out to be the solution to this error:\n\nerror a\n# B\nerror b\n";
    assert_eq!(over(after), [2, 3, 4]);
    let without =
        "It runs.\n\nI had to add iommu=pt, because without it I got errors:\n\nerror a\n";
    assert_eq!(over(without), [3, 4, 5]);
}
