use crate::diagnostic::Diagnostic;
use crate::layout::{LayoutFault, SRC, folder_of};
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
        let help = help(subject, &module.value, set);
        report.push(RULE.at(project.at(fault.span(project)), message).help(help));
    }
}

fn help(subject: &Subject<'_>, written: &str, set: bool) -> String {
    let lies = |name: &str| is_module(subject, &RelPath::new(folder_of(name)));
    if let Some(name) = installed(subject, written) {
        return format!("write `{name}`");
    }
    let own = subject.project.module_name();
    let Some(name) = suggested(written) else {
        return "write a name of letters, digits and `_`".to_owned();
    };
    let setting = if set {
        format!("write `{name}`")
    } else {
        format!("add `module-name = \"{name}\"` under `[tool.mcp-backend]`")
    };
    let folder = RelPath::new(SRC).join(written);
    if lies(&name) {
        setting
    } else if is_module(subject, &folder) {
        let (mv, init) = (subject.mv(), folder.join("__init__.py"));
        let touch = if subject.tree.has_folder(&folder) && subject.tree.file(&init).is_none() {
            format!(" && touch src/{name}/__init__.py")
        } else {
            String::new()
        };
        format!("rename it: `{mv} {} src/{name}{touch}`, and {setting}", folder.in_shell())
    } else if set && lies(&own) {
        format!("write `{own}`")
    } else {
        format!("make the package: `mkdir -p src/{name} && touch src/{name}/__init__.py`, and {setting}")
    }
}

/// Whether a module lies at `path`, as a folder or as a file.
fn is_module(subject: &Subject<'_>, path: &RelPath) -> bool {
    subject.tree.has_folder(path) || subject.tree.file(&RelPath::new(format!("{path}.py"))).is_some()
}

/// The module whose path was written for its name: `weather` for `src/weather`.
fn installed(subject: &Subject<'_>, written: &str) -> Option<String> {
    let bare = written.trim_end_matches('/').trim_end_matches(".py");
    let from_root = bare.strip_prefix("./").unwrap_or(bare);
    let path = RelPath::parse(from_root.strip_prefix("src/").unwrap_or(from_root)).ok()?;
    let name = path.as_str().replace('/', ".");
    let place = RelPath::new(SRC).join(path.as_str());
    (is_module(subject, &place) && is_dotted_path(&name)).then_some(name)
}

/// The name that comes nearest.
fn suggested(module: &str) -> Option<String> {
    let mut name = module.replace(['-', ' ', '/'], "_");
    if is_keyword(&name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        name = format!("mcp_{name}");
    }
    is_dotted_path(&name).then_some(name).filter(|name| !name.split('.').any(|part| part == "__init__"))
}
