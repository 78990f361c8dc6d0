use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::rst::{self, RstFault, RstFaultKind};
use crate::text::{Span, closest};

declare_rule! {
    /// ## What it does
    /// Checks that a readme of reStructuredText holds no fault for which PyPI refuses it: a directive or role that only
    /// Sphinx has, `raw` and `include`, a title whose line is too short or that skips a level, a line that is indented or
    /// not where it must not be.
    ///
    /// Markdown is always shown, and much in reStructuredText only docutils itself can tell: `twine check` asks it.
    ///
    /// ## Why is this bad?
    /// PyPI refuses the upload of a description that it cannot show.
    ///
    /// Remedy: by hand, since only the author knows what the markup was to show.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = "README.rst"
    /// ```
    /// `README.rst`:
    /// ```rst
    /// Weather
    /// =======
    ///
    /// .. toctree::
    ///
    ///    usage
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = "README.rst"
    /// ```
    /// `README.rst`:
    /// ```rst
    /// Weather
    /// =======
    ///
    /// .. code-block:: sh
    ///
    ///    uvx weather
    /// ```
    MET005 "readme-does-not-render" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(readme) = subject.registry_files.readme.as_ref().filter(|readme| readme.is("text/x-rst")) else {
        return;
    };
    let path = readme.source.path();
    for RstFault { range, kind } in rst::faults(readme.source.text()) {
        let span = readme.inline.unwrap_or(Span::new(range.start, range.end));
        let finding = RULE.at((path, span), format!("the readme cannot be shown: {kind}"));
        report.push(finding.help(remedy(&kind)));
    }
}

fn remedy(kind: &RstFaultKind) -> String {
    match kind {
        RstFaultKind::Directive(name) => match closest(name, rst::directives()) {
            Some(meant) => format!("write `.. {meant}::`"),
            None => "write it as text, or link to the documentation".to_owned(),
        },
        RstFaultKind::Disabled(_) => "write out what it would take in".to_owned(),
        RstFaultKind::Role(_) => {
            "write the name in double backticks, or link to the documentation".to_owned()
        }
        RstFaultKind::Underline => "make it as long as the title".to_owned(),
        RstFaultKind::Level => "give it the line of the next level".to_owned(),
        RstFaultKind::Indentation => {
            "begin the line at the margin, or leave a blank line above it".to_owned()
        }
        RstFaultKind::Unindent => "leave a blank line above it".to_owned(),
    }
}
