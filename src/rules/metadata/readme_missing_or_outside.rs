use crate::diagnostic::{Diagnostic, Level};
use crate::layout::is_readme;
use crate::project::ReadmeSource;
use crate::rule::{Subject, declare_rule};
use crate::text::{PathFault, RelPath, Span, Spanned};

declare_rule! {
    /// ## What it does
    /// Checks that the readme is a UTF-8 file inside the project.
    ///
    /// A `readme` in `dynamic` is the `README.md`, `README.rst` or `README.txt` beside `pyproject.toml`. An empty one is a
    /// warning.
    ///
    /// ## Why is this bad?
    /// The readme becomes the description in the metadata. One that lies outside the project is not in the sdist, and
    /// what is built from that has no description, or cannot be built at all.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = "../README.md"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = "README.md"
    /// ```
    MET004 "readme-missing-or-outside" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if let Some(readme) = &project.readme {
        if let ReadmeSource::File(file) = &readme.source {
            report.extend(named(subject, file));
        }
    } else if let Some(field) =
        project.dynamic.iter().find(|field| field.value == "readme" && subject.is_ours())
    {
        match at_root(subject) {
            Some(path) => report.extend(unusable(subject, field.span, &path)),
            None => {
                let finding = finding(
                    subject,
                    field.span,
                    "`readme` is dynamic, but no readme lies beside `pyproject.toml`".to_owned(),
                );
                report.push(finding.help("add the file `README.md`"));
            }
        }
    }
}

fn finding(subject: &Subject<'_>, span: Span, message: String) -> Diagnostic {
    RULE.at(subject.project.at(span), message)
}

/// The finding of a readme that is named by its path.
fn named(subject: &Subject<'_>, file: &Spanned<String>) -> Option<Diagnostic> {
    let written = &file.value;
    let path = match RelPath::parse(written) {
        Ok(path) => path,
        Err(PathFault::Absolute | PathFault::Parent) => {
            let finding =
                finding(subject, file.span, format!("the readme `{written}` lies outside the project"));
            return Some(finding.help(match at_root(subject) {
                Some(path) => format!("write `{path}`"),
                None => "copy it beside `pyproject.toml`, and write `README.md`".to_owned(),
            }));
        }
        Err(PathFault::Malformed) => {
            let finding = finding(subject, file.span, format!("the readme `{written}` is not a plain path"));
            return Some(finding.help(plain(written)));
        }
    };
    if subject.tree.file(&path).is_some() {
        return unusable(subject, file.span, &path);
    }
    // a link or pipe at its place has a rule of its own
    if subject.layout.blocked.iter().any(|fault| fault.path == path) {
        return None;
    }
    if subject.tree.has_folder(&path) {
        return Some(
            finding(subject, file.span, format!("the readme `{path}` is a folder")).help("name a file in it"),
        );
    }
    let finding = finding(subject, file.span, format!("the readme `{path}` is not there"));
    Some(finding.help(match alike(subject, &path).or_else(|| at_root(subject)) {
        Some(other) => format!("write `{other}`"),
        None => format!("add the file `{path}`, or remove `readme`"),
    }))
}

/// The finding of a readme that is there and no description.
fn unusable(subject: &Subject<'_>, span: Span, path: &RelPath) -> Option<Diagnostic> {
    // a file that cannot be read fails the build later, with the system's words
    let bytes = subject.tree.read(path).ok()?;
    match std::str::from_utf8(&bytes) {
        Err(_) => {
            let finding = finding(subject, span, format!("the readme `{path}` is not UTF-8"));
            Some(finding.help(format!("save `{path}` as UTF-8")))
        }
        Ok(text) if text.trim().is_empty() => {
            let message = format!("the readme `{path}` is empty, and so is the description on PyPI");
            let finding = finding(subject, span, message).level(Level::Warning);
            Some(finding.help(format!("say in `{path}` what the server does and how to start it")))
        }
        Ok(_) => None,
    }
}

/// The path with `/` and without the parts that say nothing.
fn plain(written: &str) -> String {
    let parts = written.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    match parts.collect::<Vec<_>>().join("/") {
        path if path.is_empty() => "write `README.md`".to_owned(),
        path => format!("write `{path}`"),
    }
}

/// The readme at the root.
fn at_root(subject: &Subject<'_>) -> Option<RelPath> {
    subject.tree.files().iter().map(|file| &file.path).find(|path| is_readme(path)).cloned()
}

/// The file of that name in another case.
fn alike(subject: &Subject<'_>, path: &RelPath) -> Option<RelPath> {
    let files = subject.tree.files().iter().map(|file| &file.path);
    files.into_iter().find(|other| other.as_str().to_lowercase() == path.as_str().to_lowercase()).cloned()
}
