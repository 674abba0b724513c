//! The power fails at each system call that writes: what was not flushed is lost, in each of four
//! ways in which file systems lose it. Every file is the old or the new one, and the next `passthru`
//! finishes either way.
//!
//! The disk is a model, replayed from the system calls of a real run. Names and contents are two
//! things that become durable apart: `fsync` of a file makes its content durable, `fsync` of a
//! directory its entries.

use std::collections::BTreeMap;
use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::apply::killed::{Case, Kind};
use crate::apply::place::{Entry, snapshot};

/// What a power loss keeps beside what was flushed.
#[derive(Clone, Copy, Debug)]
enum Kept {
    /// Nothing.
    Nothing,
    /// All names, with the contents that were flushed: delayed allocation.
    Names,
    /// All contents, below the names that were flushed.
    Contents,
    /// All names, and of each content the half of what was not flushed.
    Half,
}

/// A value that may not be on the disk yet.
#[derive(Clone, PartialEq)]
struct Cached<T> {
    now: T,
    durable: T,
}

impl<T: Clone> Cached<T> {
    fn flush(&mut self) {
        self.durable = self.now.clone();
    }
}

impl Cached<Vec<u8>> {
    fn left(&self, kept: Kept) -> Vec<u8> {
        match kept {
            Kept::Nothing | Kept::Names => self.durable.clone(),
            Kept::Contents => self.now.clone(),
            Kept::Half => {
                let flushed = self.durable.len().min(self.now.len());
                self.now[..usize::midpoint(flushed, self.now.len())].to_vec()
            }
        }
    }
}

/// Makes a tree of entries.
fn make(entries: &[(PathBuf, Entry)]) {
    for (path, entry) in entries {
        match entry {
            Entry::Link(target) => symlink(target, path).unwrap(),
            Entry::Directory(mode) => DirBuilder::new().mode(*mode).create(path).unwrap(),
            Entry::File(mode, bytes) => {
                fs::write(path, bytes).unwrap();
                fs::set_permissions(path, PermissionsExt::from_mode(*mode)).unwrap();
            }
        }
    }
}

type Names = BTreeMap<String, usize>;

#[derive(Clone)]
enum Node {
    File(Cached<Vec<u8>>),
    Directory(Cached<Names>),
    Link(PathBuf),
}

#[derive(Clone)]
struct Disk {
    nodes: Vec<(u32, Node)>,
}

impl Disk {
    /// The tree at `root`, all of it flushed.
    fn read(root: &Path) -> Self {
        let mut disk = Self { nodes: Vec::new() };
        disk.load(root);
        disk
    }

    fn load(&mut self, path: &Path) -> usize {
        let metadata = fs::symlink_metadata(path).unwrap();
        let node = if metadata.is_symlink() {
            Node::Link(fs::read_link(path).unwrap())
        } else if metadata.is_dir() {
            let names = Names::new();
            Node::Directory(Cached {
                now: names.clone(),
                durable: names,
            })
        } else {
            let bytes = fs::read(path).unwrap();
            Node::File(Cached {
                now: bytes.clone(),
                durable: bytes,
            })
        };
        let at = self.add(metadata.mode() & 0o7777, node);
        if metadata.is_dir() {
            for entry in fs::read_dir(path).unwrap() {
                let entry = entry.unwrap();
                let below = self.load(&entry.path());
                let name = entry.file_name().into_string().unwrap();
                self.names(at).now.insert(name, below);
            }
            self.names(at).flush();
        }
        at
    }

    fn add(&mut self, mode: u32, node: Node) -> usize {
        self.nodes.push((mode, node));
        self.nodes.len() - 1
    }

    fn names(&mut self, at: usize) -> &mut Cached<Names> {
        match &mut self.nodes[at].1 {
            Node::Directory(names) => names,
            _ => panic!("not a directory"),
        }
    }

