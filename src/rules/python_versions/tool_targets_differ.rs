use crate::diagnostic::Diagnostic;
use crate::knowledge::stdlib::Minor;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that black, mypy, pyright and ruff are told of no newer Python than the oldest that `requires-python`
    /// admits.
    ///
    /// ## Why is this bad?
    /// A formatter rewrites the code for a Python that some users do not have, and a type checker does not see what those
    /// users miss. Such a setting harms nobody by itself, so this rule is off until it is asked for.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    ///
    /// [tool.ruff]
    /// target-version = "py312"
    ///
    /// [tool.mcp-backend.rules]
    /// PYV010 = "warning"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    ///
    /// [tool.ruff]
    /// target-version = "py310"
    ///
    /// [tool.mcp-backend.rules]
    /// PYV010 = "warning"
    /// ```
    PYV010 "tool-targets-differ" Warning Author OnRequest
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some((wanted, range)) = project.requires_python.as_ref().zip(project.python()) else { return };
    let Some(floor) = range.floor() else { return };
    for target in project.tool_targets.iter().filter(|target| target.minor > floor) {
        let message =
            format!("`{}` is Python {}, but `requires-python` admits {floor}", target.key, target.minor);
        let finding = RULE
            .at(project.at(target.span), message)
            .related(project.at(wanted.text.span), "the oldest admitted");
        let older = older(project.source.slice(target.span), target.minor, floor);
        report.push(finding.help(format!("write `{older}`, or raise `requires-python`")));
    }
}

/// The setting as it is written, with another Python: `py310` for `py312`.
fn older(written: &str, old: Minor, new: Minor) -> String {
    let (old, new) = (old.to_string(), new.to_string());
    let short = |minor: &str| format!("py{}", minor.replace('.', ""));
    let bare = written.trim_matches(['"', '\'']);
    bare.replace(&short(&old), &short(&new)).replace(&old, &new)
}
