use crate::diagnostic::{Diagnostic, Location};
use crate::export::{INSTALL_START, Publication, marked_install_section};
use crate::primitive_docs::{END, NoSection, Section};
use crate::project::Channel;
use crate::rule::{Subject, declare_rule};
use crate::text::{Span, has_word, listed};

declare_rule! {
    /// ## What it does
    /// Checks that the section of the readme between `<!-- mcp-backend: install -->` and `<!-- mcp-backend: end -->` is what
    /// `mcp-backend export client-config` makes now. A readme without these lines is not looked at.
    ///
    /// ## Why is this bad?
    /// Users copy the configuration of their client from there. Since it was written a variable became required, a script was
    /// renamed, or the release moved to another index: what they copy starts no server, or an old one.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// <!-- mcp-backend: install -->
    /// ## Install
    ///
    /// Run `pip install weather`.
    /// <!-- mcp-backend: end -->
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// ## Install
    ///
    /// Run `pip install weather`.
    /// ```
    MET033 "install-section-stale" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let readme = subject.registry_files.readme.as_ref().filter(|readme| readme.is_markdown());
    let Some(readme) = readme.filter(|readme| readme.source.text().contains(INSTALL_START)) else { return };
    let (path, text) = (readme.source.path(), readme.source.text());
    let code: Vec<_> = readme.blocks().iter().map(|block| block.range.clone()).collect();
    let section = match Section::find(text, &code, INSTALL_START) {
        Ok(section) => section,
        Err(NoSection::Unmarked) => return,
        Err(fault) => {
            let at = text.find(INSTALL_START).unwrap_or_default();
            let place = Location::span(path, Span::new(at, at + INSTALL_START.len()));
            let help = format!("the section begins with `{INSTALL_START}` and ends with `{END}`, once each");
            report.push(RULE.at(place, format!("the readme {fault}")).help(help));
            return;
        }
    };
    let version = subject.version().map(|(version, _)| version);
    let publication =
        Publication::new(subject.project, subject.tree, version, subject.offered_with_recording());
    let publication = publication.served_by(subject.program);
    // what is missing to start the server has a rule of its own
    if !Channel::ClientConfig.lacks(&publication).is_empty() {
        return;
    }
    if section.is(&marked_install_section(&publication)) {
        return;
    }
    let required = publication.variables.iter().filter(|one| one.is_required());
    let names = required.map(|one| one.name.value.as_str());
    let untold: Vec<_> = names.filter(|name| !has_word(section.text(), name)).collect();
    let message = if untold.is_empty() {
        "this section does not tell how to install the server now".to_owned()
    } else {
        format!("this section does not tell of {}, which the server requires", listed(&untold))
    };
    let place = Location::span(path, Span::new(section.start(), section.start() + INSTALL_START.len()));
    report.push(RULE.at(place, message).help("renew it: `mcp-backend export client-config --write`"));
}
