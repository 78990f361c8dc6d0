//! DEP009.

use crate::dependencies::is_sdk;
use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::range::exact;
use crate::spec::version::Version;

declare_rule! {
    /// ## What it does
    /// Looks for a requirement that pins `mcp` or `fastmcp` to one exact version.
    ///
    /// ## Why is this bad?
    /// Users never get a fix of the SDK, and the server cannot be installed beside another that needs a newer one.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp==2.3.0"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3.0,<3"]
    /// ```
    DEP009 "sdk-pinned-exactly" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for required in project.required().filter(|required| is_sdk(required.requirement)) {
        let requirement = required.requirement;
        let Some(version) = requirement.specifiers.as_ref().and_then(exact) else { continue };
        let place = Location::span(project.path(), required.place(project, &requirement.detail_range));
        let message = format!("`{}` is pinned to {version}", requirement.name);
        let finding = RULE.card.at(place, message);
        report.push(match following(version) {
            Some(next) => finding.help(format!("write `{}>={version},<{next}`", requirement.name)),
            None => finding,
        });
    }
}

/// The major that follows upon `version`.
fn following(version: &Version) -> Option<u64> {
    version.release().first()?.checked_add(1)
}
