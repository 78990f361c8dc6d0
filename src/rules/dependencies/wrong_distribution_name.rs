use crate::diagnostic::{Diagnostic, Level};
use crate::program::Program;
use crate::project::{Parsed, Project};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::requirement::{Requirement, RequirementFault};
use crate::syntax::{Imported, Module};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that a requirement names the distribution which holds the imported module, where its name is easily
    /// mistaken: `python-dotenv` is imported as `dotenv`, `pyyaml` as `yaml`. Where the wrong name belongs to nobody or
    /// to someone else's work it is an error; where it leads to the right one by a detour, a warning.
    ///
    /// ## Why is this bad?
    /// A name that nobody has cannot be installed, until a stranger takes it. A name that another has brings other
    /// code than the server was written for.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "yaml"]
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import yaml
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather", instructions=yaml.dump({"units": "metric"}))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "pyyaml"]
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import yaml
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather", instructions=yaml.dump({"units": "metric"}))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    DEP006 "wrong-distribution-name" Error(Start) Author
}

/// A name that is taken for another.
struct Confusion {
    /// What is declared, normalised.
    wrong: &'static str,
    /// What is meant.
    right: &'static str,
    /// What is imported.
    module: &'static str,
    /// What the wrong name leads to.
    leads: Leads,
}

/// What a wrong name leads to.
enum Leads {
    /// A distribution that cannot be installed, or none.
    Nowhere,
    /// An empty distribution that requires the right one.
    Round,
    /// Another module of the same name, which lacks these names of the right one.
    Elsewhere(&'static [&'static str]),
}

const fn confusion(
    wrong: &'static str,
    right: &'static str,
    module: &'static str,
    leads: Leads,
) -> Confusion {
    Confusion { wrong, right, module, leads }
}

const CONFUSIONS: [Confusion; 13] = [
    confusion("bs4", "beautifulsoup4", "bs4", Leads::Round),
    confusion("cv2", "opencv-python", "cv2", Leads::Nowhere),
    confusion("dateutil", "python-dateutil", "dateutil", Leads::Nowhere),
    confusion("discord", "discord.py", "discord", Leads::Round),
    confusion("docx", "python-docx", "docx", Leads::Elsewhere(&["Document", "shared", "enum", "oxml"])),
    confusion("dotenv", "python-dotenv", "dotenv", Leads::Round),
    confusion("fitz", "pymupdf", "fitz", Leads::Elsewhere(&["open", "Document", "Matrix", "Rect"])),
    confusion("jwt", "pyjwt", "jwt", Leads::Elsewhere(&["encode", "decode", "PyJWKClient", "PyJWT"])),
    confusion("pil", "pillow", "PIL", Leads::Nowhere),
    confusion("serial", "pyserial", "serial", Leads::Elsewhere(&["Serial", "tools", "SerialException"])),
    confusion("sklearn", "scikit-learn", "sklearn", Leads::Nowhere),
    confusion("telegram", "python-telegram-bot", "telegram", Leads::Elsewhere(&["Bot", "Update", "ext"])),
    confusion("yaml", "pyyaml", "yaml", Leads::Nowhere),
];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    for wanted in project.dependencies.iter().chain(extras) {
        let Ok(requirement) = &wanted.value else { continue };
        let declared = name::normalize(&requirement.name);
        let Some(confusion) = CONFUSIONS.iter().find(|confusion| confusion.wrong == declared) else {
            continue;
        };
        if requirement.url.is_some() || !is_meant(subject.program, confusion) {
            continue;
        }
        report.push(finding(project, wanted, requirement, confusion));
    }
}

fn finding(
    project: &Project,
    wanted: &Parsed<Requirement, RequirementFault>,
    requirement: &Requirement,
    confusion: &Confusion,
) -> Diagnostic {
    let Confusion { right, module, .. } = confusion;
    let declared = &requirement.name;
    let (level, message) = match confusion.leads {
        Leads::Round => {
            (Level::Warning, format!("`{declared}` is an empty distribution that only leads to `{right}`"))
        }
        Leads::Nowhere => {
            (Level::Error, format!("`{declared}` cannot be installed; `{module}` is from `{right}`"))
        }
        Leads::Elsewhere(_) => (
            Level::Error,
            format!("`{declared}` is another's work; the imported `{module}` is from `{right}`"),
        ),
    };
    let place = project.at(project.within(wanted.span, &requirement.name_range));
    let finding = RULE.at(place, message).level(level);
    let already = || project.dependencies.iter().filter_map(|wanted| wanted.value.as_ref().ok());
    if already().any(|wanted| name::normalize(&wanted.name) == name::normalize(right)) {
        let help = format!("remove it, as `{right}` is declared too");
        return finding.help(help).edit(project.path(), project.item(wanted.span), "");
    }
    let renamed = renamed(requirement, right);
    let finding = finding.help(format!("write `{renamed}`"));
    finding.edits(project.path(), quoted(project, wanted.span, &renamed).map(|text| (wanted.span, text)))
}

/// The requirement under the other name: the versions of two distributions have nothing in common.
fn renamed(requirement: &Requirement, right: &str) -> String {
    let extras = if requirement.extras.is_empty() {
        String::new()
    } else {
        format!("[{}]", requirement.extras.join(","))
    };
    let marker =
        if requirement.marker.is_some() { format!("; {}", requirement.marker_text()) } else { String::new() };
    format!("{right}{extras}{marker}")
}

/// `text` in the quotes of the string at `span`; none where these are of no plain kind.
fn quoted(project: &Project, span: Span, text: &str) -> Option<String> {
    let raw = project.source.slice(span);
    let quote = raw.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let triple = raw.starts_with("\"\"\"") || raw.starts_with("'''");
    (!triple && !raw.contains('\\') && !text.contains(quote)).then(|| format!("{quote}{text}{quote}"))
}

/// Whether the program imports the module, and for all that is known from the right distribution.
fn is_meant(program: &Program, confusion: &Confusion) -> bool {
    program.iter().any(|(_, module)| match confusion.leads {
        Leads::Elsewhere(names) => names.iter().any(|name| takes(module, confusion.module, name)),
        Leads::Nowhere | Leads::Round => imports(module, confusion.module),
    })
}

fn imports(module: &Module, top: &str) -> bool {
    module.imports().iter().any(|import| {
        let path = &import.module.value;
        path.level == 0 && path.name.split('.').next() == Some(top)
    })
}

/// Whether the module takes `name` from `top`: imports it, or calls it.
fn takes(module: &Module, top: &str, name: &str) -> bool {
    let full = format!("{top}.{name}");
    let below =
        |path: &str| path.strip_prefix(&full).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let imported = module.imports().iter().any(|import| {
        let path = &import.module.value;
        let named = |names: &Imported| match names {
            Imported::Names(names) => names.iter().any(|taken| taken.name.value == name),
            Imported::Module { .. } | Imported::Star => false,
        };
        path.level == 0 && (below(&path.name) || path.name == top && named(&import.names))
    });
    imported || imports(module, top) && module.calls().iter().any(|call| below(&call.path))
}
