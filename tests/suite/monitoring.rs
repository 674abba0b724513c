//! Findings for monitoring: metrics that Prometheus reads, and JSON lines.

use std::collections::BTreeSet;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::command::passthru;
use crate::guides::trees;

fn metrics(root: &str, form: &str) -> String {
    passthru(&["doctor", "--format", form, "--root", root]).out
}

#[test]
fn json_lines_are_the_findings_of_the_document() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let document = passthru(&["doctor", "--json", "--root", &root]).json();
        assert_eq!(
            passthru(&["doctor", "--format", "json", "--root", &root]).json(),
            document
        );
        let mut lines: Vec<serde_json::Value> = Vec::new();
        for line in metrics(&root, "jsonl").lines() {
            assert!(line.starts_with(r#"{"schema":"passthru-finding/1","code":"#));
            let mut line: serde_json::Value = serde_json::from_str(line).unwrap();
            line.as_object_mut().unwrap().remove("schema");
            lines.push(line);
        }
        assert_eq!(serde_json::Value::Array(lines), document["findings"]);
    }
}

#[test]
fn metrics_count_the_findings() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let report = passthru(&["doctor", "--json", "--root", &root]);
        let page = metrics(&root, "prometheus");
        let findings = report.json()["findings"].as_array().unwrap().clone();
        for verdict in passthru::Verdict::ALL {
            let number = findings
                .iter()
                .filter(|one| one["verdict"] == verdict.word())
                .count();
            let row = format!("\npassthru_findings{{verdict=\"{verdict}\"}} {number}\n");
            assert!(page.contains(&row), "{root}: {row}");
        }
        let problem = format!("\npassthru_problem {}\n", report.status);
        assert!(page.contains(&problem), "{root}");
        let names: Vec<&str> = page
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.rsplit_once(' ').unwrap().0)
            .collect();
        let once: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(once.len(), names.len(), "{root}: a row is there twice");
        for finding in &findings {
            let code = format!("code=\"{}\"", finding["code"].as_str().unwrap());
            assert!(page.contains(&code), "{root}: {code}");
        }
    }
}

#[test]
fn a_form_is_one_of_four_and_excludes_json() {
    for words in [
        &["doctor", "--format", "xml"][..],
        &["doctor", "--format", "jsonl", "--json"],
    ] {
        assert_eq!(passthru(words).status, 2, "{words:?}");
    }
}

/// promtool is what Prometheus checks such pages with; `scripts/oracles` unpacks it.
#[test]
fn promtool_finds_nothing_wrong() {
    let Some(program) = testkit::program::find("promtool") else {
        return;
    };
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let mut check = Command::new(&program)
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let page = metrics(&root, "prometheus");
        let mut input = check.stdin.take().unwrap();
        input.write_all(page.as_bytes()).unwrap();
        drop(input);
        let ended = check.wait_with_output().unwrap();
        let message = String::from_utf8_lossy(&ended.stderr);
        assert!(
            ended.status.success() && message.is_empty(),
            "{root}: {message}"
        );
    }
}
