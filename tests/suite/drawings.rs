//! `passthru list --svg` and `--dot`, and the same of predicted groups.

use std::io::Write as _;
use std::process::{Command, Stdio};

use passthru::render::Style;
use testkit::Scratch;

use crate::command::{passthru, styled};
use crate::guides::trees;
use crate::predicted_groups::{file, file_of};

/// What a program prints that reads `text`.
fn read_by(program: &str, words: &[&str], text: &str) -> Option<String> {
    if !testkit::program::installed(&[program]) {
        return None;
    }
    let mut child = Command::new(program)
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let text = text.to_owned();
    let writer = std::thread::spawn(move || pipe.write_all(text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && message.is_empty(), "{message}");
    Some(String::from_utf8(output.stdout).unwrap())
}

fn checked(svg: &str) {
    assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""));
    assert_eq!(svg.matches("http").count(), 1, "{svg}");
    assert!(!svg.contains("<script") && !svg.contains("href"), "{svg}");
    read_by("xmllint", &["--noout", "-"], svg);
}

/// The texts of a drawing fit into its width, at eight pixels for a column.
fn fits(svg: &str, wide: usize) {
    assert!(svg.contains(&format!("viewBox=\"0 0 {wide} ")), "{svg}");
    for element in svg.split("<text ").skip(1) {
        let (head, rest) = element.split_once('>').unwrap();
        if head.contains("middle") || head.contains("more") || head.contains("bus") {
            continue;
        }
        let x: usize = head
            .split("x=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let text = rest.split("</text>").next().unwrap();
        let shown: String = text
            .split('<')
            .map(|part| part.rsplit('>').next().unwrap())
            .collect();
        let shown = shown
            .replace("&amp;", "&")
            .replace("&#39;", "'")
            .replace("&quot;", "\"");
        let end = x + passthru::render::width(&shown) * 8;
        assert!(end <= wide, "{end} of {wide}: {shown}");
    }
}

#[test]
fn each_host_can_be_drawn() {
    for (host, tree) in trees() {
        let root = format!("examples/hosts/{host}/{tree}");
        let listed = passthru(&["list", "--json", "--root", &root]).json();
        let svg = passthru(&["list", "--svg", "--root", &root]).out;
        checked(&svg);
        fits(&svg, 640);
        let dot = passthru(&["list", "--dot", "--root", &root]).out;
        for device in listed["devices"].as_array().unwrap() {
            let address = device["address"].as_str().unwrap();
            let short = address.strip_prefix("0000:").unwrap_or(address);
            assert!(svg.contains(&format!(">{short}</tspan>")), "{root}: {svg}");
            assert!(dot.contains(&format!("label=\"{short} ")), "{root}: {dot}");
        }
        if let Some(read) = read_by("dot", &["-Tplain"], &dot) {
            assert!(read.starts_with("graph "), "{read}");
        }
        let narrow = Style {
            columns: 40,
            ..Style::PLAIN
        };
        fits(
            &styled(&["list", "--svg", "--root", &root], narrow).out,
            320,
        );
    }
}

#[test]
fn text_of_the_input_stays_text() {
    let scratch = Scratch::new();
    let evil = "</text></svg><script>alert(1)</script>\"]; evil [label=\"\\";
    let text = format!("01:00.0 VGA compatible controller [0300]: {evil} [10de:fff0]\n");
    let from = scratch.file("lspci.txt", text.as_bytes());
    let svg = passthru(&["list", "--svg", "--from", &from]).out;
    checked(&svg);
    assert!(svg.contains("&lt;script&gt;"), "{svg}");
    let dot = passthru(&["list", "--dot", "--from", &from]).out;
    assert!(dot.contains(r#"\"]; evil [label=\"\\"#), "{dot}");
    read_by("dot", &["-Tplain"], &dot);
}

#[test]
fn a_selection_is_drawn_with_its_path() {
    let scratch = Scratch::new();
    let path = file(&scratch, "graphics.none.txt");
    let from = path.to_str().unwrap();
    let all = passthru(&["list", "--svg", "--from", from]).out;
    let one = passthru(&["list", "01:00.0", "--svg", "--from", from]).out;
    assert!(one.len() < all.len());
    assert!(
        one.contains("class=\"box chosen\"") && !all.contains("chosen\" x="),
        "{one}"
    );
    assert!(!one.contains(">02:00.0<") && all.contains(">02:00.0<"));
}

#[test]
fn predicted_groups_are_drawn_as_they_would_be() {
    let scratch = Scratch::new();
    let path = file(&scratch, "graphics.none.txt");
    let from = path.to_str().unwrap();
    let dot = |words: &[&str]| {
        let run = passthru(&[&["groups", "--dot", "--from", from], words].concat());
        assert_eq!(run.status, 0, "{}", run.err);
        run.out
    };
    // The input has no groups, and the prediction joins the cards.
    assert!(!dot(&[]).contains("subgraph"));
    let now = dot(&["--predict"]);
    let members = |drawn: &str, address: &str| {
        let label = format!("[label=\"{address} ");
        let row = drawn.lines().find(|line| line.contains(&label)).unwrap();
        let node = row.trim().split(' ').next().unwrap().to_owned();
        let clusters = drawn.lines().filter(|line| line.contains("subgraph"));
        clusters
            .filter(|line| line.contains(&format!(" {node};")))
            .map(|line| line.matches(';').count() - 3)
            .sum::<usize>()
    };
    let joined = members(&now, "01:00.0");
    let apart = members(&dot(&["--with", "pcie_acs_override=downstream"]), "01:00.0");
    assert!(joined > apart && apart == 2, "{joined} {apart}");
    checked(&passthru(&["groups", "--predict", "--svg", "--from", from]).out);
    // Of a selection, the groups alone.
    let card = dot(&["01:00.0", "--with", "pcie_acs_override=downstream"]);
    assert!(
        card.contains("01:00.1 ") && !card.contains("label=\"02:00.0 "),
        "{card}"
    );

    // A new card is where it would be, and so are those that it moves.
    let path = file_of(
        &scratch,
        "new.txt",
        "change-card-with-switch.before.none.txt",
    );
    let from = path.to_str().unwrap();
    let changed_groups = [
        "groups",
        "--with",
        "card=00:03.0,like=01:00",
        "--from",
        from,
    ];
    let json = passthru(&[&changed_groups[..], &["--json"]].concat()).json();
    let drawn = passthru(&[&changed_groups[..], &["--dot"]].concat()).out;
    let changed = json["changed"].as_array().unwrap();
    assert!(changed.len() > 1);
    for one in changed {
        let short =
            |value: &serde_json::Value| value.as_str().map(|text| text.replace("0000:", ""));
        let new = short(&one["address"]).unwrap();
        let label = format!("label=\"{new} ");
        let row = drawn.lines().find(|line| line.contains(&label)).unwrap();
        let was = short(&one["previous_address"]);
        let was = was.map_or_else(|| "\\nnew".to_owned(), |was| format!("\\nnow {was}"));
        assert!(row.contains(&was), "{was}: {row}");
    }
}

#[test]
fn one_form_at_a_time() {
    for words in [
        ["list", "--svg", "--json"],
        ["list", "--svg", "--dot"],
        ["list", "--tree", "--svg"],
        ["groups", "--dot", "--json"],
    ] {
        assert_eq!(passthru(&words).status, 2, "{words:?}");
    }
    let scratch = Scratch::new();
    let nothing = scratch.file("vfio.conf", b"options vfio-pci ids=10de:2d04\n");
    let run = passthru(&["list", "--svg", "--from", &nothing]);
    assert!(
        run.out.contains("No PCI devices are in the input."),
        "{run:?}"
    );
}
