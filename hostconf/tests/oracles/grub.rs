//! `/etc/default/grub` against dash.

use std::path::Path;

use hostconf::ErrorKind;
use hostconf::boot::grub::{GrubDefaults, Value, Variable};
use hostconf::boot::grub_files::{GrubFiles, SourceFile};
use hostconf::boot::{CommandLine, Parameter};
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::random::{Random, seed};

const NAME: &str = "GRUB_CMDLINE_LINUX_DEFAULT";

/// What dash leaves in the variable after the files; `None` for unset.
fn dash_value(dash: &Path, files: &[&str]) -> Option<String> {
    let scratch = Scratch::new();
    let mut script = String::new();
    for (at, text) in files.iter().enumerate() {
        let file = scratch.write(&format!("{at}"), text);
        script.push_str(&format!(". {}; ", file.display()));
    }
    // A marker keeps trailing newlines and distinguishes unset from empty.
    script.push_str(&format!("printf '\\001%sX' \"${{{NAME}-UNSET}}\""));
    let output = run(dash, &["-c", &script]);
    let text = String::from_utf8(output.stdout).unwrap();
    let value = text
        .rsplit_once('\u{1}')
        .and_then(|(_, value)| value.strip_suffix('X'));
    let value = value.map(str::to_owned);
    let value =
        value.unwrap_or_else(|| panic!("{files:?}: {}", String::from_utf8_lossy(&output.stderr)));
    (value != "UNSET").then_some(value)
}

fn ours(text: &str) -> Value {
    GrubDefaults::parse(text).value(NAME)
}

fn known(value: Option<String>) -> Value {
    value.map_or(Value::Unset, Value::Known)
}

/// The values without the variable's name in front.
const LITERAL: &[&str] = &[
    "\"maybe-ubiquity\"sh",
    "\"quiet splash\"",
    "'quiet splash'",
    "quiet\\ splash",
    "quiet",
    "",
    "\"\"",
    "''",
    "\"a\"'b'c\\ d\"e\"",
    "\"a \\\n b\"",
    "a\\\nb",
    "\"a \\$b \\`c \\\" \\\\ \\d\"",
    "'a \\$b \"c\"'",
    "\"a\nb\"",
    "\"a 'b' c\"",
    "\"quiet\" # comment",
    "\"quiet\"# no comment",
    "\"quiet\"#nocomment\n",
    "a#b",
    "a=b=c",
    "\"quiet\"\r",
    "\"a\" ; true",
    "\"$ a $\"",
    "\"100%\"",
    "$",
    "a$",
    "\\",
    "\"\u{e4}\u{20ac}\"",
    "a\\\u{20ac}b",
    "a\\",
];

#[test]
fn literal_values_are_dashs() {
    let Some(dash) = find("dash") else { return };
    for value in LITERAL {
        for text in [
            format!("{NAME}={value}"),
            format!("# GRUB_X\nGRUB_TIMEOUT=5\n  {NAME}={value}\nGRUB_X=\"$GRUB_TIMEOUT\"\n"),
            format!("{NAME}=old; {NAME}={value}\n"),
            format!("export {NAME}={value}\n"),
            format!("{NAME}={value}\nexport {NAME}\n"),
        ] {
            assert_eq!(ours(&text), known(dash_value(&dash, &[&text])), "{text:?}");
        }
    }
}

#[test]
fn whole_files_are_dashs() {
    let Some(dash) = find("dash") else { return };
    for text in [
        "GRUB_CMDLINE_LINUX_DEFAULT=quiet splash\n",
        "A=1 GRUB_CMDLINE_LINUX_DEFAULT=2\n",
        "A=x\nGRUB_CMDLINE_LINUX_DEFAULT=\"$A ${A}y\"\n",
        "GRUB_CMDLINE_LINUX_DEFAULT=a\nGRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT b\"\n",
        "GRUB_CMDLINE_LINUX_DEFAULT=a\nunset GRUB_CMDLINE_LINUX_DEFAULT\n",
        "GRUB_CMDLINE_LINUX_DEFAULT=a\nreturn\nGRUB_CMDLINE_LINUX_DEFAULT=b\n",
        "#GRUB_CMDLINE_LINUX_DEFAULT=a\n",
        "# x \\\nGRUB_CMDLINE_LINUX_DEFAULT=a\n",
        " GRUB_CMDLINE_LINUX_DEFAULT =a\n",
        "echo x 2>/dev/null >/dev/null\nGRUB_CMDLINE_LINUX_DEFAULT=a 2>/dev/null\n",
        "GRUB_CMDLINE_LINUX_DEFAULT=a;;\n",
        "GRUB_CMDLINE_LINUX_DEFAULT\\=a\n",
        "\"GRUB_CMDLINE_LINUX_DEFAULT\"=a\n",
        "GRUB_CMDLINE_LINUX_DEFAULT=a\nX=1 \\\n GRUB_CMDLINE_LINUX_DEFAULT=b\n",
    ] {
        let value = ours(text);
        if let Value::Unknown(why) = value {
            assert!(text.contains(";;"), "{text:?}: {why}");
            continue;
        }
        assert_eq!(value, known(dash_value(&dash, &[text])), "{text:?}");
    }
}

