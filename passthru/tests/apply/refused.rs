//! What is refused before anything is changed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::apply::place::{self, Place, err, on, snapshot};

fn saved(place: &Place, root: &Path) -> PathBuf {
    place::host(root);
    let path = place.join("plan.json");
    place::save(&place::plan(root), &path);
    path
}

/// Runs apply, which must be refused with these words and leave all as it is.
fn refused(root: &Path, plan: &Path, words: &[&str]) {
    let before = snapshot(root);
    let run = on(root, &["apply", plan.to_str().unwrap(), "--yes"]);
    let output = err(&run);
    assert_eq!(run.status.code(), Some(1), "{output}");
    for word in words {
        assert!(output.contains(word), "{word}: {output}");
    }
    assert_eq!(snapshot(root), before);
}

#[test]
fn a_file_that_changed_since_is_named() {
    let place = Place::new();
    let root = place.join("root");
    let plan = saved(&place, &root);
    fs::write(root.join("etc/modules"), "loop\nnbd\n").unwrap();
    fs::create_dir_all(root.join("etc/new/below")).unwrap();
    fs::write(root.join("etc/new/below/hook"), "other\n").unwrap();
    refused(
        &root,
        &plan,
        &[
            "/etc/modules has changed since the plan was made",
            "/etc/new/below/hook has changed since the plan was made: the file is new",
        ],
    );
}

#[test]
fn a_moved_card_is_noticed() {
    let place = Place::new();
    let root = place.join("root");
    let plan = saved(&place, &root);
    let listing = root.join("_commands/lspci -nnk");
    let text = fs::read_to_string(&listing).unwrap();
    fs::write(&listing, text.replace("10d3", "1533")).unwrap();
    refused(
        &root,
        &plan,
        &["0000:03:00.0 is 8086:1533", "addresses have changed"],
    );
    // The same chip on another maker's card.
    fs::write(&listing, text.replace("8086:a01f", "17aa:a01f")).unwrap();
    refused(
        &root,
        &plan,
        &["(subsystem 17aa:a01f)", "(subsystem 8086:a01f)"],
    );
}

#[test]
fn files_that_cannot_be_replaced_are_left() {
    let place = Place::new();
    let root = place.join("root");
    let plan = saved(&place, &root);
    fs::hard_link(root.join("etc/modules"), root.join("etc/second")).unwrap();
    fs::create_dir_all(root.join("etc/new/below/hook")).unwrap();
    refused(
        &root,
        &plan,
        &["hard links", "/etc/new/below/hook: not a regular file"],
    );
    fs::remove_file(root.join("etc/second")).unwrap();
    fs::remove_dir_all(root.join("etc/new")).unwrap();
    symlink("/nowhere/at/all", root.join("etc/new")).unwrap();
    refused(&root, &plan, &["a symbolic link to a missing file"]);
    // A link that leads out of the tree stays in it.
    fs::remove_file(root.join("etc/new")).unwrap();
    symlink("/../../../../../../../tmp", root.join("etc/new")).unwrap();
    refused(&root, &plan, &["a symbolic link to a missing file"]);
}

#[test]
fn host_impact_is_accepted_by_name() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let mut plan = place::plan(&root);
    plan.blockers.push(place::part(json!({
        "code": "network-on-device",
        "title": "the host's network interface eth0 is up",
        "accept": "network",
    })));
    plan.host_state.kernel = None;
    let path = place.join("plan.json");
    place::save(&plan, &path);
    refused(&root, &path, &["eth0 is up", "--accept network"]);
    let words = [
        "apply",
        path.to_str().unwrap(),
        "--yes",
        "--accept",
        "network",
    ];
    let run = on(&root, &words);
    assert!(run.status.success(), "{}", err(&run));
}

#[test]
fn another_kernel_is_another_host() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let mut plan = place::plan(&root);
    plan.host_state.kernel = Some("6.8.12-4-pve".to_owned());
    let path = place.join("plan.json");
    place::save(&plan, &path);
    place::file(&root, "proc/sys/kernel/osrelease", "6.11.0-1-pve\n", 0o644);
    refused(
        &root,
        &path,
        &["6.11.0-1-pve", "6.8.12-4-pve", "--accept kernel"],
    );
    let words = [
        "apply",
        path.to_str().unwrap(),
        "--yes",
        "--accept",
        "kernel",
    ];
    assert!(on(&root, &words).status.success());
}

#[test]
fn a_command_without_a_plan_to_change_leaves_nothing_behind() {
    let place = Place::new();
    let root = place.join("empty");
    fs::create_dir_all(root.join("etc")).unwrap();
    for (words, output) in [
        (&["undo", "--yes"][..], "nothing to undo"),
        (&["keep"], "nothing to keep"),
        (&["apply", "--resume"], "nothing to resume"),
    ] {
        let run = on(&root, words);
        assert_eq!(run.status.code(), Some(1), "{words:?}: {}", err(&run));
        assert!(err(&run).contains(output), "{words:?}: {}", err(&run));
        assert!(!root.join("var").exists(), "{words:?}");
    }
    // A directory without a transaction, as a package may bring it.
    fs::create_dir_all(root.join("var/lib/passthru/transactions")).unwrap();
    let run = on(&root, &["undo", "--yes"]);
    assert_eq!(run.status.code(), Some(1), "{}", err(&run));
    assert!(!root.join("var/lib/passthru/lock").exists());
}

