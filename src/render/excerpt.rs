//! The lines that a finding marks, cut out of the file.
//!
//! However large the file and whatever the span, an excerpt is small: it holds the marked lines alone, few of them,
//! none of them long.

use std::ops::Range;

use super::harmless;
use crate::diagnostic::{Location, Report};

/// A stretch over more lines is marked on its first line alone.
const LINES: usize = 8;
/// A mark further to the right has no excerpt, in bytes; the line is cut at twice that.
const LENGTH: usize = 4096;
/// A wider mark is cut, in bytes: the renderer shows all that is marked, however wide the terminal.
const WIDTH: usize = 120;

/// Whole lines of a file with a stretch to mark in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Excerpt {
    /// The lines, harmless, joined with `\n`.
    pub(super) text: String,
    /// The number of the first.
    pub(super) line: usize,
    /// The stretch, in bytes of `text`.
    pub(super) mark: Range<usize>,
}

/// The excerpt at `location`.
///
/// None for a file as a whole, a text that nobody read, and a place so far to the right that its line says nothing to
/// the eye (a minified file).
pub(super) fn excerpt(report: &Report, location: &Location) -> Option<Excerpt> {
    let text = report.source(&location.path)?.text();
    let span = location.span?.range();
    let line = report.positions(&location.path, location.span).0.line as usize;
    let start = text.floor_char_boundary(span.start);
    let end = text.ceil_char_boundary(span.end).max(start);
    // The break at the end of a line is nothing to mark.
    let end = start + text[start..end].trim_end_matches(['\r', '\n']).len();

    let first = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
    if start - first > LENGTH {
        return None;
    }
    let lines: Vec<&str> = text[first..].split('\n').take(LINES).map(shortened).collect();
    let covered = text[start..end].split('\n').take(LINES + 1).count();
    let alone = covered > LINES || start - first > WIDTH;
    let lines = &lines[..if alone { 1 } else { covered }];
    let column = match (lines, covered) {
        ([_], 1) => (end - first).min(start - first + WIDTH),
        ([line], _) => line.len().min(start - first + WIDTH),
        _ => (end - text[..end].rfind('\n').map_or(0, |newline| newline + 1)).min(WIDTH),
    };

    let shown: Vec<String> = lines.iter().map(|line| line.chars().map(visible).collect()).collect();
    let text = shown.join("\n");
    let last = text.len() - shown.last()?.len();
    let mark = width(lines[0], start - first)..last + width(lines.last()?, column);
    Some(Excerpt { text, line, mark })
}

/// The line without the return before its end, cut when it is long.
fn shortened(line: &str) -> &str {
    let line = line.strip_suffix('\r').unwrap_or(line);
    &line[..line.floor_char_boundary(2 * LENGTH)]
}

/// How many bytes the first `column` bytes of `line` take when shown.
fn width(line: &str, column: usize) -> usize {
    line[..line.floor_char_boundary(column)].chars().map(|char| visible(char).len_utf8()).sum()
}

/// A tab stays: the renderer lays it out.
fn visible(character: char) -> char {
    if character == '\t' { character } else { harmless::character(character) }
}
