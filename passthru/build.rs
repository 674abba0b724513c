//! What the command embeds of its data, without what only the tests read, and packed: the tables
//! of messages and the translations would be a third of a static command.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use miniz_oxide::deflate::compress_to_vec;

/// Keys of a table of messages that only the tests read.
const OF_TESTS: [&str; 2] = ["sample:", "not:"];

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=data/messages");
    println!("cargo::rerun-if-changed=lang");
    let variable = |name| std::env::var(name).map_err(io::Error::other);
    let out = PathBuf::from(variable("OUT_DIR")?);
    // The page packs the whole module, which is smaller than packed parts; a build without
    // optimization packs and unpacks slowly.
    let is_stored =
        variable("CARGO_CFG_TARGET_FAMILY")?.contains("wasm") || variable("PROFILE")? == "debug";
    let pack = |text: &str| compress_to_vec(text.as_bytes(), if is_stored { 0 } else { 10 });

    let (messages, sources) = messages()?;
    fs::write(out.join("messages.deflate"), pack(&messages))?;
    fs::write(out.join("message-sources.deflate"), pack(&sources))?;
    for path in files(Path::new("lang"), "po")? {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let packed = pack(&fs::read_to_string(&path)?);
        fs::write(out.join(format!("{name}.po.deflate")), packed)?;
    }
    Ok(())
}

/// The tables of messages as one text, and the sources of their lines, a line each in that order.
fn messages() -> io::Result<(String, String)> {
    let (mut messages, mut sources) = (String::new(), String::new());
    for path in files(Path::new("data/messages"), "txt")? {
        for line in fs::read_to_string(path)?.lines() {
            if let Some(source) = line.strip_prefix("from:") {
                sources.push_str(source.trim());
                sources.push('\n');
            } else if !line.starts_with('#') && !OF_TESTS.iter().any(|key| line.starts_with(key)) {
                messages.push_str(line);
                messages.push('\n');
            }
        }
        // An empty line ends the last message of a file.
        messages.push('\n');
    }
    Ok((messages, sources))
}

/// The files of a folder with an extension, by name.
fn files(folder: &Path, extension: &str) -> io::Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    files.retain(|path| path.extension().is_some_and(|found| found == extension));
    files.sort();
    Ok(files)
}
