use crate::diagnostic::Diagnostic;
use crate::layout::{LayoutFault, SRC, folder_of};
use crate::rule::{Subject, declare_rule};
use crate::rules::files::generic_top_level::is_generic;
use crate::spec::identifier::is_dotted_path;
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that a module in `src` has the project's name, with `_` for `-` and `.`, or the one that `module-
    /// name` says.
    ///
    /// ## Why is this bad?
    /// What to install is not guessed: a guess that takes `tests` or `scripts` for the server is noticed by its
    /// users first. In another case, `src/Weather` is found on macOS and Windows, and lost on Linux.
    ///
    /// ## Example
    /// Without `src/weather/__init__.py`.
    ///
    /// Without `src/weather/server.py`.
    ///
    /// `src/forecast/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// `src/forecast/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    NAM001 "module-name-mismatch" Error(Layout) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in subject.layout_faults() {
        let (message, help) = match fault {
            LayoutFault::OtherCase { module, found } => (
                format!("the module `{}` lies in `{found}`", module.value),
                remedies(subject, &module.value, found),
            ),
            LayoutFault::OtherNames { module, found } => other_names(subject, &module.value, found),
            _ => continue,
        };
        let place = subject.project.at(fault.span(subject.project));
        report.push(subject.of_this_backend(RULE.at(place, message).help(help)));
    }
}

fn other_names(subject: &Subject<'_>, module: &str, found: &[RelPath]) -> (String, String) {
    let names: Vec<_> = found.iter().take(5).map(|path| format!("`{path}`")).collect();
    let more = if found.len() > names.len() { ", ..." } else { "" };
    let message = format!("no module in `src` is called `{module}`; there is {}{more}", names.join(", "));
    let loose = found.iter().all(|path| path.name().ends_with(".py"));
    let help = match found {
        [one] if module.strip_prefix("src.") == Some(dotted_name(one).as_str()) => {
            format!("write `{}`: `src` is no part of its name", dotted_name(one))
        }
        [one] if loose && let Some(name) = sought_inside(subject, module) => {
            into_package(subject, module, one, name)
        }
        _ if loose && found.len() > 1 => package_of(subject, module, found),
        _ => match dotted(subject) {
            Some(name) => say(subject, &name),
            None => remedies(subject, module, meant(subject, found)),
        },
    };
    (message, help)
}

/// The module that a script names in the package that is sought: `server` of `weather.server:main`.
fn sought_inside<'s>(subject: &Subject<'s>, module: &str) -> Option<&'s str> {
    let mut scripts = subject.project.scripts().filter_map(|(_, script)| script.reference.as_ref().ok());
    scripts.find_map(|reference| {
        let name = reference.module.strip_prefix(module)?.strip_prefix('.')?;
        (!name.contains('.')).then_some(name)
    })
}

/// The one loose module put into the package that is sought, under the name that a script has for it.
fn into_package(subject: &Subject<'_>, module: &str, found: &RelPath, name: &str) -> String {
    let target = folder_of(module);
    let then = subject.then_called(&dotted_name(found), &format!("{module}.{name}"));
    format!(
        "make a package: `mkdir -p {target} && {} {} {target}/{name}.py && touch {target}/__init__.py`{then}",
        subject.mv(),
        found.in_shell()
    )
}

/// Loose modules in `src` put into the package that is sought.
fn package_of(subject: &Subject<'_>, module: &str, found: &[RelPath]) -> String {
    let target = folder_of(module);
    let renamed: String = found
        .iter()
        .map(dotted_name)
        .map(|name| subject.then_called(&name, &format!("{module}.{name}")))
        .collect();
    format!(
        "make a package: `mkdir -p {target} && {} src/*.py {target}/ && touch {target}/__init__.py`{renamed}",
        subject.mv()
    )
}

/// The setting that says the module's name, in place of the slip where one stands there.
fn say(subject: &Subject<'_>, name: &str) -> String {
    if subject.project.settings.module_names.is_some() {
        format!("write `{name}`")
    } else {
        format!("add `module-name = \"{name}\"` under `[tool.mcp-backend]`")
    }
}

/// The module in a namespace that the project's name says with a dot: `awslabs.s3_server` for `awslabs.s3-server`.
fn dotted(subject: &Subject<'_>) -> Option<String> {
    let name = subject.project.name.as_ref()?.value.to_lowercase().replace('-', "_");
    let init = RelPath::parse(&format!("{}/__init__.py", folder_of(&name))).ok()?;
    (name.contains('.') && subject.tree.file(&init).is_some()).then_some(name)
}

/// The module that is most likely meant: one that a script names.
fn meant<'a>(subject: &Subject<'_>, found: &'a [RelPath]) -> &'a RelPath {
    let scripts = || subject.project.scripts().filter_map(|(_, script)| script.reference.as_ref().ok());
    let started = |path: &&RelPath| {
        scripts().any(|reference| {
            let rest = reference.module.strip_prefix(&dotted_name(path));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    };
    found.iter().find(started).unwrap_or(&found[0])
}

/// The name by which `path` is imported: `awslabs.s3` for `src/awslabs/s3`.
fn dotted_name(path: &RelPath) -> String {
    let inside = path.below(&RelPath::new(SRC)).unwrap_or_default();
    inside.strip_suffix(".py").unwrap_or(inside).replace('/', ".")
}

/// The remedies: another name for the module, or a setting that says the one it has. Scripts tell which name is meant.
fn remedies(subject: &Subject<'_>, module: &str, found: &RelPath) -> String {
    let suffix = if found.name().ends_with(".py") { ".py" } else { "" };
    let inits = ["__init__.py", "__init__.pyi"];
    let bare = suffix.is_empty() && !inits.iter().any(|init| subject.tree.file(&found.join(init)).is_some());
    let name = dotted_name(found);
    let rename = || renamed(subject, module, found, bare);
    let sayable = is_dotted_path(&name) && !bare && may_be_installed(subject, &name);
    match (subject.starts_in(module), subject.starts_in(&name)) {
        _ if !sayable => rename(),
        (true, false) => rename(),
        (false, true) if subject.project.settings.module_names.is_some() => say(subject, &name),
        _ => format!("{}, or {}", say(subject, &name), rename()),
    }
}

fn renamed(subject: &Subject<'_>, module: &str, found: &RelPath, bare: bool) -> String {
    let suffix = if found.name().ends_with(".py") { ".py" } else { "" };
    let target = format!("{}{suffix}", folder_of(module));
    let above = RelPath::new(target.as_str()).parent();
    let above = if subject.tree.has_folder(&above) { String::new() } else { format!("mkdir -p {above} && ") };
    let init = if bare { format!(" && touch {target}/__init__.py") } else { String::new() };
    let then = subject.then_called(&dotted_name(found), module);
    format!("rename it: `{above}{} {} {target}{init}`{then}", subject.mv(), found.in_shell())
}

/// Whether a module of that name may stand at the top of a wheel: no other rule would refuse it there.
pub(in crate::rules) fn may_be_installed(subject: &Subject<'_>, name: &str) -> bool {
    let top = name.split('.').next().unwrap_or_default();
    !is_generic(top) && subject.owner_of(top).is_none()
}
