//! What may not be read is neither there nor absent: every file and directory of the
//! example hosts, closed in turn.

use std::collections::{BTreeMap, BTreeSet};

use host_tree::{CommandText, DirTree, HostTree, Listing, Lookup};
use passthru::doctor::{self, Question};
use passthru::plan::{self, Request};
use passthru::{Finding, Host, Verdict};

use crate::command::top;
use crate::healthy_hosts;

/// A tree in which `path`, and all below it, is closed.
struct Closed<'a> {
    tree: &'a dyn HostTree,
    path: &'a str,
}

impl Closed<'_> {
    fn is_below(&self, path: &str) -> bool {
        path.strip_prefix(self.path)
            .is_some_and(|rest| rest.starts_with('/'))
    }

    fn answer<T>(&self, path: &str, open: impl FnOnce() -> Lookup<T>) -> Lookup<T> {
        if path == self.path || self.is_below(path) {
            return Lookup::Unreadable("permission denied".into());
        }
        open()
    }
}

impl HostTree for Closed<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        self.answer(path, || self.tree.read(path))
    }

    /// A link is listed in its directory.
    fn read_link(&self, path: &str) -> Lookup<String> {
        if self.is_below(path) {
            return self.answer(path, || Lookup::NotShown);
        }
        self.tree.read_link(path)
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        self.answer(path, || self.tree.list(path))
    }

    fn texts(&self) -> &[CommandText] {
        self.tree.texts()
    }
}

/// A host, and what is asked for there.
struct Case {
    name: String,
    tree: Box<dyn HostTree>,
    request: Option<Request>,
}

impl Case {
    /// What the tree shows, and the directories that a host has.
    fn paths(&self) -> BTreeSet<String> {
        let usual = [
            "/sys",
            "/proc",
            "/boot",
            "/usr",
            "/lib",
            "/etc",
            "/run",
            "/var",
            "/dev",
            "/sys/firmware",
            "/sys/firmware/acpi/tables",
            "/sys/firmware/efi",
        ];
        let mut found: BTreeSet<String> = usual.into_iter().map(str::to_owned).collect();
        let mut left = vec![String::new()];
        while let Some(folder) = left.pop() {
            let listed = if folder.is_empty() { "/" } else { &folder };
            let Lookup::Found(listing) = self.tree.list(listed) else {
                continue;
            };
            for name in listing.names {
                let path = format!("{folder}/{name}");
                if !matches!(self.tree.read_link(&path), Lookup::Found(_)) {
                    left.push(path.clone());
                }
                found.insert(path);
            }
        }
        found
    }

    fn findings(&self, host: &Host) -> Vec<Finding> {
        let asked = self.request.as_ref().map(|request| request.devices.clone());
        // A closed sysfs shows no functions.
        let devices = asked.unwrap_or_default().into_iter();
        let question = Question {
            devices: devices
                .filter(|one| host.devices().contains_key(one))
                .collect(),
            target: self.request.as_ref().and_then(|request| request.target),
        };
        doctor::examine(host, &question).findings
    }
}

fn request(device: &str, target: &str, vm: &str) -> Request {
    Request {
        devices: vec![device.parse().unwrap()],
        target: Some(target.parse().unwrap()),
        vm: Some(vm.to_owned()),
        ..Request::default()
    }
}

/// The example hosts, with what docs/driver-binding.md plans for them, and the healthy.
fn cases() -> Vec<Case> {
    let page = std::fs::read_to_string(top().join("docs/driver-binding.md")).unwrap();
    let (_, section) = page.split_once("## Plans for the example hosts\n").unwrap();
    let section = section.split("\n## ").next().unwrap();
    let mut requests = BTreeMap::new();
    for line in section.lines().filter(|line| line.starts_with("| `")) {
        let mut cells = line.split('`');
        let (host, words) = (cells.nth(1).unwrap(), cells.nth(1).unwrap());
        let (device, target) = words.split_once(" --for ").unwrap();
        let (target, vm) = target.split_once(" --vm ").unwrap_or((target, "100"));
        requests.insert(host.to_owned(), request(device, target, vm));
    }
    let mut cases = Vec::new();
    let hosts = top().join("examples/hosts");
    for host in std::fs::read_dir(&hosts).unwrap() {
        for time in ["before", "after"] {
            let name = format!(
                "{}/{time}",
                host.as_ref().unwrap().file_name().to_str().unwrap()
            );
            if hosts.join(&name).is_dir() {
                cases.push(Case {
                    tree: Box::new(DirTree::open(hosts.join(&name)).unwrap()),
                    request: requests.get(&name).cloned(),
                    name,
                });
            }
        }
    }
    for (name, tree, request) in [
        (
            "proxmox",
            healthy_hosts::proxmox(),
            request("01:00.0", "proxmox", "100"),
        ),
        (
            "fedora",
            healthy_hosts::fedora(),
            request("0c:00.0", "libvirt", "win11"),
        ),
        (
            "ubuntu",
            healthy_hosts::ubuntu(),
            request("05:00.0", "libvirt", "win11"),
        ),
    ] {
        cases.push(Case {
            name: name.to_owned(),
            tree: Box::new(tree),
            request: Some(request),
        });
    }
    cases
}

