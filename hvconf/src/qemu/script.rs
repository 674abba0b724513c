//! A launch script.

use super::command_line::QemuCommandLine;
use crate::emitted::{EmittedFile, Line};

impl QemuCommandLine {
    /// A script for any POSIX shell that starts the guest, each argument with why
    /// it is there; disks and networks are given to it as further arguments.
    ///
    /// It does not bind the functions to vfio-pci: that is the host's matter.
    #[must_use]
    pub fn script(&self, path: &str) -> EmittedFile {
        let mut file = EmittedFile::new(path);
        file.push(Line::new("#!/bin/sh", "any POSIX shell"));
        file.push(Line::new(
            "# Give disks and networks as further arguments.",
            "what is not about passed functions is not in here",
        ));
        for argument in &self.arguments {
            let option = argument.words.first().map_or("", String::as_str);
            file.push(Line::new(format!("# {option}: {}", argument.why), ""));
        }
        file.push(Line::new(
            format!("exec {} \\", self.program),
            "QEMU takes the place of the shell",
        ));
        for argument in &self.arguments {
            let words: Vec<String> = argument.words.iter().map(|word| quoted(word)).collect();
            let line = Line::new(format!("    {} \\", words.join(" ")), &*argument.why);
            file.push(match argument.versions {
                Some(versions) => line.in_versions(versions),
                None => line,
            });
        }
        file.push(Line::new("    \"$@\"", "the further arguments"));
        file
    }
}

/// `word` as one word of a POSIX shell.
fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./,=:+%@".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_they_have_to_be() {
        assert_eq!(quoted("a=b,c"), "a=b,c");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a b'c"), "'a b'\\''c'");
        assert_eq!(quoted("{\"a\":1}"), "'{\"a\":1}'");
    }
}
