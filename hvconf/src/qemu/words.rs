//! The words of a launch script, of `/proc/PID/cmdline` or of a log.

use super::read::ALONE;
use super::values::Values;
use crate::error::{Cause, Error};

/// QEMU's words in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LaunchWords {
    /// The program and its arguments.
    pub argv: Vec<String>,
    /// The words before the program, such as those of `taskset`.
    pub before: Vec<String>,
    /// Words that only the shell can evaluate, as they are written; of these `argv` has the
    /// values of options only.
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
        let (before, argv) = argv.split_at(program.ok_or(Cause::NoQemu)?);
        return Ok(LaunchWords {
            argv: argv.to_vec(),
            before: before.to_vec(),
            computed: Vec::new(),
            line: None,
        });
    }
    let script = shell_text::read(text);
    let mut values = Values::of(text, &script.commands);
    for command in &script.commands {
        values.run(command);
        let words: Vec<_> = command
            .words
            .iter()
            .map(|word| values.words(word))
            .collect();
        let first = |words: &Option<Vec<String>>| words.as_ref()?.first().cloned();
        let program = words
            .iter()
            .position(|words| first(words).is_some_and(|word| is_program(&word)));
        let Some(program) = program else {
            continue;
        };
        let (before, after) = words.split_at(program);
        let before = before.iter().flatten().flatten().cloned().collect();
        let (mut argv, mut computed): (Vec<String>, _) = (Vec::new(), Vec::new());
        for (word, value) in command.words.iter().skip(program).zip(after) {
            let raw = text.get(word.span.clone()).unwrap_or_default();
            match value {
                Some(words) => argv.extend(words.iter().cloned()),
                // Without its value an option would get the next one.
                None if argv.last().is_some_and(|last| is_valued(last)) && !is_list(raw) => {
                    argv.push(raw.replace('"', ""));
                }
                None => computed.push(raw.to_owned()),
            }
        }
        let start = command.words.get(program).map(|word| word.span.start);
        let line = line_of(text, start.unwrap_or_default());
        return Ok(LaunchWords {
            argv,
            before,
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

/// Whether a word is an option of QEMU that the next word is the value of.
fn is_valued(word: &str) -> bool {
    let name = word.strip_prefix("--").or_else(|| word.strip_prefix('-'));
    name.is_some_and(|name| !name.is_empty() && !ALONE.contains(&name))
}

/// Whether an expansion is one of several words: all arguments, or an array of bash.
fn is_list(raw: &str) -> bool {
    ["$@", "$*", "[@]", "[*]"]
        .iter()
        .any(|list| raw.contains(list))
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
    fn variables_have_the_values_that_the_script_sets() {
        let argv = |text: &str| launch_words(text).unwrap().argv.join(" ");
        let script = "MEM=16G\nGPU=0000:0b:00\nexport OPTS=\"-m $MEM\"\n\
                      OPTS=\"$OPTS -smp 4\"\ntaskset -c 8-15 qemu $OPTS -device x,host=${GPU}.0\n";
        assert_eq!(
            argv(script),
            "qemu -m 16G -smp 4 -device x,host=0000:0b:00.0"
        );
        assert_eq!(
            launch_words(script).unwrap().before,
            ["taskset", "-c", "8-15"]
        );
        // Two values, and one that only a shell knows: the option keeps its place.
        let either =
            "M=1G\nif true; then M=2G; fi\nqemu -m $M -nodefaults $X -device a,b=\"$1\" $@\n";
        let words = launch_words(either).unwrap();
        assert_eq!(
            words.argv,
            ["qemu", "-m", "$M", "-nodefaults", "-device", "a,b=$1"]
        );
        assert_eq!(words.computed, ["$X", "$@"]);
    }

    #[test]
    fn hostile_texts_do_not_panic() {
        let doubled = "A=ab\n".to_owned() + &"A=$A$A\n".repeat(99) + "kvm $A\n";
        for text in [
            &doubled, "", "\0", "kvm", "\"", "kvm '", "kvm $(", "kvm\0", "((", "é\\",
        ] {
            let _ = launch_words(text);
        }
    }
}
