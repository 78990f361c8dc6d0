//! For people: the finding, the marked lines, the other places, the remedy.

use std::collections::BTreeSet;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level as Title, Origin, Renderer, Snippet};

use super::{TerminalStyle, excerpt, harmless, place};
use crate::diagnostic::{Diagnostic, Level, Location, Related, Report};

/// Narrower than this nothing can be read.
const NARROWEST: usize = 40;

/// Writes the findings with a blank line after each, and how many they are.
pub(super) fn render(report: &Report, look: TerminalStyle) -> String {
    let renderer = renderer(look);
    let mut text = String::new();
    let mut pages = BTreeSet::new();
    for finding in report.diagnostics() {
        text += &picture(report, finding, &renderer);
        // where the code is no link, the page is told with the first finding of its rule
        let page = (!look.links && pages.insert(finding.card.code)).then(|| finding.card.url());
        let help = finding.help.as_deref().map(harmless::block);
        let lines: Vec<String> = help.into_iter().chain(page).collect();
        if !lines.is_empty() {
            let title = Title::HELP.secondary_title(lines.join("\n"));
            text.push('\n');
            text += &renderer.render(&[Group::with_title(title)]);
        }
        text += "\n\n";
    }
    text + &summary(report)
}

fn renderer(look: TerminalStyle) -> Renderer {
    let renderer = if look.color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.hyperlink(look.links).decor_style(if look.unicode {
        DecorStyle::Unicode
    } else {
        DecorStyle::Ascii
    });
    match look.width {
        Some(width) => renderer.term_width(width.max(NARROWEST)),
        None => renderer,
    }
}

/// The message and the places.
fn picture(report: &Report, finding: &Diagnostic, renderer: &Renderer) -> String {
    let level = match finding.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
    };
    let title = level
        .primary_title(harmless::line(&finding.message))
        .id(finding.card.code)
        .id_url(finding.card.url());
    let others = finding.related.iter().map(|related| other(report, related));
    let places: Vec<_> = std::iter::once(primary(report, &finding.primary)).chain(others).collect();
    let numbered = places.iter().any(|place| matches!(place, Element::Cause(_)));
    let picture = renderer.render(&[title.elements(places)]);
    // Without a column of line numbers the places would stand at the very left.
    if numbered { picture } else { picture.replace('\n', "\n  ") }
}

/// The place of the finding: marked lines, or the path.
fn primary(report: &Report, location: &Location) -> Element<'static> {
    match snippet(report, location, AnnotationKind::Primary, None) {
        Some(snippet) => snippet,
        None => Origin::path(place(report, location)).into(),
    }
}

/// Another place: marked lines with what is to be seen there, or a note.
fn other(report: &Report, related: &Related) -> Element<'static> {
    let message = harmless::line(&related.message);
    match snippet(report, &related.location, AnnotationKind::Context, Some(message.clone())) {
        Some(snippet) => snippet,
        None => Title::NOTE.message(format!("{}: {message}", place(report, &related.location))).into(),
    }
}

fn snippet(
    report: &Report,
    location: &Location,
    kind: AnnotationKind,
    label: Option<String>,
) -> Option<Element<'static>> {
    let excerpt = excerpt::excerpt(report, location)?;
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
    let snippet = snippet.path(harmless::line(location.path.as_str()));
    Some(snippet.annotation(kind.span(excerpt.mark).label(label)).into())
}

/// `2 errors, 1 warning`, and nothing for nothing.
fn summary(report: &Report) -> String {
    let counted: Vec<String> = [Level::Error, Level::Warning]
        .into_iter()
        .map(|level| (report.count(level), level.as_str()))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}{}", if count == 1 { "" } else { "s" }))
        .collect();
    match report.left_out() {
        _ if counted.is_empty() => String::new(),
        0 => counted.join(", ") + &among(report) + "\n",
        more => format!("{}, and {more} more that `mcp-backend check` shows\n", counted.join(", ")),
    }
}

/// ` in 2 of 12 projects`, where there are several.
fn among(report: &Report) -> String {
    let projects = report.projects();
    let found = projects.iter().filter(|project| project.errors + project.warnings > 0).count();
    if projects.is_empty() { String::new() } else { format!(" in {found} of {} projects", projects.len()) }
}
