//! A Dockerfile or Containerfile: its stages and their instructions.
//!
//! The [Dockerfile reference](https://docs.docker.com/reference/dockerfile/): one instruction a line, which goes on where
//! a backslash ends it, with comments and blank lines between, or up to the end of what a here-document holds. A file that
//! chooses another escape than the backslash has no instructions here, and neither has one that no person wrote.

use std::collections::HashMap;
use std::ops::Range;

use super::json::{self, JsonNode};

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

/// One stage: an image that is made, the last of which is the result.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// The image that it begins with: with the defaults of `ARG` in the place of variables that have one.
    pub base: String,
    /// Where that is written.
    pub range: Range<usize>,
    /// The stage that it begins with, where that is one of this file.
    pub parent: Option<usize>,
    /// What follows, in order.
    pub instructions: Vec<Instruction>,
    name: Option<String>,
}

/// An instruction of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// `COPY`, in capitals.
    pub keyword: String,
    /// Where all that follows it stands.
    pub range: Range<usize>,
    /// What stands there, with blanks in the place of comments and of the ends of lines.
    pub body: String,
    /// Whether a here-document follows.
    pub has_document: bool,
}

/// A word of an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstructionWord {
    /// Its text without quotes.
    pub text: String,
    /// Where it stands, with its quotes.
    pub range: Range<usize>,
    /// Where the first `=` outside quotes stands in `text`, and in the file.
    equals: Option<(usize, usize)>,
}

impl Instruction {
    /// Its words, where blanks part them.
    pub fn words(&self) -> Vec<InstructionWord> {
        words(&self.body, self.range.start)
    }

    /// The items of its JSON, where it is written so: `["weather", "--quiet"]`.
    pub fn items(&self) -> Option<Vec<JsonNode>> {
        let start = isize::try_from(self.range.start).ok()?;
        let list = self.body.trim_start().starts_with('[').then(|| json::parse(&self.body).ok())??;
        let items = list.items().to_vec();
        let texts = items.iter().all(|item| item.text().is_some());
        texts.then(|| items.into_iter().map(|item| item.moved(start)).collect())
    }

    /// Its keys and values: of `LABEL`, of `ENV`.
    pub fn pairs(&self) -> Vec<Label> {
        let words = self.words();
        match words.as_slice() {
            // the old form: all behind the key is the value
            [key, value, ..] if key.equals.is_none() => {
                let last = &words[words.len() - 1];
                let range = value.range.start..last.range.end;
                let quoted = words.len() == 2;
                let value = if quoted { value.text.clone() } else { self.slice(&range).to_owned() };
                vec![Label { key: key.text.clone(), value, range: self.unquoted(range) }]
            }
            words => words
                .iter()
                .filter_map(|word| {
                    let (at, place) = word.equals?;
                    let range = self.unquoted(place + 1..word.range.end);
                    let (key, value) = (word.text[..at].to_owned(), word.text[at + 1..].to_owned());
                    Some(Label { key, value, range })
                })
                .collect(),
        }
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        &self.body[range.start - self.range.start..range.end - self.range.start]
    }

    fn unquoted(&self, range: Range<usize>) -> Range<usize> {
        let piece = self.slice(&range);
        let quoted = piece.len() >= 2
            && ['"', '\''].iter().any(|quote| piece.starts_with(*quote) && piece.ends_with(*quote));
        if quoted { range.start + 1..range.end - 1 } else { range }
    }
}

impl Stage {
    /// What the image that it begins with is called, without its registry, tag and digest.
    pub fn image(&self) -> &str {
        let named = self.base.split(['@', ':']).next().unwrap_or_default();
        named.rsplit('/').next().unwrap_or_default()
    }
}

/// More instructions than in any file that people write.
const MOST: usize = 2000;

/// The stages of `text`, in order.
pub fn stages(text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut defaults: HashMap<String, String> = HashMap::new();
    let instructions = instructions(text);
    if instructions.len() > MOST {
        return stages;
    }
    for instruction in instructions {
        match (instruction.keyword.as_str(), stages.last_mut()) {
            ("FROM", _) => stages.extend(stage(&instruction, &stages, &defaults)),
            ("ARG", None) => {
                let pairs = instruction.pairs().into_iter();
                defaults.extend(pairs.map(|pair| (pair.key, pair.value)));
            }
            (_, Some(stage)) => stage.instructions.push(instruction),
            // what no stage holds is still meant for one
            (_, None) => stages.push(Stage { instructions: vec![instruction], ..Stage::default() }),
        }
    }
    stages
}

/// The labels that the last of the stages has, in order, with those of the stage that it begins with; those of other
/// stages are of other images.
pub fn labels(stages: &[Stage]) -> Vec<Label> {
    let labels = |instruction: &&Instruction| instruction.keyword == "LABEL";
    steps(stages).filter(labels).flat_map(Instruction::pairs).collect()
}