    fn content(&mut self, at: usize) -> &mut Cached<Vec<u8>> {
        match &mut self.nodes[at].1 {
            Node::File(content) => content,
            _ => panic!("not a file"),
        }
    }

    /// The node at a path below the root; descriptors have no links on their way.
    fn at(&self, path: &str) -> usize {
        let mut at = 0;
        for name in path.split('/').filter(|name| !name.is_empty()) {
            let Node::Directory(names) = &self.nodes[at].1 else {
                panic!("{path}");
            };
            at = names.now[name];
        }
        at
    }

    /// What a power loss leaves, directories before their entries.
    fn left(&self, kept: Kept, at: usize, path: &Path, all: &mut Vec<(PathBuf, Entry)>) {
        let (mode, node) = &self.nodes[at];
        let entry = match node {
            Node::Link(target) => Entry::Link(target.clone()),
            Node::Directory(_) => Entry::Directory(*mode),
            Node::File(content) => Entry::File(*mode, content.left(kept)),
        };
        all.push((path.to_owned(), entry));
        if let Node::Directory(names) = node {
            let names = match kept {
                Kept::Nothing | Kept::Contents => &names.durable,
                Kept::Names | Kept::Half => &names.now,
            };
            for (name, below) in names {
                self.left(kept, *below, &path.join(name), all);
            }
        }
    }

    /// Carries one system call out; whether it changes something.
    fn carry_out(&mut self, call: &Call, root: &str) -> bool {
        let below = |path: &str| path.strip_prefix(root).map(str::to_owned);
        let Some(first) = call.paths.first().and_then(|path| below(path)) else {
            return false;
        };
        let name = |at: usize| call.texts[at].clone();
        match call.name.as_str() {
            "openat" if call.line.contains("O_CREAT") => {
                let directory = self.at(&first);
                if self.names(directory).now.contains_key(&name(0)) {
                    return false;
                }
                let mode = call.mode();
                let file = self.add(
                    mode,
                    Node::File(Cached {
                        now: Vec::new(),
                        durable: Vec::new(),
                    }),
                );
                self.names(directory).now.insert(name(0), file);
            }
            "write" => {
                let file = self.at(&first);
                self.content(file).now.extend(&call.bytes);
            }
            "ftruncate" => {
                let file = self.at(&first);
                self.content(file).now.resize(call.number(), 0);
            }
            "fsync" | "fdatasync" => {
                let at = self.at(&first);
                match &mut self.nodes[at].1 {
                    Node::File(content) => content.flush(),
                    Node::Directory(names) => names.flush(),
                    Node::Link(_) => {}
                }
            }
            "mkdirat" => {
                let directory = self.at(&first);
                let empty = Cached {
                    now: Names::new(),
                    durable: Names::new(),
                };
                let made = self.add(call.mode(), Node::Directory(empty));
                self.names(directory).now.insert(name(0), made);
            }
            "renameat" | "renameat2" => {
                let (from, to) = (self.at(&first), self.at(&below(&call.paths[1]).unwrap()));
                let moved = self.names(from).now.remove(&name(0)).unwrap();
                self.names(to).now.insert(name(1), moved);
            }
            "unlinkat" => {
                let directory = self.at(&first);
                self.names(directory).now.remove(&name(0)).unwrap();
            }
            "fchmod" => {
                let at = self.at(&first);
                self.nodes[at].0 = call.mode();
            }
            _ => return false,
        }
        true
    }
}

/// A system call of strace -y -xx that succeeded.
struct Call {
    name: String,
    line: String,
    /// Paths of its descriptors.
    paths: Vec<String>,
    /// Its strings as text, and the first as bytes.
    texts: Vec<String>,
    bytes: Vec<u8>,
}

