use crate::diagnostic::Diagnostic;
use crate::layout::LicenseFileFault;
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Span, closest};

declare_rule! {
    /// ## What it does
    /// Checks that each pattern of `license-files` matches a file, and that the licence files are UTF-8 text.
    ///
    /// ## Why is this bad?
    /// The metadata names the licence files, and each must be there (PEP 639: "MUST raise an error if any individual
    /// user-specified pattern does not match at least one file"). A slip in the name leaves the licence behind.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license-files = ["LICENSE.txt"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license-files = ["LICENSE"]
    /// ```
    MET024 "license-file-unusable" Error(Standard) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for fault in &subject.layout.license_faults {
        let written = project.written(fault.span);
        let (message, help) = match &fault.value {
            // a link or pipe at its place has a rule of its own
            LicenseFileFault::NoMatch { .. } | LicenseFileFault::NoFile if is_blocked(subject, written) => {
                continue;
            }
            LicenseFileFault::NoMatch { folder: Some(folder) } => {
                (format!("`{written}` matches only the folder `{folder}`"), format!("write `{folder}/*`"))
            }
            LicenseFileFault::NoMatch { folder: None } => {
                (format!("`{written}` matches no file"), remedy(subject, written))
            }
            LicenseFileFault::NoFile => {
                (format!("the licence file `{written}` is not there"), remedy(subject, written))
            }
            LicenseFileFault::NotUtf8 { path } => {
                (format!("the licence file `{path}` is not UTF-8"), format!("save `{path}` as UTF-8"))
            }
        };
        report.push(finding(subject, fault.span, message).help(help));
    }
}

fn finding(subject: &Subject<'_>, span: Span, message: String) -> Diagnostic {
    RULE.at(subject.project.at(span), message)
}

fn is_blocked(subject: &Subject<'_>, written: &str) -> bool {
    subject.layout.blocked.iter().any(|fault| fault.path.as_str() == written)
}

/// The file at the root that is meant: named almost so, or else named like a licence.
fn remedy(subject: &Subject<'_>, written: &str) -> String {
    let root =
        || subject.tree.files().iter().map(|file| &file.path).filter(|path| path.parent() == RelPath::root());
    let licence = |path: &&RelPath| {
        let name = path.name().to_ascii_lowercase();
        ["license", "licence", "copying"].iter().any(|start| name.starts_with(start))
            && !name.ends_with(".py")
    };
    let alike = closest(written, root().filter(licence).map(RelPath::as_str));
    match alike.or_else(|| root().find(licence).map(RelPath::as_str)) {
        Some(path) => format!("write `{path}`"),
        None if written.contains("..") => "copy the licence into the project".to_owned(),
        None => format!("add the file `{written}`, or remove it from `license-files`"),
    }
}
