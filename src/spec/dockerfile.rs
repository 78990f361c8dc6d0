//! `LABEL` of a Dockerfile or Containerfile.
//!
//! The [Dockerfile reference](https://docs.docker.com/reference/dockerfile/#label): `LABEL key=value key="value"`, or
//! `LABEL key value`, over several lines where a backslash ends one. No other instruction is read.

use std::ops::Range;

/// A label of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Its key, without quotes.
    pub key: String,
    /// Its value, without quotes; variables stand as written.
    pub value: String,
    /// Where the value stands, without its quotes.
    pub range: Range<usize>,
}

/// The labels that `text` gives its last image, in order, with those of the stage that it begins with; those of other
/// stages are of other images.
pub fn labels(text: &str) -> Vec<Label> {
    let mut labels = Vec::new();
    let mut stages: Vec<(&str, Vec<Label>)> = Vec::new();
    let mut stage = None;
    let mut at = 0;
    while at < text.len() {
        let end = instruction_end(text, at);
        let line = &text[at..end];
        let start = line.len() - line.trim_start().len();
        let word = line[start..].split(char::is_whitespace).next().unwrap_or_default();
        if word.eq_ignore_ascii_case("FROM") {
            let mut words = line[start..].split_whitespace().skip(1).filter(|word| !word.starts_with("--"));
            let base = words.next().unwrap_or_default();
            stages.extend(stage.map(|name| (name, labels)));
            let known = stages.iter().find(|(name, _)| name.eq_ignore_ascii_case(base));
            labels = known.map_or_else(Vec::new, |(_, labels)| labels.clone());
            stage = words.nth(1);
        }
        if word.eq_ignore_ascii_case("LABEL") {
            pairs(text, at + start + word.len()..end, &mut labels);
        }
        at = end + 1;
    }
    labels
}

/// Where the instruction that begins at `start` ends: at the first line that no backslash goes on from.
fn instruction_end(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let line = text[at..end].trim_end();
        if end == text.len()
            || !line.ends_with('\\')
            || text[at..].trim_start().starts_with('#') && at == start
        {
            return end;
        }
        at = end + 1;
    }
}

/// A word of an instruction: its text without quotes, and its range with them.
struct Word {
    text: String,
    range: Range<usize>,
    /// Where the first `=` outside quotes stands in `text`, and in the file.
    equals: Option<(usize, usize)>,
}

fn pairs(text: &str, range: Range<usize>, labels: &mut Vec<Label>) {
    let words = words(text, range);
    match words.as_slice() {
        // the old form: all behind the key is the value
        [key, value, ..] if key.equals.is_none() => {
            let last = &words[words.len() - 1];
            let range = value.range.start..last.range.end;
            let quoted = words.len() == 2;
            let value = if quoted { value.text.clone() } else { text[range.clone()].to_owned() };
            labels.push(Label { key: key.text.clone(), value, range: unquoted(text, range) });
        }
        words => labels.extend(words.iter().filter_map(|word| {
            let (at, place) = word.equals?;
            let range = unquoted(text, place + 1..word.range.end);
            Some(Label { key: word.text[..at].to_owned(), value: word.text[at + 1..].to_owned(), range })
        })),
    }
}

fn unquoted(text: &str, range: Range<usize>) -> Range<usize> {
    let piece = &text[range.clone()];
    let quoted = piece.len() >= 2
        && ['"', '\''].iter().any(|quote| piece.starts_with(*quote) && piece.ends_with(*quote));
    if quoted { range.start + 1..range.end - 1 } else { range }
}

fn words(text: &str, range: Range<usize>) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut open, mut quote) = (false, None);
    let mut letters = text[range.clone()].char_indices().peekable();
    while let Some((offset, letter)) = letters.next() {
        let at = range.start + offset;
        if quote.is_none() && (letter.is_whitespace() || letter == '\\' && ends_line(&text[at..range.end])) {
            open = false;
            continue;
        }
        if !open {
            words.push(Word { text: String::new(), range: at..at, equals: None });
            open = true;
        }
        let Some(word) = words.last_mut() else { return words };
        word.range.end = at + letter.len_utf8();
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('\\', _) if quote != Some('\'') => {
                if let Some((offset, escaped)) = letters.next() {
                    word.range.end = range.start + offset + escaped.len_utf8();
                    word.text.extend((escaped != '\n').then_some(escaped));
                }
            }
            ('=', None) if word.equals.is_none() => {
                word.equals = Some((word.text.len(), at));
                word.text.push(letter);
            }
            _ => word.text.push(letter),
        }
    }
    words
}

/// Whether a text that begins with a backslash goes on in the next line.
fn ends_line(text: &str) -> bool {
    text[1..].trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_forms_of_the_reference() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("FROM x\nLABEL a=b\n", &[("a", "b")]),
            ("label \"a.b\"=\"c d\" e='f'\n", &[("a.b", "c d"), ("e", "f")]),
            ("LABEL a=b \\\n      c=\"d\" \\\n e=f\nRUN x=y", &[("a", "b"), ("c", "d"), ("e", "f")]),
            ("LABEL a b c\n", &[("a", "b c")]),
            ("LABEL a \"b c\"", &[("a", "b c")]),
            ("# LABEL a=b\\\nLABEL c=d", &[("c", "d")]),
            ("RUN echo \\\nLABEL a=b", &[]),
            ("LABEL a=\"say \\\"hi\\\"\"", &[("a", "say \"hi\"")]),
            ("LABEL a=$B\r\n", &[("a", "$B")]),
            ("FROM x AS y\nLABEL a=b\nfrom x\nLABEL c=d", &[("c", "d")]),
            ("FROM --platform=p x as y\nLABEL a=b\nFROM z\nFROM Y\nLABEL c=d", &[("a", "b"), ("c", "d")]),
            ("LABELS a=b", &[]),
            ("LABEL", &[]),
        ];
        for (text, expected) in cases {
            let found = labels(text);
            let found: Vec<_> =
                found.iter().map(|label| (label.key.as_str(), label.value.as_str())).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn knows_where_the_value_stands() {
        for text in ["LABEL a=\"you/weather\"", "LABEL a=you/weather b=c", "LABEL a you/weather"] {
            assert_eq!(&text[labels(text)[0].range.clone()], "you/weather");
        }
    }

    proptest! {
        #[test]
        fn takes_any_text(text in "(LABEL|[ a=\"'\\\\\n\r#$é])*") {
            for label in labels(&text) {
                prop_assert!(text.get(label.range).is_some());
            }
        }
    }
}
