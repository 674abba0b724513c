//! A libvirt hook for hosts whose only GPU is assigned to a guest.
//!
//! libvirt runs it before the guest starts and after it has stopped (libvirt's documentation,
//! "Hooks for specific system management": operations `prepare begin` and `release end`; files in
//! `qemu.d` since 6.5.0; libvirtd must be restarted if it had no hook before). It stops the display
//! manager, unbinds the consoles and the boot framebuffer from the card, and restores all
//! afterwards. libvirt binds the functions, `managed='yes'`.
//!
//! It never calls `virsh` or another program of libvirt: libvirtd waits for the hook, and a request
//! about a domain waits for libvirtd (seen with libvirt 9.0, where `virsh list --all` in a hook
//! does not return and `virsh nodedev-list` does). A failure before the guest starts undoes all
//! steps, and the hook exits with 1, so that libvirt does not start the guest.

use core::fmt;
use core::str::FromStr;

use host_tree::Edit;

use crate::error::{Cause, Error};

/// The folder of hooks.
pub const DIRECTORY: &str = "/etc/libvirt/hooks/qemu.d";

/// The name of a domain, of characters without a meaning in a shell or a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GuestName(String);

impl FromStr for GuestName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        let starts = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts && text.len() <= 128 && text.chars().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Cause::GuestName {
                found: text.to_owned(),
            }
            .into())
        }
    }
}

impl fmt::Display for GuestName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where the hook for a guest belongs.
#[must_use]
pub fn path(guest: &GuestName) -> String {
    format!("{DIRECTORY}/passthru-{guest}")
}

/// The hook for a guest.
///
/// ```
/// use hostconf::binding::libvirt_hook::hook;
/// let text = hook(&"win11".parse()?);
/// assert!(text.contains("guest=win11\n") && !text.contains("virsh"));
/// # Ok::<(), hostconf::Error>(())
/// ```
#[must_use]
pub fn hook(guest: &GuestName) -> String {
    TEXT.replace("@GUEST@", &guest.0)
}

/// The hook as an edit: new, or in place of `before`.
#[must_use]
pub fn edit(guest: &GuestName, before: Option<&str>) -> Edit {
    Edit::new_script(path(guest), hook(guest)).replacing(before.map(str::to_owned))
}

/// Files of the script in `$state`: `manager`, the display manager's unit; `consoles` and
/// `framebuffers`, paths; `modules`, in the order of unloading.
///
/// NVIDIA's modules are unloaded, since its driver cannot be unbound while `nvidia_drm` is loaded;
/// libvirt unbinds the other drivers.
const TEXT: &str = "#!/bin/sh
# Written by passthru: frees the display card for one guest, and restores it after the guest.
guest=@GUEST@
sys=/sys
state=/run/passthru/display

say() { echo \"passthru: $*\" >&2; }

# Whether a process has a display node open.
in_use() {
	find /proc/[0-9]*/fd '(' -lname '/dev/dri/*' -o -lname '/dev/nvidia*' ')' \\
		2>/dev/null | grep -q .
}

stop_manager() {
	unit=$(systemctl show -P Id display-manager.service) || unit=
	systemctl --quiet is-active display-manager.service || return 0
	echo \"$unit\" >\"$state/manager\"
	systemctl stop display-manager.service || return 1
	# Its sessions end a moment later.
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		in_use || return 0
		sleep 1
	done
	say 'a program still has the display open'
	return 1
}

free_consoles() {
	for console in \"$sys\"/class/vtconsole/vtcon*; do
		[ -e \"$console/bind\" ] || continue
		case $(cat \"$console/name\") in
		*frame*) ;;
		*) continue ;;
		esac
		[ \"$(cat \"$console/bind\")\" = 1 ] || continue
		echo \"$console\" >>\"$state/consoles\"
		echo 0 >\"$console/bind\" || return 1
	done
}

# The framebuffer that the firmware set up, in the card's memory.
free_framebuffers() {
	for driver in efi-framebuffer vesa-framebuffer simple-framebuffer; do
		for device in \"$sys/bus/platform/drivers/$driver/$driver\".*; do
			[ -e \"$device\" ] || continue
			echo \"$driver/${device##*/}\" >>\"$state/framebuffers\"
			echo \"${device##*/}\" >\"$sys/bus/platform/drivers/$driver/unbind\" || return 1
		done
	done
}

unload() {
	for module in nvidia_drm nvidia_modeset nvidia_uvm nvidia; do
		[ -d \"$sys/module/$module\" ] || continue
		echo \"$module\" >>\"$state/modules\"
		modprobe -r \"$module\" || return 1
	done
}

# Restores the noted state, in reverse order.
restore() {
	[ -d \"$state\" ] || return 0
	if [ -e \"$state/modules\" ]; then
		sed '1!G;h;$!d' \"$state/modules\" | while read -r module; do
			modprobe \"$module\"
		done
	fi
	if [ -e \"$state/framebuffers\" ]; then
		while IFS=/ read -r driver device; do
			echo \"$device\" >\"$sys/bus/platform/drivers/$driver/bind\"
		done <\"$state/framebuffers\"
	fi
	if [ -e \"$state/consoles\" ]; then
		while read -r console; do
			echo 1 >\"$console/bind\"
		done <\"$state/consoles\"
	fi
	if [ -e \"$state/manager\" ]; then
		systemctl --no-block start display-manager.service
	fi
	rm -r \"$state\"
}

[ \"$1\" = \"$guest\" ] || exit 0
case $2/$3 in
prepare/begin)
	# An earlier start may have left its state, which mkdir would keep.
	restore
	mkdir -p \"$state\" || exit 1
	if stop_manager && free_consoles && free_framebuffers && unload; then
		exit 0
	fi
	say \"the display could not be freed, $guest is not started\"
	restore
	exit 1
	;;
release/end)
	restore
	;;
esac
exit 0
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_a_shell_would_read_is_refused() {
        for bad in [
            "", "-a", "a b", "a;b", "../a", "$(x)", "a\n", ".a", "\u{e4}",
        ] {
            assert!(bad.parse::<GuestName>().is_err(), "{bad}");
        }
        let guest: GuestName = "win-11.5_x+y".parse().unwrap();
        assert_eq!(
            path(&guest),
            "/etc/libvirt/hooks/qemu.d/passthru-win-11.5_x+y"
        );
        let once = hook(&guest);
        assert!(edit(&guest, Some(&once)).is_noop());
    }
}
