//! Texts that are hard on a reader: a piece again and again, what nests, what differs in
//! each line.

use std::fmt::{self, Debug, Formatter};

/// A line by its number.
type Line = fn(usize) -> String;

/// How a text of some length is made.
#[derive(Clone, Copy)]
pub(crate) enum Text {
    /// The start of the text, and a piece that is repeated up to the length.
    Repeated(&'static str, &'static str),
    /// The opening and the closing text of a level.
    Nested(&'static str, &'static str),
    /// The name of the shape, and a line of it by its number.
    Lines(&'static str, Line),
}

impl Text {
    /// About `size` bytes of it.
    pub(crate) fn of(self, size: usize) -> String {
        match self {
            Self::Repeated(front, piece) => {
                let mut text = String::with_capacity(size + front.len() + piece.len());
                text.push_str(front);
                while text.len() < size {
                    text.push_str(piece);
                }
                text
            }
            Self::Nested(open, close) => {
                let levels = size / (open.len() + close.len());
                open.repeat(levels) + &close.repeat(levels)
            }
            Self::Lines(_, line) => {
                let mut text = String::with_capacity(size + 256);
                for number in 0.. {
                    if text.len() >= size {
                        break;
                    }
                    text.push_str(&line(number));
                }
                text
            }
        }
    }
}

impl Debug for Text {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated("", piece) => write!(f, "{piece:?} repeated"),
            Self::Repeated(front, piece) => write!(f, "{front:?}, {piece:?} repeated"),
            Self::Nested(open, close) => write!(f, "{open:?} and {close:?} nested"),
            Self::Lines(name, _) => f.write_str(name),
        }
    }
}

/// All of them.
pub(crate) fn all() -> impl Iterator<Item = Text> {
    let alone = PIECES.iter().map(|piece| Text::Repeated("", piece));
    let fronted = FRONTED
        .iter()
        .map(|(front, piece)| Text::Repeated(front, piece));
    let samples = SAMPLES.iter().map(|sample| Text::Repeated("", sample));
    let nested = NESTED.iter().map(|(open, close)| Text::Nested(open, close));
    let lines = LINES.iter().map(|(name, line)| Text::Lines(name, *line));
    alone
        .chain(fronted)
        .chain(samples)
        .chain(nested)
        .chain(lines)
}

/// Each line of each sample, with its end and without.
pub(crate) fn lines_of_samples() -> impl Iterator<Item = Text> {
    let lines = SAMPLES
        .iter()
        .flat_map(|sample| sample.split_inclusive('\n'));
    let lines = lines.filter(|line| !line.trim().is_empty());
    lines
        .flat_map(|line| [line, line.trim()])
        .map(|line| Text::Repeated("", line))
}

/// What many records are made of, or one that has no end, and what is looked for in them.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\r",
    " ",
    "\t",
    "\0",
    "a",
    "0",
    "f",
    "é",
    "：",
    "［",
    "\u{3000}",
    "\u{feff}",
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    "<",
    ">",
    "\"",
    "'",
    "\\",
    "\\\"",
    "/",
    "//",
    "|",
    "│",
    "-",
    "--",
    " -- ",
    ":",
    ": ",
    ".",
    "0.0",
    ",",
    ", ",
    "=",
    "#",
    "$ ",
    "# ",
    "> ",
    "@",
    "&",
    "&lt;",
    "&#91;",
    "&amp;amp;",
    "<br>",
    "<p ",
    "[/b]",
    "\u{1b}[",
    "\u{1b}[1m",
    "%20",
    "!",
    "*",
    "*-a\n",
    "+-",
    "\\-",
    "[[]]",
    "()",
    "\"\" ",
    "''",
    "```\n",
    "... ",
    "key=value ",
    "key: value\n",
    "a b\n",
    "a\tb\n",
    "01:00.0",
    "01:00.0 ",
    "01:00.0\n",
    "0000:01:00.0 ",
    "10de:2d04 ",
    "[10de:2d04]",
    "(rev a1)",
    " (rev ",
    "[0300]: ",
    "lspci ",
    "$ lspci",
    "root@a:~# lspci -nnk\n",
    "/00.0",
    "-[0000:00]-",
    "pci_0000_01_00_0\n",
    "--\n",
];

