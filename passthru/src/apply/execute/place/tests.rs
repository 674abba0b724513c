use std::fs;
use std::os::unix::fs::symlink;

use super::*;

#[test]
fn links_are_followed_within_the_root() {
    let place = std::env::temp_dir().join(format!("passthru-place-{}", std::process::id()));
    let _ = fs::remove_dir_all(&place);
    fs::create_dir_all(place.join("etc/real")).unwrap();
    fs::write(place.join("etc/real/file"), "x").unwrap();
    symlink("/etc/real", place.join("etc/directory")).unwrap();
    symlink("../../../etc/real/file", place.join("etc/file")).unwrap();
    symlink("nowhere", place.join("etc/dangling")).unwrap();
    symlink("loop", place.join("etc/loop")).unwrap();
    let root = Root::open(&place).unwrap();
    for path in ["/etc/directory/file", "/etc/file", "/etc/real/file"] {
        let found = root.follow(path).unwrap().place().unwrap();
        assert_eq!(found.name, "file", "{path}");
        let stat = rustix::fs::statat(&found.directory, "file", AtFlags::empty());
        assert!(stat.is_ok(), "{path}");
    }
    let new = root.follow("/etc/directory/new").unwrap();
    assert_eq!(new.missing(), 0);
    assert_eq!(root.follow("/etc/a/b/new").unwrap().missing(), 2);
    for path in ["/etc/dangling", "/etc/loop", "/", "/etc/file/below"] {
        assert!(root.follow(path).is_err(), "{path}");
    }
    let made = root.follow("/etc/a/b/new").unwrap().create().unwrap();
    assert_eq!(made.name, "new");
    assert!(place.join("etc/a/b").is_dir());
    let mode = |path: &str| {
        let stat = rustix::fs::stat(place.join(path)).unwrap();
        stat.st_mode & 0o7777
    };
    assert_eq!((mode("etc/a"), mode("etc/a/b")), (0o755, 0o755));
    fs::create_dir_all(place.join("var")).unwrap();
    let own = root.follow("/var/lib/passthru/below/new").unwrap();
    own.create().unwrap();
    assert_eq!(mode("var/lib"), 0o755);
    assert_eq!(mode("var/lib/passthru"), 0o700);
    assert_eq!(mode("var/lib/passthru/below"), 0o700);
    root.follow("/var/lib/passthru.d/a")
        .unwrap()
        .create()
        .unwrap();
    assert_eq!(mode("var/lib/passthru.d"), 0o755);
    fs::remove_dir_all(&place).unwrap();
}
