use crate::diagnostic::Diagnostic;
use crate::layout::LayoutFault;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that no module to install is there twice: as `weather/` and as `weather.py`.
    ///
    /// ## Why is this bad?
    /// An import takes the folder, and the file is never read again: the functions that it holds are gone without
    /// an error.
    ///
    /// ## Example
    /// `src/weather.py`:
    /// ```python
    /// def forecast(city: str) -> str: ...
    /// ```
    ///
    /// Use instead:
    /// `src/weather/forecasts.py`:
    /// ```python
    /// def forecast(city: str) -> str: ...
    /// ```
    FIL016 "module-and-package" Error(Layout) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in &subject.layout.faults {
        let LayoutFault::Twice { module, file } = fault else { continue };
        let folder = file.as_str().trim_end_matches(".py");
        let message = format!("`{folder}/` hides `{file}` from every import of `{}`", module.value);
        let help =
            format!("move its code into the package: `{} {file} {folder}/`, or remove it", subject.mv());
        report.push(RULE.at(file, message).help(help));
    }
}
