//! `smithery.yaml`, which tells by a function of JavaScript what starts the server:
//! `(config) => ({ command: 'uvx', args: ['weather', config.city] })`.
//!
//! The function is not run: a `command` that is a literal counts, with the literals that its `args` begin with.

use std::ops::Range;

use super::command::{self, Form, Launch, Word};

/// So far behind the command its arguments are looked for.
const NEAR: usize = 400;

/// What the commands in the text start.
pub(super) fn launches(text: &str) -> Vec<Launch> {
    let form = Form { quoted: true, bare: true };
    let mut starts = keys(text, "command", 0..text.len()).peekable();
    let mut launches = Vec::new();
    while let Some(at) = starts.next() {
        let Some((program, end)) = literal(text, at) else { continue };
        let stop = starts.peek().copied().unwrap_or(text.len()).min(end + NEAR);
        let stop = text.floor_char_boundary(stop.max(end));
        let arguments = keys(text, "args", end..stop).next().map(|at| literals(text, at)).unwrap_or_default();
        let words: Vec<Word> = std::iter::once(program).chain(arguments).collect();
        launches.extend(command::commands(&words, form));
    }
    launches
}

/// Where the values of a key begin: `command: `, `"command": `.
fn keys<'t>(text: &'t str, key: &'static str, range: Range<usize>) -> impl Iterator<Item = usize> + 't {
    let offset = range.start;
    let found = text[range].match_indices(key).map(move |(at, _)| offset + at);
    found.filter_map(move |at| {
        let inner = |c: char| c.is_alphanumeric() || "_.$".contains(c);
        let rest = text[at + key.len()..].trim_start_matches(['"', '\'']).trim_start();
        let value = rest.strip_prefix(':')?.trim_start();
        (!text[..at].ends_with(inner)).then(|| text.len() - value.len())
    })
}

/// The literal at `at`, and where it ends.
fn literal(text: &str, at: usize) -> Option<(Word, usize)> {
    let quote = text[at..].chars().next().filter(|quote| "'\"`".contains(*quote))?;
    let length = text[at + 1..].find([quote, '\n'])?;
    let inside = &text[at + 1..at + 1 + length];
    let whole = text[at + 1 + length..].starts_with(quote) && !inside.contains(['$', '\\']);
    whole.then(|| (Word { text: inside.to_owned(), range: at + 1..at + 1 + length }, at + length + 2))
}

/// The literals that the list at `at` begins with.
fn literals(text: &str, at: usize) -> Vec<Word> {
    let Some(rest) = text[at..].strip_prefix('[') else { return Vec::new() };
    let mut words = Vec::new();
    let mut rest = rest.trim_start();
    while let Some((word, end)) = literal(text, text.len() - rest.len()) {
        words.push(word);
        let Some(next) = text[end..].trim_start().strip_prefix(',') else { break };
        rest = next.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_literals() {
        let text = "startCommand:\n  commandFunction: |-\n    (config) => ({ command: 'uv', args: ['run', \"weather\", config.x] })\n";
        let launches = launches(text);
        let [Launch::Script(word)] = &launches[..] else { panic!("{launches:?}") };
        assert_eq!(&text[word.range.clone()], "weather");
    }

    proptest! {
        #[test]
        fn takes_any_text(text in "(command|args|:| |'|\"|\\[|\\]|,|uvx|é|\n){0,24}") {
            for launch in launches(&text) {
                if let Launch::Script(word) = launch {
                    prop_assert_eq!(text.get(word.range.clone()), Some(word.text.as_str()));
                }
            }
        }
    }
}
