use crate::diagnostic::Diagnostic;
use crate::export::{MissingInput, Publication};
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the project tells what each channel needs that has a table under `[tool.mcp-backend.export]`.
    /// A version of development, `1.1.dev0`, is not asked to be a semantic one.
    ///
    /// ## Why is this bad?
    /// The release would come out without the file that the channel waits for: `mcp-backend build --all` and
    /// `mcp-backend export` refuse it, and that is late for a tag that was set already.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend.export.server-json]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// mcp-name = "io.github.you/weather"
    ///
    /// [tool.mcp-backend.export.server-json]
    /// ```
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    MET025 "incomplete-channel" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let mut configured = project.settings.exports.channels().peekable();
    // who the project is has rules of its own
    if configured.peek().is_none() || project.name.is_none() {
        return;
    }
    let version = subject.version().map(|(version, _)| version);
    let publication = Publication::new(project, subject.tree, version, subject.offered_with_recording());
    let publication = publication.served_by(subject.program);
    for name in configured {
        let channel = name.value;
        // a version of development is released nowhere
        let early = publication.without_semver().filter(|_| publication.version.is_dev());
        let lacks = channel.lacks(&publication).into_iter().filter(|lack| early.as_ref() != Some(lack));
        for MissingInput { what, remedy, place } in lacks {
            let place = project.at(place.unwrap_or(name.span));
            report.push(RULE.at(place, format!("`{channel}` {what}")).help(remedy));
        }
    }
}
