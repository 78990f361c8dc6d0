use crate::dependencies;
use crate::diagnostic::Diagnostic;
use crate::knowledge::stdlib::Minor;
use crate::project::{SDK_FLOOR, raised};
use crate::rule::{Subject, declare_rule};
use crate::spec::name::normalize;
use crate::spec::version::Version;
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Checks that `requires-python` admits no Python that no release of the SDK which is admitted runs on: every one of
    /// `mcp` and `fastmcp` needs Python 3.10, and `fastmcp` from 4.2 on needs Python 3.11.
    ///
    /// ## Why is this bad?
    /// On such a Python nobody can install the server: the resolver finds no release of the SDK, and says so. Resolvers
    /// that look at all Pythons at once, as `uv lock` does, refuse the project everywhere.
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
    let sdks = dependencies::read(project);
    let oldest = sdks.oldest_python().and_then(|(python, sdk)| Some((Minor(minor(&python)?), sdk)));
    let floor = oldest.map_or(SDK_FLOOR, |(python, _)| python.max(SDK_FLOOR));
    let asks = |name: &str| oldest.is_none_or(|(_, sdk)| floor == SDK_FLOOR || name == sdk.name());
    let Some((sdk, place)) = project.sdk_requirements().find(|(sdk, _)| asks(&normalize(&sdk.name))) else {
        return;
    };
    if range.oldest() >= floor {
        return;
    }
    let wants = if floor > SDK_FLOOR { sdk.text.trim() } else { &sdk.name };
    let message = format!("`requires-python` admits Pythons older than {floor}, which `{wants}` needs");
    let finding = RULE.at(project.at(wanted.text.span), message).related(project.at(place), "the dependency");
    report.push(match raised(&wanted.text.value, floor) {
        Some(text) => {
            let finding = finding.help(format!("write `{text}`"));
            finding.edit(project.path(), wanted.text.span, quoted(&text))
        }
        None => finding.help(format!("write `>={floor}`")),
    });
}

/// The minor of a Python 3.
fn minor(python: &Version) -> Option<u8> {
    match python.release() {
        [3, minor, ..] => u8::try_from(*minor).ok(),
        _ => None,
    }
}
