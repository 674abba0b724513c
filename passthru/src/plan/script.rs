//! A plan as a shell script, for those who do not run passthru as root: POSIX sh, no
//! text of the plan ever taken for shell.

use std::fmt::Write as _;

use hvconf::Edit;

use super::document::{Plan, Undo};
use super::state::sha256;
use crate::remedy::shown;

/// Why a plan cannot be written as a script or a playbook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path} has a NUL byte, which {form} cannot hold: use passthru apply")]
pub struct NotWritten {
    /// The file whose text it is, or the command.
    pub path: String,
    /// What cannot hold it.
    pub form: &'static str,
}

/// The script. It looks whether each file and device is what the plan was made for,
/// replaces the files one by one, each whole, and runs the commands; `undo` takes that
/// back.
///
/// # Errors
///
/// When a text has a NUL byte, which no shell can hold.
pub fn script(plan: &Plan) -> Result<String, NotWritten> {
    hold(plan, "a shell")?;
    let mut text = String::new();
    head(&mut text, plan);
    text.push_str(FUNCTIONS);
    for (number, edit) in (1..).zip(&plan.edits) {
        contents(&mut text, number, edit);
    }
    check(&mut text, plan);
    apply(&mut text, plan);
    undo(&mut text, plan);
    text.push_str(END);
    Ok(text)
}

/// Whether no text has a NUL byte.
pub(super) fn hold(plan: &Plan, form: &'static str) -> Result<(), NotWritten> {
    let has_nul = |edit: &&Edit| {
        let before = edit.before.as_deref().unwrap_or_default();
        before.contains('\0') || edit.after.contains('\0') || edit.path.contains('\0')
    };
    let refused = |path: String| NotWritten { path, form };
    if let Some(edit) = plan.edits.iter().find(has_nul) {
        return Err(refused(edit.path.clone()));
    }
    let nul = |argv: &[String]| argv.iter().any(|word| word.contains('\0'));
    for command in &plan.commands {
        let undo = matches!(&command.undo, Undo::Run { argv } if nul(argv));
        if nul(&command.argv) || undo {
            return Err(refused(shown(&command.argv).replace('\0', "?")));
        }
    }
    Ok(())
}

/// A word that the shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn words(argv: &[String]) -> String {
    argv.iter()
        .map(|word| quoted(word))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text for a comment: one line.
pub(super) fn comment(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            // YAML 1.1 takes these for line ends.
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect()
}

/// What the plan is for, in a line.
pub(super) fn title(plan: &Plan) -> String {
    let devices: Vec<String> = plan
        .devices
        .iter()
        .map(|device| format!("{} ({})", device.address, device.id))
        .collect();
    let guest = plan.vm.as_ref().map(|vm| format!(" {vm}"));
    let text = format!(
        "Give {} to guest{} of {}",
        devices.join(", "),
        guest.unwrap_or_default(),
        plan.target.name()
    );
    comment(&text)
}

fn head(text: &mut String, plan: &Plan) {
    let _ = write!(
        text,
        "#!/bin/sh\n\
         # {}.\n\
         # Made by passthru {}; for the one host and the state that it was made for.\n\
         #\n\
         # sh THIS [apply|check|undo] [ROOT]\n\
         #\n\
         # ROOT is a directory with the host's files; with one, commands are listed and\n\
         # not run. What stands in the way is taken upon you with PASSTHRU_ACCEPT='WORD ...'.\n\
         # Functions that print texts are called by name, and a $ in a text is just that.\n\
         # shellcheck disable=SC1003,SC2016,SC2317,SC2329\n\
         set -eu\n\n\
         action=${{1:-apply}}\n\
         root=${{2:-}}\n\
         root=${{root%/}}\n\
         refused=0\n\
         umask 022\n\
         # The directories that were made, for undo to take away.\n\
         state=/var/lib/passthru\n\
         made=$state/script-{}-made\n",
        title(plan),
        env!("CARGO_PKG_VERSION"),
        mark(plan),
    );
}

/// What tells the script's notes from those of another: what it would write.
fn mark(plan: &Plan) -> String {
    let texts: String = plan
        .edits
        .iter()
        .flat_map(|edit| [edit.path.as_str(), edit.after.as_str()])
        .collect();
    sha256(texts.as_bytes()).chars().take(12).collect()
}

/// What every script does.
const FUNCTIONS: &str = r#"
say() { printf '%s\n' "$*"; }

refuse() {
    say "refused: $*" >&2
    refused=1
}

# What a path leads to: a link stays one.
target() {
    if [ -L "$root$1" ]; then
        if [ -n "$root" ]; then
            say "$1 is a link, which is not followed in a tree: use passthru apply" >&2
            return 1
        fi
        readlink -f -- "$1"
    else
        say "$root$1"
    fi
}

