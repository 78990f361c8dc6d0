//! For people at a terminal: the entries in groups, their names in one column, where they stand at the right edge.

use super::lines::{columns, filled};
use super::parameters::{ParameterDoc, parameters};
use super::{endpoints, groups, heading, title, uri};
use crate::render::{TerminalStyle, harmless};
use crate::server::{Primitive, Primitives, Source};

/// The width where no terminal tells one.
const USUAL: usize = 100;
/// Narrower than this nothing can be read, and wider the eye loses the line.
const BOUNDS: (usize, usize) = (40, 120);
/// A longer name stands on a line of its own.
const LONGEST_NAME: usize = 28;
/// A longer description is cut, in characters.
const LONGEST_SENTENCE: usize = 300;

const BOLD: &str = "1";
const DIM: &str = "2";
const HEADING: &str = "1;94";

/// Writes the entries, what is not known of them, and how many they are.
pub fn table(primitives: &Primitives, look: TerminalStyle) -> String {
    let page = Page::new(primitives, look);
    let mut text = page.identity(primitives);
    for (noun, entries) in groups(primitives) {
        if !entries.is_empty() {
            text += &format!("{}\n", page.painted(HEADING, &heading(noun)));
            text += &entries.iter().map(|entry| page.entry(entry)).collect::<String>();
            text.push('\n');
        }
    }
    text + &page.endpoints(primitives)
        + &page.unknown(primitives)
        + &page.filled(&legend(primitives))
        + &page.filled(&[&count(primitives)])
}

/// How wide everything is.
struct Page {
    color: bool,
    width: usize,
    /// The columns of the names.
    names: usize,
}

impl Page {
    fn new(primitives: &Primitives, look: TerminalStyle) -> Self {
        let width = look.width.map_or(USUAL, |width| width.clamp(BOUNDS.0, BOUNDS.1));
        let most = LONGEST_NAME.min(width / 3);
        let entries = groups(primitives).into_iter().flat_map(|(_, entries)| entries);
        let names = entries.map(|entry| columns(&name(entry))).filter(|takes| *takes <= most);
        Self { color: look.color, width, names: names.max().unwrap_or(0) }
    }

