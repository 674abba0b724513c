//! The fixed parts of a plan's script.

/// Common functions of all scripts.
pub(super) const FUNCTIONS: &str = r#"
say() { printf '%s\n' "$*"; }

refuse() {
    say "refused: $*" >&2
    refused=1
}

# The file that PATH leads to; a link is kept.
target() {
    if [ -L "$root$1" ]; then
        if [ -n "$root" ]; then
            say "$1 is a link, which is not followed below ROOT: use passthru apply" >&2
            return 1
        fi
        readlink -f -- "$1"
    else
        say "$root$1"
    fi
}

# The state of file NUMBER at PATH, an old or a new one: before, after, other.
state_of() {
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

# Whether there is a copy of the file from before a command changed it.
is_kept() { [ -z "$root" ] && [ -e "$keeps$1" ]; }

# Refuses unless the file is as before or after the plan and its commands.
file() {
    is_kept "$2" || [ "$(state_of "$@")" != other ] || refuse "$2 has changed since the plan was made"
}

# Creates the directory for notes and copies, for root only.
hold() {
    if ! [ -d "$root$state" ]; then
        mkdir -p -- "$root${state%/*}"
        mkdir -m 700 -- "$root$state"
    fi
    chmod 700 -- "$root$state"
}

# Creates a directory and its parents, and notes them.
make() {
    if [ -d "$1" ]; then
        return
    fi
    make "$(dirname -- "$1")"
    hold
    # Which may have been this one, or one above it.
    if [ -d "$1" ]; then
        return
    fi
    (umask 077 && printf '%s\n' "${1#"$root"}" >>"$root$made")
    sync
    case "${1#"$root"}" in
    "$state"/*) mkdir -m 700 -- "$1" ;;
    *) mkdir -m 755 -- "$1" ;;
    esac
}

# Removes the created directories that are empty.
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
    case "$2" in
    "$state"/*) hold ;;
    esac
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

# Writes file NUMBER at PATH, unless it is as after the plan.
edit() {
    if [ "$(state_of "$1" "$2" "$3")" = before ]; then
        write "after_$1" "$2" "$4"
    fi
}

# Restores file NUMBER at PATH, unless a copy of it restores it.
back() {
    if is_kept "$2" || [ "$(state_of "$1" "$2" "$3")" != after ]; then
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

# Copies a file that a command changes, once, before the first edit; and restores it.
keep() {
    [ -z "$root" ] || return 0
    kept=$keeps$1
    if [ -f "$1" ] && ! [ -e "$kept" ]; then
        hold
        make "$(dirname -- "$kept")"
        cp -a -- "$1" "$kept"
    fi
}

kept() { cat -- "$keeps$kept"; }

unkeep() {
    [ -z "$root" ] || return 0
    kept=$1
    if [ -f "$keeps$1" ]; then
        write kept "$1" ''
        rm -f -- "$keeps$1"
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
            refuse "$name of $1 is ${found:-not there}, not $wanted: addresses have changed"
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
    *) refuse "$2 (PASSTHRU_ACCEPT=$1 accepts the risk)" ;;
    esac
}
"#;

pub(super) const END: &str = r#"
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
