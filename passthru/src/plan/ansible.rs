//! A plan as an Ansible playbook. Every text of the plan is an `!unsafe` scalar: Ansible
//! takes no part of it for a template (Ansible documentation, "Advanced playbook
//! syntax").

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::document::{Plan, Undo};
use super::script::{NotWritten, comment, hold, title};
use super::state::sha256;
use crate::remedy::shown;

/// The playbook. It asserts that each file and device is what the plan was made for
/// before it changes the first, and runs the commands where a file changed, or with
/// `-e passthru_run=true`.
///
/// # Errors
///
/// When a text has a NUL byte, which YAML cannot hold.
pub fn playbook(plan: &Plan) -> Result<String, NotWritten> {
    hold(plan, "YAML")?;
    let mut text = format!(
        "---\n\
         # {}.\n\
         # Made by passthru {}; for the one host and the state that it was made for.\n\
         # Commands run where a file changed, or with -e passthru_run=true.\n\
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
    files(&mut text, plan);
    commands(&mut text, plan);
    if let Some(why) = &plan.reboot {
        let _ = write!(
            text,
            "    - name: \"What comes next\"\n\
             \x20     ansible.builtin.debug:\n\
             \x20       msg: {}\n",
            unsafe_scalar(&format!("reboot: {why}")),
        );
    }
    Ok(text)
}

/// What stands in the way, until `-e passthru_accept=WORD,...` names it.
fn refusals(text: &mut String, plan: &Plan) {
    for blocker in &plan.blockers {
        let _ = write!(
            text,
            "    - name: \"Nothing stands in the way\"\n\
             \x20     ansible.builtin.assert:\n\
             \x20       that:\n\
             \x20         - \"'{}' in (passthru_accept | default('')).split(',')\"\n\
             \x20       fail_msg: {}\n",
            blocker
                .accept
                .chars()
                .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
                .collect::<String>(),
            unsafe_scalar(&blocker.title),
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
            "    - name: \"Look at {address}\"\n\
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
             \x20       fail_msg: \"another device is at {address}: addresses have moved\"\n\
             \x20     when: passthru_devices | default(true) | bool\n",
            files.join(", "),
            device.id,
            values.join(", "),
        );
    }
}

fn files(text: &mut String, plan: &Plan) {
    for (number, edit) in plan.edits.iter().enumerate() {
        let path = unsafe_scalar(&edit.path);
        let before = edit.before.as_ref().map(|text| sha256(text.as_bytes()));
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.stat:\n\
             \x20       path: {path}\n\
             \x20       follow: true\n\
             \x20       checksum_algorithm: sha256\n\
             \x20     register: passthru_file_{number}\n\
             \x20   - name: {}\n\
             \x20     ansible.builtin.assert:\n\
             \x20       that:\n\
             \x20         - \"(passthru_file_{number}.stat.checksum | default('absent')) in ['{}', \
             '{}']\"\n\
             \x20       fail_msg: {}\n",
            name(&format!("Look at {}", edit.path)),
            name(&format!("{} is what the plan was made for", edit.path)),
            before.as_deref().unwrap_or("absent"),
            sha256(edit.after.as_bytes()),
            unsafe_scalar(&format!(
                "{} has changed since the plan was made",
                edit.path
            )),
        );
    }
    let directories: BTreeSet<&str> = plan
        .edits
        .iter()
        .filter(|edit| edit.before.is_none())
        .filter_map(|edit| Some(edit.path.rsplit_once('/')?.0))
        .filter(|directory| !directory.is_empty())
        .collect();
    for directory in directories {
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.file:\n\
             \x20       path: {}\n\
             \x20       state: directory\n",
            name(&format!("{directory} is there")),
            unsafe_scalar(directory),
        );
    }
    for (number, edit) in plan.edits.iter().enumerate() {
        for why in &edit.why {
            let _ = writeln!(text, "    # {}", comment(why));
        }
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.copy:\n\
             \x20       dest: {}\n\
             \x20       content: {}\n\
             \x20       follow: true\n",
            name(&format!("Write {}", edit.path)),
            unsafe_scalar(&edit.path),
            unsafe_scalar(&edit.after),
        );
        if let Some(mode) = edit.mode {
            let _ = writeln!(text, "        mode: \"{mode:04o}\"");
        }
        let _ = writeln!(text, "      register: passthru_wrote_{number}");
    }
}

fn commands(text: &mut String, plan: &Plan) {
    let changed: Vec<String> = (0..plan.edits.len())
        .map(|number| format!("passthru_wrote_{number} is changed or "))
        .collect();
    let when = format!("{}(passthru_run | default(false) | bool)", changed.concat());
    for command in &plan.commands {
        let argv: Vec<String> = command
            .argv
            .iter()
            .map(|word| unsafe_scalar(word))
            .collect();
        let _ = writeln!(text, "    # {}", comment(&command.why));
        if let Undo::Run { argv } = &command.undo {
            let _ = writeln!(text, "    # taken back by: {}", comment(&shown(argv)));
        }
        let _ = write!(
            text,
            "    - name: {}\n\
             \x20     ansible.builtin.command:\n\
             \x20       argv: [{}]\n\
             \x20     changed_when: true\n\
             \x20     when: {when}\n",
            name(&format!("Run {}", shown(&command.argv))),
            argv.join(", "),
        );
    }
}

/// A text that Ansible does not take for a template.
fn unsafe_scalar(text: &str) -> String {
    format!("!unsafe {}", scalar(text))
}

/// The name of a task: for people. What Ansible would take for a template is left out.
fn name(text: &str) -> String {
    scalar(&comment(text).replace(['{', '}'], ""))
}

/// A double-quoted scalar (YAML 1.2, 7.3.1).
fn scalar(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            // What YAML does not let stand as it is (5.1), and what looks like a line
            // end or an order mark.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{a0}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
