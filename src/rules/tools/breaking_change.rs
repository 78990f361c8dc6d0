use crate::contract::{self, Bump, ChangeLevel, Contract, ContractChange, FILE_NAME};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::version::Version;
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Compares what the server offers with the contract of its last release, `mcp-contract.json`, when the project keeps
    /// one: a breaking change needs a new major version, or before 1.0 a new minor one.
    ///
    /// A tool, parameter or field that is gone or has another name breaks, and so do a new parameter that is required, a
    /// type that takes less, a result that gives other things, a script or a variable that is gone. Order, new optional
    /// parameters and wider types break nobody; [the page on the contract](../contract.md) tells all. What the text does
    /// not wholly tell is no finding.
    ///
    /// A contract that cannot be read, or of another project, is a warning.
    ///
    /// ## Why is this bad?
    /// Agents call tools by name and schema, and nobody reads their prompts again for a patch release: calls that worked
    /// yesterday fail. Users who pin below the next major version are right to expect that they do not.
    ///
    /// ## Example
    /// `mcp-contract.json`:
    /// ```json
    /// {
    ///   "version": 1,
    ///   "project": { "name": "weather", "version": "0.9.0" },
    ///   "sdk": { "name": "mcp", "major": 2 },
    ///   "server": { "name": "weather", "version": null, "title": null, "instructions": null },
    ///   "scripts": ["weather"],
    ///   "environment": [],
    ///   "tools": [{ "name": "forecast" }, { "name": "warnings" }],
    ///   "prompts": [], "resources": [], "resourceTemplates": [], "unknown": []
    /// }
    /// ```
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "0.9.1"
    /// ```
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// Use instead:
    /// `mcp-contract.json`:
    /// ```json
    /// {
    ///   "version": 1,
    ///   "project": { "name": "weather", "version": "0.9.0" },
    ///   "sdk": { "name": "mcp", "major": 2 },
    ///   "server": { "name": "weather", "version": null, "title": null, "instructions": null },
    ///   "scripts": ["weather"],
    ///   "environment": [],
    ///   "tools": [{ "name": "forecast" }, { "name": "warnings" }],
    ///   "prompts": [], "resources": [], "resourceTemplates": [], "unknown": []
    /// }
    /// ```
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "0.10.0"
    /// ```
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    TOO007 "breaking-change" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let path = RelPath::new(FILE_NAME);
    let Some(bytes) = subject.tree.file(&path).and_then(|_| subject.tree.read(&path).ok()) else { return };
    let warning = |message: String| RULE.at(&path, message).level(Level::Warning);
    let base = match Contract::parse(&bytes) {
        Ok(base) => base,
        Err(reason) => {
            let finding = warning(format!("the released contract cannot be read: {reason}"));
            let remedy = "at the last release, write it anew with `mcp-backend contract --write`";
            report.push(finding.help(remedy));
            return;
        }
    };
    let Some((version, place)) = subject.version() else { return };
    let new = subject.contract();
    if name::normalize(&base.project.name) != name::normalize(&new.project.name) {
        let message = format!("the contract is of `{}`, another project", base.project.name);
        report.push(
            warning(message)
                .help("take it away, or write the project's own with `mcp-backend contract --write`"),
        );
        return;
    }
    let changes = contract::diff(&base, &new);
    let breaking: Vec<&ContractChange> =
        changes.iter().filter(|change| change.class == ChangeLevel::Major).collect();
    if let Some(first) = breaking.first()
        && !contract::suffices(&base.project.version, &version, Bump::Major)
    {
        report.push(finding(*subject, &base, first, &breaking[1..], &version, place));
    }
}

/// The finding at the version; the other breaking changes stand in the help.
fn finding(
    subject: Subject<'_>,
    base: &Contract,
    first: &ContractChange,
    others: &[&ContractChange],
    version: &Version,
    place: Location,
) -> Diagnostic {
    /// More are read with `contract --diff`.
    const SHOWN: usize = 5;
    let released = &base.project.version;
    let count = match others.len() {
        0 => String::new(),
        1 => ", and 1 more change breaks".to_owned(),
        number => format!(", and {number} more changes break"),
    };
    let message = format!("version `{version}` breaks what {released} promised: {first}{count}");
    let required = contract::required(released, Bump::Major);
    let is_of_tags = subject.project.version_from_git().is_some();
    let verb = if is_of_tags { "tag the release" } else { "write" };
    let mut help = format!("{verb} `{required}`, or keep what was");
    for other in others.iter().take(SHOWN) {
        help += &format!("\n{other}");
    }
    if others.len() > SHOWN {
        help += &format!("\n`mcp-backend contract --diff {FILE_NAME}` tells all");
    }
    let mut finding = RULE.at(place, message).help(help);
    if is_of_tags && version.is_dev() {
        // nobody can raise it before the release is tagged
        finding = finding.level(Level::Warning);
    }
    match subject.source_of(first.subject.kind, &first.subject.name) {
        Some(place) => finding.related(place, format!("what `{}` is now", first.subject.name)),
        None => finding,
    }
}
