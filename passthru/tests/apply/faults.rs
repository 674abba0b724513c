//! A disk that is full or read-only, files that nobody may change, links that others plant, two
//! applies at once, and a clock that goes back: a plan is carried out whole, or refused whole.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use testkit::skipped;

use crate::apply::place::{self, Place, err, on, snapshot};

struct Case {
    place: Place,
    root: PathBuf,
    plan: PathBuf,
}

impl Case {
    fn new() -> Self {
        let place = Place::new();
        let root = place.join("root");
        place::host(&root);
        let plan = place.join("plan.json");
        place::save(&place::plan(&root), &plan);
        Self { place, root, plan }
    }

    fn apply(&self) -> Output {
        on(&self.root, &["apply", self.plan.to_str().unwrap(), "--yes"])
    }

    /// Runs `script` in a mount namespace of its own, with the command, the tree and the plan as $1 to
    /// $3; `None` where this user can have none.
    fn mounted(&self, script: &str) -> Option<Output> {
        let can = Command::new("unshare").args(["-m", "true"]).output();
        if !can.is_ok_and(|output| output.status.success()) {
            skipped::skip("mounting is not permitted", "run as root");
            return None;
        }
        let output = Command::new("unshare")
            .args(["-m", "sh", "-ec", script, "sh"])
            .arg(env!("CARGO_BIN_EXE_passthru"))
            .args([&self.root, &self.plan])
            .output();
        Some(output.unwrap())
    }

    /// A refusal: no success, and the tree as it was.
    fn is_refused(&self, run: &Output, words: &[&str], before: &Snapshot) {
        let said = err(run);
        assert!(matches!(run.status.code(), Some(1 | 2)), "{said}");
        for word in words {
            assert!(said.contains(word), "{word}: {said}");
        }
        assert!(*before == snapshot(&self.root), "{said}");
    }
}

type Snapshot = std::collections::BTreeMap<PathBuf, place::Entry>;

#[test]
fn a_read_only_disk_refuses() {
    let case = Case::new();
    let before = snapshot(&case.root);
    let script = "mount --bind \"$2\" \"$2\"; mount -o remount,bind,ro \"$2\"; \
                  exec \"$1\" apply \"$3\" --yes --root \"$2\"";
    let Some(run) = case.mounted(script) else {
        return;
    };
    case.is_refused(&run, &["Read-only file system"], &before);
    // Nothing is left that keeps the next from running.
    let run = case.apply();
    assert!(run.status.success(), "{}", err(&run));
}

#[test]
fn a_full_disk_leaves_the_old_files_or_the_new_ones() {
    // A disk of so many pages is full in the journal, in a file, or never.
    for pages in [0, 1, 2, 3, 4, 6, 8, 12] {
        let case = Case::new();
        let before = snapshot(&case.root);
        let script = format!(
            "d=$(mktemp -d); mount -t tmpfs tmpfs \"$d\"; cp -a \"$2/.\" \"$d\"; \
             used=$(df -k --output=used \"$d\" | tail -n 1); \
             mount -o remount,size=$((used + {pages} * 4))k \"$d\"; status=0; \
             \"$1\" apply \"$3\" --yes --root \"$d\" >&2 || status=$?; \
             mount -o remount,size=64m \"$d\"; \
             \"$1\" undo --yes --root \"$d\" >/dev/null 2>&1 || true; \
             rm -rf \"$2\"; cp -a \"$d\" \"$2\"; rmdir \"$d\" 2>/dev/null || true; exit $status"
        );
        let Some(run) = case.mounted(&script) else {
            return;
        };
        let said = err(&run);
        assert!(matches!(run.status.code(), Some(0..=2)), "{pages}: {said}");
        if !run.status.success() {
            assert!(said.contains("No space left"), "{pages}: {said}");
        }
        assert!(snapshot(&case.root) == before, "{pages} pages: {said}");
    }
}

#[test]
fn an_immutable_file_refuses_and_the_others_stay() {
    let case = Case::new();
    let before = snapshot(&case.root);
    let file = case.root.join("etc/modules");
    let chattr = |flag: &str| Command::new("chattr").arg(flag).arg(&file).output();
    if !chattr("+i").is_ok_and(|output| output.status.success()) {
        let why = "this file system or user cannot make a file immutable";
        return skipped::optional(why, "run as root, with Linux 6.6 for files in memory");
    }
    let run = case.apply();
    let undone = on(&case.root, &["undo", "--yes"]);
    let after = snapshot(&case.root);
    assert!(chattr("-i").unwrap().status.success());
    assert_eq!(run.status.code(), Some(1), "{}", err(&run));
    let said = err(&run);
    assert!(said.contains("/etc/modules"), "{said}");
    assert!(after == before, "{said} {}", err(&undone));
    // And changeable again, all of it is done.
    let run = case.apply();
    assert!(run.status.success(), "{}", err(&run));
}

