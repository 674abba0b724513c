//! A snapshot answers as the host did.

use crate::command::passthru;
use crate::guides::trees;

#[test]
fn a_snapshot_gives_the_same_findings_as_the_host() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let file = std::env::temp_dir().join(format!(
            "passthru-capture-{host}-{tree}-{}.json",
            std::process::id()
        ));
        let snapshot = file.to_str().unwrap();
        let run = passthru(&["capture", "--root", &root, "-o", snapshot]);
        assert_eq!(run.status, 0, "{}", run.err);
        for words in [&["doctor"][..], &["list"], &["groups"]] {
            let words = [words, &["--json"]].concat();
            let there = passthru(&[&words, &["--root", &root][..]].concat());
            let here = passthru(&[&words, &["--from", snapshot][..]].concat());
            assert_eq!(there.out, here.out, "{root} {words:?}");
            assert_eq!(there.status, here.status);
        }
        std::fs::remove_file(&file).unwrap();
    }
}
