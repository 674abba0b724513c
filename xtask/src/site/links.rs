//! The links of pages: those of Markdown, and a check of those of the built HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use super::normal;

/// The pages and links of a site.
pub(crate) struct Count {
    pub(crate) pages: usize,
    pub(crate) links: usize,
}

/// The targets of the links and pictures in a text, without those in blocks of code.
pub(crate) fn of_markdown(text: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            targets.extend(line.split("](").skip(1).filter_map(|rest| {
                let (target, _) = rest.split_once(')')?;
                Some(target)
            }));
        }
    }
    targets
}

/// The values of an attribute in HTML.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(start.as_str())
        .skip(1)
        .filter_map(|rest| rest.split_once('"').map(|(value, _)| value))
        .collect()
}

/// Checks that each link of the site leads to a file and, with a fragment, to a place in it.
///
/// # Errors
///
/// If a page cannot be read, or with the list of the links that lead nowhere.
pub(crate) fn check(site: &Path) -> Result<Count, Box<dyn Error>> {
    let mut pages = BTreeMap::new();
    for path in testkit::files_below(site, ".html")? {
        let html = fs::read_to_string(&path)?;
        pages.insert(path, html);
    }
    let places: BTreeMap<&PathBuf, BTreeSet<&str>> = pages
        .iter()
        .map(|(path, html)| (path, values(html, "id").into_iter().collect()))
        .collect();
    let mut links = 0;
    let mut wrong = Vec::new();
    for (path, html) in &pages {
        // The page for an address that is not there has links from the top of the server; the
        // table of contents is part of other pages.
        if ["404.html", "toc.html"]
            .iter()
            .any(|name| path.ends_with(name))
        {
            continue;
        }
        let folder = path.parent().unwrap_or(site);
        for target in values(html, "href").into_iter().chain(values(html, "src")) {
            if target.contains(':') {
                continue;
            }
            links += 1;
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let file = match file {
                "" => path.clone(),
                file => normal(&folder.join(file)),
            };
            let is_there = file.is_file() || file.join("index.html").is_file();
            let place = place.replace("%2D", "-");
            let has_place = place.is_empty()
                || places
                    .get(&file)
                    .is_none_or(|places| places.contains(place.as_str()));
            if !is_there || !has_place {
                let page = path.strip_prefix(site).unwrap_or(path);
                wrong.push(format!("{}: {target}", page.display()));
            }
        }
    }
    if !wrong.is_empty() {
        wrong.sort();
        wrong.dedup();
        return Err(format!("links that lead nowhere:\n{}", wrong.join("\n")).into());
    }
    Ok(Count {
        pages: pages.len(),
        links,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_found_outside_of_code() {
        let text = "[a](b.md#c) ![d](e.svg)\n```sh\n[x](y)\n```\n[f](g)";
        assert_eq!(of_markdown(text), ["b.md#c", "e.svg", "g"]);
        assert_eq!(values("<a href=\"x\"><h1 id=\"y\">", "id"), ["y"]);
    }
}
