//! The rows of the tables of settings and messages, each on the smallest host that it
//! speaks of, and on one much like it.

use std::collections::BTreeSet;

use passthru::Verdict;
use passthru::messages::{self, Message};
use passthru::settings::{Judgment, Place, Setting, SettingCondition, judged};
use testkit::{MessageSamples, message_samples};

use super::{Case, gpu};

/// A host that has the setting with this value, where the row holds.
fn with(setting: &Setting, judgment: &Judgment, name: &str, value: Option<&str>) -> Case {
    let mut tree: Vec<(String, String)> = Vec::new();
    let mut add = |place: &str, text: String| tree.push((place.to_owned(), text));
    let equals = value.map_or_else(String::new, |value| format!("={value}"));
    match setting.place {
        Place::KernelOption => add("/proc/cmdline", format!("root=/dev/sda1 {name}{equals}\n")),
        Place::ModuleOption => {
            add(
                "/etc/modprobe.d/a.conf",
                format!("options {name}{equals}\n"),
            );
        }
        Place::Module => add("/etc/modules", format!("{name}\n")),
        Place::Blacklist => add("/etc/modprobe.d/a.conf", format!("blacklist {name}\n")),
        Place::Vmx => {
            let value = value.unwrap_or_default();
            add("/vmfs/volumes/a/b/c.vmx", format!("{name} = \"{value}\"\n"));
        }
        Place::Xen => {
            let line = format!("xl create a.cfg\npci = [ '01:00.0,{name}{equals}' ]\n");
            add("post.txt", line);
        }
        other => panic!("{}: no finding judges {}", judgment.code, other.name()),
    }
    match judgment.when {
        SettingCondition::Always => {}
        SettingCondition::RemappingOn => {
            let line = "[    0.394008] AMD-Vi: Interrupt remapping enabled\n";
            add("dmesg", line.to_owned());
        }
        SettingCondition::KernelFrom(major, minor)
        | SettingCondition::UnlessOlder(major, minor) => {
            add(
                "/proc/sys/kernel/osrelease",
                format!("{major}.{minor}.0-1-generic\n"),
            );
        }
        SettingCondition::Simpledrm => add("pveversion", "pve-manager/8.4.0/abc\n".to_owned()),
        SettingCondition::InitramfsTools => add("/etc/initramfs-tools/", "modules".to_owned()),
        other => panic!("{}: no host for {other:?}", judgment.code),
    }
    Case {
        code: judgment.code,
        verdict: judgment.verdict,
        device: "",
        tree,
    }
}

/// The value that a row is about, or any.
fn value(setting: &Setting) -> Option<&'static str> {
    let any = match setting.place {
        Place::Module | Place::Blacklist => None,
        _ => Some("10de:2503"),
    };
    setting.values.first().copied().or(any)
}

pub(super) fn settings() -> Vec<Case> {
    let one = |(setting, judgment): (&Setting, &Judgment)| {
        with(setting, judgment, setting.name, value(setting))
    };
    judged().map(one).collect()
}

/// The same hosts with another value, or where the row is for any, another name.
pub(super) fn other_settings() -> Vec<Case> {
    let one = |(setting, judgment): (&Setting, &Judgment)| {
        if setting.values.is_empty() {
            let name = format!("{}_other", setting.name);
            with(setting, judgment, &name, value(setting))
        } else {
            with(setting, judgment, setting.name, Some("0"))
        }
    };
    judged().map(one).collect()
}

fn quoting(message: &'static Message, line: &str) -> Case {
    // Where the settings mean no card, a message may be about any function.
    let held = gpu("nvidia", "snd_hda_intel");
    Case {
        code: message.code,
        verdict: message.verdict,
        device: "",
        tree: vec![
            ("lspci -nnk".to_owned(), held),
            ("a.txt".to_owned(), format!("{line}\n")),
        ],
    }
}

/// Whether the rules about the IOMMU say what the line shows.
fn is_log_fact(message: &Message, line: &str) -> bool {
    let is_fine = matches!(
        message.verdict,
        Verdict::Ok | Verdict::Harmless | Verdict::Unknown
    );
    is_fine && !iommu::facts(&iommu::KernelLog::parse("dmesg", line)).is_empty()
}

/// All messages, each with its samples.
fn with_samples() -> Vec<(&'static Message, MessageSamples)> {
    messages::all().zip(message_samples()).collect()
}

/// The messages of which each line is one that the rules about the IOMMU rest on.
pub(super) fn said_by_rules() -> BTreeSet<&'static str> {
    let all = with_samples().into_iter();
    let codes = all.filter(|(message, table)| {
        let mut samples = table.samples.iter();
        samples.all(|sample| is_log_fact(message, sample))
    });
    codes.map(|(message, _)| message.code).collect()
}

pub(super) fn messages() -> Vec<Case> {
    let mut cases = Vec::new();
    for (message, table) in with_samples() {
        let samples = table.samples.iter();
        let samples = samples.filter(|sample| !is_log_fact(message, sample));
        cases.extend(samples.map(|sample| quoting(message, sample)));
    }
    cases
}

pub(super) fn other_messages() -> Vec<Case> {
    let all = with_samples();
    let others = all.iter().cycle().skip(1);
    let mut cases = Vec::new();
    for ((message, table), (_, other)) in all.iter().zip(others) {
        // A line of the next message is none of this one.
        let is_other = |sample: &&String| {
            let found = messages::matches(sample);
            found.iter().all(|found| found.message.code != message.code)
        };
        let samples = other.samples.iter().filter(is_other).take(1);
        let counters = table.counters.iter().chain(samples);
        cases.extend(counters.map(|counter| quoting(message, counter)));
    }
    cases
}
