use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{Launch, LaunchSite};
use crate::rule::names::is_near;
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that the files are there which commands in the readme need: the sample that is copied in
    /// `cp .env.example .env`, the list in `pip install -r requirements.txt`.
    ///
    /// ## Why is this bad?
    /// The command fails, and the reader is left without what it would have brought.
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
    RUN010 "needed-file-missing" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    // an sdist need not hold what a checkout does
    if subject.tree.file(&RelPath::new("PKG-INFO")).is_some() || clones_another(subject) {
        return;
    }
    let names: BTreeSet<&str> = subject.tree.files().iter().map(|file| file.path.name()).collect();
    let mut told = BTreeSet::new();
    for line in subject.registry_files.launches().iter().filter(|line| line.site == LaunchSite::Readme) {
        let Launch::Needs(word) = &line.launch else { continue };
        let written = word.text.strip_prefix("./").unwrap_or(&word.text);
        let Ok(path) = RelPath::parse(written) else { continue };
        let is_plain = !written.contains(['$', '<', '{', '*', '~', ':']) && !written.contains("path/to");
        // the command may follow another that leads into a folder
        let is_there = names.contains(path.name())
            && subject
                .tree
                .files()
                .iter()
                .any(|file| file.path == path || file.path.as_str().ends_with(&format!("/{path}")));
        let is_seen = path.parts().count() <= 2;
        if !is_plain || !is_seen || is_there || !told.insert(path.clone()) {
            continue;
        }
        let place = Location::span(line.source.path(), Span::new(word.range.start, word.range.end));
        let finding = RULE.at(place, format!("`{path}` is not there"));
        report.push(finding.help(format!("add the file `{path}`")));
    }
}

/// Whether the readme tells its readers to fetch another repository, in which they may be afterwards.
fn clones_another(subject: &Subject<'_>) -> bool {
    let own = subject.project.name.as_ref().map_or("", |name| name.value.as_str());
    let text = subject.registry_files.readme.as_ref().map_or("", |readme| readme.source.text());
    let clones = text.match_indices("git clone ").map(|(at, mark)| &text[at + mark.len()..]);
    let addresses = clones.filter_map(|rest| rest.split_whitespace().find(|word| !word.starts_with('-')));
    let called = addresses
        .map(|address| address.trim_end_matches(['/', '`', '"']).rsplit('/').next().unwrap_or_default());
    let own_address = |name: &str| {
        let urls = subject.project.urls.iter().any(|(_, url)| url.value.contains(name));
        urls || is_near(name, own) || name.contains(['<', '$', '{'])
    };
    called.map(|name| name.strip_suffix(".git").unwrap_or(name)).any(|name| !own_address(name))
}
