use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::project::{Project, Required};
use crate::rule::{Subject, declare_rule};
use crate::spec::range::Range;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that each requirement admits a version at all, and that those of one name do together. `requires-python`
    /// has to admit one too.
    ///
    /// Whether the version was ever published is not asked. What a marker restricts is judged by itself.
    ///
    /// ## Why is this bad?
    /// Nobody can install the project.
    ///
    /// Remedy: by hand, since only the author knows which versions were meant.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<2"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    /// ```
    DEP010 "unsatisfiable-specifier" Error(Install) Author
}

/// More places than that do not help.
const SHOWN: usize = 4;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    // what is installed together, by the extra that asks for it
    let mut lists: BTreeMap<(Option<Span>, String), Vec<Required<'_>>> = BTreeMap::new();
    for required in project.required() {
        let Some(specifiers) = &required.requirement.specifiers else { continue };
        if Range::of([specifiers]).is_empty() {
            report.push(alone(project, &required));
        } else if required.requirement.marker.is_none() {
            let extra = required.extra.map(|extra| extra.name.span);
            lists.entry((extra, required.name())).or_default().push(required);
        }
    }
    for ((extra, name), own) in &lists {
        let always = extra.and_then(|_| lists.get(&(None, name.clone())));
        let always = always.map(Vec::as_slice).unwrap_or_default();
        if !range(always).is_empty() && range(always.iter().chain(own)).is_empty() {
            report.push(together(project, always, own));
        }
    }
    python(project, report);
}

fn range<'a, 'r: 'a>(list: impl IntoIterator<Item = &'a Required<'r>>) -> Range {
    Range::of(list.into_iter().filter_map(|one| one.requirement.specifiers.as_ref()))
}

fn python(project: &Project, report: &mut Vec<Diagnostic>) {
    let python = project.requires_python.as_ref();
    if let Some((python, specifiers)) =
        python.and_then(|python| Some((python, python.specifiers.as_ref().ok()?)))
        && Range::of([specifiers]).is_empty()
    {
        let message = format!("`requires-python` is `{}`, which admits no Python", python.text.value);
        let finding = RULE.at(project.at(python.text.span), message);
        report.push(finding.help("write the oldest Python that it runs on, such as `>=3.10`"));
    }
}

fn alone(project: &Project, required: &Required<'_>) -> Diagnostic {
    let requirement = required.requirement;
    let place = required.at(project, &requirement.detail_range);
    let message = format!("`{}` admits no version", requirement.text.trim());
    RULE.at(place, message).help("write a lower bound that is below the upper one")
}

/// What is installed along leaves no version to choose.
fn together(project: &Project, always: &[Required<'_>], own: &[Required<'_>]) -> Diagnostic {
    let mut others: Vec<_> = always.iter().chain(own).collect();
    let last = others.pop().unwrap_or(&own[0]);
    let text = last.requirement.text.trim();
    let message = match others[..] {
        [other] => format!("no version meets both `{}` and `{text}`", other.requirement.text.trim()),
        _ => {
            format!("no version meets `{text}` and all else that is required of `{}`", last.requirement.name)
        }
    };
    let mut finding = RULE.at(last.at(project, &last.requirement.detail_range), message);
    for other in others.into_iter().take(SHOWN) {
        finding = finding.related(project.at(other.span), "required here too");
    }
    finding.help("write one requirement, with a lower bound that is below the upper one")
}
