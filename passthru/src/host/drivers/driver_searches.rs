//! Listings of drivers that a search for vfio shortens: `lspci -k | grep -E "vfio-pci|NVIDIA"`.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::prompt::Prompt;

/// The most searches: each is compared with each function.
const MOST: usize = 8;

/// The lines with such a command, and no option of grep for the lines around a match.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Evidence> {
    let lines = texts.iter().flat_map(|text| {
        let own = (0, text.command.as_str());
        let typed = own.1.contains('|').then_some(own);
        let all = typed.into_iter().chain(numbered_lines(&text.text));
        all.filter(|(_, line)| is_search(line))
            .map(|(number, line)| Evidence::new(&*text.command, number, line.trim()))
    });
    lines.take(MOST).collect()
}

fn is_search(line: &str) -> bool {
    let typed = Prompt::read(line).map_or_else(|| line.trim(), |prompt| prompt.command);
    let typed = typed.trim_start_matches("sudo ");
    let Some((lister, filter)) = typed.split_once('|') else {
        return false;
    };
    let mut listed = lister.split_ascii_whitespace();
    let is_option = |word: &str, letter: char| {
        word.strip_prefix('-')
            .is_some_and(|letters| !letters.starts_with('-') && letters.contains(letter))
    };
    let mut filter = filter.split_ascii_whitespace();
    listed.next() == Some("lspci")
        && listed.any(|word| is_option(word, 'k'))
        && matches!(filter.next(), Some("grep" | "egrep"))
        && !filter.clone().any(|word| {
            ['A', 'B', 'C', 'v']
                .into_iter()
                .any(|one| is_option(word, one))
        })
        && filter.any(|word| {
            let words = word.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            let mut words = words.map(|word| word.to_ascii_lowercase());
            words.any(|word| word == "vfio" || word == "vfio-pci")
        })
}

#[cfg(test)]
mod tests {
    use super::is_search;

    #[test]
    fn a_search_for_vfio_shortens_a_listing_of_drivers() {
        for line in [
            "lspci -k | grep -E \"vfio-pci|NVIDIA\"",
            "root@host:~# lspci -nnk | grep -e vfio -e VGA",
            "$ sudo lspci -k | egrep 'NVIDIA|vfio'",
        ] {
            assert!(is_search(line), "{line}");
        }
        for line in [
            "lspci -nnk | grep -A3 -E \"vfio-pci|NVIDIA\"",
            "lspci -nn | grep -E \"vfio|NVIDIA\"",
            "lspci -k | grep NVIDIA",
            "dmesg | grep vfio",
            "lspci -k and then grep for vfio",
        ] {
            assert!(!is_search(line), "{line}");
        }
    }
}
