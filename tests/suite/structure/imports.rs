//! The imports between the modules of one crate, as its sources write them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use testkit::files_below;

/// A module as the names below its crate: `["host", "model"]`.
type Module = Vec<String>;

/// For each module those whose names it uses. A name that a module only passes on
/// (`pub use`) counts where it is defined.
pub(super) fn imports(source: &Path) -> BTreeMap<Module, BTreeSet<Module>> {
    let files: BTreeMap<Module, Text> = files_below(source, ".rs")
        .unwrap()
        .iter()
        .filter_map(|file| {
            let module = module(file.strip_prefix(source).unwrap())?;
            let text = std::fs::read_to_string(file).unwrap();
            Some((module, Text::read(&text)))
        })
        .collect();
    let passed_on: BTreeMap<&Module, BTreeMap<&String, Vec<String>>> = files
        .iter()
        .map(|(module, text)| {
            let names = text.uses.iter().filter_map(|used| {
                let full = absolute(module, &used.path, &files)?;
                Some((used.path.last()?, full))
            });
            (module, names.collect())
        })
        .collect();
    let resolve = |path: &[String]| {
        let mut path = path.to_vec();
        // A name is passed on from the root to its module in a few steps.
        for _ in 0..8 {
            let count = (0..=path.len())
                .rev()
                .find(|count| files.contains_key(&path[..*count]))?;
            let (module, rest) = path.split_at(count);
            let next = rest
                .first()
                .and_then(|name| passed_on.get(&module.to_vec())?.get(name));
            match next {
                Some(next) if *next != path => {
                    path = next.iter().chain(rest.iter().skip(1)).cloned().collect();
                }
                _ => return Some(module.to_vec()),
            }
        }
        None
    };
    files
        .iter()
        .map(|(module, text)| {
            let own = text
                .uses
                .iter()
                .filter(|used| !used.is_public)
                .map(|used| &used.path);
            let used = own
                .chain(&text.paths)
                .filter_map(|path| resolve(&absolute(module, path, &files)?))
                .filter(|used| used != module);
            (module.clone(), used.collect())
        })
        .collect()
}

/// The module in a file; `None` for one of tests alone.
fn module(file: &Path) -> Option<Module> {
    let file = file.with_extension("");
    let mut names: Module = file
        .iter()
        .map(|name| name.to_str().unwrap().to_owned())
        .collect();
    let is_test = |name: &String| name == "tests" || name.ends_with("_tests");
    if names.iter().any(is_test) {
        return None;
    }
    if names
        .last()
        .is_some_and(|name| name == "mod" || name == "lib")
    {
        names.pop();
    }
    Some(names)
}

/// The path from the crate's root on; `None` for one of another crate.
fn absolute<T>(
    module: &Module,
    path: &[String],
    files: &BTreeMap<Module, T>,
) -> Option<Vec<String>> {
    let mut here = module.clone();
    let mut rest = path;
    match path.first()?.as_str() {
        "crate" => return Some(path[1..].to_vec()),
        "self" => rest = &path[1..],
        "super" => {
            while rest.first().is_some_and(|name| name == "super") {
                here.pop();
                rest = &rest[1..];
            }
        }
        name => {
            let mut child = here.clone();
            child.push(name.to_owned());
            files.get(&child)?;
        }
    }
    Some(here.into_iter().chain(rest.iter().cloned()).collect())
}

/// A path after `use`.
struct Used {
    path: Vec<String>,
    is_public: bool,
}

/// The paths in a file, without those of its tests.
struct Text {
    uses: Vec<Used>,
    /// Paths from `crate`, `self` or `super` on, outside of `use`.
    paths: Vec<Vec<String>>,
}

impl Text {
    fn read(text: &str) -> Self {
        let text = text
            .split("\n#[cfg(test)]\nmod ")
            .next()
            .unwrap_or_default();
        let tokens = tokens(text);
        let mut read = Self {
            uses: Vec::new(),
            paths: Vec::new(),
        };
        let mut at = 0;
        while at < tokens.len() {
            let starts = matches!(tokens[at].as_str(), "crate" | "super" | "self");
            // `pub(in crate::host)` names a place and imports nothing.
            let is_place = at > 0
                && (tokens[at - 1] == "in" || tokens[at - 1] == "(")
                && tokens[..at]
                    .iter()
                    .rev()
                    .take(3)
                    .any(|token| token == "pub");
            if tokens[at] == "use" {
                let is_public = at > 0
                    && (tokens[at - 1] == "pub" || tokens[at - 1] == ")")
                    && tokens[..at]
                        .iter()
                        .rev()
                        .take(8)
                        .take_while(|token| *token != ";")
                        .any(|token| token == "pub");
                at += 1;
                let mut prefix = Vec::new();
                read.tree(&tokens, &mut at, &mut prefix, is_public);
            } else if starts && !is_place && tokens.get(at + 1).is_some_and(|token| token == "::") {
                let mut path = vec![tokens[at].clone()];
                while tokens.get(at + 1).is_some_and(|token| token == "::") {
                    match tokens.get(at + 2) {
                        Some(name) if is_name(name) => path.push(name.clone()),
                        _ => break,
                    }
                    at += 2;
                }
                read.paths.push(path);
                at += 1;
            } else {
                at += 1;
            }
        }
        read
    }

