//! A second `-cpu` in `args`, which overrides the processor settings of Proxmox VE.

use super::config_edit::Edit;
use super::property::{PropertyString, with_option};
use crate::error::Error;
use crate::qemu::launch_words;

const HIDES: &str = "hides the hypervisor as -cpu in args did, with the defaults of Proxmox VE";
const THREW_AWAY: &str = "a second -cpu overrides the cpu key and the defaults of Proxmox VE; \
                          its settings are in the cpu key now, or are defaults of Proxmox VE";

/// Moves a `-cpu` of `args` to the `cpu` key, if the key can express it: the key's model or
/// `host`, the defaults of Proxmox VE (`+kvm_pv_unhalt`, `+kvm_pv_eoi`:
/// `PVE::QemuServer::CPUConfig`, `get_pve_cpu_flags`), and the flags that hide the hypervisor.
/// Any other `-cpu` remains.
pub(super) fn move_to_key(edit: &mut Edit) -> Result<(), Error> {
    let Some((args, cpu)) = replaced(edit) else {
        return Ok(());
    };
    edit.set("cpu", &cpu, HIDES)?;
    if args.is_empty() {
        edit.unset(&"args".parse()?, THREW_AWAY);
        Ok(())
    } else {
        edit.set("args", &args, THREW_AWAY)
    }
}

/// `args` and `cpu` after the edit; `None` if unchanged.
fn replaced(edit: &Edit) -> Option<(String, String)> {
    let args = edit.config.get("args")?.value;
    // Without the key `host` alone is known to be a model that it can name.
    let cpu = edit.config.get("cpu").map_or("host", |entry| entry.value);
    let mut cpu = cpu.to_owned();
    let words = launch_words(&format!("kvm {args}")).ok()?;
    if !words.computed.is_empty() {
        return None;
    }
    let mut places = (0..).zip(&words.argv).filter(|(_, word)| *word == "-cpu");
    let (at, _) = places.next()?;
    if places.next().is_some() {
        return None;
    }
    let value = words.argv.get(at + 1usize)?;
    let mut parts = value.split(',');
    let model = PropertyString::parse(&cpu, "cputype").ok()?;
    if model.get("cputype") != parts.next() {
        return None;
    }
    for part in parts {
        let (key, value) = match part {
            "+kvm_pv_unhalt" | "+kvm-pv-unhalt" | "kvm-pv-unhalt=on" | "+kvm_pv_eoi"
            | "+kvm-pv-eoi" | "kvm-pv-eoi=on" => continue,
            "kvm=off" => ("hidden", "1"),
            other => {
                let (key, value) = other.split_once('=')?;
                let fits: Result<crate::description::HypervVendorId, _> = value.parse();
                if !matches!(key, "hv_vendor_id" | "hv-vendor-id") || fits.is_err() {
                    return None;
                }
                ("hv-vendor-id", value)
            }
        };
        cpu = with_option(&cpu, key, value).ok()?;
    }
    // One of the ways to write the two words in the present text.
    let ways = [
        format!("-cpu '{value}'"),
        format!("-cpu \"{value}\""),
        format!("-cpu {value}"),
    ];
    let way = ways.iter().find(|way| args.contains(way.as_str()))?;
    let (before, after) = args.split_once(way.as_str())?;
    let apart = |text: &str, outer: bool| text.is_empty() || outer;
    if !apart(before, before.ends_with(' ')) || !apart(after, after.starts_with(' ')) {
        return None;
    }
    let rest = match (before.trim_end(), after.trim_start()) {
        (before, "") => before.to_owned(),
        ("", after) => after.to_owned(),
        (before, after) => format!("{before} {after}"),
    };
    Some((rest, cpu))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(text: &str) -> String {
        let mut edit = Edit::of(text).unwrap();
        move_to_key(&mut edit).unwrap();
        edit.config.to_string()
    }

    #[test]
    fn flags_that_the_key_supports_are_moved_there() {
        // As a guide for a GTX 650 has it.
        let guide = "cpu: host,hidden=1,flags=+pcid\nargs: -cpu \
                     'host,+kvm_pv_unhalt,+kvm_pv_eoi,hv_vendor_id=NV43FIX,kvm=off'\n";
        assert_eq!(
            after(guide),
            "cpu: host,hidden=1,flags=+pcid,hv-vendor-id=NV43FIX\n"
        );
        assert_eq!(after("args: -cpu host,kvm=off\n"), "cpu: host,hidden=1\n");
        assert_eq!(
            after("args: -vnc :1 -cpu host,kvm=off -S\ncpu: host\n"),
            "args: -vnc :1 -S\ncpu: host,hidden=1\n"
        );
    }

    #[test]
    fn settings_without_a_counterpart_are_kept() {
        for text in [
            "args: -cpu kvm64,kvm=off\n",
            "cpu: x86-64-v3\nargs: -cpu host,kvm=off\n",
            "cpu: host\nargs: -cpu host,topoext=on\n",
            "cpu: host\nargs: -cpu host,-avx\n",
            "cpu: host\nargs: -cpu host,kvm=off -cpu host\n",
            "cpu: host\nargs: -cpu host,hv_vendor_id=1234567890123\n",
            "cpu: host\nargs: -cpu \"ho\"st,kvm=off\n",
            "cpu: host\nargs: -name '-cpu host'\n",
            "cpu: host\nargs: -cpu\n",
        ] {
            assert_eq!(after(text), text);
        }
    }
}
