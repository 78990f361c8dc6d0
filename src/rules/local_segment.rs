//! VER004.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::version::{self, Version};

declare_rule! {
    /// ## What it does
    /// Checks that the version has no local segment: nothing behind a `+`.
    ///
    /// A project with a `Private ::` classifier is left alone, as it goes to no public index.
    ///
    /// ## Why is this bad?
    /// PyPI refuses the upload: local versions are for those who change a published one for themselves.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0+build.5"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0.post5"
    /// ```
    VER004 "local-segment" Error Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if project.is_private() {
        return;
    }
    if let Some(version) = &project.version {
        if let Ok(value) = &version.value {
            report.extend(finding(value, Location::span(project.path(), version.span)));
        }
    } else if let (true, Some(root)) = (project.is_dynamic("version"), subject.layout.roots.first())
        && let Some((module, text)) = subject.program.literal_version(&root.name, "__version__")
        && let (Ok(value), Some(path)) = (version::parse(&text.value), subject.program.path(module))
    {
        report.extend(finding(&value, Location::span(path, text.span)));
    }
}

fn finding(version: &Version, place: Location) -> Option<Diagnostic> {
    let written = version.to_string();
    let (public, local) = written.split_once('+')?;
    let message = format!("version `{written}` has the local segment `+{local}`, which PyPI refuses");
    Some(RULE.card.at(place, message).help(format!("write `{public}`")))
}
