//! PYV005.

use crate::diagnostic::{Diagnostic, Location};
use crate::project::{SDK_FLOOR, raised};
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `requires-python` admits no Python that the SDK does not run on: every release of `mcp` and
    /// `fastmcp` needs Python 3.10.
    ///
    /// ## Why is this bad?
    /// On such a Python nobody can install the server: the resolver finds no release of the SDK. Resolvers that look at
    /// all Pythons at once, as `uv lock` does, refuse the project everywhere.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.9"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    /// ```
    PYV005 "floor-below-dependency" Warning Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let (Some(wanted), Some(range)) = (&project.requires_python, project.python()) else { return };
    let Some((sdk, place)) = project.sdk_requirements().next() else { return };
    if range.oldest() >= SDK_FLOOR {
        return;
    }
    let message =
        format!("`requires-python` admits Pythons older than {SDK_FLOOR}, which `{}` needs", sdk.name);
    let at = |span| Location::span(project.path(), span);
    let finding = RULE.card.at(at(wanted.text.span), message).related(at(place), "the dependency");
    report.push(match raised(&wanted.text.value, SDK_FLOOR) {
        Some(text) => {
            let finding = finding.help(format!("write `{text}`"));
            finding.edit(project.path(), wanted.text.span, format!("\"{text}\""))
        }
        None => finding.help(format!("write `>={SDK_FLOOR}`")),
    });
}