    fn painted(&self, style: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\u{1b}[{style}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    /// What the server is called, where the text tells.
    fn identity(&self, primitives: &Primitives) -> String {
        let server = &primitives.server;
        let Some(name) = &server.name else { return String::new() };
        let words = [Some(name), server.version.as_ref()].into_iter().flatten();
        let words: Vec<_> = words.map(|word| harmless::line(word)).collect();
        let lines = filled(words.iter().map(String::as_str), self.width);
        let lines: Vec<_> = lines.iter().map(|line| self.painted(BOLD, line)).collect();
        lines.join("\n") + "\n\n"
    }

    fn entry(&self, entry: &Primitive) -> String {
        let indent = self.names + 4;
        let mut lines = self.body(entry, self.width - indent).into_iter();
        let (name, mut text) = (name(entry), String::new());
        if columns(&name) <= self.names {
            let gap = " ".repeat(self.names + 2 - columns(&name));
            let first = lines.next().map(|line| gap + &line).unwrap_or_default();
            text += &format!("  {}{first}\n", self.painted(BOLD, &name));
        } else {
            for part in filled([&*name], self.width - 2) {
                text += &format!("  {}\n", self.painted(BOLD, &part));
            }
        }
        let rest = lines.map(|line| format!("{}{line}\n", " ".repeat(indent)));
        text + &rest.collect::<String>()
    }

    /// What stands beside the name: what it takes, what it does, where it stands.
    fn body(&self, entry: &Primitive, room: usize) -> Vec<String> {
        let taken = taken(entry);
        let mut lines = filled(taken.iter().map(String::as_str), room);
        let mut last = lines.last().map_or(0, |line| columns(line));
        let sentence = harmless::line(&first_sentence(entry.text("description").unwrap_or_default()));
        for line in filled(sentence.split(' ').filter(|word| !word.is_empty()), room) {
            last = columns(&line);
            lines.push(self.painted(DIM, &line));
        }
        for line in filled(dependence(entry).iter().flat_map(|text| text.split(' ')), room) {
            last = columns(&line);
            lines.push(self.painted(DIM, &line));
        }
        let Some(place) = entry.source.as_ref().map(place) else { return lines };
        let takes = columns(&place);
        match lines.last_mut() {
            Some(line) if last + 2 + takes <= room => {
                *line += &format!("{}{}", " ".repeat(room - last - takes), self.painted(DIM, &place));
            }
            _ => lines.extend(filled([&*place], room).iter().map(|part| {
                let gap = " ".repeat(room.saturating_sub(columns(part)));
                gap + &self.painted(DIM, part)
            })),
        }
        lines
    }

    /// How the server is reached, where that may be over HTTP.
    fn endpoints(&self, primitives: &Primitives) -> String {
        let lines = endpoints::lines(primitives);
        if lines.is_empty() {
            return String::new();
        }
        let lines = lines.iter().flat_map(|line| {
            let line = harmless::line(line);
            filled(line.split(' '), self.width - 4)
                .into_iter()
                .enumerate()
                .map(|(at, part)| format!("{}{part}\n", if at == 0 { "  " } else { "    " }))
                .collect::<Vec<_>>()
        });
        format!("{}\n{}\n", self.painted(HEADING, "Transports"), lines.collect::<String>())
    }

    /// The places of which the text does not tell what they offer.
    fn unknown(&self, primitives: &Primitives) -> String {
        if primitives.open().next().is_none() {
            return String::new();
        }
        let mut text = format!("{}\n", self.painted(HEADING, "Unknown"));
        for unknown in primitives.open() {
            let (place, what) = (place(&unknown.source) + ":", harmless::line(&unknown.what));
            let mut lines = filled([&*place].into_iter().chain(what.split(' ')), self.width - 4);
            if let Some(first) = lines.first_mut().filter(|first| first.starts_with(&place)) {
                *first = self.painted(BOLD, &place) + &first[place.len()..];
            }
            text += &format!("  {}\n", lines.join("\n    "));
        }
        text + "\n"
    }

    /// Texts, each from the beginning of a line.
    fn filled(&self, texts: &[&str]) -> String {
        let lines = texts.iter().flat_map(|text| filled([*text], self.width));
        lines.map(|line| line + "\n").collect()
    }
}

/// What the marks mean, of those that occur.
fn legend(primitives: &Primitives) -> Vec<&'static str> {
    let lists = groups(primitives);
    let any = |marked: fn(&Primitive) -> bool| lists.iter().any(|(_, list)| list.iter().any(marked));
    let meanings = [
        (
            any(|entry| !entry.is_listed_by_default()),
            "* depends on the configuration: a default one may not list it",
        ),
        (any(may_be_hidden), "+ listed by default; the configuration may take it away"),
        (
            any(|entry| !entry.partial.is_empty()),
            "~ not wholly known from the source; `--format json` names the fields",
        ),
        (any(|entry| !entry.recorded.is_empty()), "^ known from the recorded answer, too: `mcp-live.json`"),
    ];
    meanings.into_iter().filter(|(stands, _)| *stands).map(|(_, meaning)| meaning).collect()
}

fn may_be_hidden(entry: &Primitive) -> bool {
    entry.conditional.is_some() && entry.is_listed_by_default()
}

/// The name with its marks.
fn name(entry: &Primitive) -> String {
    let marks = [
        (!entry.is_listed_by_default(), " *"),
        (may_be_hidden(entry), " +"),
        (!entry.partial.is_empty(), " ~"),
        (!entry.recorded.is_empty(), " ^"),
    ];
    let marks = marks.into_iter().filter(|(stands, _)| *stands).map(|(_, mark)| mark);
    harmless::line(title(entry)) + &marks.collect::<String>()
}

/// What its being listed depends on, as far as that has names: `listed by weather-admin; depends on --write`.
fn dependence(entry: &Primitive) -> Option<String> {
    let by = entry.conditional.iter().flat_map(|conditional| &conditional.by);
    let parts = [
        ("listed by ", entry.scripts.join(", ")),
        ("depends on ", by.cloned().collect::<Vec<_>>().join(", ")),
    ];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let parts: Vec<String> =
        parts.map(|(words, names)| format!("{words}{}", harmless::line(names))).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// The parameters, or the URI with its type.
fn taken(entry: &Primitive) -> Vec<String> {
    if let Some(uri) = uri(entry) {
        let kind = entry.text("mimeType").map(|kind| format!("({})", harmless::line(kind)));
        return std::iter::once(harmless::line(uri)).chain(kind).collect();
    }
    let mut pieces: Vec<_> = parameters(entry).iter().map(ParameterDoc::signature).collect();
    if !entry.is_certain("inputSchema") || !entry.is_certain("arguments") {
        pieces.push("…".to_owned());
    }
    let last = pieces.len().saturating_sub(1);
    let comma = |(at, piece): (usize, String)| harmless::line(&piece) + if at < last { "," } else { "" };
    pieces.into_iter().enumerate().map(comma).collect()
}

fn place(source: &Source) -> String {
    format!("{}:{}", harmless::line(&source.path), source.line)
}

/// The first sentence of a text on one line, before any blank line or heading such as `Args:`.
fn first_sentence(text: &str) -> String {
    let heads = |line: &str| line.ends_with(':') && !line.contains(' ');
    let lines = text.trim().lines().map(str::trim);
    let lines: Vec<_> = lines.take_while(|line| !line.is_empty() && !heads(line)).collect();
    let text = lines.join(" ");
    let ends = |(at, mark): &(usize, char)| {
        let rest = &text[at + mark.len_utf8()..];
        let next = rest.trim_start().chars().next();
        let stops = ".!?".contains(*mark) && rest.starts_with(' ');
        *mark == '。' || stops && next.is_some_and(|next| !next.is_lowercase())
    };
    let end = text.char_indices().find(ends).map_or(text.len(), |(at, mark)| at + mark.len_utf8());
    match text.char_indices().nth(LONGEST_SENTENCE) {
        Some((cut, _)) if cut < end => format!("{}…", &text[..cut]),
        _ => text[..end].to_owned(),
    }
}

/// `12 tools, 2 prompts, 1 resource`.
fn count(primitives: &Primitives) -> String {
    let plural = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let groups = groups(primitives).into_iter().filter(|(_, entries)| !entries.is_empty());
    let mut parts: Vec<_> = groups.map(|(noun, entries)| plural(entries.len(), noun)).collect();
    if parts.is_empty() {
        parts.push("no tools, prompts or resources".to_owned());
    }
    let unknown = primitives.open().count();
    if unknown > 0 {
        parts.push(plural(unknown, "unknown place"));
    }
    parts.join(", ")
}
