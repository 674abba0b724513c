//! Modules that a configuration of NixOS loads for its `vfio-pci.ids=`.

use host_tree::{CommandText, Evidence, numbered_lines};

/// Lists of modules (NixOS manual, chapter Linux Kernel): a text with one is that part of the
/// configuration.
const LISTS: [&str; 3] = [
    "boot.kernelModules",
    "boot.initrd.kernelModules",
    "boot.initrd.availableKernelModules",
];

/// The line with `vfio-pci.ids=` of a configuration whose lists of modules lack vfio_pci.
pub(in crate::host) fn without_vfio_module(texts: &[CommandText]) -> Option<Evidence> {
    texts.iter().find_map(|text| {
        let body = &text.text;
        let has_list = LISTS.iter().any(|list| body.contains(list));
        let is_loaded = ["\"vfio_pci\"", "\"vfio-pci\""]
            .iter()
            .any(|module| body.contains(module));
        if !body.contains("boot.kernelParams") || !has_list || is_loaded {
            return None;
        }
        let (number, line) = numbered_lines(body).find(|(_, line)| {
            line.contains("vfio-pci.ids=") && !line.trim_start().starts_with('#')
        })?;
        Some(Evidence::new(&*text.command, number, line.trim()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> bool {
        let text = CommandText {
            command: "t".to_owned(),
            text: text.to_owned(),
        };
        without_vfio_module(&[text]).is_some()
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
}
