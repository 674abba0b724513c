//! Files with a kernel command line for each entry of a boot menu: the place of the options, and
//! their edit.

use core::fmt;

use super::change::OptionsChange;
use super::command_line::CommandLine;
pub use super::entry_options::EntryOptions;
use super::entry_options::Quoting;
use super::{bls, limine, refind, syslinux};
use crate::error::{Cause, Error};

/// In which language a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// An entry of the Boot Loader Specification, type 1: `loader/entries/*.conf`.
    BootLoaderSpecification,
    /// SYSLINUX and EXTLINUX: `syslinux.cfg`, `extlinux.conf`.
    Syslinux,
    /// Limine 8 and later: `limine.conf`.
    Limine,
    /// Limine before 8: `limine.cfg`.
    LimineCfg,
    /// rEFInd's options next to a kernel: `refind_linux.conf`.
    RefindLinux,
    /// rEFInd's entries: `refind.conf`.
    Refind,
}

/// A boot loader's file with an entry for each kernel.
///
/// ```
/// use hostconf::boot::change::OptionsChange;
/// use hostconf::boot::{entries::EntryFile, entries::Format};
/// let text = "title Arch\nlinux /vmlinuz-linux\noptions root=/dev/sda2 rw\n";
/// let mut file = EntryFile::parse(Format::BootLoaderSpecification, text);
/// let change = OptionsChange { put: vec!["iommu=pt".parse()?], ..OptionsChange::default() };
/// file.change(&change)?;
/// assert_eq!(file.to_string(), "title Arch\nlinux /vmlinuz-linux\noptions root=/dev/sda2 rw iommu=pt\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryFile {
    format: Format,
    text: String,
    options: Vec<EntryOptions>,
}

impl EntryFile {
    /// Reads a file; any text is one.
    #[must_use]
    pub fn parse(format: Format, text: &str) -> Self {
        let options = match format {
            Format::BootLoaderSpecification => bls::options(text),
            Format::Syslinux => syslinux::options(text),
            Format::Limine => limine::options(text),
            Format::LimineCfg => limine::options_before_8(text),
            Format::RefindLinux => refind::linux_options(text),
            Format::Refind => refind::options(text),
        };
        Self {
            format,
            text: text.to_owned(),
            options,
        }
    }

    /// The kernel options of the entries that boot Linux, in order.
    #[must_use]
    pub fn options(&self) -> &[EntryOptions] {
        &self.options
    }

    /// The options at one of those places.
    #[must_use]
    pub fn command_line(&self, options: &EntryOptions) -> CommandLine {
        let raw = self.text.get(options.span.clone()).unwrap_or_default();
        CommandLine::parse(&read(raw, options.quoting))
    }

    /// The options that a change applies to: all but recovery entries, or all where there are
    /// only those.
    pub fn usual(&self) -> impl Iterator<Item = &EntryOptions> {
        let all_back = self.options.iter().all(EntryOptions::is_recovery_entry);
        let wanted = move |options: &&EntryOptions| all_back || !options.is_recovery_entry();
        self.options.iter().filter(wanted)
    }

    /// Changes the options of all entries but recovery entries ([`usual`](Self::usual)).
    ///
    /// # Errors
    ///
    /// If there are no options to change, or if a change cannot be made or would not be read. The
    /// document is then unchanged.
    pub fn change(&mut self, change: &OptionsChange) -> Result<(), Error> {
        let places: Vec<&EntryOptions> = self.usual().collect();
        if places.is_empty() {
            return Err(Cause::NoOptions.into());
        }
        let mut meant = Vec::new();
        for entry in places.chunk_by(|a, b| a.entry == b.entry) {
            meant.extend(self.changed_entry(entry, change)?);
        }
        let mut out = String::with_capacity(self.text.len() + 64);
        let mut done = 0;
        for (place, line) in &meant {
            out.push_str(self.text.get(done..place.span.start).unwrap_or_default());
            out.push_str(&written(&line.to_string(), place.quoting));
            done = place.span.end;
        }
        out.push_str(self.text.get(done..).unwrap_or_default());
        let changed = Self::parse(self.format, &out);
        for ((before, meant), place) in meant.iter().zip(changed.usual()) {
            let reads = changed.command_line(place).to_string();
            if reads.trim() != meant.to_string().trim() {
                return Err(Cause::NoEffect {
                    reader: "the boot loader",
                }
                .at(before.line));
            }
        }
        if changed.options.len() != self.options.len() {
            let line = meant.first().map_or(1, |(place, _)| place.line);
            return Err(Cause::NoEffect {
                reader: "the boot loader",
            }
            .at(line));
        }
        *self = changed;
        Ok(())
    }

