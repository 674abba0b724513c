//! The words of a launch script, of `/proc/PID/cmdline` or of a log.

use crate::error::{Cause, Error};

/// QEMU's words in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaunchWords {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// Words that only the shell can evaluate, as they are written; they are not in `argv`.
    pub computed: Vec<String>,
    /// The line of the program, from 1; `None` in a text of NUL-separated words.
    pub line: Option<u32>,
}

/// The command line of QEMU in a shell script, in a line as `ps` or libvirt's log
/// prints it, or in the NUL-separated words of `/proc/PID/cmdline`.
///
/// # Errors
/// When there is none, or the text is not a shell script.
///
/// ```
/// let words = hvconf::qemu::launch_words("#!/bin/sh\nexec qemu-system-x86_64 -m 4G \"$@\"\n")?;
/// assert_eq!(words.argv, ["qemu-system-x86_64", "-m", "4G"]);
/// assert_eq!(words.computed, ["\"$@\""]);
/// # Ok::<(), hvconf::Error>(())
/// ```
pub fn launch_words(text: &str) -> Result<LaunchWords, Error> {
    words_of(text, is_qemu)
}

/// The same of another program, which `is_program` knows by its name.
pub(crate) fn words_of(
    text: &str,
    is_program: impl Fn(&str) -> bool,
) -> Result<LaunchWords, Error> {
    if text.contains('\0') {
        let argv: Vec<String> = text.split_terminator('\0').map(str::to_owned).collect();
        let program = argv.iter().position(|word| is_program(word));
        let argv = program
            .and_then(|at| argv.get(at..))
            .map(<[String]>::to_vec);
        return Ok(LaunchWords {
            argv: argv.ok_or(Cause::NoQemu)?,
            computed: Vec::new(),
            line: None,
        });
    }
    let script = shell_text::read(text);
    for command in &script.commands {
        let literal = |index: usize| command.words.get(index)?.literal(text);
        let all = 0..command.words.len();
        let Some(program) = all
            .clone()
            .find(|index| literal(*index).is_some_and(|w| is_program(&w)))
        else {
            continue;
        };
        let (mut argv, mut computed) = (Vec::new(), Vec::new());
        for word in command.words.iter().skip(program) {
            match word.literal(text) {
                Some(word) => argv.push(word),
                None => computed.push(text.get(word.span.clone()).unwrap_or_default().to_owned()),
            }
        }
        let start = command.words.get(program).map(|word| word.span.start);
        let line = line_of(text, start.unwrap_or_default());
        return Ok(LaunchWords {
            argv,
            computed,
            line: Some(line),
        });
    }
    Err(match script.error {
        Some(error) => Cause::Shell {
            what: error.expected(),
        }
        .at(line_of(text, error.offset())),
        None => Cause::NoQemu.into(),
    })
}

fn line_of(text: &str, offset: usize) -> u32 {
    let before = text.get(..offset).unwrap_or_default();
    u32::try_from(before.matches('\n').count()).map_or(u32::MAX, |ends| ends.saturating_add(1))
}

fn is_qemu(word: &str) -> bool {
    let name = word.rsplit('/').next().unwrap_or_default();
    name.starts_with("qemu-system-") || matches!(name, "qemu-kvm" | "kvm" | "qemu")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn all_forms_are_read() {
        for text in [
            "qemu-system-x86_64 -m 4G",
            "LC_ALL=C \\\n/usr/bin/qemu-system-x86_64 \\\n  -m '4G' \\\n",
            "set -e\nmodprobe vfio-pci\nsudo nice kvm -m \"4G\" # more\n",
            "/usr/bin/kvm\0-m\x004G\0",
        ] {
            let words = launch_words(text).unwrap();
            assert_eq!(words.argv.get(1..).unwrap(), ["-m", "4G"], "{text}");
        }
        assert_eq!(
            launch_words("echo a").unwrap_err().kind(),
            ErrorKind::NoCommand
        );
        let open = launch_words("\n'a").unwrap_err();
        assert_eq!((open.kind(), open.line()), (ErrorKind::Shell, Some(2)));
    }

    #[test]
    fn hostile_texts_do_not_panic() {
        for text in [
            "", "\0", "kvm", "\"", "kvm '", "kvm $(", "kvm\0", "((", "é\\",
        ] {
            let _ = launch_words(text);
        }
    }
}
