//! The drawing as nested lists of HTML, which fit any width.

use std::fmt::Write as _;

use super::icon::Icon;
use super::model::{Cell, Drawing, FunctionCell};
use crate::host::{Device, Host};
use crate::render::markup::escaped;

/// The colors of an element of the class `passthru`.
const COLORS: &str = concat!(
    ".passthru { ",
    include_str!("light.css"),
    "}\n@media (prefers-color-scheme: dark) { .passthru { ",
    include_str!("dark.css"),
    "} }\n",
);

/// The styles of the report, within an element of the class `passthru`.
pub(in crate::render) fn style_sheet() -> String {
    [COLORS, include_str!("look.css")].concat()
}

/// Elements of notebooks by their theme, light and dark: of JupyterLab, of VS Code, of Colab.
const THEMES: [(&str, &str); 2] = [
    (
        "[data-jp-theme-light=true], .vscode-light, html[theme=light]",
        include_str!("light.css"),
    ),
    (
        "[data-jp-theme-light=false], .vscode-dark, html[theme=dark]",
        include_str!("dark.css"),
    ),
];

/// The styles of the report for a fragment of HTML in an element of the class `passthru`, in a
/// page with styles of its own: the fragment has none of them, except the choice between light and
/// dark, and nothing outside the fragment is styled.
///
/// ```
/// let styles = passthru::render::fragment_style_sheet();
/// assert!(styles.contains("data-jp-theme-light=false"));
/// ```
#[must_use]
pub fn fragment_style_sheet() -> String {
    // The class as often as it outweighs the selectors of notebooks. Properties of SVG elements are
    // attributes, which a reset would remove.
    const ROOT: &str = ".passthru.passthru.passthru";
    let mut sheet = String::from(COLORS);
    sheet.push_str(
        ".passthru.passthru, .passthru.passthru :where(:not(svg, svg *)) { all: revert; }\n",
    );
    let look = concat!(include_str!("look.css"), include_str!("notebook.css"));
    for (selector, colors) in THEMES {
        let _ = write!(sheet, ":is({selector}) .passthru.passthru {{ {colors}}}\n");
    }
    sheet.push_str(&look.replace(".passthru", ROOT));
    sheet
}

impl Drawing {
    /// The drawing, without styles.
    pub(crate) fn html(&self) -> String {
        let mut text = format!(
            "<div class=\"tree\" role=\"group\" aria-label=\"{}\">\n",
            escaped(&self.title)
        );
        let mut open = 0;
        for row in &self.rows {
            let depth = row.depth + 1;
            while open > depth {
                text.push_str("</li></ul>");
                open -= 1;
            }
            if open == depth {
                text.push_str("</li>\n");
            }
            while open < depth {
                text.push_str("<ul>");
                open += 1;
            }
            match &row.cell {
                Cell::Bus(head) | Cell::None(head) => {
                    let _ = write!(text, "<li><p class=\"bus\">{}</p>", escaped(head));
                }
                Cell::More(more) => {
                    let _ = write!(text, "<li><p class=\"more\">{}</p>", escaped(more));
                }
                Cell::Function(cell) => {
                    text.push_str("<li>");
                    text.push_str(&function(cell));
                }
            }
        }
        for _ in 0..open {
            text.push_str("</li></ul>");
        }
        text.push('\n');
        self.legend(&mut text);
        text.push_str("</div>\n");
        text
    }

    fn legend(&self, text: &mut String) {
        let legend = &self.legend;
        if legend.icons.is_empty() {
            return;
        }
        text.push_str("<p class=\"legend\">");
        for (icon, name) in &legend.icons {
            let _ = writeln!(text, "<span>{} {}</span>", drawn(*icon, ""), escaped(name));
        }
        for (class, note) in [
            ("note shared", &legend.shared),
            ("note bridge", &legend.bridge),
            ("note chosen", &legend.chosen),
            ("", &legend.bars),
        ] {
            if let Some(note) = note {
                let _ = writeln!(text, "<span class=\"{class}\">{}</span>", escaped(note));
            }
        }
        text.push_str("</p>\n");
    }
}

/// The box of a function.
fn function(cell: &FunctionCell) -> String {
    let (class, style) = cell.attributes("function");
    let mut text = format!(
        "<div class=\"{class}\"{style}>{}<div class=\"about\">{}<p class=\"name\"><b>{:#}</b> {}</p>",
        drawn(cell.icon, &cell.class),
        pill(cell),
        cell.address,
        escaped(&cell.model)
    );
    if !cell.facts.is_empty() {
        text.push_str("<p class=\"facts\">");
        for fact in &cell.facts {
            let _ = write!(text, "<span>{}</span> ", escaped(fact));
        }
        text.push_str("</p>");
    }
    text.push_str("</div></div>");
    text
}

/// The number of the group.
fn pill(cell: &FunctionCell) -> String {
    cell.group.as_ref().map_or_else(String::new, |group| {
        format!("<span class=\"pill\">{}</span>", escaped(&group.name))
    })
}

/// The icon of a function's class.
pub(in crate::render) fn icon_of(host: &Host, device: &Device) -> String {
    let class = device.class.as_ref().map(|class| class.value);
    let name = class.map_or_else(String::new, |class| {
        host.names().class_text(class).to_string()
    });
    drawn(Icon::of(class), &name)
}

/// An icon; without a name it is beside its name.
fn drawn(icon: Icon, name: &str) -> String {
    let path = icon.path();
    if name.is_empty() {
        return format!(
            "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{path}\"/></svg>"
        );
    }
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 16 16\" role=\"img\" aria-label=\"{0}\"><title>{0}</title>\
         <path d=\"{path}\"/></svg>",
        escaped(name)
    )
}