    /// The changed lines of one entry: removals apply to all of them; additions are appended to an
    /// option of the same name, or to the last line. Lines after one with a lone `--` are for init,
    /// and unchanged.
    fn changed_entry<'a>(
        &self,
        entry: &[&'a EntryOptions],
        change: &OptionsChange,
    ) -> Result<Vec<(&'a EntryOptions, CommandLine)>, Error> {
        let removals = change.removals();
        let mut lines = Vec::new();
        let mut of_init = Vec::new();
        let mut is_ended = false;
        for place in entry {
            let mut line = self.command_line(place);
            if is_ended {
                of_init.push((*place, line));
                continue;
            }
            is_ended = line.ends_kernel_options();
            let failed = |error| refused(place, error);
            removals.apply(&mut line).map_err(failed)?;
            lines.push((*place, line));
        }
        for parameter in &change.put {
            if lines.iter().any(|(_, line)| line.contains(parameter)) {
                continue;
            }
            let named = |(_, line): &(_, CommandLine)| line.get(parameter.name()).is_some();
            let at = lines.iter().rposition(named);
            let at = at.unwrap_or(lines.len().saturating_sub(1));
            if let Some((place, line)) = lines.get_mut(at) {
                line.put(parameter).map_err(|error| refused(place, error))?;
            }
        }
        lines.append(&mut of_init);
        Ok(lines)
    }
}

fn refused(place: &EntryOptions, error: Error) -> Error {
    error.at(place.line)
}

impl fmt::Display for EntryFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn read(raw: &str, quoting: Quoting) -> String {
    match quoting {
        Quoting::Bare => raw.to_owned(),
        Quoting::Doubled => raw.replace("\"\"", "\""),
    }
}

