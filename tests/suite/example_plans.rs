//! What docs/driver-binding.md says of the plans for the example hosts is what they are.

use serde_json::Value;

use crate::command::{passthru, top};

const HEADING: &str = "## Plans for the example hosts\n";

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| format!("`{item}`")).collect();
    items.join(", ")
}

/// The row of a host, as the page has it.
fn row(host: &str, words: &str) -> String {
    let root = format!("examples/hosts/{host}");
    let mut all = vec!["plan", "--json", "--root", &root];
    all.extend(words.split(' '));
    let run = passthru(&all);
    if run.out.is_empty() {
        let why = run.err.lines().next().unwrap_or_default();
        let why = why.trim_start_matches("passthru: ");
        return format!("| `{host}` | `{words}` | refused | {why} | |");
    }
    let plan = run.json();
    let array = |key: &str| plan[key].as_array().unwrap().clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let edits = array("edits");
    let own = |edit: &Value| text(&edit["path"]).ends_with("/vfio-pci.cfg");
    let method = match plan["method"].as_str() {
        Some(method) => format!("`{method}`"),
        None if edits.iter().any(own) => "`vfio-pci.cfg`".to_owned(),
        None => "the hypervisor".to_owned(),
    };
    let files = list(edits.iter().map(|edit| text(&edit["path"])));
    let commands = array("commands").into_iter().map(|command| {
        let words = command["argv"].as_array().unwrap().iter().map(text);
        words.collect::<Vec<_>>().join(" ")
    });
    let steps = array("manual_steps")
        .into_iter()
        .map(|step| text(&step["step"]));
    let steps = steps.filter(|step| step != "name-guest");
    let then = list(commands.chain(steps.map(|step| format!("[{step}]"))));
    format!("| `{host}` | `{words}` | {method} | {files} | {then} |")
}

#[test]
fn the_page_has_the_plans_for_all_hosts() {
    let page = std::fs::read_to_string(top().join("docs/driver-binding.md")).unwrap();
    let (_, section) = page.split_once(HEADING).unwrap();
    let section = section.split("\n## ").next().unwrap();
    let rows: Vec<&str> = section
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    let mut hosts: Vec<&str> = Vec::new();
    let mut wanted = Vec::new();
    for line in &rows {
        let mut cells = line.split('`');
        let (host, words) = (cells.nth(1).unwrap(), cells.nth(1).unwrap());
        hosts.push(host.split('/').next().unwrap());
        wanted.push(row(host, words));
    }
    assert_eq!(rows, wanted, "the rows are:\n{}", wanted.join("\n"));
    // Every host but the one that shows no functions.
    let folder = std::fs::read_dir(top().join("examples/hosts")).unwrap();
    for entry in folder.map(|entry| entry.unwrap()) {
        let name = entry.file_name().into_string().unwrap();
        let is_host = entry.path().is_dir() && name != "esxi-rtx4060ti";
        assert!(!is_host || hosts.contains(&name.as_str()), "{name}");
    }
}
