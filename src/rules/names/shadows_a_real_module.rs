use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::stdlib;
use crate::layout::{ModuleFile, SRC, TopLevelModule};
use crate::rule::{Subject, declare_rule};
use crate::rules::files::generic_top_level::moved;
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that no top-level module of the wheel has the name of a module of the standard library, or of one
    /// that a declared dependency brings. Where the dependency is wanted under a condition only, or is known by its
    /// name alone, it is a warning, and so it is for a module that newer Pythons have dropped. What lies in `src` beside
    /// the modules is not installed, but is on the path of every editable install: a warning too.
    ///
    /// ## Why is this bad?
    /// Of two modules with one name Python finds one. A wheel that installs `mcp.py` hides the SDK from itself or
    /// overwrites its files, and the server ends with an `ImportError` that names the wrong culprit.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = ["weather", "mcp"]
    /// ```
    ///
    /// `src/mcp/__init__.py`:
    /// ```python
    /// ```
    ///
    /// Use instead:
    /// `src/weather/mcp.py`:
    /// ```python
    /// ```
    NAM002 "shadows-a-real-module" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for top in tops(subject) {
        let Some((whose, level)) = subject.owner_of(&top.name) else { continue };
        let name = subject.project.settings.module_names.iter().flatten().find(|name| name.value == top.name);
        let place = match name {
            Some(name) => subject.project.at(name.span),
            None => Location::whole(&top.path),
        };
        let message = format!("the wheel would install `{}`, which {whose}", top.name);
        let own = subject.project.module_name();
        let help = if !subject.is_ours() {
            "give it a name of its own, or leave it out in the settings of the backend".to_owned()
        } else if top.name == own && name.is_none() {
            renamed(subject, top)
        } else {
            let suffix = if top.package { "" } else { ".py" };
            moved(subject, &top.name, &RelPath::new(SRC).join(&format!("{}{suffix}", top.name)))
        };
        report.push(RULE.at(place, message).help(help).level(level));
    }
    if subject.is_ours() {
        report.extend(strays(subject));
    }
}

/// What lies in `src`, ships nowhere, and is called like a module of somebody else.
///
/// The `.pth` file of an editable install puts `src` behind the libraries on the path, so that the stray is not found there;
/// a test or a program that is run from `src` finds nothing else.
fn strays(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let src = RelPath::new(SRC);
    let mut tops: Vec<(&str, RelPath)> = Vec::new();
    for file in subject.tree.below(&src) {
        let Some(inside) = file.path.below(&src) else { continue };
        let (top, place) = match inside.split_once('/') {
            None => (inside.strip_suffix(".py"), file.path.clone()),
            Some((folder, "__init__.py")) => (Some(folder), src.join(folder)),
            Some(_) => (None, src.clone()),
        };
        let ships = |top: &str| subject.layout.modules.importable(top);
        tops.extend(top.filter(|top| !ships(top)).map(|top| (top, place)));
    }
    let told = tops.into_iter().filter_map(|(top, place)| {
        let (whose, _) = subject.owner_of(top).filter(|_| !stdlib::is_dropped(top))?;
        let message = format!(
            "`{place}` is not installed, but lies on the path of an editable install, and `{top}` {whose}"
        );
        let free = |root: &&TopLevelModule| {
            root.package && subject.layout.modules.get(&format!("{}.{top}", root.name)).is_none()
        };
        let help = match subject.layout.roots.iter().find(free) {
            Some(root) => {
                let to = root.path.join(place.name());
                format!("move it into the package: `{} {} {}`", subject.mv(), place.in_shell(), to.in_shell())
            }
            None => "give it a name of its own, or move it out of `src`".to_owned(),
        };
        Some(RULE.at(&place, message).help(help).level(Level::Warning))
    });
    told.collect()
}

/// The module under a name that only the project has.
fn renamed(subject: &Subject<'_>, top: &ModuleFile) -> String {
    let (old, suffix) = (&top.name, if top.package { "" } else { ".py" });
    let new = format!("{old}_mcp");
    let then = if subject.starts_in(old) {
        format!("; then write `{new}` for `{old}` in scripts")
    } else {
        String::new()
    };
    let mv = subject.mv();
    format!(
        "rename it: `{mv} src/{old}{suffix} src/{new}{suffix}`, and add `module-name = \"{new}\"` under `[tool.mcp-backend]`{then}"
    )
}

/// The modules at the top of the wheel; a namespace may be shared, with `__init__.py` or without.
fn tops<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a ModuleFile> {
    let shared = |module: &ModuleFile| {
        let inside = |name: &str| name.strip_prefix(&module.name).is_some_and(|rest| rest.starts_with('.'));
        let mut roots = subject.layout.roots.iter();
        roots.any(|root| inside(&root.name))
            && !subject.layout.roots.iter().any(|root| root.name == module.name)
    };
    let tops = subject.layout.modules.iter().filter(|module| !module.name.contains('.'));
    tops.filter(move |module| !shared(module) || stdlib::is_stdlib_module(&module.name))
}
