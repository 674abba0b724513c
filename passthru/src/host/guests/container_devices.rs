//! The VFIO device files that containers are started with: `docker run --device`, and the
//! lists `devices:` of compose files.

use host_tree::{CommandText, Evidence, numbered_lines};

use crate::host::fact::Fact;

/// As many containers are read.
const MOST: usize = 64;

/// The device files of VFIO that one container has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub(crate) struct ContainerDevices {
    /// The numbers of the groups.
    pub groups: Vec<u32>,
    /// Whether the container has `/dev/vfio/vfio`, alone or through the folder or all devices.
    pub has_container: bool,
}

/// The containers that have the device file of a group, each with the first line that names
/// one.
pub(in crate::host) fn read(texts: &[CommandText]) -> Vec<Fact<ContainerDevices>> {
    let mut found = Vec::new();
    // A container with all devices, or with the folder as a volume.
    let whole = ["privileged", "/dev:/dev", "/dev/vfio:/dev/vfio"];
    for text in texts {
        let has_whole = whole.iter().any(|words| text.text.contains(words));
        if !text.text.contains("/dev/vfio/") || has_whole {
            continue;
        }
        let mut reader = Reader::default();
        for (number, line) in numbered_lines(&text.text) {
            reader.line(line, || Evidence::new(&*text.command, number, line.trim()));
        }
        reader.end();
        found.append(&mut reader.found);
    }
    found.truncate(MOST);
    found
}

/// The line that starts QEMU in a container with a device of vfio-pci, where the list of the container's device
/// files is complete and has none of VFIO.
pub(in crate::host) fn without_files(texts: &[CommandText]) -> Option<Evidence> {
    let whole = ["privileged", "/dev:/dev", "/dev/vfio:/dev/vfio"];
    let mut found = texts.iter().filter_map(|text| {
        if whole.iter().any(|words| text.text.contains(words)) {
            return None;
        }
        let lines = || numbered_lines(&text.text);
        let (number, line) = lines().find(|(_, line)| starts_with_device(line))?;
        let files: Vec<&str> = listed(&text.text).collect();
        let is_of_vfio = |file: &&str| file.starts_with("/dev/vfio") || *file == "/dev";
        (!files.is_empty() && !files.iter().any(is_of_vfio))
            .then(|| Evidence::new(&*text.command, number, line.trim()))
    });
    found.next()
}

/// Whether the line gives QEMU in a container the option for a device: `ARGUMENTS: "-device vfio-pci,host=…"`.
fn starts_with_device(line: &str) -> bool {
    let is_option =
        |rest: &str| rest.contains("-device vfio-pci,") || rest.contains("-device=vfio-pci,");
    let behind = line.split_once("ARGUMENTS").map(|(_, rest)| rest);
    behind.is_some_and(|rest| rest.starts_with([':', '=']) && is_option(rest))
}

/// The device files that lists of compose files, and options of `docker run`, name.
fn listed(text: &str) -> impl Iterator<Item = &str> {
    let mut list: Option<usize> = None;
    let lines = text.lines().flat_map(move |line| {
        let bare = line.trim();
        let indent = line.len() - line.trim_start().len();
        let of_run = bare.split("--device").skip(1).filter_map(|node| {
            let node = node.trim_start_matches(['=', ' ']);
            node.split_ascii_whitespace().next()
        });
        let is_item = bare.starts_with("- ") && list.is_some_and(|at| indent >= at);
        if bare == "devices:" {
            list = Some(indent);
        } else if !is_item && !bare.is_empty() {
            list = None;
        }
        let item = is_item.then(|| bare.trim_start_matches("- "));
        of_run.chain(item)
    });
    let files = lines.filter_map(|node| node.trim_matches(['"', '\'']).split(':').next());
    files.filter(|file| file.starts_with("/dev"))
}

/// Whether the line, without surrounding blanks, adds a device file to a container.
pub(crate) fn is_line(line: &str) -> bool {
    let node = line
        .strip_prefix("- ")
        .map(|node| node.trim_matches(['"', '\'']));
    let folders = [
        "/dev/vfio",
        "/dev/dri",
        "/dev/kvm",
        "/dev/kfd",
        "/dev/nvidia",
    ];
    let is_rule = line.starts_with("lxc.cgroup") && line.contains("devices.allow");
    is_rule
        || node.is_some_and(|node| {
            !node.contains(' ') && folders.iter().any(|folder| node.starts_with(folder))
        })
}

#[derive(Default)]
struct Reader {
    found: Vec<Fact<ContainerDevices>>,
    open: ContainerDevices,
    first: Option<Evidence>,
    /// The indentation of `devices:`, while its list is read.
    list: Option<usize>,
    /// Whether a command continues on the next line.
    goes_on: bool,
}

impl Reader {
    fn line(&mut self, line: &str, evidence: impl Fn() -> Evidence) {
        let bare = line.trim();
        let indent = line.len() - line.trim_start().len();
        if self.goes_on || is_run(bare) {
            for node in bare.split("--device").skip(1) {
                let node = node.trim_start_matches(['=', ' ']);
                let node = node.split_ascii_whitespace().next().unwrap_or_default();
                self.node(node, &evidence);
            }
            self.goes_on = bare.ends_with('\\');
            if !self.goes_on {
                self.end();
            }
            return;
        }
        // A service of a compose file ends where the next one begins, and with the text.
        match self.list {
            _ if bare == "devices:" => {
                self.end();
                self.list = Some(indent);
            }
            Some(at) if bare.starts_with("- ") && indent >= at => {
                let node = bare.trim_start_matches("- ").trim_matches(['"', '\'']);
                self.node(node, &evidence);
            }
            Some(at) if indent < at && !bare.is_empty() => self.end(),
            _ => {}
        }
    }

    /// `/dev/vfio/17`, `/dev/vfio/17:/dev/vfio/17:rwm`.
    fn node(&mut self, node: &str, evidence: impl Fn() -> Evidence) {
        let node = node.split(':').next().unwrap_or(node).trim_end_matches('/');
        if matches!(node, "/dev/vfio/vfio" | "/dev/vfio" | "/dev") {
            self.open.has_container = true;
        } else if let Some(group) = node.strip_prefix("/dev/vfio/").and_then(|n| n.parse().ok()) {
            self.open.groups.push(group);
            self.first.get_or_insert_with(evidence);
        }
    }

    fn end(&mut self) {
        self.list = None;
        self.goes_on = false;
        let open = std::mem::take(&mut self.open);
        if let Some(first) = self.first.take() {
            self.found.push(Fact::new(open, first));
        }
    }
}

/// A command line that starts a container.
fn is_run(line: &str) -> bool {
    [
        "docker run ",
        "podman run ",
        "docker create ",
        "podman create ",
    ]
    .iter()
    .any(|start| line.contains(start))
}

#[cfg(test)]
mod tests;