impl Call {
    fn of(line: &str) -> Option<Self> {
        let (name, rest) = line.split_once('(')?;
        let (arguments, answer) = rest.rsplit_once(") = ")?;
        if answer.starts_with('-') {
            return None;
        }
        let between = |open: char, close: char| {
            let mut found = Vec::new();
            let mut left = arguments;
            while let Some((_, after)) = left.split_once(open) {
                let (text, after) = after.split_once(close).unwrap();
                found.push(bytes(text));
                left = after;
            }
            found
        };
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let strings = between('"', '"');
        Some(Self {
            name: name.to_owned(),
            line: arguments.to_owned(),
            paths: between('<', '>').into_iter().map(text).collect(),
            bytes: strings.first().cloned().unwrap_or_default(),
            texts: strings.into_iter().map(text).collect(),
        })
    }

    /// Its last argument, an octal mode.
    fn mode(&self) -> u32 {
        let (_, mode) = self.line.rsplit_once(", ").unwrap();
        u32::from_str_radix(mode, 8).unwrap()
    }

    /// Its last argument, a length.
    fn number(&self) -> usize {
        self.line.rsplit_once(", ").unwrap().1.parse().unwrap()
    }
}

/// The bytes of `\x2f\x64`.
fn bytes(text: &str) -> Vec<u8> {
    let pairs = text.split("\\x").skip(1);
    pairs
        .map(|pair| u8::from_str_radix(pair, 16).unwrap())
        .collect()
}

/// Runs `words` on the tree at `root`, and returns the system calls.
fn traced(root: &Path, words: &[&str], log: &Path) -> Vec<Call> {
    let calls = "trace=openat,write,fsync,fdatasync,renameat,renameat2,unlinkat,mkdirat,fchmod,\
                 ftruncate,linkat,symlinkat,pwrite64,writev,fallocate,copy_file_range";
    let run = Command::new("strace")
        .args(["-y", "-xx", "-s", "10000000", "-e", calls, "-o"])
        .arg(log)
        .arg(env!("CARGO_BIN_EXE_passthru"))
        .args(words)
        .arg("--root")
        .arg(root)
        .output()
        .unwrap();
    assert!(run.status.success(), "{run:?}");
    let log = fs::read_to_string(log).unwrap();
    log.lines().filter_map(Call::of).collect()
}

/// Fails the power after each call of `words` on the tree that `root` is.
fn fail(case: &Case, words: &[&str], root: &Path) {
    let place = case.place.join("traced");
    let mut disk = Disk::read(root);
    let calls = traced(root, words, &case.place.join("log"));
    let prefix = root.to_str().unwrap();
    // States that were tried: calls change one place each, and most ways to lose it are the same.
    let mut tried = Vec::new();
    for call in &calls {
        if !disk.carry_out(call, prefix) {
            continue;
        }
        for kept in [Kept::Nothing, Kept::Names, Kept::Contents, Kept::Half] {
            let mut left = Vec::new();
            disk.left(kept, 0, &place, &mut left);
            if tried.contains(&left) {
                continue;
            }
            let _ = fs::remove_dir_all(&place);
            make(&left);
            tried.push(left);
            let at = format!(
                "{words:?}, {kept:?} kept at {}({})",
                call.name,
                call.texts.join(", ")
            );
            case.finishes(&place, &at);
        }
    }
    // The model has each change: what it ends with is what the run left.
    let _ = fs::remove_dir_all(&place);
    let mut left = Vec::new();
    disk.left(Kept::Contents, 0, &place, &mut left);
    make(&left);
    assert!(snapshot(&place) == snapshot(root), "{words:?}");
    assert!(tried.len() > 20, "{}", tried.len());
    eprintln!("{words:?}: power lost in {} states", tried.len());
}

#[test]
fn nothing_is_half_where_the_power_fails() {
    let Some(case) = Case::new(Kind::Files) else {
        return;
    };
    let root = case.fresh("root");
    fail(&case, &case.words(), &root);
    // What the run left is whole, and flushed: it is where undo starts.
    fail(&case, &["undo", "--yes"], &root);
}
