//! The playbook, and its checks before any change.

use std::fmt::Write as _;

use super::yaml::{name, unsafe_scalar};
use super::{apply, undo};
use crate::plan::document::Plan;
use crate::plan::script::{ScriptForm, hold, title};
use crate::text::text;

/// Returns the playbook. It asserts that each file and device is in the plan's expected state
/// before the first change, and runs the commands if a file changed, or with `-e
/// passthru_run=true`. Its tasks with the tag `undo` undo that, and run only with `--tags undo`.
///
/// # Errors
///
/// If a text has a NUL byte, which YAML cannot contain, and if the plan's edits remove settings
/// that it does not name.
pub fn playbook(plan: &Plan) -> crate::Result<String> {
    hold(plan, ScriptForm::Ansible)?;
    let mut text = format!(
        "---\n\
         # {}.\n\
         # Made by passthru {}, for one host in one state.\n\
         # Commands run where a file changed, or with -e passthru_run=true.\n\
         # To undo it: ansible-playbook --tags undo.\n\
         - name: {}\n\
         \x20 hosts: \"{{{{ passthru_hosts | default('all') }}}}\"\n\
         \x20 become: true\n\
         \x20 gather_facts: false\n\
         \x20 tasks:\n",
        title(plan),
        env!("CARGO_PKG_VERSION"),
        name(&title(plan)),
    );
    refusals(&mut text, plan);
    devices(&mut text, plan);
    apply::files(&mut text, plan);
    apply::commands(&mut text, plan);
    if let Some(why) = &plan.reboot_reason {
        let _ = write!(
            text,
            "    - name: \"Next steps\"\n\
             \x20     ansible.builtin.debug:\n\
             \x20       msg: {}\n",
            unsafe_scalar(&format!("reboot: {why}")),
        );
    }
    undo::tasks(&mut text, plan);
    Ok(text)
}

/// The blockers, until `-e passthru_accept=WORD,...` accepts them.
fn refusals(text: &mut String, plan: &Plan) {
    let blockers = plan.blockers.iter();
    let blockers = blockers.map(|one| (&*one.accept, one.title.clone()));
    let assumptions = plan.assumptions.iter();
    let assumptions = assumptions.map(|one| {
        let sentence = one.sentence();
        (&*one.fact, text!("assumed: {sentence}", sentence))
    });
    for (accept, title) in blockers.chain(assumptions) {
        let _ = write!(
            text,
            "    - name: \"No unaccepted blocker\"\n\
             \x20     ansible.builtin.assert:\n\
             \x20       that:\n\
             \x20         - \"'{}' in (passthru_accept | default('')).split(',')\"\n\
             \x20       fail_msg: {}\n",
            accept
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect::<String>(),
            unsafe_scalar(&title),
        );
    }
}

fn devices(text: &mut String, plan: &Plan) {
    for (number, device) in plan.devices.iter().enumerate() {
        let mut wanted = vec![
            ("vendor", device.id.vendor.to_string()),
            ("device", device.id.device.to_string()),
        ];
        if let Some(subsystem) = device.subsystem {
            wanted.push(("subsystem_vendor", subsystem.vendor.to_string()));
            wanted.push(("subsystem_device", subsystem.device.to_string()));
        }
        let address = device.address;
        let files: Vec<String> = wanted
            .iter()
            .map(|(name, _)| format!("\"/sys/bus/pci/devices/{address}/{name}\""))
            .collect();
        let values: Vec<String> = wanted.iter().map(|(_, id)| format!("'0x{id}'")).collect();
        let _ = write!(
            text,
            "    - name: \"Read the IDs of {address}\"\n\
             \x20     ansible.builtin.command:\n\
             \x20       argv: [\"cat\", {}]\n\
             \x20     register: passthru_device_{number}\n\
             \x20     changed_when: false\n\
             \x20     check_mode: false\n\
             \x20     when: passthru_devices | default(true) | bool\n\
             \x20   - name: \"{address} is {}\"\n\
             \x20     ansible.builtin.assert:\n\
             \x20       that:\n\
             \x20         - \"passthru_device_{number}.stdout_lines == [{}]\"\n\
             \x20       fail_msg: \"another device is at {address}: addresses have changed\"\n\
             \x20     when: passthru_devices | default(true) | bool\n",
            files.join(", "),
            device.id,
            values.join(", "),
        );
    }
}
