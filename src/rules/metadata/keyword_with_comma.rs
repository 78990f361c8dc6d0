use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Checks that no keyword is empty or holds a comma.
    ///
    /// ## Why is this bad?
    /// The metadata separates keywords by commas, so one with a comma in it falls apart into several.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// keywords = ["mcp, weather"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// keywords = ["mcp", "weather"]
    /// ```
    MET023 "keyword-with-comma" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for keyword in &project.keywords {
        let place = project.at(keyword.span);
        if keyword.value.trim().is_empty() {
            let finding = RULE.at(place, "a keyword is empty").help("remove it");
            report.push(finding.edit(project.path(), project.item(keyword.span), ""));
        } else if keyword.value.contains(',') {
            let finding = RULE.at(place, format!("keyword `{}` holds a comma", keyword.value));
            report.push(finding.help(format!("write `{}`", apart(&keyword.value))));
        }
    }
}

/// The keywords each in its quotes.
fn apart(keyword: &str) -> String {
    let words = keyword.split(',').map(str::trim).filter(|word| !word.is_empty());
    words.map(quoted).collect::<Vec<_>>().join(", ")
}
