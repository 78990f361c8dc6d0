use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for files that `sdist-exclude` would leave out although the wheel is made from them.
    ///
    /// ## Why is this bad?
    /// Most users' tools build the wheel from the sdist wherever no wheel fits. Without such a file that wheel
    /// would be another than the author's, so the sdist keeps it: the setting does not do what it says.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// sdist-exclude = ["**/*.json"]
    /// ```
    ///
    /// `src/weather/cities.json`:
    /// ```text
    /// []
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// sdist-exclude = ["tests/**/*.json"]
    /// ```
    ///
    /// `tests/data/recorded.json`:
    /// ```text
    /// []
    /// ```
    ///
    /// `src/weather/cities.json`:
    /// ```text
    /// []
    /// ```
    FIL015 "wheel-differs-from-sdist-build" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for glob in &subject.project.settings.sdist_exclude {
        let Ok(pattern) = &glob.value else { continue };
        let kept = subject.layout.kept.iter().filter(|path| pattern.matches_file_or_folder_of(path.as_str()));
        let kept: Vec<_> = kept.collect();
        let Some(first) = kept.first() else { continue };
        let message = match kept.len() {
            1 => format!("the wheel needs `{first}`, so the sdist keeps it"),
            count => format!(
                "the wheel needs {count} of these files, so the sdist keeps them: `{first}` and others"
            ),
        };
        let written = subject.project.written(glob.span);
        let code = |path: &RelPath| path.name().ends_with(".py") || path == subject.project.path();
        let help = if kept.iter().any(|path| code(path)) {
            "write a narrower pattern".to_owned()
        } else {
            format!("write a narrower pattern, or add `{written}` to `wheel-exclude`")
        };
        report.push(RULE.at(subject.project.at(glob.span), message).help(help));
    }
}
