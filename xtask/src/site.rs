//! The docs site: the pages of the repository and the references generated from its sources, built
//! by mdBook.
//!
//! The source of the book has the layout of the repository, so that a link is right in both.

mod links;
mod markdown;
mod reference;
mod schema;

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The pages outside of `docs/` that the site has.
const PAGES: [&str; 11] = [
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "SUPPORT.md",
    "python/README.md",
    "ffi/README.md",
    "web/README.md",
    "ansible/ansible_collections/passthru/host/README.md",
    "examples/hosts/README.md",
];

/// Builds the site in `place`, with the command `passthru` and the program `mdbook`.
pub(crate) fn run(
    root: &Path,
    place: &Path,
    passthru: &Path,
    mdbook: &Path,
) -> Result<String, Box<dyn Error>> {
    if place.exists() {
        fs::remove_dir_all(place)?;
    }
    let source = place.join("source");
    let pages = source.join("src");
    copy(&root.join("docs"), &pages.join("docs"))?;
    for page in PAGES {
        put(&pages.join(page), fs::read(root.join(page))?)?;
    }
    fs::rename(pages.join("docs/book.toml"), source.join("book.toml"))?;
    let summary = fs::read_to_string(pages.join("docs/SUMMARY.md"))?;
    fs::remove_file(pages.join("docs/SUMMARY.md"))?;
    put(&pages.join("SUMMARY.md"), from_the_top(&summary))?;
    for (name, text) in reference::pages(root, passthru)? {
        put(&pages.join("docs/reference").join(name), text)?;
    }
    links_of_pages(root, &pages)?;
    let html = place.join("html");
    let status = Command::new(mdbook)
        .arg("build")
        .arg("--dest-dir")
        .arg(std::path::absolute(&html)?)
        .arg(&source)
        .env("MDBOOK_LOG", "warn")
        .stdout(Stdio::null())
        .status()?;
    if !status.success() {
        return Err("mdbook failed".into());
    }
    let count = links::check(&html)?;
    Ok(format!(
        "{}: {} pages, {} links",
        html.display(),
        count.pages,
        count.links
    ))
}

/// Copies a folder's pages, pictures and schemas; other files come with the links to them.
fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else if entry.path().extension().is_none_or(|end| end != "txt") {
            put(&target, fs::read(entry.path())?)?;
        }
    }
    Ok(())
}

/// Writes a file and the folders that it needs.
fn put(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    Ok(fs::write(path, content)?)
}

/// The summary of `docs/`, with paths from the top of the repository.
fn from_the_top(summary: &str) -> String {
    summary.replace("](", "](docs/").replace("](docs/../", "](")
}

/// Makes the links of the pages right for the book: copies the files of the repository to which
/// they lead, such as a header, names the page that mdBook makes of each README.md, and leaves
/// the text alone of links to folders and to the table of contents, which the site has not.
fn links_of_pages(root: &Path, pages: &Path) -> Result<(), Box<dyn Error>> {
    for page in testkit::files_below(pages, ".md")? {
        let folder = page.parent().unwrap_or(pages);
        let text = fs::read_to_string(&page)?;
        let mut changed = text.clone();
        for target in links::of_markdown(&text) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains(':') {
                continue;
            }
            let wanted = normal(&folder.join(path));
            let Ok(relative) = wanted.strip_prefix(normal(pages)) else {
                continue;
            };
            let original = root.join(relative);
            if original.is_dir() || path.ends_with("SUMMARY.md") {
                changed = without_link(&changed, target);
            } else if path.ends_with("README.md") && !page.ends_with("SUMMARY.md") {
                let index = target.replace("README.md", "index.md");
                changed = changed.replace(&format!("]({target})"), &format!("]({index})"));
            } else if !wanted.exists() && original.is_file() {
                put(&wanted, fs::read(&original)?)?;
            }
        }
        if changed != text {
            fs::write(&page, changed)?;
        }
    }
    Ok(())
}

/// The text with the words of the links to `target` alone.
fn without_link(text: &str, target: &str) -> String {
    let end = format!("]({target})");
    let mut parts = text.split(end.as_str()).peekable();
    let mut changed = String::new();
    while let Some(part) = parts.next() {
        match part.rsplit_once('[').filter(|_| parts.peek().is_some()) {
            Some((before, words)) => {
                changed.push_str(before);
                changed.push_str(words);
            }
            None => changed.push_str(part),
        }
    }
    changed
}

/// A path without `.` and `..`.
fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::ParentDir => {
                normal.pop();
            }
            std::path::Component::CurDir => {}
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read_from_the_top() {
        let summary = "- [A](a.md)\n- [B](../README.md)\n- [C]()\n";
        assert_eq!(
            from_the_top(summary),
            "- [A](docs/a.md)\n- [B](README.md)\n- [C](docs/)\n"
        );
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(without_link("a [b](c) d [e](f)", "c"), "a b d [e](f)");
    }
}
