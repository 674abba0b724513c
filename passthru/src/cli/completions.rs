//! Completions: clap's for each shell, and the addresses of this machine's functions, which bash,
//! zsh and fish request from the command while the user types.

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use clap_complete::Shell;
use host_tree::HostTree;
use pci_core::sysfs::{self, Depth, Facts, Wanted};

use crate::names::NameDatabase;

/// Placeholder for a device in clap's scripts.
const DEVICE: &str = "@DEVICE@";
/// The same for a device or a file.
const DEVICE_OR_FILE: &str = "@DEVICE-OR-FILE@";

/// The script for `shell`.
pub(super) fn script(
    shell: Shell,
    command: &Command,
) -> Result<String, std::string::FromUtf8Error> {
    let mut marked = match shell {
        Shell::Bash | Shell::Zsh => marked(command.clone()),
        _ => command.clone(),
    };
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut marked, "passthru", &mut text);
    let text = String::from_utf8(text)?;
    Ok(match shell {
        Shell::Bash => bash(&text),
        Shell::Zsh => zsh(&text),
        Shell::Fish => text + &fish(command),
        _ => text,
    })
}

/// The command with a mark as the only value of each argument that is a device.
fn marked(command: Command) -> Command {
    let names: Vec<String> = command
        .get_subcommands()
        .map(|subcommand| subcommand.get_name().to_owned())
        .collect();
    let marked_arg = |arg: Arg| match mark(&arg) {
        Some(mark) => arg.value_parser(PossibleValuesParser::new([mark])),
        None => arg,
    };
    names
        .into_iter()
        .fold(command.mut_args(marked_arg), |command, name| {
            command.mut_subcommand(name, marked)
        })
}

fn mark(arg: &Arg) -> Option<&'static str> {
    let name = arg.get_value_names()?.first()?.as_str();
    match (arg.is_positional(), name) {
        (true, "DEVICE") => Some(DEVICE),
        (true, "DEVICE|FILE") => Some(DEVICE_OR_FILE),
        _ => None,
    }
}

/// Bash breaks words at colons, and addresses have some: around clap's function one puts the
/// pieces together again (readline(3), COMP_WORDBREAKS).
fn bash(script: &str) -> String {
    let functions = r#"
_passthru_devices() {
    local address name
    while IFS=$'\t' read -r address name; do
        printf '%s ' "$address"
    done < <(passthru generate addresses 2>/dev/null)
}

_passthru_whole_words() {
    local line="${COMP_LINE:0:COMP_POINT}"
    local word="${line##*[[:space:]]}"
    local start="${word%"$2"}"
    if [[ "$word" == -* || "$start" != *: ]]; then
        _passthru "$@"
        return
    fi
    _passthru "$1" "$word" "$3"
    COMPREPLY=("${COMPREPLY[@]#"$start"}")
}
"#;
    let devices = "$(_passthru_devices)";
    let script = script
        .replace(DEVICE, devices)
        .replace(DEVICE_OR_FILE, devices)
        .replace(
            "complete -F _passthru ",
            "complete -F _passthru_whole_words ",
        );
    match script.find("\nif [[ \"${BASH_VERSINFO") {
        Some(end) => {
            let (clap, end) = script.split_at(end);
            format!("{clap}{functions}{end}")
        }
        None => script + functions,
    }
}

fn zsh(script: &str) -> String {
    let functions = r#"
(( $+functions[_passthru_devices] )) ||
_passthru_devices() {
    local line
    local -a devices
    for line in "${(@f)$(passthru generate addresses 2>/dev/null)}"; do
        [[ -n $line ]] && devices+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    _describe -t devices device devices
}
(( $+functions[_passthru_devices_and_files] )) ||
_passthru_devices_and_files() {
    _passthru_devices
    _files
}
"#;
    let script = script
        // With two colons the options after the first device would be parsed as devices
        // (zshcompsys(1), _arguments).
        .replace("'*::devices ", "'*:devices ")
        .replace(&format!("({DEVICE})"), "_passthru_devices")
        .replace(
            &format!("({DEVICE_OR_FILE})"),
            "_passthru_devices_and_files",
        );
    match script.find("\nif [ \"$funcstack[1]\"") {
        Some(end) => {
            let (clap, end) = script.split_at(end);
            format!("{clap}{functions}{end}")
        }
        None => script + functions,
    }
}

/// Clap's script for fish has only options: these lines complete arguments.
fn fish(command: &Command) -> String {
    let mut text = String::new();
    for subcommand in command.get_subcommands() {
        let name = subcommand.get_name();
        positionals(
            subcommand,
            &format!("__fish_passthru_using_subcommand {name}"),
            &mut text,
        );
        for below in subcommand
            .get_subcommands()
            .filter(|below| below.get_name() != "help")
        {
            let condition = format!(
                "__fish_passthru_using_subcommand {name}; and __fish_seen_subcommand_from {}",
                below.get_name()
            );
            positionals(below, &condition, &mut text);
        }
    }
    text
}

fn positionals(command: &Command, condition: &str, text: &mut String) {
    for arg in command.get_positionals() {
        let words = arg.get_possible_values();
        let line = match mark(arg) {
            Some(DEVICE) => "-f -a \"(passthru generate addresses 2>/dev/null)\"".to_owned(),
            Some(_) => "-a \"(passthru generate addresses 2>/dev/null)\"".to_owned(),
            None if !words.is_empty() => {
                let words: Vec<&str> = words.iter().map(|word| word.get_name()).collect();
                format!("-f -a \"{}\"", words.join(" "))
            }
            None => continue,
        };
        text.push_str(&format!("complete -c passthru -n \"{condition}\" {line}\n"));
    }
}

/// The functions that are not bridges, one per line: the address, a tab and the name.
pub(super) fn addresses(tree: &dyn HostTree, names: &NameDatabase) -> String {
    let wanted = Wanted {
        facts: Facts::IDENTITY,
        depth: Depth::NoWake,
    };
    let mut text = String::new();
    for device in sysfs::read_wanted(tree, wanted).devices {
        if device
            .class
            .clone()
            .found()
            .is_some_and(|class| class.is_bridge())
        {
            continue;
        }
        let name = device
            .id
            .clone()
            .found()
            .map(|id| names.names().device_text(id).to_string());
        let name = name.unwrap_or_default();
        text.push_str(&format!("{:#}\t{name}\n", device.address));
    }
    text
}
