//! Plans that are applied, and undone byte for byte.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use crate::apply::place::{self, Place, err, on, out, snapshot};

#[test]
fn applied_and_undone_byte_for_byte() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let plan = place::plan(&root);
    let path = place.join("plan.json");
    place::save(&plan, &path);
    let path = path.to_str().unwrap();
    let before = snapshot(&root);

    let dry = on(&root, &["apply", path, "--dry-run"]);
    assert!(dry.status.success(), "{}", err(&dry));
    assert!(!root.join("var").exists(), "a dry run writes nothing");

    let unasked = on(&root, &["apply", path]);
    assert_eq!(unasked.status.code(), Some(2));
    assert!(err(&unasked).contains("--yes"), "{}", err(&unasked));
    assert_eq!(snapshot(&root), before);

    let applied = on(&root, &["apply", path, "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    for edit in &plan.edits {
        let text = fs::read_to_string(root.join(&edit.path[1..])).unwrap();
        assert_eq!(text, edit.after, "{}", edit.path);
    }
    let mode = |path: &str| {
        let metadata = fs::metadata(root.join(path)).unwrap();
        metadata.permissions().mode() & 0o7777
    };
    assert_eq!(mode("etc/modules"), 0o600, "permissions stay");
    assert_eq!(mode("etc/grub.real/grub"), 0o640);
    assert_eq!(mode("etc/new/below/hook"), 0o755);
    let link = fs::read_link(root.join("etc/default/grub")).unwrap();
    assert_eq!(link.to_str(), Some("../grub.real/grub"), "a link stays one");
    assert!(out(&on(&root, &[])).contains("transaction 1"));
    let status = on(&root, &["--json"]);
    assert!(
        out(&status).contains("\"state\": \"applied\""),
        "{}",
        out(&status)
    );

    // Without a terminal the message names an option that shows the changes.
    let present = snapshot(&root);
    let unasked = on(&root, &["undo"]);
    assert!(err(&unasked).contains("--dry-run"), "{}", err(&unasked));
    let dry = on(&root, &["undo", "--dry-run"]);
    assert!(dry.status.success(), "{}", err(&dry));
    assert!(out(&dry).contains("restore /etc/modules"), "{}", out(&dry));
    assert_eq!(snapshot(&root), present, "a dry run writes nothing");

    let undone = on(&root, &["undo", "--yes"]);
    assert!(undone.status.success(), "{}", err(&undone));
    assert_eq!(snapshot(&root), before);
    for option in ["--yes", "--dry-run"] {
        let again = on(&root, &["undo", option]);
        assert_eq!(again.status.code(), Some(1), "{option}");
    }
    assert!(!out(&on(&root, &[])).contains("transaction"));

    let second = on(&root, &["apply", path, "--yes", "--json"]);
    let json: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(json["schema"], "passthru-transaction/1");
    assert_eq!(json["transaction"], 2);
    assert_eq!(json["state"], "applied");
    assert_eq!(json["written"].as_array().unwrap().len(), plan.edits.len());
}

#[test]
fn later_changes_are_kept_unless_overwritten() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    let path = place.join("plan.json");
    place::save(&place::plan(&root), &path);
    let before = snapshot(&root);
    let applied = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));

    fs::write(root.join("etc/grub.real/grub"), "mine\n").unwrap();
    fs::remove_file(root.join("etc/modules")).unwrap();
    let all = snapshot(&root);
    let refused = on(&root, &["undo", "--yes"]);
    assert_eq!(refused.status.code(), Some(1));
    for path in ["/etc/default/grub", "/etc/modules"] {
        let output = format!("passthru undo --overwrite {path}");
        assert!(
            err(&refused).replace("\n    ", " ").contains(&output),
            "{}",
            err(&refused)
        );
    }
    assert_eq!(snapshot(&root), all, "nothing is changed");

    let one = ["undo", "--yes", "--overwrite", "/etc/default/grub"];
    assert_eq!(on(&root, &one).status.code(), Some(1));
    assert_eq!(snapshot(&root), all);
    let both = on(
        &root,
        &[&one[..], &["--overwrite", "/etc/modules"]].concat(),
    );
    assert!(both.status.success(), "{}", err(&both));
    assert_eq!(snapshot(&root), before);
    let kept = root.join("var/lib/passthru/transactions/0001.overwritten-etc-default-grub");
    assert_eq!(fs::read_to_string(kept).unwrap(), "mine\n");
}

#[test]
fn a_command_that_fails_stops_and_both_ways_are_open() {
    let place = Place::new();
    let root = place.join("root");
    place::host(&root);
    if place::no_busybox(&root) {
        return;
    }
    let mut plan = place::plan(&root);
    plan.commands.push(place::refresh());
    plan.commands[0].argv = ["/bin/busybox", "cat", "/etc/wanted"]
        .map(str::to_owned)
        .to_vec();
    let path = place.join("plan.json");
    place::save(&plan, &path);
    let before = snapshot(&root);
    let words = ["apply", path.to_str().unwrap(), "--yes", "--chroot"];
    let failed = on(&root, &words);
    assert_eq!(failed.status.code(), Some(1));
    let output = err(&failed);
    assert!(
        output.contains("failed with status 1") && output.contains("No such file"),
        "{output}"
    );
    assert!(output.contains("apply --resume"), "{output}");
    let status = out(&on(&root, &[]));
    let shown: Vec<&str> = status.split_whitespace().collect();
    assert!(
        shown.join(" ").contains("not completely applied"),
        "{status}"
    );
    let second = on(&root, &words);
    assert!(
        err(&second).contains("transaction 1 is not finished"),
        "{}",
        err(&second)
    );

    place::file(&root, "etc/wanted", "there\n", 0o644);
    let resumed = on(&root, &["apply", "--resume"]);
    assert!(resumed.status.success(), "{}", err(&resumed));
    fs::remove_file(root.join("etc/wanted")).unwrap();

    // The files are as they were even where the command fails then too.
    let undone = on(&root, &["undo", "--yes"]);
    assert_eq!(undone.status.code(), Some(1), "{}", out(&undone));
    assert!(
        out(&undone).contains("failed with status 1"),
        "{}",
        out(&undone)
    );
    assert_eq!(snapshot(&root), before);
}