# How file NUMBER at PATH stands, which was there before or is NEW: before, after, other.
stands() {
    if ! [ -e "$root$2" ] && ! [ -L "$root$2" ]; then
        if [ "$3" = new ]; then say before; else say other; fi
    elif ! [ -f "$root$2" ]; then
        say other
    elif "after_$1" | cmp -s - "$root$2"; then
        say after
    elif [ "$3" = old ] && "before_$1" | cmp -s - "$root$2"; then
        say before
    else
        say other
    fi
}

# Refuses unless the file is as it was, or as the plan leaves it.
file() {
    [ "$(stands "$@")" != other ] || refuse "$2 has changed since the plan was made"
}

# There is a place for notes and for what is kept: root's alone.
hold() {
    if ! [ -d "$root$state" ]; then
        mkdir -p -- "$root${state%/*}"
        mkdir -m 700 -- "$root$state"
    fi
}

# Makes a directory and those above it, and notes which.
make() {
    if [ -d "$1" ]; then
        return
    fi
    make "$(dirname -- "$1")"
    hold
    printf '%s\n' "${1#"$root"}" >>"$root$made"
    sync
    mkdir -m 755 -- "$1"
}

# Takes the directories away that were made, where nothing else is in them by now.
unmake() {
    if ! [ -f "$root$made" ]; then
        return
    fi
    sed '1!G;h;$!d' <"$root$made" | while IFS= read -r directory; do
        rmdir -- "$root$directory" || say "left $directory" >&2
    done
    rm -f -- "$root$made"
}

# Writes what FUNCTION prints to PATH, with MODE where one is given: beside it first.
write() {
    place=$(target "$2")
    directory=$(dirname -- "$place")
    make "$directory"
    beside=$directory/.$(basename -- "$place").passthru-new
    rm -f -- "$beside"
    if [ -e "$place" ]; then
        cp -a -- "$place" "$beside"
    else
        (umask 077 && : >"$beside")
    fi
    "$1" >"$beside"
    [ -z "$3" ] || chmod "$3" -- "$beside"
    sync
    mv -f -- "$beside" "$place"
    sync
    say "wrote $2"
}

# Writes file NUMBER at PATH, unless it is as the plan leaves it.
edit() {
    if [ "$(stands "$1" "$2" "$3")" = before ]; then
        write "after_$1" "$2" "$4"
    fi
}

# Puts file NUMBER at PATH back.
back() {
    if [ "$(stands "$1" "$2" "$3")" != after ]; then
        return
    fi
    if [ "$3" = new ]; then
        place=$(target "$2")
        rm -f -- "$place"
        sync
        say "removed $2"
    else
        write "before_$1" "$2" ''
    fi
}

run() {
    if [ -n "$root" ]; then
        say "to run: $*"
    else
        say "running: $*"
        "$@"
    fi
}

# Keeps a file that a command changes, once; and puts it back.
keep() {
    [ -z "$root" ] || return 0
    kept=/var/lib/passthru/script$1
    if [ -f "$1" ] && ! [ -e "$kept" ]; then
        hold
        make "$(dirname -- "$kept")"
        cp -a -- "$1" "$kept"
    fi
}

kept() { cat -- "/var/lib/passthru/script$kept"; }

unkeep() {
    [ -z "$root" ] || return 0
    kept=$1
    if [ -f "/var/lib/passthru/script$1" ]; then
        write kept "$1" ''
        rm -f -- "/var/lib/passthru/script$1"
    fi
}

# Refuses unless ADDRESS has this VENDOR and DEVICE, SUBSYSTEM_VENDOR and SUBSYSTEM_DEVICE.
device() {
    sysfs=$root/sys/bus/pci/devices
    if ! [ -d "$sysfs" ]; then
        return
    fi
    for pair in "vendor $2" "device $3" "subsystem_vendor $4" "subsystem_device $5"; do
        name=${pair%% *}
        wanted=${pair#* }
        found=
        if [ -r "$sysfs/$1/$name" ]; then
            read -r found <"$sysfs/$1/$name" || :
        fi
        if [ -n "$wanted" ] && [ "$found" != "$wanted" ]; then
            refuse "$name of $1 is ${found:-not there}, not $wanted: addresses have moved"
            return
        fi
    done
}

kernel() {
    if [ -z "$root" ] && [ "$(uname -r)" != "$1" ]; then
        accepted kernel "the kernel is not $1, which the plan was made for"
    fi
}

accepted() {
    case " ${PASSTHRU_ACCEPT:-} " in
    *" $1 "*) ;;
    *) refuse "$2 (PASSTHRU_ACCEPT=$1 takes that upon you)" ;;
    esac
}
"#;

