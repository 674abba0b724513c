//! Commands that show facts, from `data/ask.tsv`.

use std::borrow::Cow;
use std::sync::LazyLock;

use super::shell::Shell;
use crate::remedy::looked;

/// One command that only reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    pub(super) shell: Shell,
    /// The facts that it shows.
    pub(super) topic: Cow<'static, str>,
    /// The command as the shell reads it.
    pub(super) text: Cow<'static, str>,
}

/// The rows of the table, in its order.
pub(super) static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    let rows = include_str!("../../data/ask.tsv").lines();
    let rows = rows.filter(|line| !line.starts_with('#'));
    rows.filter_map(|row| {
        let mut columns = row.split('\t');
        Some(Command {
            shell: Shell::from_word(columns.next()?)?,
            topic: columns.next()?.into(),
            text: columns.next()?.into(),
        })
    })
    .collect()
});

/// The commands for the facts of a finding's command: all of its topic if it is in the table,
/// otherwise the command. Empty if the shell has no such program.
pub(super) fn of_look(shell: Shell, argv: &[String]) -> Vec<Command> {
    if let [program, option, line] = argv {
        if program == "sh" && option == "-c" {
            let each = line.split("; ").map(|command| {
                let words: Vec<String> = command.split(' ').map(str::to_owned).collect();
                of_look(shell, &words)
            });
            return each.flatten().collect();
        }
    }
    let text = looked(argv);
    let of_shell = || COMMANDS.iter().filter(|known| known.shell == shell);
    // A listing of one function is part of the complete one, and lines of a log are part of the
    // log.
    let program = argv.first().map(String::as_str).unwrap_or_default();
    let whole = matches!(program, "lspci" | "dmesg" | "esxcli");
    let is_same = |known: &&Command| {
        let mut words = known.text.split(' ');
        without_flag(&known.text) == without_flag(&text) || whole && words.next() == Some(program)
    };
    if let Some(found) = of_shell().find(is_same) {
        return of_shell()
            .filter(|known| known.topic == found.topic)
            .cloned()
            .collect();
    }
    let foreign = match shell {
        Shell::Posix => matches!(program, "powershell" | "pwsh" | "esxcli"),
        Shell::Talos => program != "talosctl",
        Shell::Esxi => program != "esxcli",
        // PowerShell's commands are in the table.
        Shell::Windows => {
            const ASSIGNED: &str = "AssignableDevice";
            let is_wanted =
                |known: &&Command| text.contains(ASSIGNED) || !known.text.contains(ASSIGNED);
            return of_shell().filter(is_wanted).cloned().collect();
        }
    };
    if foreign || text.chars().any(char::is_control) {
        return Vec::new();
    }
    vec![Command {
        shell,
        topic: text.clone().into(),
        text: text.into(),
    }]
}

/// `ls PATH` for `ls -1 PATH`.
fn without_flag(text: &str) -> String {
    text.replacen("ls -1 ", "ls ", 1)
}

#[cfg(test)]
mod tests;
