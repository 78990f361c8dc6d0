use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Level};
use crate::project::{EntryPoint, EntryPointGroup};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;

declare_rule! {
    /// ## What it does
    /// Checks that no script is called like a common command, and that no two scripts have the same name.
    ///
    /// Two scripts of one name are an error, also when the names differ only in case, unless both do the same. A project
    /// may have a script of its own name, whatever that is.
    ///
    /// ## Why is this bad?
    /// Of two commands with one name only one is installed; Windows and macOS take no notice of case. One called `test`
    /// or `server` is found in the place of another, or never found at all.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// server = "weather.server:main"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather-server = "weather.server:main"
    /// ```
    ENT011 "script-name-conflict" Warning(Install) Author
}

/// Names of commands that most systems, or most who work with Python and MCP, have already; sorted.
const COMMON: &[&str] = &[
    "bash", "black", "build", "cat", "check", "claude", "client", "cmd", "curl", "docker", "fastmcp", "find",
    "format", "git", "install", "kill", "lint", "ls", "main", "make", "mcp", "mcp-backend", "mypy", "node",
    "npm", "npx", "pip", "pip3", "pipx", "poetry", "pytest", "python", "python3", "ruff", "run", "server",
    "sh", "sort", "start", "test", "uv", "uvicorn", "uvx", "which",
];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let scripts: Vec<_> = subject.project.scripts().collect();
    let mut seen: HashMap<String, &Script<'_>> = HashMap::new();
    for script in &scripts {
        match seen.insert(script.1.name.value.to_lowercase(), script) {
            Some(earlier) if !same_deed(earlier, script) => report.push(same(subject, earlier.1, script.1)),
            _ => report.extend(common(subject, script.1)),
        }
    }
}

type Script<'a> = (&'a EntryPointGroup, &'a EntryPoint);

/// Whether it is all one which of the two is installed.
fn same_deed(earlier: &Script<'_>, script: &Script<'_>) -> bool {
    earlier.0.name.value == script.0.name.value && earlier.1.value.value == script.1.value.value
}

fn same(subject: &Subject<'_>, earlier: &EntryPoint, script: &EntryPoint) -> Diagnostic {
    let at = |entry: &EntryPoint| subject.project.at(entry.name.span);
    let (first, second) = (&earlier.name.value, &script.name.value);
    let message = if first == second {
        format!("two scripts are called `{second}`")
    } else {
        format!("the scripts `{first}` and `{second}` differ only in case")
    };
    let finding = RULE.at(at(script), message).level(Level::Error).related(at(earlier), "the first");
    finding.help("rename one of them, or remove it")
}

fn common(subject: &Subject<'_>, script: &EntryPoint) -> Option<Diagnostic> {
    let name = &script.name.value;
    let project = subject.project.name.as_ref()?;
    if !COMMON.contains(&name.to_lowercase().as_str())
        || name::normalize(name) == name::normalize(&project.value)
    {
        return None;
    }
    let taken = subject.project.scripts().any(|(_, other)| other.name.value == project.value);
    let free = if taken { format!("{}-{name}", project.value) } else { project.value.clone() };
    let place = subject.project.at(script.name.span);
    let finding = RULE.at(place, format!("script `{name}` has the name of a common command"));
    Some(finding.help(format!("write `{free}`")))
}

#[cfg(test)]
mod tests {
    use super::COMMON;

    #[test]
    fn the_common_commands_are_sorted() {
        assert!(COMMON.is_sorted());
    }
}
