//! Scripts that bind functions to vfio-pci on a running host, and release them.
//!
//! For hosts that must not reboot. Functions bound at boot are never in use; functions bound now
//! may be, and unbinding a driver in use can hang, together with the program that requested it. So
//! the script first checks for open nodes of the display or the accelerator, network interfaces
//! that are up, storage controllers (whose disks may be in use), and consoles on the card's
//! framebuffer. It records the previous driver of each function, so that the other script undoes
//! exactly that, and undoes all if one function fails.
//!
//! It binds by address and checks the IDs, never by `new_id`: that makes vfio-pci bind every
//! unbound function with these IDs, also of other devices and also later ones, until `remove_id`.

use core::fmt::Write as _;

use host_tree::Edit;

use super::by_address::{BoundFunction, DEFINITIONS};

/// The directory of the scripts' undo state, removed by the next boot like the binding.
pub const STATE: &str = "/run/passthru";

/// Directory of the scripts.
pub const DIRECTORY: &str = "/usr/local/lib/passthru";

/// The script that binds `functions` now.
///
/// It exits with 0 if all are bound to vfio-pci, otherwise with 1 and the functions as before.
///
/// ```
/// use hostconf::binding::by_address::BoundFunction;
/// use hostconf::binding::{runtime::bind, runtime::release};
/// let nic = BoundFunction {
///     address: "03:00.0".parse().unwrap(),
///     id: "8086:10d3".parse().unwrap(),
///     subsystem: None,
/// };
/// assert!(bind(&[nic]).ends_with("done\n"));
/// assert!(release(&[nic]).contains("release 0000:03:00.0"));
/// ```
#[must_use]
pub fn bind(functions: &[BoundFunction]) -> String {
    let mut out = format!("#!/bin/sh\n{BIND_HEAD}\n{DEFINITIONS}{GIVE_BACK}{BIND}");
    for function in functions {
        let _ = writeln!(out, "check_bind {} || exit 1", function.words());
    }
    out.push_str(LOAD);
    for function in functions {
        let _ = writeln!(out, "bind {} || undo", function.address);
    }
    let list = addresses(functions);
    let _ = write!(
        out,
        "\nfor function in {list}; do\n\techo \"$function has vfio-pci\"\ndone\n"
    );
    out.replace("@ALL@", &list)
}

/// The script that releases `functions` to their earlier drivers.
#[must_use]
pub fn release(functions: &[BoundFunction]) -> String {
    let mut out = format!("#!/bin/sh\n{RELEASE_HEAD}\n{DEFINITIONS}{GIVE_BACK}\nfailed=0\n");
    for function in functions {
        let _ = writeln!(out, "is_free {} || exit 1", function.address);
    }
    for function in functions.iter().rev() {
        let _ = writeln!(out, "release {} || failed=1", function.address);
    }
    out.push_str("exit $failed\n");
    out
}

/// Where the scripts for `functions` belong, named by the first of them: one binds, the other
/// releases.
#[must_use]
pub fn paths(functions: &[BoundFunction]) -> [String; 2] {
    let first = functions
        .first()
        .map_or_else(String::new, |function| format!("-{}", function.address));
    ["bind", "release"].map(|action| format!("{DIRECTORY}/{action}{first}"))
}

/// Both scripts as edits: new, or in place of the present ones.
///
/// ```
/// use hostconf::binding::by_address::BoundFunction;
/// use hostconf::binding::runtime::edits;
/// let nic = BoundFunction {
///     address: "03:00.0".parse().unwrap(),
///     id: "8086:10d3".parse().unwrap(),
///     subsystem: None,
/// };
/// let [bind, release] = edits(&[nic], [None, None]);
/// assert_eq!(bind.path, "/usr/local/lib/passthru/bind-0000:03:00.0");
/// assert_eq!(release.path, "/usr/local/lib/passthru/release-0000:03:00.0");
/// ```
#[must_use]
pub fn edits(functions: &[BoundFunction], before: [Option<&str>; 2]) -> [Edit; 2] {
    let [bind_path, release_path] = paths(functions);
    let [first, second] = before.map(|text| text.map(str::to_owned));
    [
        Edit::new_script(bind_path, bind(functions)).replacing(first),
        Edit::new_script(release_path, release(functions)).replacing(second),
    ]
}

fn addresses(functions: &[BoundFunction]) -> String {
    let list: Vec<String> = functions
        .iter()
        .map(|function| function.address.to_string())
        .collect();
    list.join(" ")
}

const BIND_HEAD: &str =
    "# Written by passthru: binds PCI functions to vfio-pci now, until the next boot.
";

const RELEASE_HEAD: &str = "# Written by passthru: binds PCI functions to their host drivers again.
";

/// A function without a previous driver stays unbound: its driver would have claimed it by now.
const GIVE_BACK: &str = "state=/run/passthru

