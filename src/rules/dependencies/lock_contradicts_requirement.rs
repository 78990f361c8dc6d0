use crate::dependencies::{ProjectLock, Unmet};
use crate::diagnostic::{Diagnostic, Level};
use crate::project::Required;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Looks for a requirement that does not admit the version which the project's lock holds.
    ///
    /// Where the setting `locked` names the lock it is an error, and else, in `check`, a warning.
    ///
    /// ## Why is this bad?
    /// The metadata of `weather[locked]` then asks for one version and for others than that: no install of it ever succeeds.
    /// A lock that nobody sees outside of the project was made for other requirements than those that users get, and so
    /// was what was tested with it.
    ///
    /// Remedy: by hand, since uv alone makes a lock.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    ///
    /// [tool.mcp-backend]
    /// locked = "uv.lock"
    /// ```
    /// `uv.lock`:
    /// ```toml
    /// version = 1
    /// requires-python = ">=3.10"
    ///
    /// [[package]]
    /// name = "weather"
    /// version = "1.0.0"
    /// source = { editable = "." }
    /// dependencies = [{ name = "mcp" }]
    ///
    /// [[package]]
    /// name = "mcp"
    /// version = "1.28.0"
    /// source = { registry = "https://pypi.org/simple" }
    /// ```
    ///
    /// Use instead:
    /// `uv.lock`:
    /// ```toml
    /// version = 1
    /// requires-python = ">=3.10"
    ///
    /// [[package]]
    /// name = "weather"
    /// version = "1.0.0"
    /// source = { editable = "." }
    /// dependencies = [{ name = "mcp" }]
    ///
    /// [[package]]
    /// name = "mcp"
    /// version = "2.3.0"
    /// source = { registry = "https://pypi.org/simple" }
    /// ```
    DEP022 "lock-contradicts-requirement" Error(Install) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (project, Some(lock)) = (subject.project, subject.lock) else { return };
    let Ok(choice) = &lock.chosen else { return };
    let all: Vec<Required<'_>> = project.required().filter(|required| required.extra.is_none()).collect();
    for (at, unmet) in &choice.unmet {
        let (required, Unmet::Outside(version)) = (&all[*at], unmet) else { continue };
        let name = required.name();
        // what a lock was told to take whatever is required fails users of the extra alone
        if !lock.is_named && choice.overridden.contains(&name) {
            continue;
        }
        let place = required.at(project, &required.requirement.detail_range);
        let finding = RULE.at(place, message(lock, &name, version)).help(help(lock));
        let level = if lock.is_named { finding.level } else { Level::Warning };
        report.push(Diagnostic { level, ..finding });
    }
}

fn message(lock: &ProjectLock, name: &str, version: &impl std::fmt::Display) -> String {
    let told = format!("`{}` holds `{name}` {version}, which is not admitted here", lock.path);
    if lock.is_named { told + ": no install with the extra `locked` succeeds" } else { told }
}

fn help(lock: &ProjectLock) -> String {
    match lock.path.name() {
        "uv.lock" => "run `uv lock`, or admit the version".to_owned(),
        _ => format!("make `{}` anew, or admit the version", lock.path),
    }
}
