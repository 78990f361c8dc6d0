use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::Launch;
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that a sample which the readme tells its readers to copy is there: `cp .env.example .env`.
    ///
    /// ## Why is this bad?
    /// The command fails, and what the server wants to be told stays unknown.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// cp .env.example .env
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// cp .env.example .env
    /// ~~~
    /// ```
    /// `.env.example`:
    /// ```text
    /// # nothing has to be set
    /// ```
    RUN010 "sample-missing" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    // an sdist need not hold what a checkout does
    if subject.tree.file(&RelPath::new("PKG-INFO")).is_some() {
        return;
    }
    let mut told = BTreeSet::new();
    for line in subject.registry_files.launches() {
        let Launch::Sample(word) = &line.launch else { continue };
        let written = word.text.strip_prefix("./").unwrap_or(&word.text);
        let Ok(path) = RelPath::parse(written) else { continue };
        let is_plain = !written.contains(['$', '<', '{', '*', '~']) && !written.contains("path/to");
        // the command may follow another that leads into a folder
        let is_there = || {
            subject
                .tree
                .files()
                .iter()
                .any(|file| file.path == path || file.path.as_str().ends_with(&format!("/{path}")))
        };
        let is_seen = path.parts().count() <= 2;
        if !is_plain || !is_seen || is_there() || !told.insert(path.clone()) {
            continue;
        }
        let place = Location::span(line.source.path(), Span::new(word.range.start, word.range.end));
        let finding = RULE.at(place, format!("`{path}` is not there"));
        report.push(finding.help(format!("add the file `{path}`")));
    }
}
