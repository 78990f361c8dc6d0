use crate::diagnostic::Diagnostic;
use crate::project::Required;
use crate::rule::{Subject, declare_rule};
use crate::text::{has_word, words};

declare_rule! {
    /// ## What it does
    /// Looks for tools of development in `dependencies`: `pytest`, `ruff`, `mypy`, `build` and their like.
    ///
    /// A tool that the code imports or runs is left alone, and so is one in an extra.
    ///
    /// ## Why is this bad?
    /// Every user installs it with all that it needs, and gets its conflicts.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "pytest>=8"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    ///
    /// [dependency-groups]
    /// dev = ["pytest>=8"]
    /// ```
    DEP014 "tool-in-runtime-deps" Warning Author
}

const TOOLS: [&str; 15] = [
    "basedpyright", "black", "build", "coverage", "flake8", "isort", "mypy", "nox", "pre-commit", "pylint",
    "pyright", "pytest", "ruff", "tox", "twine",
];

/// Those whose name is a word of other things too, so that it says nothing in a comment.
const WORDS: [&str; 3] = ["black", "build", "coverage"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let plain = project.required().filter(|required| required.extra.is_none());
    let tools = plain.filter_map(|required| Some((required, tool(&required.name())?)));
    let mut unused: Vec<_> = tools.collect();
    if unused.is_empty() {
        return;
    }
    for text in subject.python_texts() {
        unused.retain(|(_, tool)| !runs(&text, tool) && !runs(&text, &tool.replace('-', "_")));
    }
    let place = |required: &Required<'_>| required.at(project, &required.requirement.name_range);
    let [(first, _), others @ ..] = unused.as_slice() else { return };
    let message =
        format!("`{}` is a tool of development, which every user would install", first.requirement.name);
    let more = match others.len() {
        0 => String::new(),
        number => format!(" ({number} more)"),
    };
    let finding = RULE.at(place(first), message + &more);
    let finding = others.iter().fold(finding, |finding, (other, _)| finding.related(place(other), "another"));
    let written = unused.iter().map(|(required, _)| format!("\"{}\"", project.written(required.span)));
    let written: Vec<_> = written.collect();
    report.push(finding.help(match written.as_slice() {
        [one] => format!("remove it, and add `{one}` to `dependency-groups.dev`"),
        all => format!("move them to `[dependency-groups]`, such as `dev = [{}]`", all.join(", ")),
    }));
}

/// The tool that the distribution is, or is a plugin of.
fn tool(name: &str) -> Option<&'static str> {
    let named = TOOLS.into_iter().find(|tool| *tool == name);
    named.or_else(|| name.starts_with("pytest-").then_some("pytest"))
}

/// Whether the code may import or run the tool.
fn runs(text: &str, tool: &str) -> bool {
    if !WORDS.contains(&tool) {
        return has_word(text, tool);
    }
    words(text, tool).any(|at| {
        let line = text[..at].rfind('\n').map_or(0, |feed| feed + 1);
        let before = &text[line..at];
        let imported = ["import ", "from "].iter().any(|word| before.trim_start().starts_with(word));
        imported || before.ends_with(['"', '\'', '/']) || before.ends_with("-m ") || before.ends_with("run ")
    })
}
