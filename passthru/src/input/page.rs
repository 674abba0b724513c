//! The page `docs/inputs.md`, from the declarations of the sources.

use super::lines::FORMATS;
use super::sources::{SOURCES, SourceSystem};

const HEAD: &str = "\
# Inputs

This page is generated: `passthru generate inputs`.

Give a text as `--from FILE`, or `-` for standard input, as often as there are texts; a file on
standard input (`passthru doctor < post.txt`) is read without it, a pipe is not. A text may be a
whole post: each line that a source below recognizes is a fact wherever it stands, with prompts,
prose, quotation marks, `grep`'s separators and the fences of code blocks around it. A line that
no source recognizes is set aside and counted (`not understood: 31 of 84 lines`); `passthru
doctor FILE --show-input` prints the text with the source of each line in the margin. Where
prompts in a text name several hosts, `--host NAME` uses the output of one
([doctor.md](doctor.md#several-hosts)). `passthru ask` prints a shell line that gathers the
facts that an input lacks; its output is an input, too.
[trees.md](trees.md) describes how texts become a host.
";

const TAIL: &str = "
Windows prints bus numbers in `LocationInfo` alone: other devices are listed without an address.
Beside listings of a Linux or ESXi host, those of Windows and FreeBSD are taken for a guest's and
left out; so is one of `lspci` with functions that only virtual machines have. The doctor judges
no settings of FreeBSD, and there are no plans for it.

## What a listing does not show

A list that was filtered, or whose command is not shown, is never taken for all that the host
has. These are taken for whole where the command stands in the text without a filter after it:
`lspci`, `virsh nodedev-list`, `hwinfo --pci`, `driverctl list-devices`,
`ls -l /sys/bus/pci/devices`, `esxcli hardware pci list`, `pciconf -l`. A listing of `lspci`
without bridges, or with a device whose function 0 is missing, is not whole.

## Damaged text

Lines that a mail or a narrow window wrapped are joined; quotation marks, indentation, bold type,
HTML, escapes of Markdown (`vfio\\_pci`) and UTF-16 are undone; a journal with the newest line
first is read in the order of time. A line below a head that lost its address belongs to no function. The finding `input-damaged`
names the lines.
";

/// The page as Markdown.
#[must_use]
pub fn page() -> String {
    let mut page = HEAD.to_owned();
    let systems = [
        SourceSystem::Linux,
        SourceSystem::Xen,
        SourceSystem::Esxi,
        SourceSystem::FreeBsd,
        SourceSystem::Windows,
        SourceSystem::Any,
    ];
    for system in systems {
        page.push_str(&format!(
            "\n## {}\n\n| input | shows |\n| --- | --- |\n",
            system.name()
        ));
        for source in SOURCES.iter().filter(|source| source.system == system) {
            page.push_str(&format!("| {} | {} |\n", source.input, source.shows));
        }
    }
    page.push_str(
        "\n## Configuration files\n\nWhole, printed by `cat`, written by `echo`, `tee` or a \
         here-document, in a block of code, or line by line:\n\n",
    );
    for format in FORMATS {
        page.push_str(&format!("- {}, as `{}`\n", format.kind.name(), format.path));
    }
    page.push_str(
        "- KubeVirt objects: `kubectl get kubevirt,virtualmachine -A -o yaml`\n- a libvirt domain, `os-release`, `passthru.map`, and any other file that `cat` prints\n",
    );
    page.push_str(TAIL);
    page
}
