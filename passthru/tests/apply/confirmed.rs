//! Plans that are undone unless they are kept.

use std::fs;
use std::path::Path;

use crate::apply::place::{self, Place, err, on, out, snapshot};

const SERVICE: &str = "etc/systemd/system/passthru-confirm.service";
const WANTED: &str = "etc/systemd/system/multi-user.target.d/passthru-confirm.conf";

/// A host with systemd, and a plan for it.
fn host(place: &Place) -> (std::path::PathBuf, std::path::PathBuf) {
    let root = place.join("root");
    place::host(&root);
    fs::create_dir_all(root.join("usr/lib/systemd")).unwrap();
    fs::write(root.join("usr/lib/systemd/systemd"), "").unwrap();
    let path = place.join("plan.json");
    place::save(&place::plan(&root), &path);
    (root, path)
}

/// Without what only passthru's own journal holds.
fn without_journal(root: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let files = snapshot(root).into_iter();
    let files = files.map(|(path, state)| (format!("{path:?}"), format!("{state:?}").into_bytes()));
    files.filter(|(path, _)| !path.contains("var")).collect()
}

#[test]
fn a_plan_that_is_not_kept_is_undone() {
    let place = Place::new();
    let (root, path) = host(&place);
    let before = without_journal(&root);
    let path = path.to_str().unwrap();
    let applied = on(&root, &["apply", path, "--yes", "--confirm-within", "10m"]);
    assert!(applied.status.success(), "{}", err(&applied));
    assert!(out(&applied).contains("passthru keep"), "{}", out(&applied));
    let service = fs::read_to_string(root.join(SERVICE)).unwrap();
    assert!(
        service.contains("undo --yes --unless-kept 600s"),
        "{service}"
    );
    assert!(root.join(WANTED).exists());
    assert!(out(&on(&root, &[])).contains("unless passthru keep runs"));
    // As the unit runs it, with less patience.
    let undone = on(&root, &["undo", "--yes", "--unless-kept", "2s"]);
    assert!(undone.status.success(), "{}", err(&undone));
    assert_eq!(without_journal(&root), before);
}

#[test]
fn a_kept_plan_stays() {
    let place = Place::new();
    let (root, path) = host(&place);
    let before = without_journal(&root);
    let path = path.to_str().unwrap();
    let early = on(&root, &["keep"]);
    assert_eq!(early.status.code(), Some(1), "{}", err(&early));
    let applied = on(&root, &["apply", path, "--yes", "--confirm-within", "10m"]);
    assert!(applied.status.success(), "{}", err(&applied));
    let kept = on(&root, &["keep"]);
    assert!(kept.status.success(), "{}", err(&kept));
    assert!(out(&kept).contains("is kept"), "{}", out(&kept));
    assert!(!root.join(SERVICE).exists() && !root.join(WANTED).exists());
    let waited = on(&root, &["undo", "--yes", "--unless-kept", "2s"]);
    assert!(waited.status.success(), "{}", err(&waited));
    assert!(out(&waited).contains("kept"), "{}", out(&waited));
    let again = on(&root, &["keep"]);
    assert_eq!(again.status.code(), Some(1));
    let undone = on(&root, &["undo", "--yes"]);
    assert!(undone.status.success(), "{}", err(&undone));
    assert_eq!(without_journal(&root), before);
}

#[test]
fn systemd_reads_the_unit() {
    let analyze = std::process::Command::new("systemd-analyze");
    let place = Place::new();
    let (root, path) = host(&place);
    let path = path.to_str().unwrap();
    let applied = on(&root, &["apply", path, "--yes", "--confirm-within", "1h"]);
    assert!(applied.status.success(), "{}", err(&applied));
    let mut analyze = analyze;
    let verified = analyze.arg("verify").arg(root.join(SERVICE)).output();
    let Ok(verified) = verified else {
        return testkit::skipped::missing("systemd-analyze");
    };
    let message = err(&verified);
    assert!(
        verified.status.success() && !message.contains("confirm"),
        "{message}"
    );
}

#[test]
fn a_plan_that_cannot_undo_itself_is_refused() {
    let place = Place::new();
    let (root, path) = host(&place);
    let path = path.to_str().unwrap();
    let before = snapshot(&root);
    for time in ["10", "0s", "2d", "30s", "25h"] {
        let refused = on(&root, &["apply", path, "--yes", "--confirm-within", time]);
        assert!(!refused.status.success(), "{time}");
    }
    fs::remove_file(root.join("usr/lib/systemd/systemd")).unwrap();
    let refused = on(&root, &["apply", path, "--yes", "--confirm-within", "10m"]);
    assert!(err(&refused).contains("no systemd"), "{}", err(&refused));
    fs::write(root.join("usr/lib/systemd/systemd"), "").unwrap();
    assert_eq!(snapshot(&root), before);
}
