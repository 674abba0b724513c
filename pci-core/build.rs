//! Packs the database, for programs whose size counts; `src/names/packed.rs` describes the form.

fn main() -> std::io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "packed-names")]
    packed::write()?;
    Ok(())
}

#[cfg(feature = "packed-names")]
mod packed {
    use std::io::{self, Error};

    /// The columns of numbers, each as the high bytes and the low bytes.
    #[derive(Default)]
    struct Column {
        high: Vec<u8>,
        low: Vec<u8>,
    }

    pub(crate) fn write() -> io::Result<()> {
        println!("cargo::rerun-if-changed=data/pci.ids");
        let text = std::fs::read_to_string("data/pci.ids")?;
        let mut packed = columns(&text)?;
        if !std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family.contains("wasm")) {
            let mut deflated = length(packed.len())?.to_vec();
            let options = zopfli::Options::default();
            zopfli::compress(options, zopfli::Format::Deflate, &*packed, &mut deflated)?;
            packed = deflated;
        }
        let out = std::env::var_os("OUT_DIR").ok_or_else(|| Error::other("no OUT_DIR"))?;
        std::fs::write(std::path::Path::new(&out).join("pci.ids.packed"), packed)
    }

    /// The names, the kinds of the lines, and their numbers.
    fn columns(text: &str) -> io::Result<Vec<u8>> {
        let mut numbers: [Column; 4] = Default::default();
        let mut kinds = Vec::new();
        let head = |label: &str| {
            let mut comments = text.lines().map_while(|line| line.strip_prefix('#'));
            comments.find_map(|comment| comment.trim_start().strip_prefix(label))
        };
        let mut names = String::new();
        for label in ["Version:", "Date:"] {
            names.push_str(head(label).unwrap_or_default().trim());
            names.push('\n');
        }
        // Of the block: b'V', b'S' or b'C'.
        let mut block = b'V';
        for line in text.lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let unknown = || Error::other(format!("data/pci.ids: {line}"));
            let entry = line.trim_start_matches('\t');
            let depth = line.len() - entry.len();
            let entry = match entry.split_once(' ') {
                Some((letter @ ("S" | "C"), rest)) if depth == 0 => {
                    block = *letter.as_bytes().first().ok_or_else(unknown)?;
                    rest
                }
                _ if depth == 0 => {
                    block = b'V';
                    entry
                }
                _ => entry,
            };
            let (ids, name) = entry.split_once("  ").unwrap_or((entry, ""));
            let kind = match (block, depth) {
                (b'V', 0..=2) => depth,
                (b'S', 0..=1) => 3 + depth,
                (b'C', 0..=2) => 5 + depth,
                _ => return Err(unknown()),
            };
            kinds.push(u8::try_from(kind).map_err(Error::other)?);
            for (column, id) in numbers.iter_mut().skip(depth).zip(ids.split(' ')) {
                let [high, low] = u16::from_str_radix(id, 16)
                    .map_err(Error::other)?
                    .to_be_bytes();
                column.high.push(high);
                column.low.push(low);
            }
            names.push_str(name);
            names.push('\n');
        }
        let ends = [length(names.len())?, length(kinds.len())?];
        let mut packed = names.into_bytes();
        packed.extend(kinds);
        for column in numbers {
            packed.extend(column.high);
            packed.extend(column.low);
        }
        packed.extend(ends.concat());
        Ok(packed)
    }

    fn length(length: usize) -> io::Result<[u8; 4]> {
        u32::try_from(length)
            .map(u32::to_le_bytes)
            .map_err(Error::other)
    }
}
