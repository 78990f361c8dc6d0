use crate::diagnostic::Diagnostic;
use crate::layout::{LayoutFault, folder_of};
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that each module to install is there, and that a package has its `__init__.py`.
    ///
    /// ## Why is this bad?
    /// A wheel without modules installs well and does nothing: the first start ends with `ModuleNotFoundError`. A
    /// folder without `__init__.py` is a namespace that any other distribution may extend (PEP 420), and tools pass
    /// it over.
    ///
    /// ## Example
    /// Without `src/weather/__init__.py`.
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    FIL010 "no-modules" Error(Layout) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in subject.layout_faults() {
        let (message, help) = match fault {
            LayoutFault::NoInit { folder, .. } => {
                let init = folder.join("__init__.py");
                (format!("`{folder}` has no `__init__.py`"), format!("add it: `touch {}`", init.in_shell()))
            }
            LayoutFault::Nothing { module } => {
                let folder = folder_of(&module.value);
                let help = format!("create it: `mkdir -p {folder} && touch {folder}/__init__.py`");
                (format!("the module `{}` is nowhere in `src`", module.value), help)
            }
            LayoutFault::Excluded { module, file, .. } => (
                format!("`wheel-exclude` leaves out `{file}`, without which `{}` is no module", module.value),
                "write a narrower pattern".to_owned(),
            ),
            _ => continue,
        };
        let span = match fault {
            LayoutFault::Excluded { pattern, .. } => *pattern,
            _ => fault.span(subject.project),
        };
        report.push(subject.of_this_backend(RULE.at(subject.project.at(span), message).help(help)));
    }
}
