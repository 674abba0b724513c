use super::*;

#[test]
fn each_system_gets_its_own_commands() {
    let fitted = |tools, words: &[&str]| {
        let argv: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let remedy = fitting(tools, &argv).unwrap_or(Some(Remedy::Inspect { argv }));
        remedy.map(|remedy| remedy.to_string())
    };
    let esxi = fitted(Tools::Esxi, &["dmesg"]).unwrap();
    assert_eq!(esxi, "run: tail -n 200 /var/log/vmkernel.log");
    let list = fitted(Tools::Esxi, &["lspci", "-nnk"]).unwrap();
    assert_eq!(list, "run: esxcli hardware pci list");
    assert!(
        fitted(Tools::Windows, &["lspci"])
            .unwrap()
            .contains("Get-PnpDevice")
    );
    assert_eq!(fitted(Tools::Windows, &["find", "/sys"]), None);
    for tools in [Tools::Esxi, Tools::FreeBsd, Tools::Windows] {
        assert_eq!(fitted(tools, &["cat", "/proc/iomem"]), None);
        assert_eq!(fitted(tools, &["sh", "-c", "ls /sys/class/block"]), None);
    }
    let list = fitted(Tools::FreeBsd, &["lspci", "-nnk"]).unwrap();
    assert_eq!(list, "run: pciconf -lv");
    assert_eq!(fitted(Tools::Linux, &["dmesg"]).unwrap(), "run: dmesg");
}
