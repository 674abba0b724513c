//! Random texts, with marks in all unrelated settings.

use std::collections::BTreeMap;

use hostconf::boot::change::OptionsChange;
use passthru::file_settings::{Intent, resolve};
use testkit::Random;

/// Makes a text, repeatably.
pub(crate) struct Maker {
    random: Random,
    marks: u32,
    /// The lists of ids that were made, in order.
    pub(crate) ids: Vec<String>,
}

impl std::ops::Deref for Maker {
    type Target = Random;

    fn deref(&self) -> &Random {
        &self.random
    }
}

impl std::ops::DerefMut for Maker {
    fn deref_mut(&mut self) -> &mut Random {
        &mut self.random
    }
}

impl Maker {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            marks: 0,
            ids: Vec::new(),
        }
    }

    /// A name that nothing else has.
    pub(crate) fn mark(&mut self) -> String {
        self.marks += 1;
        format!("mark{}x", self.marks)
    }

    /// An id of a card of its own.
    pub(crate) fn id(&mut self) -> String {
        self.marks += 1;
        format!("beef:{:04x}", self.marks)
    }

    pub(crate) fn blank(&mut self) -> &'static str {
        self.pick(&[" ", " ", " ", "  ", "\t"])
    }

    /// A remark, perhaps.
    pub(crate) fn remark(&mut self) -> String {
        match self.below(4) {
            0 => format!("# {} = {}\n", self.mark(), self.mark()),
            1 => "\n".to_owned(),
            _ => String::new(),
        }
    }

    fn list_of_ids(&mut self) -> String {
        let count = 1 + self.below(3);
        let ids: Vec<String> = (0..count).map(|_| self.id()).collect();
        let list = ids.join(",");
        self.ids.push(list.clone());
        list
    }

    /// A kernel option: mostly an unrelated one, or one of a change. With `quotes`, it may be
    /// quoted as the kernel reads it.
    pub(crate) fn option(&mut self, quotes: bool) -> String {
        match self.below(16) {
            0 => "amd_iommu=on".to_owned(),
            1 | 2 => {
                let name = self.pick(&["vfio-pci.ids", "vfio_pci.ids"]);
                format!("{name}={}", self.list_of_ids())
            }
            3 => format!("kvm.ignore_msrs={}", self.below(2)),
            4 => format!("iommu={}", self.pick(&["soft", "pt", "nopt"])),
            5 => format!("video={}:off", self.mark()),
            6 => format!("pci-stub.ids={},{}", self.id(), self.id()),
            7 => format!("root=/dev/{}", self.mark()),
            8 => format!("rd.lvm.lv={}/root", self.mark()),
            9 if quotes => format!("{}=\"{} {}\"", self.mark(), self.mark(), self.mark()),
            10 => format!("{}={},{}", self.mark(), self.mark(), self.mark()),
            11 => format!("module.{}={}", self.mark(), self.mark()),
            _ => self.mark(),
        }
    }

    /// A line of options, perhaps with arguments for init.
    pub(crate) fn line(&mut self, quotes: bool) -> String {
        let mut line = String::new();
        if self.one_in(8) {
            line.push_str(self.blank());
        }
        for at in 0..self.below(7) {
            if at > 0 {
                line.push_str(self.blank());
            }
            line.push_str(&self.option(quotes));
        }
        if self.one_in(12) {
            line.push_str(&format!(" -- {}", self.mark()));
        }
        line
    }
}

/// The marks of a text, in order.
fn marks(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let number = word
            .strip_prefix("mark")
            .and_then(|rest| rest.strip_suffix('x'));
        if number.is_some_and(|number| number.parse::<u32>().is_ok()) {
            found.push(word);
        }
    }
    found
}

/// The ids of a text, with how often each is there.
pub(crate) fn ids(text: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for (at, _) in text.match_indices("beef:") {
        if let Some(id) = text.get(at..at + 9) {
            *found.entry(id.to_owned()).or_default() += 1;
        }
    }
    found
}

/// Asserts that an edit of the file at `path` took nothing away but what was meant:
/// by its settings, by the marks in it, in their order, and by its ids, which may be in
/// one of `all` files afterwards.
pub(crate) fn is_harmless(path: &str, before: &str, after: &str, intents: &[Intent], all: &[&str]) {
    if let Err(others) = resolve(path, before, after, intents) {
        let shown: Vec<String> = others.iter().map(ToString::to_string).collect();
        panic!(
            "{path}: {}\n--- before\n{before}\n--- after\n{after}",
            shown.join("\n")
        );
    }
    assert_eq!(
        marks(after),
        marks(before),
        "{path}\n--- before\n{before}\n--- after\n{after}"
    );
    for id in ids(before).keys() {
        let gone = intents
            .iter()
            .any(|intent| matches!(intent, Intent::Changes { from: Some(from), .. } if from == id));
        let there = all.iter().any(|text| ids(text).contains_key(id));
        assert!(
            there || gone,
            "{path}: {id}\n--- before\n{before}\n--- after\n{after}"
        );
    }
}

/// Asserts that a mark that is missing in `after`, or another, would be noticed.
pub(crate) fn notices(
    maker: &mut Maker,
    path: &str,
    before: &str,
    after: &str,
    intents: &[Intent],
) {
    let all: Vec<usize> = after.match_indices("mark").map(|(at, _)| at).collect();
    if all.is_empty() {
        return;
    }
    let at = all[maker.below(all.len())];
    let mut spoilt = after.to_owned();
    // Another letter: the mark is another one, or one more.
    spoilt.replace_range(at..at + 4, maker.pick(&["mork", ""]));
    let noticed = resolve(path, before, &spoilt, intents).is_err();
    assert!(
        noticed,
        "{path}\n--- before\n{before}\n--- spoilt\n{spoilt}"
    );
}

