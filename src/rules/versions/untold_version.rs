use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};
use crate::text::Span;
use crate::version_source::{TaggedVersion, UntoldVersion};

declare_rule! {
    /// ## What it does
    /// Checks that git's tags tell the version, where `version = "git"` says that they do: the clone is whole, a tag at
    /// or before its commit names a version of the project, and a variable that goes before the tags holds one.
    ///
    /// Without git or a repository a build needs `SETUPTOOLS_SCM_PRETEND_VERSION`; `check` goes on without the version
    /// and warns. Files that changed since the commit are warned of, and so is a `version` or `tag-prefix` that
    /// nothing reads.
    ///
    /// ## Why is this bad?
    /// A clone without its tags has no version. Other tools make one up then, such as `0.1.dev1`, and it is published.
    /// And what is built of changed files has the name of another archive.
    ///
    /// Remedy: by hand, since only the packager knows which commit is the release.
    ///
    /// ## Example
    /// Without `project.version`.
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dynamic = ["version"]
    ///
    /// [tool.mcp-backend]
    /// version = "git"
    ///
    /// [tool.uv]
    /// cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true, tags = true } }]
    /// ```
    ///
    /// `.git_archival.txt`:
    /// ```text
    /// node: 0123456789abcdef0123456789abcdef01234567
    /// describe-name: other-v9.0.0
    /// ```
    ///
    /// Use instead:
    /// Without `project.version`.
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dynamic = ["version"]
    ///
    /// [tool.mcp-backend]
    /// version = "git"
    ///
    /// [tool.uv]
    /// cache-keys = [{ file = "pyproject.toml" }, { git = { commit = true, tags = true } }]
    /// ```
    ///
    /// `.git_archival.txt`:
    /// ```text
    /// node: 0123456789abcdef0123456789abcdef01234567
    /// describe-name: v1.0.0
    /// ```
    VER007 "untold-version" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    match (project.version_from_git(), &subject.version.tagged) {
        (Some(place), Some(Ok(told))) => report.extend(changed(subject, place, told)),
        (Some(place), Some(Err(reason))) => report.push(untold(subject, place, reason)),
        _ => report.extend(unread(subject)),
    }
}

fn untold(subject: &Subject<'_>, place: Span, reason: &UntoldVersion) -> Diagnostic {
    let message = format!("the version comes from git's tags, but {reason}");
    // where a build would know it, all else can be checked without
    let is_elsewhere = reason.is_of_the_place() && !subject.version.is_needed;
    let level = if is_elsewhere { Level::Warning } else { Level::Error };
    RULE.at(subject.project.at(place), message).level(level).help(reason.remedy())
}

fn changed(subject: &Subject<'_>, place: Span, told: &TaggedVersion) -> Option<Diagnostic> {
    let first = told.changed.first()?;
    let files = match told.changed.len() - 1 {
        0 => format!("`{first}` is"),
        1 => format!("`{first}` and 1 more file are"),
        more => format!("`{first}` and {more} more files are"),
    };
    let message = format!("version `{}` tells of a commit, but {files} not as committed", told.version);
    let finding = RULE.at(subject.project.at(place), message).level(Level::Warning);
    Some(finding.help("commit or stash the changes before a release"))
}

/// A setting that nothing reads, as the version comes from elsewhere.
fn unread(subject: &Subject<'_>) -> Option<Diagnostic> {
    let project = subject.project;
    let settings = &project.settings;
    let prefix = settings.tag_prefix.as_ref().map(|prefix| ("tag-prefix", prefix.span));
    let (key, span) = settings.version.map(|span| ("version", span)).or(prefix)?;
    let finding = |message: String, help: &str| {
        Some(RULE.at(project.at(span), message).level(Level::Warning).help(help))
    };
    if project.keys.iter().any(|key| key.value == "version") {
        let help = "remove it, or write `dynamic = [\"version\"]` in place of the version";
        return finding(format!("nobody reads `{key}`, as `[project]` holds the version"), help);
    }
    let is_alone = settings.version.is_none() && project.is_dynamic("version");
    let message = || "nobody reads `tag-prefix` without `version = \"git\"`".to_owned();
    if is_alone { finding(message(), "remove it, or add `version = \"git\"`") } else { None }
}
