//! The functions that FreeBSD's loader is told to give to ppt(4).

use hvconf::bhyve::PptDevs;
use pci_core::tree::CommandText;
use pci_core::{Address, Evidence, numbered_lines};

use super::fact::Fact;

/// As many lines are read.
const MOST: usize = 16;

/// The functions of each line `pptdevs="2/0/0"`, wherever it stands.
pub(super) fn read(texts: &[CommandText]) -> Vec<Fact<Vec<Address>>> {
    let mut found = Vec::new();
    for text in texts {
        for (number, line) in numbered_lines(&text.text) {
            let Some(setting) = setting(line) else {
                continue;
            };
            let functions: Vec<Address> = PptDevs::parse(setting).functions().collect();
            if !functions.is_empty() && found.len() < MOST {
                let evidence = Evidence::new(&*text.command, number, line.trim());
                found.push(Fact::new(functions, evidence));
            }
        }
    }
    found
}

/// `pptdevs="2/0/0 2/0/1"` in a line.
fn setting(line: &str) -> Option<&str> {
    if line.trim_start().starts_with('#') {
        return None;
    }
    let at = line.find("pptdevs")?;
    let rest = line.get(at..)?;
    let open = rest.find('"')?;
    let length = rest.get(open + 1..)?.find('"')?;
    rest.get(..open + length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_cut_out_of_a_sentence() {
        let line = "/boot/loader.conf has `pptdevs=\"101/0/2 101/0/3\"`, and `vmm_load=\"YES\"`";
        assert_eq!(setting(line), Some("pptdevs=\"101/0/2 101/0/3\""));
        assert_eq!(setting("# pptdevs=\"1/0/0\""), None);
        assert_eq!(setting("pptdevs are functions"), None);
    }
}