/// The instructions that made the last of the stages, in order.
pub fn steps(stages: &[Stage]) -> impl Iterator<Item = &Instruction> {
    lineage(stages).into_iter().flat_map(|stage| &stage.instructions)
}

/// The last stage, and before it those that it begins with.
pub fn lineage(stages: &[Stage]) -> Vec<&Stage> {
    let mut line: Vec<&Stage> = Vec::new();
    let mut next = stages.len().checked_sub(1);
    while let Some(stage) = next.and_then(|at| stages.get(at)) {
        line.push(stage);
        next = stage.parent;
    }
    line.reverse();
    line
}

fn stage(from: &Instruction, stages: &[Stage], defaults: &HashMap<String, String>) -> Option<Stage> {
    let words = from.words();
    let mut words = words.iter().filter(|word| !word.text.starts_with("--"));
    let base = words.next()?;
    let name = words.nth(1).map(|name| name.text.clone());
    let is_meant =
        |stage: &Stage| stage.name.as_ref().is_some_and(|name| name.eq_ignore_ascii_case(&base.text));
    let parent = stages.iter().rposition(is_meant);
    Some(Stage {
        base: with_defaults(&base.text, defaults),
        range: base.range.clone(),
        parent,
        instructions: Vec::new(),
        name,
    })
}

/// The text with the defaults of variables in their place: `python:${VERSION}-slim`, `$VERSION`, `${VERSION:-3.12}`.
fn with_defaults(text: &str, defaults: &HashMap<String, String>) -> String {
    let mut filled = String::new();
    let mut pieces = text.split('$');
    filled.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let (name, rest) = match piece.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some(parts) => parts,
            None => {
                let inner = |c: char| c.is_ascii_alphanumeric() || c == '_';
                piece.split_at(piece.find(|c| !inner(c)).unwrap_or(piece.len()))
            }
        };
        let (name, own) = name.split_once(":-").map_or((name, None), |(name, own)| (name, Some(own)));
        match defaults.get(name).map(String::as_str).or(own) {
            Some(value) => filled.push_str(value),
            None => filled.extend(["$", name]),
        }
        filled.push_str(rest);
    }
    filled
}

fn instructions(text: &str) -> Vec<Instruction> {
    let directive = |line: &&str| line.trim_start().starts_with('#') && line.contains('=');
    let is_escape =
        |line: &str| line.trim_start_matches([' ', '#']).to_ascii_lowercase().starts_with("escape");
    if text.lines().take_while(directive).any(is_escape) {
        return Vec::new();
    }
    let mut instructions = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let (body, mut end) = joined(text, at);
        let start = body.len() - body.trim_start().len();
        let word = body[start..].split(char::is_whitespace).next().unwrap_or_default();
        if !word.is_empty() && !word.starts_with('#') {
            let keyword = word.to_ascii_uppercase();
            let begin = start + word.len();
            let document = ["RUN", "COPY", "ADD"].contains(&keyword.as_str());
            let document = document.then(|| document_end(text, &body[begin..], end)).flatten();
            let range = at + begin..at + body.len();
            let body = body[begin..].to_owned();
            instructions.push(Instruction { keyword, range, body, has_document: document.is_some() });
            end = document.unwrap_or(end);
        }
        at = end + 1;
    }
    instructions
}

/// The instruction that begins at `start`, in one line as long as it is, and where it ends.
fn joined(text: &str, start: usize) -> (String, usize) {
    let (mut body, mut at) = (String::new(), start);
    loop {
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let line = &text[at..end];
        let is_comment = line.trim_start().starts_with('#');
        let goes_on = line.trim_end().ends_with('\\') && !is_comment;
        let between = at > start && (is_comment || line.trim().is_empty());
        if between {
            body.extend(std::iter::repeat_n(' ', line.len()));
        } else if goes_on {
            let kept = line.trim_end().len() - 1;
            body.push_str(&line[..kept]);
            body.extend(std::iter::repeat_n(' ', line.len() - kept));
        } else {
            body.push_str(line);
        }
        if end == text.len() || !(goes_on || between) {
            return (body, end);
        }
        body.push(' ');
        at = end + 1;
    }
}

/// Where the here-documents end that an instruction up to `end` begins.
fn document_end(text: &str, body: &str, end: usize) -> Option<usize> {
    let mut at = end;
    let mut found = false;
    for opened in body.split("<<").skip(1) {
        let word = opened.trim_start_matches('-').trim_start_matches(['"', '\'']);
        let length = word.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(word.len());
        let word = &word[..length];
        if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        found = true;
        loop {
            let begin = at + 1;
            if begin > text.len() {
                return Some(text.len());
            }
            at = text[begin..].find('\n').map_or(text.len(), |length| begin + length);
            if text[begin..at].trim() == word {
                break;
            }
        }
    }
    found.then_some(at)
}

