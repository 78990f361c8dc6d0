use super::generic_top_level::left_out;
use crate::diagnostic::Diagnostic;
use crate::layout::TopLevelModule;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that what `wheel-include` adds to the top level of the wheel is a module.
    ///
    /// ## Why is this bad?
    /// The top level of a wheel is `site-packages` itself. A `config.json` there belongs to nobody, is overwritten
    /// by the next wheel that brings one, and no program finds it by its package. A `.pth` file there is run by
    /// every start of Python.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-include = ["src/cities.json"]
    /// ```
    ///
    /// `src/cities.json`:
    /// ```text
    /// []
    /// ```
    ///
    /// Use instead:
    /// `src/weather/cities.json`:
    /// ```text
    /// []
    /// ```
    FIL009 "stray-file-at-top-level" Error(Layout) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for shipped in &subject.layout.wheel {
        let name = shipped.installed.as_str();
        let module = [".py", ".pyi", ".so", ".pyd"].iter().any(|suffix| name.ends_with(suffix))
            && !name.starts_with("__");
        if name.contains('/') || module {
            continue;
        }
        let message = format!("the wheel would install `{name}` at its top level");
        let path = &shipped.file.path;
        let free =
            |root: &&TopLevelModule| root.package && subject.tree.file(&root.path.join(name)).is_none();
        let package = subject.layout.roots.iter().find(free).filter(|_| !name.ends_with(".pth"));
        let taken_out = left_out(subject, path);
        let help = match package {
            Some(root) => format!(
                "move it into the package: `{} {} {}`, and {taken_out}",
                subject.mv(),
                path.in_shell(),
                root.path.join(name).in_shell()
            ),
            None => taken_out,
        };
        report.push(RULE.at(path, message).help(help));
    }
}
