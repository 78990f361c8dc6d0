use crate::dependencies::Unmet;
use crate::diagnostic::Diagnostic;
use crate::project::Required;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Looks for what the extra `locked` leaves open: a requirement that the lock holds nothing for, a Python that the
    /// project admits and the lock does not, and a version that the lock took against what something requires.
    ///
    /// It is asked where the setting `locked` names a lock.
    ///
    /// ## Why is this bad?
    /// What is not pinned is whatever is newest on the day of the install, so that users of `weather[locked]` run what
    /// nobody tested. What `override-dependencies` says reaches no metadata, so that an installer sees the contradiction
    /// and finds no solution.
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
    DEP023 "lock-incomplete" Warning Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (project, Some(lock)) = (subject.project, subject.lock.filter(|lock| lock.is_named)) else { return };
    let (Ok(choice), Some(setting)) = (&lock.chosen, &project.settings.locked) else { return };
    let anew = match lock.path.name() {
        "uv.lock" => "run `uv lock`".to_owned(),
        _ => format!("make `{}` anew", lock.path),
    };
    let all: Vec<Required<'_>> = project.required().filter(|required| required.extra.is_none()).collect();
    for (at, unmet) in &choice.unmet {
        let (required, Unmet::Absent(system)) = (&all[*at], unmet) else { continue };
        let place = required.at(project, &required.requirement.name_range);
        let system = system.map(|system| format!(" for {system}")).unwrap_or_default();
        let message = format!("`{}` holds no `{}`{system}", lock.path, required.name());
        report.push(RULE.at(place, message).help(anew.as_str()));
    }
    if let (Some(first), Some(python)) = (choice.uncovered.first(), &project.requires_python) {
        let message = format!("`{}` is for no Python {first}, which is admitted here", lock.path);
        report.push(RULE.at(project.at(python.text.span), message).help(anew.as_str()));
    }
    if let Some(name) = choice.overridden.first() {
        let message = format!(
            "`{}` overrides what is required of `{name}`, which users of `locked` may get no install for",
            lock.path
        );
        let help = "remove it from `override-dependencies` of `[tool.uv]`, and run `uv lock`";
        report.push(RULE.at(project.at(setting.span), message).help(help));
    }
}
