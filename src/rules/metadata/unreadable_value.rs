use crate::diagnostic::Diagnostic;
use crate::project::{Problem, ProblemKind};
use crate::rule::{Subject, declare_rule};
use crate::text::listed;

declare_rule! {
    /// ## What it does
    /// Checks that `pyproject.toml` is TOML, and that each key of `[project]`, `[build-system]`, `[dependency-groups]`
    /// and `[tool.mcp-backend]` that must be there is, with a value of the right type.
    ///
    /// ## Why is this bad?
    /// What cannot be read cannot be put into the metadata. A line break in a value would begin a second header there,
    /// and a missing name or version leaves nothing to install.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// description = 2026
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// description = "2026"
    /// ```
    MET019 "unreadable-value" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let place = |problem: &Problem| project.at(problem.span);
    for problem in &project.problems {
        let Some((message, help)) = words(&problem.kind) else { continue };
        let quoted = quoted(project.source.slice(problem.span), &problem.kind);
        let help = quoted.as_ref().map_or(help, |quoted| format!("write `{quoted}`"));
        // where the syntax is broken, what seems to be missing may only be hidden
        if project.is_readable() || matches!(problem.kind, ProblemKind::Syntax(_) | ProblemKind::NotUtf8) {
            let finding = RULE.at(place(problem), message).help(help);
            let finding = finding.edits(project.path(), quoted.map(|quoted| (problem.span, quoted)));
            // Poetry itself builds it
            let builds = problem.kind == ProblemKind::PoetryTable && project.build_system.backend.is_some();
            report.push(if builds { subject.of_this_backend(finding) } else { finding });
        }
    }
}

/// The message and the remedy; none for what another rule speaks of.
/// The remedy for a number, a date or a truth where a string has to stand.
fn quoted(written: &str, kind: &ProblemKind) -> Option<String> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "+-.:_".contains(letter);
    let wanted = matches!(kind, ProblemKind::WrongType { expected: "a string", .. });
    (wanted && !written.is_empty() && written.chars().all(plain)).then(|| format!("\"{written}\""))
}

fn words(kind: &ProblemKind) -> Option<(String, String)> {
    Some(match kind {
        ProblemKind::Syntax(fault) => {
            let remedy = fault.remedy.as_deref().unwrap_or("mend the syntax");
            (format!("not TOML: {}", fault.message), format!("{remedy}; nothing else was checked"))
        }
        ProblemKind::NotUtf8 => {
            ("not UTF-8, as TOML must be".to_owned(), "save the file as UTF-8".to_owned())
        }
        ProblemKind::PoetryTable => (
            "the project is described in `[tool.poetry]` alone, which only Poetry reads".to_owned(),
            "move it to `[project]`, which Poetry 2 reads too".to_owned(),
        ),
        ProblemKind::Missing { key: "project" } => (
            "the table `[project]` is missing".to_owned(),
            "add `[project]` with `name` and `version`".to_owned(),
        ),
        ProblemKind::Missing { key } => {
            let name = key.rsplit('.').next().unwrap_or(key);
            (format!("`{key}` is missing"), format!("add `{name} = \"...\"`"))
        }
        ProblemKind::WrongType { key, expected, found } => {
            (format!("`{key}` is {found}"), format!("make it {expected}"))
        }
        ProblemKind::ControlCharacter { key, character } => (
            format!("`{key}` holds the control character U+{:04X}", u32::from(*character)),
            "write it in one line, without control characters".to_owned(),
        ),
        ProblemKind::UnquotedGroup { group } => (
            format!("`project.entry-points.{group}` is a table in a table"),
            format!("write `[project.entry-points.\"{group}\"]`: a name with dots wants quotes"),
        ),
        ProblemKind::UnknownWord { key, word, known } => {
            (format!("`{key}` is `{word}`"), format!("write one of {}", listed(known)))
        }
        ProblemKind::VariableName { name } => (
            format!("`{name}` is no name of an environment variable"),
            "write letters, digits and `_`, and no digit first".to_owned(),
        ),
        ProblemKind::Path { key, path } => (
            format!("`{key}` is `{path}`, which leaves the project"),
            "name a folder inside the project".to_owned(),
        ),
        ProblemKind::Tag { tag, fault } => (
            format!("`tool.mcp-backend.tag` is `{tag}`: {fault}"),
            "write the Python, the ABI and the platform: `cp312-abi3-win_amd64`".to_owned(),
        ),
        ProblemKind::OneOf { table, keys, both: true } => {
            (format!("`{table}` has both `{}` and `{}`", keys[0], keys[1]), "keep one of them".to_owned())
        }
        ProblemKind::OneOf { table, keys, both: false } => {
            (format!("`{table}` has neither `{}` nor `{}`", keys[0], keys[1]), format!("add `{}`", keys[0]))
        }
        ProblemKind::UnknownKey { .. } => return None,
    })
}
