use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::project::{Project, Required};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::requirement::Requirement;

declare_rule! {
    /// ## What it does
    /// Looks for a distribution that is required twice in one list: `mcp` and `mcp[cli]`.
    ///
    /// Requirements with different markers are left alone: they are for different machines.
    ///
    /// ## Why is this bad?
    /// Installers take all that both say, readers mostly see one of them, and whoever raises a bound forgets the other.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "mcp[cli]"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp[cli]>=2.3,<3"]
    /// ```
    DEP012 "same-name-twice" Warning Author
}

/// More than anybody writes: their edits would take long to make.
const MANY: usize = 50;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let mut groups: BTreeMap<_, Vec<Required<'_>>> = BTreeMap::new();
    for required in project.required() {
        let list = required.extra.map(|extra| extra.name.span);
        let marker = required.requirement.marker.as_ref().map(|marker| format!("{marker:?}"));
        groups.entry((list, required.name(), marker)).or_default().push(required);
    }
    let twice = groups.into_values().filter(|group| group.len() > 1);
    report.extend(twice.map(|group| finding(project, &group)));
}

fn finding(project: &Project, group: &[Required<'_>]) -> Diagnostic {
    let (first, others) = (&group[0], &group[1..]);
    let at = |one: &Required<'_>| project.at(one.span);
    let message = format!("`{}` is required more than once", first.requirement.name);
    let mut finding = RULE.at(at(&others[0]), message).related(at(first), "the first");
    let Some(text) = merged(group).filter(|_| group.len() < MANY) else {
        return finding.help("write one requirement that says all");
    };
    finding = finding.help(format!("write `{text}` once"));
    if text == first.requirement.text {
        // all that the others say is said
    } else if project.written(first.span) == first.requirement.text && !text.contains(['"', '\'', '\\']) {
        let written = project.within(first.span, &(0..first.requirement.text.len()));
        if written == first.span {
            return finding;
        }
        finding = finding.edit(project.path(), written, text);
    } else {
        return finding;
    }
    for other in others {
        finding = finding.edit(project.path(), project.item(other.span), "");
    }
    finding
}

/// One requirement that says what all of them say; none where a URL stands among them.
fn merged(group: &[Required<'_>]) -> Option<String> {
    let first = group.first()?.requirement;
    let mut extras: Vec<&str> = Vec::new();
    let mut clauses: Vec<&str> = Vec::new();
    for requirement in group.iter().map(|one| one.requirement) {
        if requirement.url.is_some() {
            return None;
        }
        for extra in &requirement.extras {
            if !extras.iter().any(|known| name::normalize(known) == name::normalize(extra)) {
                extras.push(extra);
            }
        }
        let detail = requirement.text[requirement.detail_range.clone()].trim_matches(['(', ')', ' ', '\t']);
        for clause in detail.split(',').map(str::trim).filter(|clause| !clause.is_empty()) {
            if !clauses.contains(&clause) {
                clauses.push(clause);
            }
        }
    }
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let marker = first.marker_text();
    let marker = if marker.is_empty() { String::new() } else { format!("; {marker}") };
    let text = format!("{}{extras}{}{marker}", first.name, clauses.join(","));
    Requirement::parse(&text).is_ok().then_some(text)
}