#[test]
fn two_at_once_exclude_each_other() {
    let place = Place::new();
    let root = place.join("root");
    let plan = saved(&place, &root);
    let held = passthru::apply::Store::lock(&root).unwrap();
    refused(&root, &plan, &["another passthru is running"]);
    drop(held);
    let run = on(&root, &["apply", plan.to_str().unwrap(), "--yes"]);
    assert!(run.status.success(), "{}", err(&run));
}

#[test]
fn a_text_that_is_not_a_plan_is_an_error_with_its_line() {
    let place = Place::new();
    let root = place.join("root");
    let plan = saved(&place, &root);
    let text = fs::read_to_string(&plan).unwrap();
    for (from, to, output) in [
        (
            "passthru-plan/1",
            "passthru-plan/9",
            "newer than \"passthru-plan/1\", which this passthru reads: use a newer passthru",
        ),
        (
            "passthru-plan/1",
            "passthru-findings/1",
            "expected \"passthru-plan/1\"",
        ),
        ("\"edits\"", "\"edit\"", "missing field `edits`"),
        ("{\n", "{{\n", "line 1 column 2"),
        ("/etc/new/below/hook", "/etc/../below/hook", "may not write"),
        (
            "/etc/new/below/hook",
            "/var/lib/passthru/transactions/x",
            "transactions",
        ),
        ("loop\\n", "lo\\n", "changed since it was made"),
    ] {
        assert!(text.contains(from), "{from}");
        fs::write(&plan, text.replace(from, to)).unwrap();
        let run = on(&root, &["apply", plan.to_str().unwrap(), "--yes"]);
        assert_eq!(run.status.code(), Some(2), "{from}: {}", err(&run));
        assert!(err(&run).contains(output), "{from}: {}", err(&run));
        assert!(err(&run).contains("plan.json"), "{}", err(&run));
    }
}

/// A plan that removes a setting that it does not name, and one that names a setting that it
/// does not remove, are refused: the text of a plan is not trusted.
#[test]
fn a_plan_that_removes_an_unnamed_setting_is_refused() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let grub = "GRUB_CMDLINE_LINUX=\"root=/dev/sda2 rd.lvm.lv=vg/root\"\n";
    place::file(&root, "etc/grub.real/grub", grub, 0o644);
    let tree = host_tree::DirTree::open(&root).unwrap();
    let host = passthru::Host::read(&tree);
    let plan = |after: &str, changes: Vec<host_tree::SettingChange>| {
        let mut plan = place::plan(&root);
        plan.edits.retain(|edit| edit.path != "/etc/default/grub");
        let mut edit = host_tree::Edit::change("/etc/default/grub", grub, after);
        edit.changes = changes;
        plan.edits.push(edit);
        plan.host_state = passthru::plan::HostState::of(&host, &plan.edits);
        plan
    };
    let named = host_tree::SettingChange::removed(1, "GRUB_CMDLINE_LINUX", "rd.lvm.lv", "vg/root");
    let mut moved = named.clone();
    moved.moved = true;
    let without = "GRUB_CMDLINE_LINUX=\"root=/dev/sda2\"\n";
    let other = "GRUB_CMDLINE_LINUX=\"root=/dev/sdb2 rd.lvm.lv=vg/root\"\n";
    for (plan, output) in [
        (
            plan("", Vec::new()),
            "line 1: root=/dev/sda2 of GRUB_CMDLINE_LINUX is removed, which neither a finding \
             nor the request names",
        ),
        (
            plan(other, Vec::new()),
            "root=/dev/sda2 of GRUB_CMDLINE_LINUX changes to /dev/sdb2",
        ),
        (
            plan(grub, vec![named.clone()]),
            "the plan names this change, but its edit does not make it",
        ),
        (
            plan(without, vec![moved]),
            "rd.lvm.lv=vg/root of GRUB_CMDLINE_LINUX moves, and the setting is missing from the result of the plan",
        ),
    ] {
        let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let path = place.join("plan.json");
        place::save(&plan, &path);
        let before = snapshot(&root);
        let refused = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
        assert_eq!(refused.status.code(), Some(1), "{output}");
        let message = one_line(&err(&refused));
        assert!(
            message.contains(output) && message.contains("/etc/default/grub"),
            "{output}: {message}"
        );
        assert!(message.contains("nothing was changed"), "{message}");
        assert_eq!(snapshot(&root), before);
        // A script and a playbook are refused too.
        let message = passthru::plan::script(&plan).unwrap_err().to_string();
        assert!(message.contains(output), "{message}");
        let message = passthru::plan::playbook(&plan).unwrap_err().to_string();
        assert!(message.contains(output), "{message}");
    }
    // The same edit, with the removed setting named.
    let path = place.join("plan.json");
    place::save(&plan(without, vec![named]), &path);
    let applied = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
}
