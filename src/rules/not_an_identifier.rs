//! NAM004.

use crate::diagnostic::{Diagnostic, Location};
use crate::layout::{LayoutFault, SRC};
use crate::rule::{Subject, declare_rule};
use crate::spec::identifier::{is_dotted_path, is_keyword};
use crate::spec::name;
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that an import statement can write the name of each module to install: no keyword, no digit in front,
    /// no hyphen.
    ///
    /// ## Why is this bad?
    /// A module that cannot be imported cannot be started.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = "weather-server"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = "weather"
    /// ```
    NAM004 "not-an-identifier" Error(Start) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let set = project.settings.module_names.is_some();
    // from a name that is none itself nothing follows
    if !set && !project.name.as_ref().is_some_and(|name| name::is_valid(&name.value)) {
        return;
    }
    for fault in &subject.layout.faults {
        let LayoutFault::NotIdentifier { module, part } = fault else { continue };
        let message = match part.as_str() {
            "" => format!("a part of the module's name `{}` is empty", module.value),
            _ => format!("no import statement can write the module's name `{part}`"),
        };
        let help = match (installed(subject, &module.value).or_else(|| suggested(&module.value)), set) {
            (Some(name), true) if installed(subject, &module.value).is_some() => format!("write `{name}`"),
            (Some(name), true) => format!("write `{name}`, and call its folder so"),
            (Some(name), false) => format!("add `module-name = \"{name}\"` under `[tool.mcp-backend]`"),
            (None, _) => "write a name of letters, digits and `_`".to_owned(),
        };
        let place = Location::span(project.path(), fault.span(project));
        report.push(RULE.card.at(place, message).help(help));
    }
}

/// The name that comes nearest.
/// The module whose path was written for its name: `weather` for `src/weather`.
fn installed(subject: &Subject<'_>, written: &str) -> Option<String> {
    let path = written.trim_end_matches('/').trim_end_matches(".py");
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = RelPath::parse(path.strip_prefix("src/").unwrap_or(path)).ok()?;
    let name = path.as_str().replace('/', ".");
    let place = RelPath::new(SRC).join(path.as_str());
    let lies =
        subject.tree.has_folder(&place) || subject.tree.file(&RelPath::new(format!("{place}.py"))).is_some();
    (lies && is_dotted_path(&name)).then_some(name)
}

fn suggested(module: &str) -> Option<String> {
    let mut name = module.replace(['-', ' ', '/'], "_");
    if is_keyword(&name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("mcp_{name}");
    }
    is_dotted_path(&name).then_some(name).filter(|name| !name.split('.').any(|part| part == "__init__"))
}