driver_of() {
	link=$(readlink \"$devices/$1/driver\") || return 0
	echo \"${link##*/}\"
}

refuse() {
	echo \"passthru: $1: $2\" >&2
	return 1
}

# holders PATTERN: whether a process has such a node open.
holders() {
	find /proc/[0-9]*/fd -lname \"$1\" 2>/dev/null | grep -q .
}

# is_free ADDRESS: whether no guest uses the function; unbinding a function in use would
# wait for the end of its use.
is_free() {
	[ -e \"$state/$1\" ] || return 0
	set -- \"$1\" \"$devices/$1\"/vfio-dev/*
	# A program opens a function by its own node, with iommufd, or by its group's.
	[ ! -e \"$2\" ] || ! holders \"/dev/vfio/devices/${2##*/}\" ||
		refuse \"$1\" 'in use by a guest: stop the guest first' || return 1
	group=$(readlink \"$devices/$1/iommu_group\") || return 0
	group=${group##*/}
	{ ! holders \"/dev/vfio/$group\" && ! holders \"/dev/vfio/noiommu-$group\"; } ||
		refuse \"$1\" 'in use by a guest: stop the guest first'
}

# release ADDRESS: to the driver that was noted before the binding.
release() {
	[ -e \"$state/$1\" ] || return 0
	had=
	read -r had <\"$state/$1\"
	# An empty line removes the override.
	echo >\"$devices/$1/driver_override\"
	if [ \"$(driver_of \"$1\")\" = vfio-pci ] && [ \"$had\" != vfio-pci ]; then
		echo \"$1\" >\"$devices/$1/driver/unbind\" || return 1
	fi
	if [ -n \"$had\" ] && [ -z \"$(driver_of \"$1\")\" ]; then
		echo \"$1\" >\"$sys/bus/pci/drivers/$had/bind\"
	fi
	if [ \"$(driver_of \"$1\")\" != \"$had\" ]; then
		echo \"passthru: $1 is not bound to ${had:-no driver} again\" >&2
		return 1
	fi
	rm -f \"$state/$1\"
}
";

const BIND: &str = "
undo() {
	for one in @ALL@; do
		release \"$one\"
	done
	exit 1
}

# check_bind ADDRESS VENDOR DEVICE SUBVENDOR SUBDEVICE: whether the function has these IDs
# and is not in use.
check_bind() {
	function=$devices/$1
	expected \"$@\" || refuse \"$1\" \"is not $2:$3\" || return 1
	[ -d \"$function/iommu_group\" ] ||
		refuse \"$1\" 'has no IOMMU group: the IOMMU is disabled' || return 1
	case $(driver_of \"$1\") in
	'' | vfio-pci) return 0 ;;
	esac
	read -r class <\"$function/class\"
	case $class in
	0x01*) refuse \"$1\" 'is a storage controller: bind it at boot' || return 1 ;;
	esac
	for node in \"$function\"/drm/card* \"$function\"/drm/render* \"$function\"/accel/accel*; do
		[ -e \"$node\" ] || continue
		! holders \"/dev/*/${node##*/}\" ||
			refuse \"$1\" \"${node##*/} is open\" || return 1
	done
	if [ -e \"/proc/driver/nvidia/gpus/$1\" ]; then
		minor=$(sed -n 's/^Device Minor:[^0-9]*//p' \"/proc/driver/nvidia/gpus/$1/information\")
		! holders \"/dev/nvidia$minor\" || refuse \"$1\" \"nvidia$minor is open\" || return 1
	fi
	for node in \"$function\"/sound/card*/*; do
		[ -e \"$node\" ] || continue
		! holders \"/dev/snd/${node##*/}\" ||
			refuse \"$1\" \"${node##*/} is open\" || return 1
	done
	for interface in \"$function\"/net/*; do
		! is \"$interface/operstate\" up ||
			refuse \"$1\" \"${interface##*/} is up\" || return 1
	done
	for framebuffer in \"$function\"/graphics/fb*; do
		[ -e \"$framebuffer\" ] || continue
		for console in \"$sys\"/class/vtconsole/vtcon*; do
			case $(cat \"$console/name\") in
			*frame*) ;;
			*) continue ;;
			esac
			! is \"$console/bind\" 1 ||
				refuse \"$1\" 'the console uses it' || return 1
		done
	done
}

# bind ADDRESS
bind() {
	had=$(driver_of \"$1\")
	[ \"$had\" != vfio-pci ] || return 0
	echo \"$had\" >\"$state/$1\"
	echo vfio-pci >\"$devices/$1/driver_override\"
	if [ -n \"$had\" ]; then
		echo \"$1\" >\"$devices/$1/driver/unbind\"
	fi
	echo \"$1\" >\"$sys/bus/pci/drivers_probe\"
	[ \"$(driver_of \"$1\")\" = vfio-pci ] || refuse \"$1\" 'vfio-pci is not bound to it'
}

";

const LOAD: &str = "
[ -d \"$sys/bus/pci/drivers/vfio-pci\" ] || modprobe vfio-pci || exit 1
mkdir -p \"$state\" || exit 1

";