const END: &str = r#"
case $action in
check | apply)
    check
    if [ "$refused" -ne 0 ]; then
        say 'nothing was changed' >&2
        exit 1
    fi
    [ "$action" = check ] || apply
    ;;
undo) undo ;;
*)
    say 'expected apply, check or undo' >&2
    exit 2
    ;;
esac
"#;

fn contents(text: &mut String, number: usize, edit: &Edit) {
    let _ = writeln!(text, "\n# {}", comment(&edit.path));
    for why in &edit.why {
        let _ = writeln!(text, "# - {}", comment(why));
    }
    if let Some(before) = &edit.before {
        let _ = writeln!(
            text,
            "before_{number}() {{ printf '%s' {}; }}",
            quoted(before)
        );
    }
    let _ = writeln!(
        text,
        "after_{number}() {{ printf '%s' {}; }}",
        quoted(&edit.after)
    );
}

/// Whether a file is `new` or `old`, as the script's functions take it.
fn age(edit: &Edit) -> &'static str {
    if edit.before.is_none() { "new" } else { "old" }
}

fn check(text: &mut String, plan: &Plan) {
    text.push_str("\ncheck() {\n");
    for blocker in &plan.blockers {
        let _ = writeln!(
            text,
            "    accepted {} {}",
            quoted(&blocker.accept),
            quoted(&comment(&blocker.title))
        );
    }
    if let Some(kernel) = &plan.made_for.kernel {
        let _ = writeln!(text, "    kernel {}", quoted(kernel));
    }
    for device in &plan.devices {
        let hex = |id: String| quoted(&format!("0x{id}"));
        let subsystem = device.subsystem.map_or_else(
            || "'' ''".to_owned(),
            |id| {
                format!(
                    "{} {}",
                    hex(id.vendor.to_string()),
                    hex(id.device.to_string())
                )
            },
        );
        let _ = writeln!(
            text,
            "    device {} {} {} {subsystem}",
            device.address,
            hex(device.id.vendor.to_string()),
            hex(device.id.device.to_string()),
        );
    }
    for (number, edit) in (1..).zip(&plan.edits) {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    file {number} {path} {}", age(edit));
    }
    text.push_str("    :\n}\n");
}

fn apply(text: &mut String, plan: &Plan) {
    text.push_str("\napply() {\n");
    for (number, edit) in (1..).zip(&plan.edits) {
        let mode = edit.mode.map(|mode| format!("{mode:04o}"));
        let _ = writeln!(
            text,
            "    edit {number} {} {} {}",
            quoted(&edit.path),
            age(edit),
            quoted(&mode.unwrap_or_default())
        );
    }
    for command in &plan.commands {
        let _ = writeln!(text, "    # {}", comment(&command.why));
        if let Undo::Restore { paths } = &command.undo {
            for path in paths {
                let _ = writeln!(text, "    keep {}", quoted(path));
            }
        }
        let _ = writeln!(text, "    run {}", words(&command.argv));
    }
    for step in &plan.manual {
        let line = format!("by hand ({}): {}", step.moment.word(), comment(&step.text));
        let _ = writeln!(text, "    say {}", quoted(&line));
    }
    if let Some(why) = &plan.reboot {
        let line = format!("reboot: {}", comment(why));
        let _ = writeln!(text, "    say {}", quoted(&line));
    }
    text.push_str("    :\n}\n");
}

fn undo(text: &mut String, plan: &Plan) {
    text.push_str("\nundo() {\n");
    for (number, edit) in (1..).zip(&plan.edits) {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    file {number} {path} {}", age(edit));
    }
    text.push_str("    [ \"$refused\" -eq 0 ] || exit 1\n");
    for command in plan.commands.iter().rev() {
        if let Undo::Run { argv } = &command.undo {
            let _ = writeln!(
                text,
                "    run {} || say 'that failed; going on' >&2",
                words(argv)
            );
        }
    }
    for (number, edit) in (1..).zip(&plan.edits).collect::<Vec<_>>().into_iter().rev() {
        let path = quoted(&edit.path);
        let _ = writeln!(text, "    back {number} {path} {}", age(edit));
    }
    for command in &plan.commands {
        match &command.undo {
            Undo::Restore { paths } => {
                for path in paths {
                    let _ = writeln!(text, "    unkeep {}", quoted(path));
                }
            }
            Undo::Again => {
                let _ = writeln!(text, "    run {}", words(&command.argv));
            }
            Undo::Run { .. } => {}
        }
    }
    text.push_str("    unmake\n}\n");
}