fn words(body: &str, start: usize) -> Vec<InstructionWord> {
    let mut words: Vec<InstructionWord> = Vec::new();
    let (mut open, mut quote) = (false, None);
    let mut letters = body.char_indices().peekable();
    while let Some((offset, letter)) = letters.next() {
        let at = start + offset;
        if quote.is_none() && letter.is_whitespace() {
            open = false;
            continue;
        }
        if !open {
            words.push(InstructionWord { text: String::new(), range: at..at, equals: None });
            open = true;
        }
        let Some(word) = words.last_mut() else { return words };
        word.range.end = at + letter.len_utf8();
        match (letter, quote) {
            ('"' | '\'', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('\\', _) if quote != Some('\'') => {
                if let Some((offset, escaped)) = letters.next() {
                    word.range.end = start + offset + escaped.len_utf8();
                    word.text.push(escaped);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_the_forms_of_the_reference() {
        let cases: &[(&str, &[(&str, &str)])] = &[
            ("FROM x\nLABEL a=b\n", &[("a", "b")]),
            ("FROM x\nlabel \"a.b\"=\"c d\" e='f'\n", &[("a.b", "c d"), ("e", "f")]),
            ("FROM x\nLABEL a=b \\\n      c=\"d\" \\\n e=f\nRUN x=y", &[("a", "b"), ("c", "d"), ("e", "f")]),
            ("FROM x\nLABEL a b c\n", &[("a", "b c")]),
            ("FROM x\nLABEL a \"b c\"", &[("a", "b c")]),
            ("FROM x\n# LABEL a=b\\\nLABEL c=d", &[("c", "d")]),
            ("RUN echo \\\nLABEL a=b", &[]),
            ("FROM x\nLABEL a=\"say \\\"hi\\\"\"", &[("a", "say \"hi\"")]),
            ("FROM x\nLABEL a=$B\r\n", &[("a", "$B")]),
            ("FROM x AS y\nLABEL a=b\nfrom x\nLABEL c=d", &[("c", "d")]),
            ("FROM --platform=p x as y\nLABEL a=b\nFROM z\nFROM Y\nLABEL c=d", &[("a", "b"), ("c", "d")]),
            ("LABELS a=b", &[]),
            ("LABEL", &[]),
        ];
        for (text, expected) in cases {
            let found = labels(&stages(text));
            let found: Vec<_> =
                found.iter().map(|label| (label.key.as_str(), label.value.as_str())).collect();
            assert_eq!(found, *expected, "{text}");
        }
    }

    #[test]
    fn knows_where_the_value_stands() {
        for text in ["LABEL a=\"you/weather\"", "LABEL a=you/weather b=c", "LABEL a you/weather"] {
            let text = format!("FROM x\n{text}");
            assert_eq!(&text[labels(&stages(&text))[0].range.clone()], "you/weather");
        }
    }

    #[test]
    fn reads_instructions_over_several_lines() {
        let text = "ARG V=3.12\nFROM python:${V}-slim AS a\nRUN pip \\\n  # why\n\n  install .\nCOPY <<EOF /x\nRUN no\nEOF\n\
                    FROM a\nCMD [\"b\", \"c\"]";
        let stages = stages(text);
        let [first, second] = &stages[..] else { panic!("{stages:?}") };
        assert_eq!(
            (first.base.as_str(), second.base.as_str(), second.parent),
            ("python:3.12-slim", "a", Some(0))
        );
        let [run, copy] = &first.instructions[..] else { panic!("{first:?}") };
        let words: Vec<_> = run.words().into_iter().map(|word| word.text).collect();
        assert_eq!(words, ["pip", "install", "."]);
        assert!(copy.has_document && copy.keyword == "COPY");
        let items = second.instructions[0].items().expect("it is JSON");
        assert_eq!(&text[items[1].range.clone()], "\"c\"");
        assert_eq!(instructions("# escape=`\nFROM x\n"), []);
    }

    #[test]
    fn variables_have_their_defaults() {
        let defaults = HashMap::from([("V".to_owned(), "3".to_owned())]);
        for (text, filled) in
            [("a:$V-b", "a:3-b"), ("${V}", "3"), ("${W:-4}", "4"), ("a$W.b", "a$W.b"), ("$", "$")]
        {
            assert_eq!(with_defaults(text, &defaults), filled);
        }
    }

    proptest! {
        #[test]
        fn takes_any_text(text in "(FROM|LABEL|RUN|COPY|AS|<<E|E\n|[ a=\"'\\\\\n\r#$é\\[\\],{}])*") {
            let stages = stages(&text);
            for label in labels(&stages) {
                prop_assert!(text.get(label.range).is_some());
            }
            for instruction in stages.iter().flat_map(|stage| &stage.instructions) {
                prop_assert_eq!(instruction.range.len(), instruction.body.len());
                let words = instruction.words().into_iter().map(|word| word.range);
                let items = instruction.items().unwrap_or_default().into_iter().map(|item| item.range);
                for range in words.chain(items) {
                    prop_assert!(text.get(range).is_some());
                }
            }
        }
    }
}
