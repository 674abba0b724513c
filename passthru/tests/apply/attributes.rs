//! The attributes of an edited file are kept.

use std::fs::File;

use rustix::fs::XattrFlags;
use testkit::Scratch;
use testkit::skipped::skip;

use crate::apply::place::{self, err, on};

#[test]
fn extended_attributes_and_owners_are_kept() {
    // Beside the build, on a disk: memory's file system may have no such attributes.
    let place = Scratch::new();
    let root = place.join("root");
    place::host(&root);
    let modules = root.join("etc/modules");
    let name = "user.passthru-test";
    let set = |value: &[u8]| {
        let file = File::open(&modules).unwrap();
        rustix::fs::fsetxattr(file, name, value, XattrFlags::empty())
    };
    if set(b"kept\0").is_err() {
        let why = "the file system of temporary files has no extended attributes";
        return skip(why, "TMPDIR=a folder on a disk");
    }
    let _ = std::os::unix::fs::chown(&modules, Some(12), Some(34));
    let all = || {
        let file = File::open(&modules).unwrap();
        let mut value = [0; 64];
        let length = rustix::fs::fgetxattr(&file, name, &mut value[..]).unwrap();
        let stat = rustix::fs::fstat(&file).unwrap();
        (
            value[..length].to_vec(),
            stat.st_mode,
            stat.st_uid,
            stat.st_gid,
        )
    };
    let before = all();
    let path = place.join("plan.json");
    let plan = place::plan(&root);
    assert!(plan.edits.iter().any(|edit| edit.path == "/etc/modules"));
    place::save(&plan, &path);
    let applied = on(&root, &["apply", path.to_str().unwrap(), "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    assert_eq!(all(), before);
    // What an edit does not carry over comes back from the journal.
    set(b"other").unwrap();
    let undone = on(&root, &["undo", "--yes"]);
    assert!(undone.status.success(), "{}", err(&undone));
    assert_eq!(all(), before);
}
