//! `modprobe.d` against kmod.

use std::path::Path;

use hostconf::binding::modprobe::{Config, Directive, Document, ModuleOption};
use testkit::Scratch;
use testkit::program::{find, run};
use testkit::random::{Random, seed};

/// What `modprobe --showconfig -C` prints before the indexes, and its errors.
fn kmod(modprobe: &Path, directory: &Path) -> (Vec<String>, String) {
    let output = run(
        modprobe,
        &["--showconfig", "-C", directory.to_str().unwrap()],
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let text = text
        .split("# End of configuration files")
        .next()
        .unwrap()
        .to_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    (
        text.split('\n')
            .filter(|line| !line.is_empty())
            .map(settled)
            .collect(),
        errors,
    )
}

/// A line with its blanks made one; kmod 30 prints softdep without one before
/// `post:`.
fn settled(line: &str) -> String {
    let line = if line.starts_with("softdep") {
        line.replace("post:", " post:")
    } else {
        line.to_owned()
    };
    let words: Vec<&str> = line
        .split([' ', '\t'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// Our reading in kmod's order: by directive.
fn ours(config: &Config) -> Vec<String> {
    let mut lines: [Vec<String>; 6] = Default::default();
    for located in config.directives() {
        let list = |head: &str, names: &[String]| {
            if names.is_empty() {
                String::new()
            } else {
                format!("{head} {}", names.join(" "))
            }
        };
        let (at, line) = match &located.directive {
            Directive::Blacklist { module } => (0, format!("blacklist {module}")),
            Directive::Install { pattern, command } => (1, format!("install {pattern} {command}")),
            Directive::Remove { pattern, command } => (2, format!("remove {pattern} {command}")),
            Directive::Alias { pattern, module } => (3, format!("alias {pattern} {module}")),
            Directive::Options { module, options } => (4, format!("options {module} {options}")),
            Directive::Softdep { pattern, pre, post } => (
                5,
                format!(
                    "softdep {pattern} {} {}",
                    list("pre:", pre),
                    list("post:", post)
                ),
            ),
            other => panic!("{other:?} is not known to kmod 30"),
        };
        lines[at].push(settled(&line));
    }
    lines.into_iter().flatten().collect()
}

/// Compares a tree of files; the options that kmod reads from the running
/// kernel's command line, `running`, follow the files' own.
fn compare(modprobe: &Path, files: &[(&str, String)]) -> String {
    let scratch = Scratch::new();
    let running = kmod(modprobe, &scratch.directory("empty")).0;
    let directory = scratch.directory("modprobe.d");
    for (name, text) in files {
        scratch.write(&format!("modprobe.d/{name}"), text);
    }
    let (shown, errors) = kmod(modprobe, &directory);
    let config = Config::merge(
        files
            .iter()
            .map(|(name, text)| (format!("/etc/modprobe.d/{name}"), text)),
    );
    let shown: Vec<String> = shown
        .into_iter()
        .filter(|line| !running.contains(line))
        .collect();
    assert_eq!(ours(&config), shown, "{files:?}");
    let ignored =
        errors.matches("ignoring bad line").count() + errors.matches("deprecated").count();
    assert_eq!(config.bad_lines().len(), ignored, "{files:?}: {errors}");
    errors
}

const SAMPLE: &str = "# comment \\\noptions hidden a=1\nblacklist nvidia*\nblacklist nouveau extra\n\
    options   snd-hda-intel\t power_save=1\nsoftdep nouveau pre: vfio-pci post: a-b\n\
    softdep nvidia* pre: vfio_pci\ninstall vfio-pci /bin/x -i \"q\" # foo\nremove a b\n\
    alias pci:v000010DEd* foo-bar\noptions vfio-pci ids=10de:0fc6 \\\n disable_vga=1\n\
    \toptions lead x=1\nsoftdep x pre:\nsoftdep y a b\n\
    softdep two  pre: a post: b\nsoftdep three   pre: a post: b\noptions a[b-c]_d-e x\n\
    options q a=\\\"b c\\\" \\d\noptions last x=1";

#[test]
fn a_good_file_is_read_as_kmod_does() {
    let Some(modprobe) = find("modprobe") else {
        return;
    };
    let errors = compare(&modprobe, &[("a.conf", SAMPLE.to_owned())]);
    assert_eq!(errors, "");
}

#[test]
fn random_trees_are_read_as_kmod_does() {
    let Some(modprobe) = find("modprobe") else {
        return;
    };
    let pieces = [
        "options ",
        "blacklist ",
        "softdep ",
        "install ",
        "remove ",
        "alias ",
        "\n",
        "\n",
        "\n",
        "vfio-pci ",
        "nou-veau",
        " ids=1",
        "pre: ",
        "post: ",
        "\\\n",
        "\\",
        " ",
        "\t",
        "#",
        "[",
        "]",
        "a[b-c]",
        "\"",
        "config",
        "foo",
        "-x",
        "*",
        "\r",
    ];
    let mut random = Random::new(seed(3));
    for _ in 0..400 {
        let file = |random: &mut Random| {
            let length = random.below(25);
            let text: String = (0..length).map(|_| random.pick(&pieces)).collect();
            // kmod reads the end of the file after a backslash as a character.
            text.trim_end_matches('\\').to_owned()
        };
        let files = [
            ("b.conf", file(&mut random)),
            ("a.conf", file(&mut random)),
            ("c.config", file(&mut random)),
        ];
        compare(&modprobe, &files);
        for (_, text) in files {
            edits_hold(&modprobe, &text);
        }
    }
}

/// What is set is what kmod hands on, twice is once, and unset leaves the
/// bytes where nothing was there.
fn edits_hold(modprobe: &Path, text: &str) {
    let mut file = Document::parse(text);
    assert_eq!(file.to_string(), text);
    let module = "vfio-pci".parse().unwrap();
    let had = Config::merge([("/etc/modprobe.d/a.conf", text)]);
    let had_options = had.options("vfio-pci").count();
    let option = ModuleOption::new("disable_vga", Some("1")).unwrap();
    if file.set_option(&module, &option).is_err() {
        assert!(text.contains('"'));
        return;
    }
    let once = file.to_string();
    file.set_option(&module, &option).unwrap();
    assert_eq!(file.to_string(), once, "{text:?}");
    let config = Config::merge([("/etc/modprobe.d/a.conf", &once)]);
    let set = config.option("vfio-pci", "disable_vga").unwrap();
    assert_eq!(set.value.as_deref(), Some("1"), "{text:?}");
    if had_options == 0 {
        compare(modprobe, &[("a.conf", once)]);
    }
    file.unset_option("vfio-pci", "disable_vga");
    if !text.ends_with('\\') && !text.ends_with("\\\n") {
        assert_eq!(file.to_string(), text);
    }
    let before = file.to_string();
    let nouveau = "nouveau".parse().unwrap();
    if file.add_softdep(&nouveau, &module).is_ok() {
        let config = Config::merge([("/etc/modprobe.d/a.conf", file.to_string())]);
        assert!(
            config.loads_before("vfio-pci", "nouveau").is_some(),
            "{before:?}: {file}"
        );
        let once = file.to_string();
        file.add_softdep(&nouveau, &module).unwrap();
        assert_eq!(file.to_string(), once);
    }
    file.add_blacklist(&nouveau);
    let config = Config::merge([("/etc/modprobe.d/a.conf", file.to_string())]);
    assert!(config.blacklist("nouveau").is_some());
}

/// Which of several lines counts, asked of kmod with modules made for it.
#[test]
fn kmod_matches_options_by_name_and_the_first_softdep_by_pattern() {
    let (Some(modprobe), Some(depmod), Some(assembler)) =
        (find("modprobe"), find("depmod"), find("as"))
    else {
        return;
    };
    let scratch = Scratch::new();
    let kernel = scratch.directory("lib/modules/6.1.0/kernel");
    for name in ["foo_bar", "nouveau", "vfio_pci"] {
        let source = format!(
            ".section .modinfo,\"a\"\n.asciz \"name={name}\"\n\
             .section .gnu.linkonce.this_module,\"aw\"\n.zero 1024\n"
        );
        let source = scratch.write(&format!("{name}.s"), &source);
        let object = kernel.join(format!("{name}.ko"));
        let output = run(
            &assembler,
            &["-o", object.to_str().unwrap(), source.to_str().unwrap()],
        );
        assert!(output.status.success(), "{output:?}");
    }
    let root = scratch.path().to_str().unwrap();
    assert!(run(&depmod, &["-b", root, "6.1.0"]).status.success());
    let text = "options foo* glob=1\noptions foo-bar x=1\nsoftdep foo* pre: nouveau\n\
                softdep foo-bar pre: vfio-pci\ninstall vfio* /bin/q\n";
    let directory = scratch.directory("modprobe.d");
    scratch.write("modprobe.d/a.conf", text);
    let config = Config::merge([("/etc/modprobe.d/a.conf", text)]);
    let shows = |module: &str| {
        let directory = directory.to_str().unwrap();
        let arguments = [
            "-d",
            root,
            "-S",
            "6.1.0",
            "-C",
            directory,
            "--show-depends",
            module,
        ];
        String::from_utf8(run(&modprobe, &arguments).stdout).unwrap()
    };
    let shown = shows("foo-bar");
    assert_eq!(
        shown.contains("glob=1"),
        config.option("foo-bar", "glob").is_some(),
        "{shown}"
    );
    assert_eq!(
        shown.contains("x=1"),
        config.option("foo-bar", "x").is_some(),
        "{shown}"
    );
    for before in ["nouveau", "vfio_pci"] {
        let loads = config.loads_before(before, "foo-bar").is_some();
        assert_eq!(shown.contains(&format!("{before}.ko")), loads, "{shown}");
    }
    assert_eq!(shows("vfio-pci").trim(), "install /bin/q");
    assert!(config.install("vfio-pci").is_some());
}