/// The start of a text, and the piece that is repeated after it.
const FRONTED: &[(&str, &str)] = &[
    (DEVICE, "["),
    (DEVICE, "[10de:2d04]"),
    (DEVICE, " (rev a1)"),
    (DEVICE, "\tSubsystem: a\n"),
    (
        DEVICE,
        "\tCapabilities: [60] Express (v2) Endpoint, IntMsgNum 0\n",
    ),
    (
        DEVICE,
        "\tCapabilities: [60] Express (v2) Endpoint, IntMsgNum 0\n\t\tDevCap: MaxPayload 256 bytes\n",
    ),
    (
        DEVICE,
        "\tCapabilities: [100 v1] Advanced Error Reporting\n\t\tUESta: DLP- SDES-\n",
    ),
    (
        DEVICE,
        "\tCapabilities: [100 v1] Physical Resizable BAR\n\t\tBAR 0: current size: 1MB, supported: 1MB 2MB\n",
    ),
    (DEVICE, "\tCapabilities: <access denied>\n"),
    (DEVICE, "\tCapabilities: ["),
    (DEVICE, "\t\tDevSta: "),
    (
        DEVICE,
        "\tRegion 0: Memory at e0000000 (64-bit, prefetchable) [size=256M]\n",
    ),
    (DEVICE, "\tControl: I/O+ Mem+ "),
    (DEVICE, "I/O+ "),
    (DEVICE, "\tKernel modules: a, b\n"),
    (DEVICE, "\tKernel driver in use: "),
    (DEVICE, "\tKernel modules: "),
    (DEVICE, "a, "),
    (DEVICE, "\tIOMMU group: 1\n"),
    (DEVICE, "\tFlags: bus master, "),
    (DEVICE, "\n--\n"),
    (DEVICE, "00: de 10 04 2d 07 04 10 00\n"),
    (DEVICE, "00: de 10 "),
    (DEVICE, "ff0: 00\n"),
    (
        DEVICE,
        "\tBus: primary=00, secondary=01, subordinate=01, sec-latency=0\n",
    ),
    (DEVICE, "\t\t"),
    (DEVICE, "\n\t"),
    (DEVICE, "Subsystem: "),
    (DEVICE, "01:00.1 "),
    ("Slot:\t01:00.0\n", "Class:\tVGA [0300]\n"),
    ("Slot:\t01:00.0\n", "Module:\ta\n"),
    ("Slot:\t01:00.0\n", "Slot:\t"),
    ("01:00.0 \"VGA\" ", "\"a\" "),
    ("01:00.0 \"VGA\" ", "-ra1 "),
    ("01:00.0 \"VGA\" ", "\\\""),
    ("-[0000:00]-", "+-01.0-[01]--"),
    ("-[0000:00]-+-", "[01-02]-"),
    ("-[0000:00]-+-00.0\n", "           +-01.0-[01]--+-00.0  a\n"),
    ("-[0000:00]-+-00.0\n", " |"),
    ("-[0000:00]-+-00.0\n", "           \\-01.0-[01]--"),
    ("-[0000:00]-", "00.0-[01]----"),
    ("10de  NVIDIA\n", "\t2d04  GB206\n"),
    ("10de  NVIDIA\n\t2d04  GB206\n", "\t\t1043 8a96  a\n"),
    ("C 03  Display\n", "\t00  VGA\n"),
    ("C 03  Display\n\t00  VGA\n", "\t\t00  VGA\n"),
    ("# Version: ", "# Date: "),
    (
        "┌───┬───┐\n│ class │ id │\n",
        "│ 0x030000 │ 0000:01:00.0 │\n",
    ),
    ("┌───┬───┐\n│ class │ id │\n", "│ a "),
    ("[", "{\"id\":\"0000:01:00.0\"},"),
    ("[{", "\"a\":[{"),
    ("[{\"id\":\"", "\\u0026"),
    ("{\"children\":[", "{\"businfo\":\"pci@0000:01:00.0\"},"),
    (
        "<device><name>pci_0000_01_00_0</name>",
        "<capability type='pci'>",
    ),
    ("<device>", "<!--"),
    ("<device>", "<![CDATA["),
    ("<device ", "a='b' "),
    ("<device ", "a='"),
    ("<!DOCTYPE ", "["),
    ("PciRoot(0x0)", "/Pci(0x1,0x0)"),
    ("PCIROOT(0)", "#PCI(0100)"),
    ("/sys/devices/pci0000:00", "/0000:00:01.0"),
    ("pci=", "0000:01:00.0,"),
    ("00:01.0", "/00.0"),
    ("pci:v000010DEd00002D04", "*"),
];

/// What holds itself.
const NESTED: &[(&str, &str)] = &[
    ("[", "]"),
    ("{\"a\":", "}"),
    ("[{\"children\":[", "]}]"),
    (
        "{\"children\":[{\"id\":\"a\",\"businfo\":\"pci@0000:01:00.0\"},",
        "]}",
    ),
    ("(", ")"),
    ("<a>", "</a>"),
    ("<device>", "</device>"),
    ("<device><capability type='pci'>", "</capability></device>"),
    ("\"", "\""),
    ("&lt;", "&gt;"),
    ("```\n", "```\n"),
    ("[quote]", "[/quote]"),
    ("-[00]-+-", "\n"),
    ("│", "│\n"),
];

