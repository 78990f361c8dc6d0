//! A docstring as `fastmcp` reads it since its release 3: its text, and what it says of each parameter.
//!
//! The three common styles, each as griffe reads it; the first that finds something is taken.

use crate::text::cleaned;

/// What a docstring tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Docstring {
    pub(super) text: Option<String>,
    /// Parameters and what is said of them.
    pub(super) parameters: Vec<(String, String)>,
    /// Whether it has sections at all.
    is_structured: bool,
    /// Whether one of them is a section by its name.
    is_named: bool,
}

/// What ends the text of a docstring, as releases of `fastmcp` have it, beside a section of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DocstringSections {
    /// Nothing else: release 3.
    Parameters,
    /// Whatever looks like a section: releases 4.0 and 4.1.
    Any,
    /// A section by its name: since 4.2.
    Named,
}

/// The names of sections that are no headings of Google's style, and of admonitions.
const ADMONITIONS: [&str; 17] = [
    "attention", "caution", "danger", "error", "example", "hint", "important", "note", "notes", "raise",
    "references", "return", "see-also", "tip", "todo", "warning", "yield",
];

/// The headings of Google's style.
const GOOGLE: &[&str] = &[
    "args", "arguments", "params", "parameters", "keyword args", "keyword arguments", "other args",
    "other arguments", "other params", "other parameters", "type args", "type arguments", "type params",
    "type parameters", "raises", "exceptions", "returns", "yields", "receives", "examples", "attributes",
    "functions", "methods", "classes", "type aliases", "modules", "warns", "warnings",
];

/// The headings of `NumPy`'s style.
const NUMPY: &[&str] = &[
    "deprecated", "parameters", "other parameters", "type parameters", "returns", "yields", "receives",
    "raises", "warns", "examples", "attributes", "functions", "methods", "classes", "type aliases",
    "modules",
];

/// Reads a docstring, whose text ends where one of the sections begins.
pub(super) fn read(text: &str, sections: DocstringSections) -> Docstring {
    let text = cleaned(text);
    if text.is_empty() {
        return Docstring::default();
    }
    let lines: Vec<&str> = text.split('\n').collect();
    for parse in [google, numpy, sphinx] {
        let found = parse(&lines);
        let ends = match sections {
            DocstringSections::Parameters => false,
            DocstringSections::Any => found.is_structured,
            DocstringSections::Named => found.is_named,
        };
        if ends || !found.parameters.is_empty() {
            return found;
        }
    }
    Docstring { text: Some(text), ..Docstring::default() }
}

/// Collects the text between sections, of which the first counts.
#[derive(Default)]
struct Text<'a>(Vec<&'a str>);

impl Text<'_> {
    fn end(&mut self, found: &mut Docstring) {
        let lines = std::mem::take(&mut self.0);
        if lines.iter().any(|line| !line.is_empty()) && found.text.is_none() {
            found.text = Some(lines.join("\n").trim_end_matches('\n').to_owned());
        }
    }
}

fn is_blank(line: &str) -> bool {
    line.trim().is_empty()
}

