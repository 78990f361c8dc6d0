use crate::diagnostic::Diagnostic;
use crate::layout::LayoutFault;
use crate::project::ReadmeSource;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;
use crate::tree::TreeFaultKind;

declare_rule! {
    /// ## What it does
    /// Checks that a symbolic link among the files that ship leads to a file or folder inside the project, and not
    /// round in a circle.
    ///
    /// ## Why is this bad?
    /// Archives hold the bytes behind a link, not the link. What lies outside the project is on this machine alone:
    /// another builds another wheel or none, and a file that nobody meant to publish may be in it.
    ///
    /// ## Example
    /// `src/weather/cities.json`:
    /// ```link
    /// ../../../cities.json
    /// ```
    ///
    /// Use instead:
    /// `src/weather/cities.json`:
    /// ```text
    /// []
    /// ```
    FIL012 "symlink-leaves-tree" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in &subject.layout.blocked {
        let (what, target) = match &fault.kind {
            TreeFaultKind::LinkLeaves { target } => ("leaves the project", target),
            TreeFaultKind::LinkBroken { target } => ("leads nowhere", target),
            TreeFaultKind::LinkLoop { target } => ("leads round in a circle", target),
            _ => continue,
        };
        let path = &fault.path;
        let word = path.in_shell();
        let help = match &fault.kind {
            TreeFaultKind::LinkLeaves { .. } => {
                format!(
                    "put a copy of what it leads to in its place: `cp -RL {word} copy && rm {word} && mv copy {word}`"
                )
            }
            TreeFaultKind::LinkBroken { .. } if is_wanted(subject, path) => {
                "put the file in its place".to_owned()
            }
            TreeFaultKind::LinkBroken { .. } => {
                format!("put the file in its place, or remove it: `rm {word}`")
            }
            _ => format!("remove it: `rm {word}`"),
        };
        report.push(RULE.at(path, format!("the link to `{target}` {what}")).help(help));
    }
}

/// Whether the project names what has to lie there: its readme, a licence, or its module.
fn is_wanted(subject: &Subject<'_>, path: &RelPath) -> bool {
    let project = subject.project;
    let readme = project.readme.as_ref().is_some_and(|readme| match &readme.source {
        ReadmeSource::File(file) => file.value == path.as_str(),
        ReadmeSource::Text(_) => false,
    });
    let mut licences = project.license_files.iter().flatten();
    let licence = licences.any(|glob| project.written(glob.span) == path.as_str());
    readme
        || licence
        || subject.layout.faults.iter().any(|fault| matches!(fault, LayoutFault::Blocked { .. }))
}
