//! Generated configurations before and after an edit, as the programs read them: what they
//! see differs only by what was meant to go.

use std::collections::BTreeMap;

use host_tree::MemoryTree;
use hostconf::binding::mkinitcpio;
use hostconf::binding::modprobe::{Document, ModuleOption};
use hostconf::boot::loader::LoaderKind;
use hostconf::boot::steps::steps;
use testkit::Scratch;
use testkit::program::{find, run};

use crate::harmless::maker::{Maker, change, ids, mkinitcpio_text, modprobe_text, sourced};

const ROUNDS: u64 = 400;

/// The words of one text that another has not, or not as often.
fn gone<'a>(before: &'a str, after: &str) -> Vec<&'a str> {
    let mut left: BTreeMap<&str, usize> = BTreeMap::new();
    for word in after.split_whitespace() {
        *left.entry(word).or_default() += 1;
    }
    let mut gone = Vec::new();
    for word in before.split_whitespace() {
        match left.get_mut(word) {
            Some(count) if *count > 0 => *count -= 1,
            _ => gone.push(word),
        }
    }
    gone
}

/// What `shell` prints for each text by `script`, which has the file's number in `$i`.
fn read(shell: &str, script: &str, texts: &[String]) -> Option<Vec<String>> {
    let program = find(shell)?;
    let scratch = Scratch::new();
    for (at, text) in texts.iter().enumerate() {
        scratch.write(&format!("{at}"), text);
    }
    let script = format!(
        "cd {} && i=0; while [ $i -lt {} ]; do ( {script} ) 2>/dev/null; printf '\\n@@@\\n'; \
         i=$((i + 1)); done",
        scratch.path().display(),
        texts.len()
    );
    let output = run(&program, &["-c", &script]);
    let message = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut parts: Vec<String> = message.split("\n@@@\n").map(str::to_owned).collect();
    parts.pop();
    assert_eq!(parts.len(), texts.len(), "{output:?}");
    Some(parts)
}

#[test]
fn grub_keeps_all_but_the_removed_options() {
    let names = ["GRUB_CMDLINE_LINUX_DEFAULT", "GRUB_CMDLINE_LINUX"];
    let others = ["GRUB_TIMEOUT", "GRUB_DISTRIBUTOR", "GRUB_CMDLINE_XEN", "X"];
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for seed in 1..=ROUNDS {
        let mut maker = Maker::new(seed + 7_000_000);
        let text = sourced(&mut maker, &names, &others[..3]);
        let change = change(&mut maker);
        let mut tree = MemoryTree::partial();
        tree.insert_file("/etc/default/grub", text.as_bytes());
        if let Ok(steps) = steps(&tree, LoaderKind::ProxmoxGrub, &change) {
            before.push(text);
            after.push(steps.edits[0].after.clone());
        }
    }
    let all: Vec<&str> = names.into_iter().chain(others).collect();
    let script = format!(
        ". ./$i; for v in {}; do eval \"printf '%s\\\\n' \\\"\\${{$v-unset}}\\\"\"; done",
        all.join(" ")
    );
    let (Some(was), Some(is)) = (
        read("dash", &script, &before),
        read("dash", &script, &after),
    ) else {
        return;
    };
    let mut looked = 0;
    for (at, (was, is)) in was.iter().zip(&is).enumerate() {
        assert_eq!(was.lines().count(), all.len(), "{}", before[at]);
        for ((name, was), line) in all.iter().zip(was.lines()).zip(is.lines()) {
            let shown = format!(
                "{name}\n--- before\n{}\n--- after\n{}",
                before[at], after[at]
            );
            if !names.contains(name) {
                assert_eq!(line, was, "{shown}");
            }
            for word in gone(was, line) {
                looked += 1;
                let plain = word.replace('_', "-");
                let of_ids = plain.starts_with("vfio-pci.ids=");
                let left = ids(is);
                let kept = ids(word).keys().all(|id| left.contains_key(id));
                // Words join one that is there: iommu=soft,pt.
                let joined = line.split_whitespace().any(|new| new.starts_with(word));
                let meant = matches!(word, "amd_iommu=on" | "kvm.ignore_msrs=0" | "unset");
                let repeated = word == "kvm.ignore_msrs=1";
                assert!(
                    of_ids && kept || joined || meant || repeated,
                    "{word}: {shown}"
                );
            }
        }
    }
    eprintln!("dash: {} files, {looked} words that went", before.len());
    assert!(looked > 100 && before.len() > 300);
}

#[test]
fn kmod_has_the_same_directives_but_for_the_ids() {
    let Some(modprobe) = find("modprobe") else {
        return;
    };
    let scratch = Scratch::new();
    let shown = |text: &str| {
        scratch.write("d/a.conf", text);
        let directory = scratch.path().join("d");
        let arguments = ["--showconfig", "-C", directory.to_str().unwrap()];
        let text = String::from_utf8_lossy(&run(&modprobe, &arguments).stdout).into_owned();
        // A line is a directive: its options are words of it.
        let shown = text.split("# End of configuration files").next();
        shown.unwrap().to_owned()
    };
    let vfio_pci = "vfio-pci".parse().unwrap();
    let mut looked = 0;
    for seed in 1..=ROUNDS {
        let mut maker = Maker::new(seed + 9_000_000);
        let text = modprobe_text(&mut maker);
        let mut all = maker.ids.clone();
        all.push(maker.id());
        let mut file = Document::parse(&text);
        let list = ModuleOption::new("ids", Some(&all.join(","))).unwrap();
        if file.set_only_option(&vfio_pci, &list).is_err() {
            continue;
        }
        let (was, is) = (shown(&text), shown(&file.to_string()));
        for word in gone(&was, &is) {
            looked += 1;
            let left = ids(&is);
            let kept = ids(word).keys().all(|id| left.contains_key(id));
            // A line with only IDs is removed with its two words.
            let of_line = matches!(word, "options" | "vfio_pci");
            assert!(
                word.starts_with("ids=") && kept || of_line,
                "{word}\n{text}\n---\n{file}"
            );
        }
    }
    eprintln!("modprobe: {ROUNDS} files, {looked} words that went");
    assert!(looked > 100);
}

#[test]
fn mkinitcpio_has_the_same_words() {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for seed in 1..=ROUNDS {
        let text = mkinitcpio_text(&mut Maker::new(seed + 11_000_000));
        let modules = ["vfio_pci", "vfio"].map(|name| name.parse().unwrap());
        let edited = mkinitcpio::load_first(&text, &modules)
            .and_then(|text| mkinitcpio::with_hook(&text))
            .ok()
            .and_then(|text| mkinitcpio::with_files(&text, &["/etc/x"]).ok());
        if let Some(edited) = edited {
            before.push(text);
            after.push(edited);
        }
    }
    let script = ". ./$i; for v in MODULES BINARIES HOOKS FILES; do declare -n a=$v; \
                  echo $v ${a[@]}; done";
    let (Some(was), Some(is)) = (read("bash", script, &before), read("bash", script, &after))
    else {
        return;
    };
    for ((was, is), text) in was.iter().zip(&is).zip(&before) {
        assert!(
            was.contains("HOOKS base") || was.contains("udev"),
            "{text}: {was}"
        );
        assert_eq!(gone(was, is), Vec::<&str>::new(), "{text}");
        for (was, is) in was.lines().zip(is.lines()) {
            assert_eq!(gone(was, is), Vec::<&str>::new(), "{text}");
        }
    }
    eprintln!("bash: {} files, no word that went", before.len());
    assert!(before.len() > 300);
}