#[test]
fn planted_links_lead_nowhere() {
    let case = Case::new();
    let outside = case.place.join("outside");
    fs::create_dir(&outside).unwrap();
    let secret = outside.join("secret");
    fs::write(&secret, "kept\n").unwrap();
    // The name under which a new file is written, before it takes its own.
    for name in [
        "etc/.modules.passthru-new",
        "etc/grub.real/.grub.passthru-new",
    ] {
        symlink(&secret, case.root.join(name)).unwrap();
    }
    let run = case.apply();
    assert_eq!(fs::read(&secret).unwrap(), b"kept\n", "{}", err(&run));
    if !run.status.success() {
        assert!(!err(&run).contains("panicked"), "{}", err(&run));
    }
    // The directory of the journal.
    let case = Case::new();
    fs::create_dir_all(case.root.join("var/lib")).unwrap();
    symlink(&outside, case.root.join("var/lib/passthru")).unwrap();
    let run = case.apply();
    let names: Vec<_> = fs::read_dir(&outside).unwrap().collect();
    assert!(names.len() <= 1, "{names:?} {}", err(&run));
}

#[test]
fn of_two_at_once_one_is_carried_out() {
    let case = Case::new();
    let start = || {
        place::command()
            .args(["apply", case.plan.to_str().unwrap(), "--yes", "--root"])
            .arg(&case.root)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let all: Vec<_> = (0..6).map(|_| start()).collect();
    let ended: Vec<Output> = all
        .into_iter()
        .map(|child| child.wait_with_output().unwrap())
        .collect();
    let done = ended.iter().filter(|run| run.status.success()).count();
    assert!(done >= 1, "{}", err(&ended[0]));
    for run in &ended {
        let said = err(run);
        assert!(
            run.status.success() || said.contains("another passthru") || said.contains("changed"),
            "{said}"
        );
    }
    // As one alone leaves it, and it is undone.
    let other = Case::new();
    assert!(other.apply().status.success());
    assert!(snapshot(&case.root) == snapshot(&other.root));
    assert!(on(&case.root, &["undo", "--yes"]).status.success());
    let new = Case::new();
    assert!(snapshot(&case.root) == snapshot(&new.root));
}

/// The clock of a process, ten years back.
const CLOCK: &str = "#define _GNU_SOURCE\n#include <dlfcn.h>\n#include <time.h>\n\
    int clock_gettime(clockid_t clock, struct timespec *now) {\n\
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, \"clock_gettime\");\n\
    int answer = real(clock, now);\n\
    if (clock == CLOCK_REALTIME) now->tv_sec -= 315360000;\n\
    return answer; }\n";

#[test]
fn a_clock_set_back_changes_no_order() {
    if !testkit::program::installed(&["cc"]) {
        return;
    }
    let case = Case::new();
    let source = case.place.join("clock.c");
    let library = case.place.join("clock.so");
    fs::write(&source, CLOCK).unwrap();
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status();
    assert!(made.unwrap().success());
    let before = snapshot(&case.root);
    let back = |words: &[&str]| {
        place::command()
            .env("LD_PRELOAD", &library)
            .args(words)
            .arg("--root")
            .arg(&case.root)
            .output()
            .unwrap()
    };
    // A first transaction now, a second ten years before it.
    assert!(case.apply().status.success());
    let first = snapshot(&case.root);
    let second = case.place.join("second.json");
    let text = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet intel_iommu=on\"\n";
    let mut plan = place::plan(&Case::new().root);
    plan.edits = vec![host_tree::Edit::change(
        "/etc/default/grub",
        text,
        text.replace("quiet", "quiet splash"),
    )];
    let host = passthru::Host::read(&host_tree::DirTree::open(&case.root).unwrap());
    plan.host_state = passthru::plan::HostState::of(&host, &plan.edits);
    place::save(&plan, &second);
    let run = back(&["apply", second.to_str().unwrap(), "--yes"]);
    assert!(run.status.success(), "{}", err(&run));
    // The last of them is the last, whatever its date is.
    let run = back(&["undo", "--yes"]);
    assert!(run.status.success(), "{}", err(&run));
    assert!(snapshot(&case.root) == first, "{}", err(&run));
    assert!(back(&["undo", "--yes"]).status.success());
    assert!(snapshot(&case.root) == before);
}
