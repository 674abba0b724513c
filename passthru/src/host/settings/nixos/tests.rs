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
fn modules_of_the_initrd_are_in_order() {
    let text = CommandText::new(
        "t",
        "boot.initrd.kernelModules = [ \"vfio_pci\"\n  \"i915\" ];\n",
    );
    let modules: Vec<String> = of_initrd(&[text])
        .into_iter()
        .map(|one| one.value)
        .collect();
    assert_eq!(modules, ["vfio_pci", "i915"]);
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

#[test]
fn lines_of_modprobe_are_read_from_a_literal_string() {
    for (text, lines) in [
        (
            "boot.extraModprobeConfig = ''\n    options vfio-pci ids=10de:2206\n\n  '';\n  x = 1;\n",
            vec![(2, "options vfio-pci ids=10de:2206")],
        ),
        (
            "boot.extraModprobeConfig = \"options vfio-pci ids=10de:2206\";\nx = 1;\n",
            vec![(1, "options vfio-pci ids=10de:2206")],
        ),
        ("# boot.extraModprobeConfig = \"options a b=1\";\n", vec![]),
        (
            "boot.extraModprobeConfig = lib.mkForce x;\noptions a b=1\n",
            vec![],
        ),
    ] {
        let text = CommandText::new("t", text);
        let found: Vec<(u32, String)> = modprobe_lines(&[text])
            .into_iter()
            .map(|one| (one.line.unwrap_or_default(), one.text))
            .collect();
        let lines: Vec<(u32, String)> = lines
            .into_iter()
            .map(|(line, text)| (line, text.to_owned()))
            .collect();
        assert_eq!(found, lines);
    }
}
