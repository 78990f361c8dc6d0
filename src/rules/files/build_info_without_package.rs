use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the first module of the project is a package where `build-info` is set.
    ///
    /// ## Why is this bad?
    /// `_build_info.py` lies in that package. A module of a single file has no place for it, so that the release comes out
    /// without what was asked for.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = ["weather_types", "weather"]
    /// build-info = true
    /// ```
    /// `src/weather_types.py`:
    /// ```python
    /// City = str
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = ["weather", "weather_types"]
    /// build-info = true
    /// ```
    /// `src/weather_types.py`:
    /// ```python
    /// City = str
    /// ```
    FIL019 "build-info-without-package" Warning Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let roots = &subject.layout.roots;
    let (Some(span), Some(root)) = (subject.project.settings.build_info, roots.first()) else { return };
    if root.package {
        return;
    }
    let message = format!("`build-info` wants a package, and `{}` is a single file", root.path);
    let help = match roots.iter().find(|root| root.package) {
        Some(package) => {
            let others = roots.iter().map(|root| &root.name).filter(|name| **name != package.name);
            let names: Vec<_> =
                std::iter::once(&package.name).chain(others).map(|name| format!("\"{name}\"")).collect();
            format!("write `module-name = [{}]`", names.join(", "))
        }
        None => {
            let folder = root.path.as_str().trim_end_matches(".py");
            let mv = subject.mv();
            format!("make it a package: `mkdir -p {folder} && {mv} {folder}.py {folder}/__init__.py`")
        }
    };
    report.push(RULE.at(subject.project.at(span), message).help(help));
}
