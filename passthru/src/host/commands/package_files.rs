//! Packages that typed commands download, and those that they install.

use host_tree::{CommandText, Evidence, numbered_lines};

use super::LONGEST_LINE;

/// A download or an installation that leaves the wanted module out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PackageMistake {
    /// The command installs a file of another release than that which another command downloads.
    Other {
        /// The file that is downloaded.
        downloaded: String,
        /// The file that is installed.
        installed: String,
        /// Both lines.
        lines: [Evidence; 2],
    },
    /// curl stores the redirect of a release of GitHub, which it does not follow.
    Redirect(Evidence),
}

/// Ends of the names of packages.
const ENDS: [&str; 3] = [".deb", ".rpm", ".pkg.tar.zst"];

/// Commands that install a file.
const INSTALLS: [&str; 6] = [
    "apt install ",
    "apt-get install ",
    "dpkg -i ",
    "dnf install ",
    "rpm -i",
    "pacman -U ",
];

/// The most files that are compared.
const MOST: usize = 64;

/// The mistakes, one of each kind.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<PackageMistake> {
    let mut redirect = None;
    let mut downloads: Vec<(String, Evidence)> = Vec::new();
    let mut installs: Vec<(String, Evidence)> = Vec::new();
    let has_end = |text: &str| ENDS.iter().any(|end| text.contains(end));
    for text in texts.iter().filter(|text| has_end(&text.text)) {
        for (number, line) in numbered_lines(&text.text) {
            let is_full = downloads.len() + installs.len() >= MOST;
            if line.len() > LONGEST_LINE || is_full || !has_end(line) {
                continue;
            }
            let line = line.trim().trim_matches('`');
            let shown = || Evidence::new(&*text.command, number, line);
            let words: Vec<&str> = line.split_whitespace().collect();
            let is_curl = words.contains(&"curl");
            if is_curl || words.contains(&"wget") {
                let is_url = |word: &&&str| word.contains("://");
                if is_curl && !follows(&words) && words.iter().any(|word| is_release(word)) {
                    redirect.get_or_insert_with(shown);
                }
                let stored = words.iter().filter(|word| !is_url(word)).copied();
                let of_url = words.iter().filter(is_url).copied();
                let mut named = stored.chain(of_url).map(base_name);
                let named = named.find(|name| is_package(name));
                downloads.extend(named.map(|name| (name.to_owned(), shown())));
            } else if INSTALLS.iter().any(|command| line.contains(command)) {
                let named = words.iter().copied().filter(|word| !word.contains("://"));
                let named = named.map(base_name).filter(|name| is_package(name));
                installs.extend(named.map(|name| (name.to_owned(), shown())));
            }
        }
    }
    let other = installs.iter().find_map(|(installed, line)| {
        let is_there = downloads.iter().any(|(name, _)| name == installed);
        let mut same = downloads.iter();
        let same = same.find(|(name, _)| is_other_release(name, installed));
        let (downloaded, shown) = same.filter(|_| !is_there)?;
        Some(PackageMistake::Other {
            downloaded: downloaded.clone(),
            installed: installed.clone(),
            lines: [shown.clone(), line.clone()],
        })
    });
    let redirect = redirect.map(PackageMistake::Redirect);
    other.into_iter().chain(redirect).collect()
}

/// Whether curl follows a redirect: `-L`, also among other short options, or `--location`.
fn follows(words: &[&str]) -> bool {
    words.iter().any(|word| {
        let is_short = word.starts_with('-') && !word.starts_with("--");
        *word == "--location" || is_short && word.contains('L')
    })
}

/// Whether the address is that of a file of a release of GitHub, which it redirects.
fn is_release(word: &str) -> bool {
    word.contains("://github.com/") && word.contains("/releases/")
}

fn base_name(word: &str) -> &str {
    let word = word.trim_matches(['"', '\'', ',', ';', ')']);
    word.rsplit('/').next().unwrap_or(word)
}

/// Whether the name is that of a package, without a pattern or a variable.
fn is_package(name: &str) -> bool {
    ENDS.iter().any(|end| name.ends_with(end)) && !name.contains(['*', '$', '?', '{', '<'])
}

/// Whether both are packages of one name and of different releases: the name ends at the first number
/// behind a `_` or a `-`.
fn is_other_release(one: &str, other: &str) -> bool {
    let stem = |name: &str| {
        let mut marks = name.match_indices(['_', '-']);
        let is_number = |at: usize| {
            let rest = name.get(at + 1..).unwrap_or_default();
            rest.starts_with(|c: char| c.is_ascii_digit())
        };
        let end = marks.find(|(at, _)| is_number(*at))?;
        name.get(..end.0).map(str::to_owned)
    };
    one != other && stem(one).is_some() && stem(one) == stem(other)
}

#[cfg(test)]
mod tests;
