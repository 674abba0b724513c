//! Device files of NVIDIA whose major the rules of an LXC container do not allow.

use host_tree::{CommandText, Evidence, numbered_lines};

/// A device file that the container cannot open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RefusedNode {
    /// The path of the file.
    pub(crate) path: String,
    /// Its major.
    pub(crate) major: u32,
    /// The line of `ls -l`.
    pub(crate) node: Evidence,
    /// The last rule of the container.
    pub(crate) rule: Evidence,
}

/// The file whose major changes, as `ls -l` shows it.
const NODE: &str = "/dev/nvidia-uvm";

/// The node, if the text has rules of a container, and no rule or other line allows its major.
pub(in crate::host) fn read(texts: &[CommandText]) -> Option<RefusedNode> {
    let mut allowed: Vec<u32> = Vec::new();
    let mut rule: Option<Evidence> = None;
    let mut nodes: Vec<(u32, Evidence)> = Vec::new();
    for text in texts {
        if !text.text.contains(NODE) && !text.text.contains("lxc.cgroup") {
            continue;
        }
        for (number, line) in numbered_lines(&text.text) {
            let bare = line.trim();
            let evidence = || Evidence::new(&*text.command, number, bare);
            // Passed by its path, with its major of now.
            if bare.starts_with("dev") && bare.contains(": /dev/nvidia-uvm") {
                return None;
            }
            if let Some(rest) = bare.strip_prefix("lxc.cgroup") {
                let (_, value) = rest.split_once("devices.allow")?;
                let value = value.trim_start_matches([' ', ':', '=']);
                let device = value.strip_prefix("c ")?;
                allowed.push(device.split(':').next()?.trim().parse().ok()?);
                rule = Some(evidence());
            } else if let Some(major) = major(bare) {
                nodes.push((major, evidence()));
            }
        }
    }
    if nodes.iter().any(|(major, _)| allowed.contains(major)) {
        return None;
    }
    let (major, node) = nodes.pop()?;
    Some(RefusedNode {
        path: NODE.to_owned(),
        major,
        node,
        rule: rule?,
    })
}

/// The major in `crw-rw-rw- 1 root root 511, 0 Jun  2 08:14 /dev/nvidia-uvm`.
fn major(line: &str) -> Option<u32> {
    let mut words = line.split_whitespace();
    let is_node = words.next()?.starts_with("crw") && line.ends_with(NODE);
    let major = words.find_map(|word| word.strip_suffix(','))?;
    major.parse().ok().filter(|_| is_node)
}

#[cfg(test)]
mod tests;