/// Lines of which no two are alike.
const LINES: &[(&str, Line)] = &[
    ("functions", |n| {
        format!("{} 0300: 10de:{:04x}\n", address(n), n & 0xffff)
    }),
    ("functions, downwards", |n| {
        format!("{} 0300: 10de:2d04\n", address(!n & 0xff_ffff))
    }),
    ("functions, -vvnn", |n| {
        format!(
            "{} VGA [0300]: A [10de:2d04] (rev a1)\n\tSubsystem: B [1043:{:04x}]\n\tKernel driver in use: d{n}\n\n",
            address(n),
            n & 0xffff
        )
    }),
    ("functions on one line", |n| {
        format!("{} VGA [0300]: A [10de:2d04] ", address(n))
    }),
    ("dumps", |n| {
        format!("{} VGA\n00: de 10 04 2d\n\n", address(n))
    }),
    ("capabilities", |n| {
        format!(
            "\tCapabilities: [{:x}] Vendor Specific Information: Len={n:02x} <?>\n",
            n & 0xfff
        )
    }),
    ("machine records", |n| {
        format!(
            "Slot:\t{}\nClass:\tA\nVendor:\tB\nDevice:\tC\n\n",
            address(n)
        )
    }),
    ("branches of a tree", |n| {
        format!(
            "           +-{:02x}.{}-[{:02x}]----00.0  a\n",
            n / 8 % 32,
            n % 8,
            n & 0xff
        )
    }),
    ("columns that wander", |n| {
        format!("{}+-00.0-[01]--\n", " ".repeat(n % 61))
    }),
    ("a tree that goes deeper", |n| {
        format!(
            "{}\\-00.0-[{:02x}]--+-00.0\n",
            " ".repeat(n.min(300) * 2),
            n & 0xff
        )
    }),
    ("vendors", |n| {
        format!("{:04x}  V{n}\n\t{:04x}  D\n", n & 0xffff, n & 0xffff)
    }),
    ("rows of a box", |n| {
        format!("│ 0x0300 │ {} │ {n} │\n├──┼──┼──┤\n", address(n))
    }),
    ("a box that grows wider", |n| {
        format!("│{}\n", " a │".repeat(n % 97))
    }),
    ("node devices", |n| {
        format!(
            "<device><name>pci_{n}</name><capability type='pci'><domain>0</domain><bus>{}</bus><slot>0</slot><function>0</function></capability></device>\n",
            n % 256
        )
    }),
    ("keys", |n| format!("\"k{n}\": \"v\",\n")),
    ("equal signs", |n| format!("k{n}=v{n} ")),
    ("module aliases", |n| {
        format!("alias pci:v{n:08X}d*sv*sd*bc*sc*i* m{n}\n")
    }),
    ("prompts", |n| {
        format!("root@h{n}:~# lspci -s {}\n", address(n))
    }),
    ("links", |n| {
        format!(
            "{} -> ../../../devices/pci0000:00/{}\n",
            address(n),
            address(n)
        )
    }),
    ("instances", |n| {
        format!(
            "InstanceId : PCI\\VEN_10DE&DEV_{:04X}\\{n}\nStatus : OK\n",
            n & 0xffff
        )
    }),
];

/// An address that is some number's own.
fn address(number: usize) -> String {
    let (domain, bus) = (number >> 16, number >> 8 & 0xff);
    format!(
        "{domain:04x}:{bus:02x}:{:02x}.{}",
        number >> 3 & 0x1f,
        number & 7
    )
}

/// A function that whatever follows may belong to.
const DEVICE: &str =
    "01:00.0 VGA compatible controller [0300]: NVIDIA Corporation Device [10de:2d04]\n";

macro_rules! samples {
    ($($path:literal),* $(,)?) => {
        &[$(include_str!(concat!("../", $path))),*]
    };
}

/// Texts of other programs, whole.
const SAMPLES: &[&str] = samples![
    "listings/devcon.txt",
    "listings/dpdk-devbind.txt",
    "listings/driverctl.txt",
    "listings/esxcli-pci-list.txt",
    "listings/esxcli-pcipassthru.txt",
    "listings/esxi-lspci-n.txt",
    "listings/esxi-lspci-p.txt",
    "listings/esxi-lspci-v.txt",
    "listings/get-pnpdevice.json",
    "listings/get-pnpdevice.txt",
    "listings/hwinfo.txt",
    "listings/lshw-businfo.txt",
    "listings/lshw.json",
    "listings/lshw.txt",
    "listings/nodedev-list.txt",
    "listings/nodedev.xml",
    "listings/pciconf-old.txt",
    "listings/pciconf.txt",
    "listings/vm-passthru.txt",
    "listings/lxd-resources.txt",
    "listings/pnputil.txt",
    "listings/survey-dda.txt",
    "listings/sysfs-links.txt",
    "listings/xl.txt",
    "dumps/root-ports.txt",
    "dumps/cxl.txt",
];

/// Bytes that repeat.
pub(crate) const BLOCKS: [&[u8]; 8] = [
    b"\0",
    b"\xff",
    b"\x01\0\0\0",
    b"\x10\x40",
    b"[",
    b"{\"a\":",
    b"\n",
    b"\xc3",
];
