use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::stdlib::Minor;
use crate::program::{Availability, MissingFeature};
use crate::project::{Project, SDK_FLOOR};
use crate::rule::{Subject, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that `[project]` has `requires-python`. It is an error where the code surely needs a newer Python than the
    /// SDKs do, else a warning: resolvers see by themselves on which Pythons an SDK runs.
    ///
    /// ## Why is this bad?
    /// Installers take a server without it for any Python at all, and it breaks where its code or the SDK needs a newer
    /// one. With it they fetch a Python that fits, or say what is needed.
    ///
    /// ## Example
    /// Without `project.requires-python`.
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    /// ```
    PYV006 "requires-python-missing" Error(Start) Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let poetry =
        project.build_system.backend.as_ref().is_some_and(|backend| backend.value.starts_with("poetry."));
    let told = project.has("requires-python") || project.misread("project.requires-python") || poetry;
    if told || !project.has_table() {
        return;
    }
    let line = format!("requires-python = \">={}\"", floor(subject));
    let place = project.name.as_ref().map_or(project.span, |name| name.span);
    let message = "`requires-python` is missing".to_owned();
    let place = project.at(place);
    let finding = match too_new(subject) {
        Some((need, added)) => {
            let at = Location::span(&need.path, need.span);
            let why = format!("this is new in Python {added}");
            RULE.at(place, format!("{message}, and the code needs Python {added}")).related(at, why)
        }
        None => RULE.at(place, message).level(Level::Warning),
    };
    let finding = finding.help(format!("add `{line}` under `[project]`"));
    let edit = line_after_version(project).map(|at| (Span::new(at, at), format!("\n{line}")));
    report.push(finding.edits(project.path(), edit));
}

/// What the code surely needs of a newer Python than the oldest with an SDK.
fn too_new<'a>(subject: &Subject<'a>) -> Option<(&'a MissingFeature, Minor)> {
    let added = |need: &'a MissingFeature| match need.change {
        Availability::Added(added) => Some((need, added)),
        Availability::Removed(_) => None,
    };
    let certain = subject.needs.iter().filter(|need| need.certain).filter_map(added);
    certain.filter(|(_, added)| *added > SDK_FLOOR).max_by_key(|(_, added)| *added)
}

/// The oldest Python that has what the code needs, and that the SDK runs on.
fn floor(subject: &Subject<'_>) -> Minor {
    let needed = subject.needs.iter().filter_map(|need| match need.change {
        Availability::Added(added) => Some(added),
        Availability::Removed(_) => None,
    });
    needed.chain([SDK_FLOOR]).max().unwrap_or(SDK_FLOOR)
}

/// The end of the line of `version`, or else of `name`, where it is a line of its own in `[project]`.
fn line_after_version(project: &Project) -> Option<usize> {
    let version = project.version.as_ref().map(|version| version.span);
    let value = version.or(project.name.as_ref().map(|name| name.span))?;
    let key = project.keys.iter().rfind(|key| key.span.end <= value.start)?;
    let text = project.source.text();
    let start = text[..key.span.start as usize].rfind('\n').map_or(0, |feed| feed + 1);
    let own_line = text[start..key.span.start as usize].trim().is_empty();
    let one_line = !text[start..value.end as usize].contains('\n');
    let rest = &text[value.end as usize..];
    let end = value.end as usize + rest.find(['\r', '\n']).unwrap_or(rest.len());
    (own_line && one_line).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::line_after_version;

    #[test]
    fn writes_below_a_line_of_the_table() {
        for (text, written) in [
            (
                "[project]\nname = 'a'\nversion = '1' # now\nx = 1\n",
                Some("[project]\nname = 'a'\nversion = '1' # now\nR\nx = 1\n"),
            ),
            ("[project]\r\nname = 'a'\r\nx = 1\r\n", Some("[project]\r\nname = 'a'\nR\r\nx = 1\r\n")),
            ("[project]\nversion = '1'", Some("[project]\nversion = '1'\nR")),
            ("project = { name = 'a' }\n", None),
            ("project.name = 'a'\n", None),
        ] {
            let project = crate::project::read(text.as_bytes().to_vec());
            let found = line_after_version(&project).map(|at| format!("{}\nR{}", &text[..at], &text[at..]));
            assert_eq!(found.as_deref(), written, "{text}");
        }
    }
}
