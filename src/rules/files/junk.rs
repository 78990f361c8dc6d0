use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::tree::Junk;

declare_rule! {
    /// ## What it does
    /// Looks for what never ships in the folder of a module that does: virtual environments, checkouts,
    /// `node_modules`, the backups of editors.
    ///
    /// ## Why is this bad?
    /// It is left out of the archives whatever happens. But a person who finds it beside the code believes it part
    /// of the server, and a program that opens it works from a checkout only. The caches of interpreters and test
    /// runners come back by themselves and are left out without a word.
    ///
    /// ## Example
    /// `src/weather/server.py.orig`:
    /// ```text
    /// def main() -> None: ...
    /// ```
    ///
    /// Use instead:
    /// `notes/server.py.orig`:
    /// ```text
    /// def main() -> None: ...
    /// ```
    FIL005 "junk" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let excluded = &subject.project.settings.wheel_exclude;
    let excluded = |path: &str| {
        excluded.iter().any(|glob| glob.value.as_ref().is_ok_and(|glob| glob.matches_file_or_folder_of(path)))
    };
    for (path, kind) in subject.tree.junk() {
        let ships = subject.layout.roots.iter().any(|root| path.below(&root.path).is_some());
        // a piece of it that a setting names ships after all
        let wanted = subject.tree.file(path).is_some() || !subject.tree.below(path).is_empty();
        if *kind == Junk::Leftover && ships && !wanted && !excluded(path.as_str()) {
            let message = format!("`{}` never ships", path.name());
            let help =
                format!("remove it: `rm -r {}`; or move it out of the module's folder", path.in_shell());
            report.push(RULE.at(path, message).help(help));
        }
    }
}
