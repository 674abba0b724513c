//! The picture of a screen in README.md: output of the command, drawn as SVG.

use std::fmt::Write as _;

use passthru::render::Style;
use testkit::environment;

use crate::command::{styled, top};

const COMMAND: [&str; 3] = ["doctor", "--from", "examples/screens/three-faults.txt"];
const PICTURE: &str = "docs/doctor.svg";

/// Pixels of a column and of a line, at 14 pixels a letter.
const COLUMN: f64 = 8.4;
const LINE: usize = 19;
const MARGIN: usize = 14;

/// Parts of a line in one style: its SGR codes, and the text.
fn parts(line: &str) -> Vec<(&str, &str)> {
    let mut parts = Vec::new();
    let mut code = "";
    for (index, part) in line.split("\x1b[").enumerate() {
        let text = if index == 0 {
            part
        } else {
            let (next, text) = part.split_once('m').unwrap();
            code = next;
            text
        };
        if !text.is_empty() {
            parts.push((code, text));
        }
    }
    parts
}

fn classes(codes: &str) -> String {
    let class = |code: &str| match code {
        "1" => "bold",
        "2" => "faint",
        "31" => "red",
        "32" => "green",
        "33" => "yellow",
        "35" => "purple",
        "36" => "cyan",
        "0" | "" => "",
        other => panic!("no color for {other}"),
    };
    codes.split(';').map(class).collect::<Vec<_>>().join(" ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

fn picture(screen: &str) -> String {
    let rows = screen.lines().count();
    let height = 2 * MARGIN + rows * LINE;
    let width = 80.0 * COLUMN + 2.0 * MARGIN as f64;
    let mut svg = format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" xml:space="preserve" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img">
<title>The answer of passthru doctor in a terminal</title>
<style>
rect {{ fill: #16181d }}
text {{ fill: #d5d8de; font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; white-space: pre }}
.bold {{ font-weight: 700 }}
.faint {{ fill: #949aa6 }}
.red {{ fill: #ff7b72 }}
.green {{ fill: #7ee787 }}
.yellow {{ fill: #f2cc60 }}
.purple {{ fill: #d2a8ff }}
.cyan {{ fill: #79c0ff }}
</style>
<rect width="100%" height="100%" rx="8"/>
"#
    );
    for (row, line) in screen.lines().enumerate() {
        let y = MARGIN + row * LINE + 14;
        let mut column = 0;
        for (codes, text) in parts(line) {
            let length = text.chars().count();
            let blank = text.len() - text.trim_start().len();
            let shown = text.trim();
            if !shown.is_empty() {
                let x = MARGIN as f64 + (column + blank) as f64 * COLUMN;
                let wide = shown.chars().count() as f64 * COLUMN;
                let class = classes(codes);
                let class = match class.as_str() {
                    "" => String::new(),
                    class => format!(r#" class="{class}""#),
                };
                writeln!(
                    svg,
                    r#"<text x="{x:.1}" y="{y}" textLength="{wide:.1}"{class}>{}</text>"#,
                    escaped(shown)
                )
                .unwrap();
            }
            column += length;
        }
    }
    svg.push_str("</svg>\n");
    svg
}

#[test]
fn the_picture_in_the_readme_is_what_the_command_prints() {
    let style = Style {
        color: true,
        ..Style::PLAIN
    };
    let printed = styled(&COMMAND, style).out;
    let screen = format!("$ passthru {}\n{printed}", COMMAND.join(" "));
    let drawn = picture(&screen);
    let path = top().join(PICTURE);
    if environment::path(environment::REWRITE).is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == drawn,
        "{PICTURE} is not what the command prints: set {} to write it",
        environment::REWRITE
    );
    let readme = std::fs::read_to_string(top().join("README.md")).unwrap();
    assert!(readme.contains(&format!("]({PICTURE})")));
}