/// Says how many configurations went through, of how many; most have to.
pub(crate) fn report(what: &str, done: usize, all: usize, least: usize) {
    eprintln!("{what}: {done} of {all} configurations edited, 0 unintended changes");
    assert!(done * 100 >= all * least, "{what}: {done} of {all}");
}

/// What a plan asks for, where the host has these lists of ids: one list of all of them
/// with a card more, and what goes.
pub(crate) fn change(maker: &mut Maker) -> OptionsChange {
    let new = maker.id();
    let all: Vec<&str> = maker.ids.iter().map(String::as_str).collect();
    let mut list = all.join(",");
    if !list.is_empty() {
        list.push(',');
    }
    list.push_str(&new);
    let put = [
        &format!("vfio-pci.ids={list}"),
        "iommu=pt",
        "kvm.ignore_msrs=1",
        "video=efifb:off",
    ];
    let mut remove = vec!["amd_iommu=on".parse().unwrap()];
    if let Some((_, earlier)) = all.split_last() {
        let earlier = earlier.iter().map(|list| format!("vfio-pci.ids={list}"));
        remove.extend(earlier.map(|option| option.parse().unwrap()));
    }
    OptionsChange {
        put: put.map(|option| option.parse().unwrap()).to_vec(),
        remove,
        remove_items: Vec::new(),
    }
}

/// Files that a shell sources: quotes, drop-out lines, variables that are set twice.
pub(crate) fn sourced(maker: &mut Maker, names: &[&str], others: &[&str]) -> String {
    let mut text = String::new();
    for _ in 0..1 + maker.below(5) {
        text.push_str(&maker.remark());
        let (name, options) = if maker.one_in(3) {
            (maker.pick(others), false)
        } else {
            (maker.pick(names), true)
        };
        let export = maker.pick(&["", "", "", "export "]);
        let line = if options {
            maker.line(false)
        } else {
            maker.mark()
        };
        let value = match maker.below(5) {
            0 => format!("'{line}'"),
            1 if !line.contains([' ', '\t']) => line,
            // A value that goes on in the next line.
            2 => format!("\"{}\"", line.replacen("  ", " \\\n", 1)),
            _ => format!("\"{line}\""),
        };
        let end = match maker.below(6) {
            0 => format!(" # {}", maker.mark()),
            1 => format!("; X={}", maker.mark()),
            _ => String::new(),
        };
        text.push_str(&format!("{export}{name}={value}{end}\n"));
    }
    if maker.one_in(6) {
        text.pop();
    }
    text
}

/// A file of modprobe.d: each directive, continued lines, and some invalid ones.
pub(crate) fn modprobe_text(maker: &mut Maker) -> String {
    let mut text = String::new();
    for _ in 0..1 + maker.below(6) {
        text.push_str(&maker.remark());
        let (one, other, third) = (maker.mark(), maker.mark(), maker.mark());
        let blank = maker.blank();
        let line = match maker.below(9) {
            0 => format!("blacklist{blank}{one}"),
            1 => format!("softdep {one} pre:{blank}{other} post: {third}"),
            2 => format!("install {one} /bin/{other} {third}"),
            3 => format!("alias {one} {other}"),
            4 => format!("options {one}{blank}{other}={third}"),
            5 => format!("softdep nouveau pre: {one}"),
            6 => format!("opions vfio-pci {one}={other}"),
            _ => {
                let name = maker.pick(&["vfio-pci", "vfio_pci"]);
                let mut line = format!("options {name}");
                for _ in 0..1 + maker.below(4) {
                    line.push_str(maker.pick(&[" ", " ", "  ", "\t", " \\\n  "]));
                    match maker.below(4) {
                        0 => {
                            let list = format!("{},{}", maker.id(), maker.id());
                            line.push_str(&format!("ids={list}"));
                            maker.ids.push(list);
                        }
                        1 => line.push_str(&format!("disable_vga={}", maker.below(2))),
                        2 => line.push_str("disable_idle_d3=1"),
                        _ => line.push_str(&format!("{}={}", maker.mark(), maker.mark())),
                    }
                }
                line
            }
        };
        text.push_str(&line);
        text.push_str(maker.pick(&["\n", "\n", "\n", "\n", "\r\n"]));
    }
    text
}

/// mkinitcpio's configuration, whose lists are written in any way.
pub(crate) fn mkinitcpio_text(maker: &mut Maker) -> String {
    let mut text = String::new();
    for name in ["MODULES", "BINARIES", "HOOKS", "FILES"] {
        text.push_str(&maker.remark());
        let mut words: Vec<String> = (0..maker.below(4)).map(|_| maker.mark()).collect();
        if name == "HOOKS" {
            for hook in ["base", "udev", "block"] {
                words.push(hook.to_owned());
            }
        } else if name == "MODULES" && maker.one_in(3) {
            words.push("vfio".to_owned());
        }
        let blank = maker.pick(&[" ", " ", "  ", "\n  "]);
        let list = words.join(blank);
        let line = match maker.below(4) {
            0 => format!("{name}=\"{}\"", list.replace('\n', "")),
            1 => format!("{name}=(\n  {list}\n)"),
            _ => format!("{name}=({list})"),
        };
        text.push_str(&format!("{line}\n"));
    }
    text
}
