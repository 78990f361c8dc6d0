use crate::diagnostic::Diagnostic;
use crate::project::cache_keys::{self, CacheKeys};
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that uv is told what a dynamic version comes from: `cache-keys` under `[tool.uv]` name the file with
    /// `__version__`, or git's commit and tags.
    ///
    /// ## Why is this bad?
    /// uv builds a project anew where `pyproject.toml` changed, and no other file. An editable install, as `uv sync` and
    /// `uv run` make it, keeps the version that it had: the server tells its clients an old one.
    ///
    /// ## Example
    /// Without `project.version`.
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dynamic = ["version"]
    /// ```
    ///
    /// Use instead:
    /// Without `project.version`.
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dynamic = ["version"]
    ///
    /// [tool.uv]
    /// cache-keys = [{ file = "pyproject.toml" }, { file = "src/weather/__init__.py" }]
    /// ```
    VER008 "cache-keys-missing" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let is_left = project.is_dynamic("version") && project.version.is_none();
    let dynamic = project.dynamic.iter().find(|field| field.value == "version");
    let Some(dynamic) = dynamic.filter(|_| is_left && subject.is_ours()) else { return };
    let keys = project.cache_keys.as_ref();
    let (key, what) = if project.version_from_git().is_some() {
        if keys.is_some_and(CacheKeys::hold_git) {
            return;
        }
        (cache_keys::OF_GIT.to_owned(), "git's commit and tags".to_owned())
    } else {
        let Some((_, place)) = subject.version() else { return };
        if keys.is_some_and(|keys| keys.hold_file(place.path.as_str())) {
            return;
        }
        (cache_keys::of_file(place.path.as_str()), format!("`{}`", place.path))
    };
    let message = format!("the version comes from {what}, which uv's `cache-keys` do not name");
    let array = cache_keys::with(keys.map(|keys| project.source.slice(keys.span)), &key);
    let finding = RULE.at(project.at(dynamic.span), message);
    // a help is one line, as far as it can be
    let help = if array.contains('\n') {
        format!("add `{key}` to them")
    } else {
        format!("add `cache-keys = {array}` under `[tool.uv]`")
    };
    report.push(match keys {
        Some(keys) => finding.help(help).edit(project.path(), keys.span, array),
        None => finding.help(help),
    });
}
