use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::glob::{Glob, GlobFault, GlobFaultKind};

declare_rule! {
    /// ## What it does
    /// Checks that the globs of `license-files` and of `[tool.mcp-backend]` keep to the one grammar that the packaging
    /// standards give (PEP 639): paths from the project's root with `/`, where `*`, `?`, `**` and `[...]` are special.
    ///
    /// ## Why is this bad?
    /// What the grammar leaves open, such as `{a,b}` or `!x`, each tool reads in its own way, so that the files of one
    /// build are not those of another.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-exclude = ["src\\weather\\server.pyi"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-exclude = ["src/weather/server.py[i]"]
    /// ```
    /// `src/weather/server.pyi`:
    /// ```python
    /// def main() -> None: ...
    /// ```
    MET022 "invalid-pattern" Error(Standard) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let licenses = project.license_files.iter().flatten().map(|glob| ("license-files", glob));
    let ignores = project.settings.file_ignores.iter().map(|ignore| ("per-file-ignores", &ignore.glob));
    for (key, glob) in licenses.chain(project.settings.globs()).chain(ignores) {
        if let Err(fault) = &glob.value {
            let place = project.at(project.within(glob.span, &fault.range));
            let written = project.written(glob.span);
            let finding = RULE.at(place, format!("`{key}`: {fault}"));
            report.push(finding.help(remedy(written, fault)));
        }
    }
}

fn remedy(written: &str, fault: &GlobFault) -> String {
    match fault.kind {
        GlobFaultKind::Absolute => format!("write `{}`", written.trim_start_matches('/')),
        GlobFaultKind::Parent => "name a file inside the project, and copy it there if need be".to_owned(),
        GlobFaultKind::EmptyPart => {
            let parts: Vec<_> = written.split('/').filter(|part| !part.is_empty()).collect();
            format!("write `{}`", parts.join("/"))
        }
        GlobFaultKind::Backslash => format!("write `{}`", written.replace("\\\\", "/").replace('\\', "/")),
        GlobFaultKind::Character('{' | '}' | ',') => match expanded(written) {
            Some(patterns) => format!("write {patterns}"),
            None => "write a pattern for each".to_owned(),
        },
        GlobFaultKind::Character('!') => "remove it, and name what is to be matched".to_owned(),
        GlobFaultKind::Character(_) => "write `?` in its place, which matches any character".to_owned(),
        GlobFaultKind::StarsInName if Glob::parse(&written.replace("**.", "**/*.")).is_ok() => {
            format!("write `{}`", written.replace("**.", "**/*."))
        }
        GlobFaultKind::StarsInName => "write `**/` for any folders, `*` for a part of a name".to_owned(),
        GlobFaultKind::OpenBracket => "close it with `]`, or write `?` in its place".to_owned(),
        GlobFaultKind::StrayBracket => "remove it, or write `?` in its place".to_owned(),
        GlobFaultKind::EmptyBrackets => "write the characters to be matched between them".to_owned(),
        GlobFaultKind::EmptyRange(low, high) => format!("write `{high}-{low}`"),
        GlobFaultKind::Empty | GlobFaultKind::TooLong => "remove it, or name a file".to_owned(),
    }
}

/// The patterns that one with `{a,b}` stands for, each in its quotes.
fn expanded(written: &str) -> Option<String> {
    let (before, rest) = written.split_once('{')?;
    let (inner, behind) = rest.split_once('}')?;
    let patterns: Vec<_> = inner.split(',').map(|word| format!("{before}{}{behind}", word.trim())).collect();
    let all = patterns.iter().all(|pattern| Glob::parse(pattern).is_ok());
    all.then(|| patterns.iter().map(|pattern| format!("\"{pattern}\"")).collect::<Vec<_>>().join(", "))
}
