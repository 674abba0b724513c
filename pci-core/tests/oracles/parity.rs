//! `lspci::write` against `lspci`: each dump, in each form, of each release, byte
//! by byte.
//!
//! `scripts/parity DIR` runs it over any folder of dumps and prints the share of equal
//! lines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may fail so, and the report is printed"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Mutex;

use host_tree::DirTree;
use pci_core::Names;
use pci_core::lspci::write::{OutputFunction, OutputOptions, Version, write};
use pci_core::sysfs::{self, Wanted};
use testkit::sysfs_tree::{SysfsTree, functions};
use testkit::{Scratch, environment};

use crate::oracles::chains::chains;
use crate::oracles::lspci_options::options;
use crate::oracles::made_up::made_up;
use crate::oracles::releases::{Release, releases};
use crate::oracles::samples::{Sample, TEXT, dumps, ids, samples};
use crate::oracles::score::Score;

/// What is printed in every release. Those with `-v` are in [`VERBOSE`].
const BRIEF: [&str; 39] = [
    "", "-n", "-nn", "-k", "-nk", "-nnk", "-D", "-Dnn", "-b", "-m", "-mn", "-mnn", "-mm", "-mmn",
    "-mmnn", "-mmD", "-vm", "-vmn", "-vmm", "-vmmn", "-vmmnn", "-vmmk", "-vmmknnD", "-t", "-tv",
    "-tvn", "-tvnn", "-tD", "-P", "-PP", "-PD", "-mmPP", "-x", "-xxx", "-xxxx", "-mmx", "-vmmx",
    "-s 0:", "-d 8086:",
];

/// Selections, which change the tree too.
const SELECTIONS: [&str; 12] = [
    "-s 1:",
    "-s .1",
    "-s 0.0",
    "-s 2:0",
    "-nn -s *:1f.*",
    "-t -s 0:",
    "-t -s 1:",
    "-t -s 3:",
    "-tvnn -s .1",
    "-t -d 8086:",
    "-d ::06xx",
    "-d ::0604",
];

/// What says all that is known.
const VERBOSE: [&str; 10] = [
    "-v", "-vn", "-vnn", "-vb", "-vk", "-vv", "-vvnn", "-vvv", "-vvvnn", "-vvvbD",
];

/// What is written for a dump.
fn written(sample: &Sample, options: &OutputOptions) -> String {
    let functions = sample.functions.iter();
    let functions: Vec<OutputFunction<'_>> = functions
        .map(|function| OutputFunction::new(function.address, function.config.space()))
        .collect();
    let mut text = String::new();
    write(&functions, Names::embedded(), options, &mut text).unwrap();
    text
}

type Scores = BTreeMap<(Version, &'static str), Score>;

/// Compares all dumps in all forms, several at a time.
fn compare(samples: &[Sample], releases: &[Release], forms: &[&'static str]) -> Scores {
    let scratch = Scratch::new();
    let ids_file = scratch.write("pci.ids", ids(samples));
    let work = releases
        .iter()
        .flat_map(|release| forms.iter().map(move |form| (release, *form)));
    let work = Mutex::new(work);
    let scores = Mutex::new(Scores::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let next = work.lock().unwrap().next();
                    let Some((release, form)) = next else {
                        break;
                    };
                    let flags: Vec<&str> = form.split_whitespace().collect();
                    let options = options(release.version, &flags);
                    let mut score = Score::default();
                    for sample in samples {
                        let ours = written(sample, &options);
                        match release.print(&ids_file, &sample.path, &flags) {
                            Some(theirs) => score.add(&sample.name, &theirs, &ours),
                            None => score.crashes += 1,
                        }
                    }
                    scores
                        .lock()
                        .unwrap()
                        .insert((release.version, form), score);
                }
            });
        }
    });
    let _ = fs::remove_file(&ids_file);
    scores.into_inner().unwrap()
}

