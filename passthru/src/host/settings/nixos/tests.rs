use super::*;

fn found(text: &str) -> bool {
    let text = CommandText::new("t", text);
    without_vfio_module(&[text]).is_some()
}

#[test]
fn the_blacklist_is_read_over_several_lines() {
    for text in [
        "boot.blacklistedKernelModules = [ \"nouveau\" \"nvidiafb\" ];\n\"x\"\n",
        "boot = {\n  blacklistedKernelModules = [\n    \"nouveau\" # open\n    \"nvidiafb\"\n  ];\n  x = \"y\";\n};\n",
    ] {
        let text = CommandText::new("t", text);
        let modules: Vec<String> = blacklisted(&[text])
            .into_iter()
            .map(|one| one.value)
            .collect();
        assert_eq!(modules, ["nouveau", "nvidiafb"]);
    }
}

#[test]
fn ids_need_the_module() {
    let params = "boot.kernelParams = [ \"vfio-pci.ids=10de:2206\" ];\n";
    assert!(found(&format!(
        "{params}boot.kernelModules = [ \"kvmfr\" ];\n"
    )));
    for loaded in [
        format!("{params}boot.initrd.kernelModules = [ \"vfio_pci\" ];\n"),
        params.to_owned(),
        "boot.kernelModules = [ \"kvmfr\" ];\n".to_owned(),
    ] {
        assert!(!found(&loaded), "{loaded}");
    }
}
