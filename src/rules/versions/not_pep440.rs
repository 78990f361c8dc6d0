use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::version::{self, VersionFault};

declare_rule! {
    /// ## What it does
    /// Checks that the version is one by PEP 440, also where it is dynamic and stands in the module as `__version__`.
    ///
    /// ## Why is this bad?
    /// Installers compare versions by PEP 440. Another version is refused by PyPI, pip and uv.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0-final-2"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0"
    /// ```
    VER001 "not-pep440" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if let Some(version) = &project.version
        && let Err(fault) = &version.value
    {
        let place = project.at(project.within(version.span, &fault.range));
        let written = project.written(version.span);
        report.push(finding(place, written, fault));
    }
    // a literal in the code is the project's version only where no static one is
    if let (true, None, Some(root)) =
        (project.is_dynamic("version"), &project.version, subject.layout.roots.first())
        && let Some((module, text)) = subject.program.literal_version(&root.name, "__version__")
        && let (Err(fault), Some(path)) = (version::parse(&text.value), subject.program.path(module))
    {
        report.push(finding(Location::span(path, text.span), &text.value, &fault));
    }
}

fn finding(place: Location, written: &str, fault: &VersionFault) -> Diagnostic {
    let reason = fault.reason.lines().next().unwrap_or_default();
    let message = match written.trim() {
        "" => "the version is empty".to_owned(),
        _ => format!("`{written}` is not a PEP 440 version: {reason}"),
    };
    let finding = RULE.at(place, message);
    match beginning(written) {
        Some(version) => finding.help(format!("write `{version}`")),
        None => finding.help("write numbers with dots between them, such as `1.0.0`"),
    }
}

/// The longest beginning that is a version.
fn beginning(written: &str) -> Option<String> {
    let ends = written.char_indices().map(|(at, character)| at + character.len_utf8()).rev();
    let digit = |end: &usize| written[..*end].ends_with(|last: char| last.is_ascii_digit());
    ends.take(100)
        .filter(digit)
        .find_map(|end| version::parse(&written[..end]).ok())
        .map(|version| version.to_string())
}