/// Whether a finding is the known one, without the words: about the same devices, or about fewer of
/// them, since the functions of a slot that a guest has are not in the input.
fn same(known: &Finding, found: &Finding) -> bool {
    let mut devices = found.devices.iter();
    let is_about_known = found.devices == known.devices
        || !found.devices.is_empty() && devices.all(|device| known.devices.contains(device));
    (known.code, known.verdict) == (found.code, found.verdict) && is_about_known
}

#[test]
fn nothing_is_concluded_from_an_unreadable_file() {
    let (mut closed_paths, mut judged) = (0, 0);
    let mut wrong = Vec::new();
    for case in cases() {
        let tree = &*case.tree;
        let open = case.findings(&Host::read(tree));
        for path in case.paths() {
            let closed = Closed { tree, path: &path };
            let host = Host::read(&closed);
            let found = case.findings(&host);
            let place = format!("{}: {path} is closed", case.name);
            for finding in &found {
                for evidence in &finding.evidence {
                    if closed.is_below(&evidence.source)
                        || (evidence.source == path && evidence.line.is_some())
                    {
                        wrong.push(format!(
                            "{place}: {} is shown by {evidence:?}",
                            finding.code
                        ));
                    }
                }
                // Less is known, so that nothing new is.
                let is_new = !open.iter().any(|known| same(known, finding));
                if is_new && finding.verdict != Verdict::Unknown {
                    wrong.push(format!("{place}: new: {finding:?}"));
                }
                judged += 1;
            }
            let named = host
                .unreadable_paths()
                .iter()
                .any(|refusal| refusal.path == path);
            let output = format!("permission denied: {path}");
            assert_eq!(
                named,
                found.iter().any(|one| one.title == output.as_str()),
                "{place}"
            );
            closed_paths += 1;
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    eprintln!("{closed_paths} closed paths, {judged} findings");
    assert!(closed_paths > 500, "{closed_paths}");
}

/// A plan is the one of the open host, or there is none.
#[test]
fn no_plan_treats_an_unreadable_file_as_absent() {
    let (mut plans, mut refused) = (0, 0);
    let mut wrong = Vec::new();
    for case in cases() {
        let Some(request) = &case.request else {
            continue;
        };
        let tree = &*case.tree;
        let Ok(open) = plan::make(tree, &Host::read(tree), request) else {
            continue;
        };
        // Of what the running kernel shows, what is not known is planned for.
        let is_file = |path: &String| {
            !["/sys", "/proc", "/dev"]
                .iter()
                .any(|place| path.starts_with(place))
        };
        for path in case.paths().into_iter().filter(is_file) {
            let closed = Closed { tree, path: &path };
            match plan::make(&closed, &Host::read(&closed), request) {
                Ok(plan) => {
                    plans += 1;
                    if (&plan.edits, &plan.commands) != (&open.edits, &open.commands) {
                        let what = plan::patch::of_all(&plan.edits);
                        wrong.push(format!(
                            "{}: {path} is closed: {what}\n{:?}",
                            case.name, plan.commands
                        ));
                    }
                }
                Err(error) => {
                    if !error.to_string().contains(&path) {
                        wrong.push(format!("{}: {path} is closed: {error}", case.name));
                    }
                    refused += 1;
                }
            }
        }
    }
    eprintln!("{plans} plans, {refused} refused");
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

/// A tree in which the file at `path` ends with a byte that is not UTF-8.
struct Damaged<'a> {
    tree: &'a dyn HostTree,
    path: &'a str,
}

impl HostTree for Damaged<'_> {
    fn read(&self, path: &str) -> Lookup<Vec<u8>> {
        self.tree.read(path).map(|mut bytes| {
            if path == self.path {
                bytes.extend(b"# \xff\n");
            }
            bytes
        })
    }

    fn read_link(&self, path: &str) -> Lookup<String> {
        self.tree.read_link(path)
    }

    fn list(&self, path: &str) -> Lookup<Listing> {
        self.tree.list(path)
    }

    fn texts(&self) -> &[CommandText] {
        self.tree.texts()
    }
}

/// Bytes that are not UTF-8 would be changed by an edit.
#[test]
fn no_plan_edits_a_binary_file() {
    let (mut edited, mut refused) = (0, 0);
    for case in cases() {
        let Some(request) = &case.request else {
            continue;
        };
        let tree = &*case.tree;
        let Ok(open) = plan::make(tree, &Host::read(tree), request) else {
            continue;
        };
        for edit in &open.edits {
            let damaged = Damaged {
                tree,
                path: &edit.path,
            };
            match plan::make(&damaged, &Host::read(&damaged), request) {
                Ok(plan) => {
                    let found = plan.edits.iter().find(|one| one.path == edit.path);
                    assert!(edit.before.is_none(), "{}: {found:?}", case.name);
                    edited += 1;
                }
                Err(error) => {
                    let output = error.to_string();
                    assert!(output.contains(&edit.path), "{}: {output}", case.name);
                    refused += 1;
                }
            }
        }
    }
    eprintln!("{edited} new files, {refused} refused");
    assert!(refused > 10, "{refused}");
}