#[test]
fn random_files_are_dashs_before_and_after_an_edit() {
    let Some(dash) = find("dash") else { return };
    let pieces = [
        "\"",
        "'",
        "\\",
        " ",
        "a",
        "=b",
        "\n",
        "#",
        "quiet",
        "iommu=x",
        "$A",
        "${A}",
        ";",
        "\t",
        "\"x y\"",
        "'z'",
        "GRUB_CMDLINE_LINUX_DEFAULT=",
        "\nGRUB_CMDLINE_LINUX_DEFAULT=\"",
        "A=",
        "export ",
        "\\\n",
        "\r",
        "if true\nthen ",
        "\nfi\n",
        "&& ",
        "{ ",
        "\n}\n",
        "~",
        "*",
        ":",
    ];
    let mut random = Random::new(seed(7));
    let (mut literal, mut edited) = (0, 0);
    let option: Parameter = "iommu=pt".parse().unwrap();
    for _ in 0..3000 {
        let mut text = String::from("GRUB_CMDLINE_LINUX_DEFAULT=");
        for _ in 0..random.below(10) {
            text.push_str(random.pick(&pieces));
        }
        let mut file = GrubDefaults::parse(&text);
        assert_eq!(file.to_string(), text);
        let value = file.value(NAME);
        if let Value::Unknown(_) = value {
            continue;
        }
        literal += 1;
        assert_eq!(value, known(dash_value(&dash, &[&text])), "{text:?}");
        match file.edit(Variable::Normal, |line| line.set(&option)) {
            Ok(()) => {
                edited += 1;
                let after = dash_value(&dash, &[&file.to_string()]).unwrap_or_default();
                assert!(
                    CommandLine::parse(&after).contains(&option),
                    "{text:?}: {file}"
                );
            }
            Err(error) if matches!(error.kind(), ErrorKind::Pieces | ErrorKind::Unwritable) => {}
            Err(error) if error.kind() == ErrorKind::NoEffect => {
                let end = text.trim_end_matches('\n');
                assert!(end.ends_with('\\'), "{text:?}");
            }
            Err(error) if error.kind() == ErrorKind::OpenQuote => {
                assert!(text.contains('"'), "{text:?}");
            }
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
    assert!(
        literal > 500 && edited > 200,
        "{literal} literal, {edited} edited"
    );
}

#[test]
fn drop_ins_come_after_the_main_file() {
    let Some(dash) = find("dash") else { return };
    let main = "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"\n";
    for (drop_in, wins) in [
        ("GRUB_CMDLINE_LINUX_DEFAULT=\"console=ttyS0\"\n", false),
        (
            "GRUB_CMDLINE_LINUX_DEFAULT=\"$GRUB_CMDLINE_LINUX_DEFAULT crashkernel=1G\"\n",
            true,
        ),
        ("GRUB_TIMEOUT=0\n", true),
    ] {
        let file = |path: &str, text: &str| SourceFile {
            path: path.into(),
            text: text.into(),
        };
        let files = GrubFiles {
            files: vec![
                file("/etc/default/grub", main),
                file("/etc/default/grub.d/50-x.cfg", drop_in),
            ],
            unseen: Vec::new(),
        };
        let value = files.effective(Variable::Normal).value;
        assert_eq!(value, known(dash_value(&dash, &[main, drop_in])));
        let option: Parameter = "iommu=pt".parse().unwrap();
        let edit = files.edit(Variable::Normal, |line| line.set(&option));
        assert_eq!(edit.is_ok(), wins, "{edit:?}");
        if let Ok(edit) = edit {
            let after = dash_value(&dash, &[&edit.after, drop_in]).unwrap();
            assert!(CommandLine::parse(&after).contains(&option));
        }
    }
}

#[test]
fn every_character_of_an_option_passes_through_grubs_script() {
    let Some(check) = find("grub-script-check") else {
        return;
    };
    let option: Parameter = "xen-pciback.hide=(0000:01:00.0)A-Z_.,:=/()*@+-z9"
        .parse()
        .unwrap();
    let scratch = Scratch::new();
    let menu = format!("menuentry 'x' {{\n\tlinux /vmlinuz root=/dev/sda1 {option}\n}}\n");
    let file = scratch.write("grub.cfg", &menu);
    let output = run(&check, &[file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
}