fn indentation(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn google(lines: &[&str]) -> Docstring {
    let (mut found, mut text) = (Docstring::default(), Text::default());
    let (mut at, mut fenced) = (0, false);
    while let Some(line) = lines.get(at) {
        let fence = line.trim_start_matches(' ').starts_with("```");
        let heading = if fenced || fence { None } else { google_heading(lines, at) };
        fenced ^= fence;
        let Some(heading) = heading else {
            text.0.push(line);
            at += 1;
            continue;
        };
        let indent = lines.get(at + 1).map_or(0, |line| indentation(line));
        let body = lines.iter().skip(at + 1).take_while(|line| is_blank(line) || indentation(line) >= indent);
        let body: Vec<&str> = body.copied().collect();
        at += 1 + body.len();
        text.end(&mut found);
        found.is_structured = true;
        found.is_named |= GOOGLE.contains(&&*heading) || is_admonition(&heading);
        if matches!(&*heading, "args" | "arguments" | "params" | "parameters") {
            found.parameters.extend(google_items(&body, indent));
        }
    }
    text.end(&mut found);
    found
}

/// The heading, or the kind of an admonition, that begins at a line; its text stands indented below.
fn google_heading(lines: &[&str], at: usize) -> Option<String> {
    let (name, title) = lines[at].split_once(':')?;
    let first = name.chars().next()?;
    let is_word = |one: char| one.is_alphanumeric() || one == '_';
    let plain = is_word(first) && name.chars().all(|one| is_word(one) || one.is_whitespace() || one == '-');
    let titled = is_blank(title) || title.starts_with(char::is_whitespace);
    let below = lines.get(at + 1)?;
    let above = at == 0 || is_blank(lines[at - 1]);
    let opens = plain && titled && above && !is_blank(below) && below.starts_with(' ');
    // what is no heading is an admonition
    opens.then(|| name.to_lowercase())
}

/// Whether it is the name of an admonition.
fn is_admonition(name: &str) -> bool {
    ADMONITIONS.contains(&&*name.replace(' ', "-"))
}

fn google_items(body: &[&str], indent: usize) -> Vec<(String, String)> {
    let mut items: Vec<Vec<&str>> = Vec::new();
    for line in body {
        let depth = indentation(line);
        match items.last_mut() {
            Some(item) if is_blank(line) => item.push(""),
            Some(item) if depth >= indent * 2 => item.push(&line[indent * 2..]),
            Some(item) if depth > indent => item.push(line.trim_start()),
            _ => items.push(vec![&line[indent.min(depth)..]]),
        }
    }
    let parsed = items.iter().filter_map(|item| {
        let (name, first) = item.first()?.split_once(':')?;
        let name = match name.split_once('(') {
            Some((before, _)) if name.ends_with(')') => before.trim(),
            _ => name,
        };
        let rest = item.iter().skip(1).copied();
        let said: Vec<&str> = std::iter::once(first.trim_start()).chain(rest).collect();
        Some((name.to_owned(), said.join("\n").trim_end_matches('\n').to_owned()))
    });
    parsed.collect()
}

fn is_dashes(line: &str) -> bool {
    line.contains('-') && is_blank(&line.replace('-', ""))
}

fn numpy(lines: &[&str]) -> Docstring {
    let (mut found, mut text) = (Docstring::default(), Text::default());
    let (mut at, mut fenced, mut admonition) = (0, false, false);
    let is_heading =
        |at: usize| !is_blank(lines[at]) && lines.get(at + 1).is_some_and(|line| is_dashes(line));
    while let Some(line) = lines.get(at) {
        let fence = line.trim_start_matches(' ').starts_with("```");
        let inside = fenced || fence;
        fenced ^= fence;
        if inside || !is_heading(at) {
            text.0.push(if is_blank(line) { "" } else { line });
            at += 1;
            continue;
        }
        close(&mut text, &mut found, admonition);
        let name = line.to_lowercase();
        admonition = !NUMPY.contains(&&*name);
        at += 2;
        if admonition {
            found.is_named |= is_admonition(&name);
            continue;
        }
        let end = (at..lines.len()).find(|at| !lines[*at].starts_with(' ') && is_heading(*at));
        let body = &lines[at.min(lines.len())..end.unwrap_or(lines.len())];
        at = end.unwrap_or(lines.len());
        let items = if name == "parameters" { numpy_items(body) } else { Vec::new() };
        let counts = name != "parameters" || !items.is_empty();
        found.is_structured |= counts;
        found.is_named |= counts;
        found.parameters.extend(items);
    }
    close(&mut text, &mut found, admonition);
    found
}

/// Ends a text, or an admonition, of `NumPy`'s style.
fn close(text: &mut Text<'_>, found: &mut Docstring, is_admonition: bool) {
    if is_admonition {
        text.0.clear();
        found.is_structured = true;
    } else {
        text.end(found);
    }
}

fn numpy_items(body: &[&str]) -> Vec<(String, String)> {
    let mut items: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in body {
        match items.last_mut() {
            Some(item) if is_blank(line) => item.1.push(""),
            Some(item) if line.starts_with(' ') => {
                item.1.push(line.strip_prefix("    ").unwrap_or_else(|| line.trim_start()));
            }
            _ if is_blank(line) => {}
            _ => items.push((line, Vec::new())),
        }
    }
    let mut parsed = Vec::new();
    for (head, said) in items {
        let said = said.join("\n").trim_end().to_owned();
        let names = head.split_once(" : ").map_or(head, |(names, _)| names).trim_end_matches(" :");
        for name in names.split(", ") {
            let end = name.trim_start_matches('*').find(|one: char| !one.is_alphanumeric() && one != '_');
            let name = end.map_or(name, |end| &name[..end + name.len() - name.trim_start_matches('*').len()]);
            if !name.is_empty() {
                parsed.push((name.to_owned(), said.clone()));
            }
        }
    }
    parsed
}

fn sphinx(lines: &[&str]) -> Docstring {
    const FIELDS: &[&str] = &[
        ":type", ":param", ":arg", ":key", ":vartype", ":var", ":ivar", ":cvar", ":raise", ":except",
        ":return", ":rtype",
    ];
    let mut found = Docstring::default();
    let mut text: Vec<&str> = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at += 1;
        if !FIELDS.iter().any(|field| line.starts_with(field)) {
            text.push(line);
            continue;
        }
        let more = lines[at..].iter().take_while(|line| !line.starts_with(':')).count();
        let whole = cleaned(&lines[at - 1..at + more].join("\n"));
        at += more;
        let mut parts = whole.trim_end_matches('\n').splitn(3, ':').skip(1);
        let (Some(directive), Some(value)) = (parts.next(), parts.next()) else { continue };
        let mut words = directive.split(' ');
        let kind = words.next().unwrap_or_default();
        found.is_structured |= !matches!(kind, "type" | "vartype" | "rtype");
        if let (true, Some(name)) =
            (["param", "arg", "key"].iter().any(|one| kind.starts_with(one)), words.next_back())
            && !found.parameters.iter().any(|(known, _)| known == name)
        {
            found.parameters.push((name.to_owned(), value.trim().to_owned()));
        }
    }
    found.is_named = found.is_structured;
    let begins = text.iter().position(|line| !is_blank(line)).unwrap_or(text.len());
    let ends = text.iter().rposition(|line| !is_blank(line)).map_or(begins, |last| last + 1);
    found.text = Some(text[begins..ends].join("\n"));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_three_styles() {
        let parameters = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, said)| ((*name).to_owned(), (*said).to_owned())).collect()
        };
        for (text, wanted, said) in [
            (
                "Do.\n\n    Args:\n        a (int): the a,\n            still\n        b: the b\n\n    Returns:\n        x",
                "Do.",
                parameters(&[("a", "the a,\nstill"), ("b", "the b")]),
            ),
            (
                "Do.\n\n    Parameters\n    ----------\n    a : int\n        the a\n    b, c\n        both\n",
                "Do.",
                parameters(&[("a", "the a"), ("b", "both"), ("c", "both")]),
            ),
            (
                "Do.\n\n:param a: the a\n:param int b: the b\n:return: x",
                "Do.",
                parameters(&[("a", "the a"), ("b", "the b")]),
            ),
            ("Do.\nArgs:\n    a: no blank line above", "Do.\nArgs:\n    a: no blank line above", Vec::new()),
            ("Do.\n\nArgs: none", "Do.\n\nArgs: none", Vec::new()),
            (
                "Do.\n\n```\n\nArgs:\n    a: in code\n```",
                "Do.\n\n```\n\nArgs:\n    a: in code\n```",
                Vec::new(),
            ),
        ] {
            let found = read(text, DocstringSections::Parameters);
            assert_eq!((found.text.as_deref(), found.parameters), (Some(wanted), said), "{text}");
        }
    }

    #[test]
    fn a_section_without_parameters_may_end_the_text() {
        let text = "Do.\n\nReturns:\n    x";
        assert_eq!(read(text, DocstringSections::Any).text.as_deref(), Some("Do."));
        assert_eq!(read(text, DocstringSections::Parameters).text.as_deref(), Some(text));
    }

    #[test]
    fn prose_that_looks_like_a_section_ends_the_text_of_two_releases() {
        for (text, named) in [
            ("Do.\n\nCommon types:\n  Omics: gene", false),
            ("Do.\n\nWarning: Mind this.\n    Really.", true),
            ("Do.\n\nSee also:\n    that", true),
            ("Do.\n\nCommon types:\n  Omics: gene\n\nReturns:\n    x", true),
        ] {
            let read = |sections| read(text, sections).text;
            assert_eq!(read(DocstringSections::Any).as_deref(), Some("Do."), "{text}");
            assert_eq!(
                read(DocstringSections::Named).as_deref(),
                Some(if named { "Do." } else { text }),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn reads_any_text(text in "([ \t]{0,9}(Args|Parameters|--|:param a|a|é)?[: \n-]{0,3}){0,12}") {
            read(&text, DocstringSections::Any);
        }
    }
}