    fn tree(
        &mut self,
        tokens: &[String],
        at: &mut usize,
        prefix: &mut Vec<String>,
        is_public: bool,
    ) {
        let depth = prefix.len();
        while let Some(token) = tokens.get(*at) {
            match token.as_str() {
                "{" => {
                    *at += 1;
                    while tokens
                        .get(*at)
                        .is_some_and(|token| token != "}" && token != ";")
                    {
                        self.tree(tokens, at, prefix, is_public);
                        if tokens.get(*at).is_some_and(|token| token == ",") {
                            *at += 1;
                        }
                    }
                    *at += 1;
                    prefix.truncate(depth);
                    return;
                }
                "::" => {}
                "as" => *at += 1,
                ";" | "," | "}" => break,
                name => prefix.push(name.to_owned()),
            }
            *at += 1;
        }
        let mut path = prefix.clone();
        if path.len() > 1
            && path
                .last()
                .is_some_and(|name| name == "self" || name == "*")
        {
            path.pop();
        }
        if path.len() > depth || path.len() > 1 {
            self.uses.push(Used { path, is_public });
        }
        prefix.truncate(depth);
    }
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names and signs, without comments and strings.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("r#\"") {
            rest.find("\"#").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            let mut escaped = false;
            let end = rest.char_indices().skip(1).find(|(_, c)| {
                let ends = *c == '"' && !escaped;
                escaped = *c == '\\' && !escaped;
                ends
            });
            end.map_or(rest.len(), |(at, _)| at + 1)
        } else if rest.starts_with("::") {
            tokens.push("::".to_owned());
            2
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            tokens.push(rest[..end].to_owned());
            end
        } else if rest.starts_with("'\"'") || rest.starts_with("'\\\"'") {
            rest[1..].find('\'').unwrap() + 2
        } else {
            if !first.is_whitespace() {
                tokens.push(first.to_string());
            }
            first.len_utf8()
        };
        rest = &rest[length..];
    }
    tokens
}

/// The modules that import each other, directly or by others between them.
pub(super) fn circles(imports: &BTreeMap<Module, BTreeSet<Module>>) -> Vec<Vec<String>> {
    let reached: BTreeMap<&Module, BTreeSet<&Module>> = imports
        .keys()
        .map(|module| (module, reached(imports, module)))
        .collect();
    let mut circles: BTreeSet<Vec<String>> = BTreeSet::new();
    for module in imports
        .keys()
        .filter(|module| reached[module].contains(module))
    {
        let circle = reached[module]
            .iter()
            .filter(|other| reached[*other].contains(module));
        circles.insert(circle.map(|module| module.join("::")).collect());
    }
    circles.into_iter().collect()
}

fn reached<'a>(
    imports: &'a BTreeMap<Module, BTreeSet<Module>>,
    from: &'a Module,
) -> BTreeSet<&'a Module> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for next in imports.get(module).into_iter().flatten() {
            if reached.insert(next) {
                open.push(next);
            }
        }
    }
    reached
}

#[test]
fn paths_are_read_with_their_braces_and_new_names() {
    let text = "use crate::a::{B, c::{self, D as E}};\npub use self::f::G;\n\
                // use crate::no::No;\nfn h() -> super::i::J { \"use crate::no::No\" }\n\
                pub(in crate::k) struct L;\n#[cfg(test)]\nmod tests { use crate::no::No; }\n";
    let read = Text::read(text);
    let uses: Vec<String> = read.uses.iter().map(|used| used.path.join("::")).collect();
    assert_eq!(
        uses,
        ["crate::a::B", "crate::a::c", "crate::a::c::D", "self::f::G"]
    );
    assert_eq!(read.uses.iter().filter(|used| used.is_public).count(), 1);
    assert_eq!(read.paths, [["super", "i", "J"]]);
}

#[test]
fn a_circle_of_three_is_found() {
    let module = |name: &str| vec![name.to_owned()];
    let imports = [("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")];
    let imports = imports
        .map(|(from, to)| (module(from), BTreeSet::from([module(to)])))
        .into();
    assert_eq!(circles(&imports), [["a", "b", "c"]]);
}