/// Fails with what differs.
fn assert_same(scores: &Scores) {
    let mut report = String::new();
    for ((version, form), score) in scores {
        for (topic, example) in &score.examples {
            let _ = writeln!(report, "lspci {version} {form}: {topic}: {example}");
        }
    }
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn the_written_text_equals_lspcis() {
    let samples = samples(&dumps());
    assert!(samples.len() >= 16, "{}", samples.len());
    assert_same(&compare(&samples, &releases(), &BRIEF));
    assert_same(&compare(&samples, &releases(), &SELECTIONS));
}

#[test]
fn extended_capabilities_are_written_as_lspci_prints_them() {
    let samples = samples(&dumps().join("extended"));
    assert_eq!(samples.len(), 3);
    assert_same(&compare(&samples, &releases(), &["-v", "-vv", "-vvv"]));
}

#[test]
fn the_text_with_v_equals_lspcis() {
    let samples = samples(&dumps());
    assert_same(&compare(&samples, &releases(), &VERBOSE));
}

#[test]
fn generated_functions_are_written_as_lspci_prints_them() {
    let folder = Scratch::new();
    for made_up in made_up() {
        fs::write(folder.path().join(made_up.name + ".txt"), made_up.text).unwrap();
    }
    let forms = ["", "-mmnn", "-t", "-P", "-v", "-vvv", "-vvnnb"];
    assert_same(&compare(&samples(folder.path()), &releases(), &forms));
}

/// `PASSTHRU_SEEDS=1..1001` compares more of them.
#[test]
fn chains_of_capabilities_are_written_as_lspci_prints_them() {
    let folder = Scratch::new();
    let seeds = environment::text(environment::SEEDS).unwrap_or_default();
    let (from, to) = seeds.split_once("..").unwrap_or(("1", "5"));
    let seeds = from.parse::<u64>().unwrap()..to.parse().unwrap();
    let mut aborted = 0;
    for seed in seeds {
        let path = folder.path().join(format!("seed-{seed}.txt"));
        fs::write(&path, chains(seed)).unwrap();
        aborted += remove_functions_that_abort_lspci(&path);
    }
    println!("lspci aborts at {aborted} functions");
    let samples = samples(folder.path());
    assert_same(&compare(&samples, &releases(), &["-v", "-vv", "-vvvnn"]));
}

/// Removes the functions at which a release of lspci aborts from a dump; returns their number.
fn remove_functions_that_abort_lspci(path: &Path) -> usize {
    let none = Path::new("/dev/null");
    let mut count = 0;
    for release in releases() {
        while let Some(address) = release.aborts_at(none, path, &["-vvv"]) {
            let text = fs::read_to_string(path).unwrap();
            let functions = text.split_inclusive("\n\n");
            let rest = functions.filter(|function| !function.starts_with(&address));
            let rest: String = rest.collect();
            assert!(rest.len() < text.len(), "{address}");
            fs::write(path, rest).unwrap();
            count += 1;
        }
    }
    count
}

/// What the kernel knows: sizes, interrupts, drivers, groups, labels.
#[test]
fn a_host_is_written_as_lspci_prints_it() {
    let tree = SysfsTree::new("written", &functions());
    let read = sysfs::read_wanted(&DirTree::open(&tree.root).unwrap(), Wanted::FULL);
    let functions: Vec<OutputFunction<'_>> =
        read.devices.iter().map(OutputFunction::from).collect();
    assert!(functions.len() >= 10);
    let bus = format!("sysfs.path={}", tree.bus().display());
    let source = ["-A", "linux-sysfs", "-O", &bus];
    let ids = tree.root.join("pci.ids");
    fs::write(&ids, TEXT).unwrap();
    for release in releases() {
        for form in [
            "", "-nnk", "-mmnn", "-vmmk", "-t", "-tv", "-v", "-vv", "-vvvnn", "-vb", "-x", "-PP",
        ] {
            let flags: Vec<&str> = form.split_whitespace().collect();
            let options = options(release.version, &flags);
            let mut ours = String::new();
            write(&functions, Names::embedded(), &options, &mut ours).unwrap();
            // lspci prints the device tree's path on a real host.
            let root = format!("{}/sys/firmware/devicetree/base", tree.root.display());
            let theirs = release.run(&ids, &source, &flags).unwrap();
            let theirs = theirs.replace(&root, "");
            let mut score = Score::default();
            score.add("host", &theirs, &ours);
            let version = release.version;
            assert!(ours == theirs, "{version} {form} {:?}", score.examples);
        }
    }
}

/// `scripts/parity DIR`: how much is the same for the dumps in `DIR`.
#[test]
#[ignore = "a report on a folder that PASSTHRU_PARITY names"]
fn report() {
    let folder = environment::text(environment::PARITY).expect("PASSTHRU_PARITY names a folder");
    let samples = samples(Path::new(&folder));
    let wanted = environment::text(environment::PARITY_FORMS).unwrap_or_default();
    let forms: Vec<&'static str> = BRIEF
        .into_iter()
        .chain(SELECTIONS)
        .chain(VERBOSE)
        .filter(|form| wanted.is_empty() || wanted.split(',').any(|wanted| wanted == *form))
        .collect();
    let scores = compare(&samples, &releases(), &forms);
    println!("| lspci | options | texts the same | lines the same | lspci crashed |");
    println!("| --- | --- | --- | --- | --- |");
    for ((version, form), score) in &scores {
        println!(
            "| {version} | `{form}` | {}/{} | {}/{} ({:.2} %) | {} |",
            score.same_texts,
            score.texts,
            score.same_lines,
            score.lines,
            100.0 * score.same_lines as f64 / score.lines as f64,
            score.crashes
        );
    }
    for ((version, form), score) in &scores {
        if !score.examples.is_empty() {
            println!(
                "\n{version} {form}: lines that differ: {:?}",
                score.differing
            );
            for example in score.examples.values() {
                println!("{example}");
            }
        }
    }
}
