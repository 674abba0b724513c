//! Images in a text, whose outputs and messages are not read.

use host_tree::{CommandText, Evidence, numbered_lines};

/// So much of a line is shown, in characters: an address may be long.
const SHOWN: usize = 80;

/// Signs of an image in Markdown, HTML and the marks of forums.
const SIGNS: [&str; 4] = ["![", "<img ", "[img]", "[attach"];

/// Words of an address behind them.
const ADDRESSES: [&str; 4] = ["](http", "src=", "[img]http", "[/attach]"];

/// The lines with an image.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Evidence> {
    let of_text = |text: &CommandText| {
        let lines = numbered_lines(&text.text).filter(|(_, line)| is_image(line));
        let shown = |line: &str| line.trim().chars().take(SHOWN).collect::<String>();
        let found: Vec<Evidence> = lines
            .map(|(number, line)| Evidence::new(&*text.command, number, shown(line)))
            .collect();
        found
    };
    texts.iter().flat_map(of_text).collect()
}

fn is_image(line: &str) -> bool {
    let line = line.to_lowercase();
    let has = |parts: &[&str]| parts.iter().any(|part| line.contains(part));
    has(&SIGNS) && has(&ADDRESSES)
}

#[cfg(test)]
mod tests {
    use super::is_image;

    #[test]
    fn an_image_is_known_by_its_mark() {
        for image in [
            "![image](https://example.com/a.png)",
            r#"The error: <img width="2" alt="Image" src="https://example.com/a">"#,
            "[IMG]https://example.com/a.png[/IMG]",
            "[ATTACH type=\"full\"]123[/ATTACH]",
        ] {
            assert!(is_image(image), "{image}");
        }
        for none in [
            "[the guide](https://example.com/a)",
            "if ! [[ -e /dev/vfio ]]; then",
            "disk image: /var/lib/libvirt/images/a.img",
        ] {
            assert!(!is_image(none), "{none}");
        }
    }
}