fn written(options: &str, quoting: Quoting) -> String {
    match quoting {
        Quoting::Bare => options.to_owned(),
        Quoting::Doubled => options.replace('"', "\"\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Format; 6] = [
        Format::BootLoaderSpecification,
        Format::Syslinux,
        Format::Limine,
        Format::LimineCfg,
        Format::RefindLinux,
        Format::Refind,
    ];

    fn put(option: &str) -> OptionsChange {
        OptionsChange {
            put: vec![option.parse().unwrap()],
            ..OptionsChange::default()
        }
    }

    fn changed(format: Format, text: &str) -> String {
        let mut file = EntryFile::parse(format, text);
        assert_eq!(file.to_string(), text);
        file.change(&put("iommu=pt")).unwrap();
        let once = file.to_string();
        file.change(&put("iommu=pt")).unwrap();
        assert_eq!(file.to_string(), once);
        let back = OptionsChange {
            remove: vec!["iommu=pt".parse().unwrap()],
            ..OptionsChange::default()
        };
        file.change(&back).unwrap();
        assert_eq!(file.to_string(), text);
        once
    }

    #[test]
    fn an_entry_of_the_specification_may_have_several_lines_of_options() {
        let format = Format::BootLoaderSpecification;
        let text = "# x\r\ntitle\tA\r\nlinux /v\r\noptions  root=/dev/sda2\r\noptions quiet \r\n";
        let after =
            "# x\r\ntitle\tA\r\nlinux /v\r\noptions  root=/dev/sda2\r\noptions quiet iommu=pt \r\n";
        assert_eq!(changed(format, text), after);
        let mut file = EntryFile::parse(
            format,
            "linux /v\noptions vfio-pci.ids=1:2 video=a\noptions q",
        );
        file.change(&put("vfio-pci.ids=1:3")).unwrap();
        file.change(&put("video=a")).unwrap();
        assert_eq!(
            file.to_string(),
            "linux /v\noptions vfio-pci.ids=1:2,1:3 video=a\noptions q"
        );
        let mut other = EntryFile::parse(format, "efi /x.efi\noptions a\n");
        assert_eq!(other.change(&put("x")), Err(Cause::NoOptions.into()));
    }

    #[test]
    fn syslinux_of_unraid_keeps_the_safe_mode() {
        let text = "default menu.c32\nmenu title Lime Technology, Inc.\nprompt 0\ntimeout 50\n\
            label Unraid OS\n  menu default\n  kernel /bzimage\n  append initrd=/bzroot\n\
            label Unraid OS GUI Mode\n  kernel /bzimage\n  append initrd=/bzroot,/bzroot-gui\n\
            label Unraid OS Safe Mode (no plugins, no GUI)\n  kernel /bzimage\n  append initrd=/bzroot unraidsafemode\n\
            label Memtest86+\n  kernel /memtest\n";
        let after = text
            .replace(
                "append initrd=/bzroot\n",
                "append initrd=/bzroot iommu=pt\n",
            )
            .replace("bzroot-gui\n", "bzroot-gui iommu=pt\n");
        assert_eq!(changed(Format::Syslinux, text), after);
    }

    #[test]
    fn syslinux_labels_share_the_global_append_and_text_is_not_a_statement() {
        let text = "APPEND root=/dev/sda1\nLABEL a\n\tTEXT HELP\nappend no\n\tENDTEXT\n\tLINUX /vmlinuz\n\
                    LABEL b\nKERNEL chain.c32\nAPPEND hd0\nLABEL c\nKERNEL /v\nAPPEND -\n";
        let after = text.replace("sda1\n", "sda1 iommu=pt\n");
        assert_eq!(changed(Format::Syslinux, text), after);
        let text = "LABEL a\nKERNEL /v\nAPPEND old\nAPPEND new";
        assert_eq!(changed(Format::Syslinux, text), format!("{text} iommu=pt"));
    }

    #[test]
    fn limine_entries_of_other_protocols_stay() {
        let text = "timeout: 5\n# cmdline: x\n/+Arch\n//linux\n    protocol: linux\n    path: boot():/v\n    \
                    CMDLINE: root=/dev/sda2 a:b\n//linux fallback\nprotocol: linux\ncmdline: root=/dev/sda2\n\
                    /other\nprotocol: limine\ncmdline: x\n";
        let after = text.replace("a:b\n", "a:b iommu=pt\n");
        assert_eq!(changed(Format::Limine, text), after);
        let text = "TIMEOUT=5\r\n:Arch\r\nPROTOCOL=linux\r\nKERNEL_CMDLINE=root=/dev/sda2 rw\r\n";
        let after = text.replace("rw\r", "rw iommu=pt\r");
        assert_eq!(changed(Format::LimineCfg, text), after);
    }

    #[test]
    fn refind_quotes_are_doubled() {
        let text = "# a \"b\" \"c\"\n\"Boot with standard options\"  \"root=/dev/sda2 x=\"\"a b\"\"\"\n\
                    \"Boot to single-user mode\" \"root=/dev/sda2 single\"\n\"Unquoted\" root=/dev/sda2\n";
        let after = text.replace("b\"\"\"\n", "b\"\" iommu=pt\"\n");
        assert_eq!(changed(Format::RefindLinux, text), after);
        let text = "menuentry \"Arch\" {\n  loader /vmlinuz\n  options \"root=/dev/sda2\"\n  submenuentry \"x\" {\n    \
                    disabled\n    options \"y\"\n  }\n}\nmenuentry Ubuntu {\n  options \"z\"\n  disabled\n}\n";
        let after = text.replace("sda2\"", "sda2 iommu=pt\"");
        assert_eq!(changed(Format::Refind, text), after);
    }

    #[test]
    fn any_text_round_trips_and_edits_are_idempotent() {
        let pieces = [
            "options ",
            "linux /v\n",
            "append ",
            "label x\n",
            "kernel /v\n",
            "cmdline: ",
            "protocol: linux\n",
            "/a\n",
            ":a\n",
            "PROTOCOL=linux\n",
            "CMDLINE=",
            "\"t\" \"",
            "\"",
            "menuentry x {\n",
            "}\n",
            "quiet ",
            "iommu=x ",
            "\r\n",
            "\n",
            "\t",
            " -- ",
            "#",
            "title rescue\n",
            "disabled\n",
            "\u{e4}",
            "\r",
        ];
        let mut random = testkit::Random::new(0x9e37_79b9_7f4a_7c15);
        let mut done = 0;
        for _ in 0..6000 {
            let mut text = String::new();
            for _ in 0..random.below(14) {
                text.push_str(pieces[random.below(pieces.len())]);
            }
            for format in ALL {
                let mut file = EntryFile::parse(format, &text);
                assert_eq!(file.to_string(), text);
                if file.change(&put("iommu=pt")).is_ok() {
                    done += 1;
                    let once = file.to_string();
                    let mut again = EntryFile::parse(format, &once);
                    again.change(&put("iommu=pt")).unwrap();
                    assert_eq!(again.to_string(), once);
                } else {
                    assert_eq!(file.to_string(), text);
                }
            }
        }
        assert!(done > 300, "{done}");
    }
}
