use crate::diagnostic::Diagnostic;
use crate::layout::{LayoutFault, SRC, folder_of};
use crate::rule::{Subject, declare_rule};
use crate::rules::names::module_name_mismatch::may_be_installed;
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that the modules lie in `src/`, and that `src` is no package itself.
    ///
    /// ## Why is this bad?
    /// A package beside `src` is imported from the checkout whether or not it is installed, so tests pass for a
    /// wheel that lacks half of it. Where `src` itself is the package, every import is written `src.x`, and no
    /// wheel has a module of that name that could be called the project's.
    ///
    /// ## Example
    /// Without `src/weather/__init__.py`.
    ///
    /// Without `src/weather/server.py`.
    ///
    /// `weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// `weather/server.py`:
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
    FIL001 "not-src-layout" Error(Layout) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in subject.layout_faults() {
        // FIL003 tells what that does to others already
        if !subject.is_ours() && matches!(fault, LayoutFault::SrcIsPackage { .. }) && installs_src(subject) {
            continue;
        }
        let (message, help) = match fault {
            LayoutFault::Flat { module, found } => flat(subject, &module.value, found),
            LayoutFault::SrcIsPackage { module } => src_is_package(subject, &module.value),
            _ => continue,
        };
        let place = subject.project.at(fault.span(subject.project));
        report.push(subject.of_this_backend(RULE.at(place, message).help(help)));
    }
}

/// Whether the wheel holds a module called `src`.
fn installs_src(subject: &Subject<'_>) -> bool {
    subject.layout.wheel.iter().any(|shipped| shipped.installed.starts_with("src/"))
}

fn flat(subject: &Subject<'_>, module: &str, found: &RelPath) -> (String, String) {
    let own = module.replace('.', "/");
    let (target, word) = (folder_of(module), found.in_shell());
    let above = target.rsplit_once('/').map_or(SRC, |(above, _)| above);
    let stem = found.as_str().strip_suffix(".py");
    let inits = ["__init__.py", "__init__.pyi"];
    let seen = stem.is_none() && found.parent() == RelPath::root();
    let bare = seen && !inits.iter().any(|init| subject.tree.file(&found.join(init)).is_some());
    let init = |folder: &str| if bare { format!(" && touch {folder}/__init__.py") } else { String::new() };
    let displaced = found.as_str().ends_with(&format!("/{own}"));
    let message = if displaced {
        format!("`{found}` does not lie in `src`")
    } else {
        format!("`{found}` lies at the project's root, not in `src`")
    };
    let mv = subject.mv();
    let help = if displaced || stem.unwrap_or(found.as_str()) == own {
        format!("move it: `mkdir -p {above} && {mv} {word} {above}/{}`", init(&target))
    } else if stem.is_some() {
        package_of(subject, module, found)
    } else {
        let name = name_in_namespace(subject, found).unwrap_or_else(|| found.as_str().replace('/', "."));
        if may_be_installed(subject, &name) {
            let above = RelPath::new(SRC).join(found.parent().as_str());
            let above = above.as_str().trim_end_matches('/');
            format!(
                "move it: `mkdir -p {above} && {mv} {word} {above}/{}`, and add `module-name = \"{name}\"` under `[tool.mcp-backend]`",
                init(&format!("src/{found}"))
            )
        } else {
            let then = subject.then_called(&name, module);
            format!("move it: `mkdir -p {above} && {mv} {word} {target}{}`{then}", init(&target))
        }
    };
    (message, help)
}

/// The loose module at the root, with those beside it that it imports, put into the package that is sought.
fn package_of(subject: &Subject<'_>, module: &str, found: &RelPath) -> String {
    let target = folder_of(module);
    let beside = subject.tree.files().iter().map(|file| &file.path).filter(|path| {
        let stem = path.as_str().strip_suffix(".py");
        stem.is_some_and(|stem| *path != found && !stem.contains('/') && subject.imports(found, stem))
    });
    let all: Vec<&RelPath> = std::iter::once(found).chain(beside).collect();
    let words: Vec<_> = all.iter().map(|path| path.in_shell()).collect();
    let then: String = all
        .iter()
        .filter_map(|path| path.as_str().strip_suffix(".py"))
        .map(|stem| subject.then_called(stem, &format!("{module}.{stem}")))
        .collect();
    let (words, mv) = (words.join(" "), subject.mv());
    format!(
        "make a package: `mkdir -p {target} && touch {target}/__init__.py && {mv} {words} {target}/`{then}"
    )
}

/// The module in the namespace `found` that the project's name says with a dot: `awslabs.s3` for `awslabs.s3`.
fn name_in_namespace(subject: &Subject<'_>, found: &RelPath) -> Option<String> {
    let name = subject.project.name.as_ref()?.value.to_lowercase().replace('-', "_");
    let path = RelPath::parse(&name.replace('.', "/")).ok()?;
    path.below(found)?;
    subject.tree.has_folder(&path).then_some(name)
}

fn src_is_package(subject: &Subject<'_>, module: &str) -> (String, String) {
    let target = folder_of(module);
    let src = RelPath::new(SRC);
    let folders = subject.tree.folders().filter(|path| path.parent() == src && path.as_str() != target);
    let folders: String = folders.map(|path| format!(" {}", path.in_shell())).collect();
    let (mv, then) = (subject.mv(), subject.then_called(SRC, module));
    (
        "`src` is the package itself".to_owned(),
        format!("move its files down: `mkdir -p {target} && {mv} src/*.py{folders} {target}/`{then}"),
    )
}
