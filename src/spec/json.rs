//! JSON with the place of every value, so that a finding can point at it and an edit leaves all else as it is.
//!
//! [RFC 8259](https://www.rfc-editor.org/rfc/rfc8259). Writing is not here. Numbers stay text; a name that stands twice
//! is found at its last place, as readers do.

use std::ops::Range;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonNode {
    /// From its first byte to its last; a string's with its quotes.
    pub range: Range<usize>,
    /// What stands there.
    pub value: JsonValue,
}

/// A value of JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JsonValue {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string without its escapes.
    String(String),
    /// A list.
    Array(Vec<JsonNode>),
    /// Names and values in the order written.
    Object(Vec<Member>),
}

/// One member of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Where its name stands, with the quotes.
    pub place: Range<usize>,
    /// Its name.
    pub name: String,
    /// Its value.
    pub node: JsonNode,
}

/// Why a text is not JSON, and the byte where that shows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{expected} is expected")]
pub struct JsonFault {
    /// The byte.
    pub at: usize,
    /// What would be right there.
    pub expected: &'static str,
}

/// What is expected behind a value that is complete.
pub const END: &str = "the end";

/// Values nest no deeper in any file that people write.
const DEEPEST: usize = 128;

impl JsonNode {
    /// The member called `name`, when this is an object.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.name == name).map(|member| &member.node)
    }

    /// The members, when this is an object.
    pub fn members(&self) -> &[Member] {
        if let JsonValue::Object(members) = &self.value { members } else { &[] }
    }

    /// The items, when this is an array.
    pub fn items(&self) -> &[Self] {
        if let JsonValue::Array(items) = &self.value { items } else { &[] }
    }

    /// The text, when this is a string.
    pub fn text(&self) -> Option<&str> {
        if let JsonValue::String(text) = &self.value { Some(text) } else { None }
    }

    /// The value as it stands in a text that has `by` more bytes in front, or fewer where it is negative.
    #[must_use]
    pub fn moved(self, by: isize) -> Self {
        let place =
            |range: Range<usize>| range.start.saturating_add_signed(by)..range.end.saturating_add_signed(by);
        let value = match self.value {
            JsonValue::Array(items) => {
                JsonValue::Array(items.into_iter().map(|item| item.moved(by)).collect())
            }
            JsonValue::Object(members) => JsonValue::Object(
                members
                    .into_iter()
                    .map(|Member { place: name_place, name, node }| Member {
                        place: place(name_place),
                        name,
                        node: node.moved(by),
                    })
                    .collect(),
            ),
            plain => plain,
        };
        Self { range: place(self.range), value }
    }
}

/// The text with blanks in the place of comments, `// ...` and `/* ... */`; whatever is left keeps its place.
pub fn without_comments(text: &str) -> String {
    blanked(text, |rest| match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => {
            rest[2..].windows(2).position(|end| end == b"*/").map_or(rest.len(), |end| end + 4)
        }
        _ => 0,
    })
}

/// The text, which holds no comments, with blanks in the place of commas behind a last item.
pub fn without_last_commas(text: &str) -> String {
    let is_last = |rest: &[u8]| {
        let next = rest[1..].iter().find(|byte| !b" \t\r\n".contains(byte));
        next.is_some_and(|next| b"}]".contains(next))
    };
    blanked(text, |rest| usize::from(rest[0] == b',' && is_last(rest)))
}

/// The text with blanks in the place of what `length` measures outside of strings.
fn blanked(text: &str, length: impl Fn(&[u8]) -> usize) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let gone = length(rest);
        let inside = bytes[at..at + gone].iter_mut().filter(|byte| !b"\r\n".contains(byte));
        inside.for_each(|byte| *byte = b' ');
        at += match rest[0] {
            _ if gone > 0 => gone,
            b'"' => string_length(rest),
            _ => 1,
        };
    }
    String::from_utf8(bytes).expect("only whole characters are blanked")
}

/// How long the string is that a text begins with, its quotes counted.
fn string_length(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(byte) = text.get(at) {
        at += 1;
        match byte {
            b'"' => return at,
            b'\\' => at += 1,
            _ => {}
        }
    }
    text.len()
}

/// Reads a text in time linear to its length; a byte-order mark in front is passed over.
///
/// # Errors
/// The first place where the text is not JSON, or nests deeper than any sane file.
pub fn parse(text: &str) -> Result<JsonNode, JsonFault> {
    let mut reader = Reader { text, at: if text.starts_with('\u{feff}') { 3 } else { 0 } };
    let node = reader.value(0)?;
    reader.blanks();
    if reader.at == text.len() { Ok(node) } else { Err(reader.fault(END)) }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn fault(&self, expected: &'static str) -> JsonFault {
        JsonFault { at: self.at, expected }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.at += 1;
        }
    }

    /// Whether `byte` comes next after blanks; passes over it.
    fn takes(&mut self, byte: u8) -> bool {
        self.blanks();
        let takes = self.peek() == Some(byte);
        self.at += usize::from(takes);
        takes
    }

    fn value(&mut self, depth: usize) -> Result<JsonNode, JsonFault> {
        self.blanks();
        let start = self.at;
        if depth > DEEPEST {
            return Err(self.fault("a file that nests less"));
        }
        let value = match self.peek() {
            Some(b'{') => self.object(depth)?,
            Some(b'[') => self.array(depth)?,
            Some(b'"') => JsonValue::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => self.word()?,
        };
        Ok(JsonNode { range: start..self.at, value })
    }

    fn object(&mut self, depth: usize) -> Result<JsonValue, JsonFault> {
        self.at += 1;
        let mut members = Vec::new();
        if self.takes(b'}') {
            return Ok(JsonValue::Object(members));
        }
        loop {
            self.blanks();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.fault("a name in quotes"));
            }
            let name = self.string()?;
            let place = start..self.at;
            if !self.takes(b':') {
                return Err(self.fault("`:`"));
            }
            members.push(Member { place, name, node: self.value(depth + 1)? });
            if self.takes(b'}') {
                return Ok(JsonValue::Object(members));
            }
            if !self.takes(b',') {
                return Err(self.fault("`,` or `}`"));
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<JsonValue, JsonFault> {
        self.at += 1;
        let mut items = Vec::new();
        if self.takes(b']') {
            return Ok(JsonValue::Array(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.takes(b']') {
                return Ok(JsonValue::Array(items));
            }
            if !self.takes(b',') {
                return Err(self.fault("`,` or `]`"));
            }
        }
    }

    fn string(&mut self) -> Result<String, JsonFault> {
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let stop = rest.find(|c: char| c == '"' || c == '\\' || c < ' ');
            let stop = stop.ok_or_else(|| self.fault("a closing `\"`"))?;
            text.push_str(&rest[..stop]);
            self.at += stop;
            match rest.as_bytes()[stop] {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => text.push(self.escape()?),
                _ => return Err(self.fault("a closing `\"` on the line")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonFault> {
        let escaped = self.text.as_bytes().get(self.at + 1).copied();
        let character = match escaped {
            Some(plain @ (b'"' | b'\\' | b'/')) => char::from(plain),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.fault("another escape")),
        };
        self.at += 2;
        Ok(character)
    }

    /// `\uXXXX`, or two of them as a pair of surrogates.
    fn unicode(&mut self) -> Result<char, JsonFault> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            u16::from_str_radix(digits, 16).ok().filter(|_| plain)
        };
        let first = unit(self.at).ok_or_else(|| self.fault("four hexadecimal digits"))?;
        let second = unit(self.at + 6).filter(|second| (0xdc00..0xe000).contains(second));
        let units = [Some(first), second.filter(|_| (0xd800..0xdc00).contains(&first))];
        self.at += 6 * units.iter().flatten().count();
        // a lone surrogate is JSON by the letter; most readers take it as this
        Ok(char::decode_utf16(units.into_iter().flatten()).next().and_then(Result::ok).unwrap_or('\u{fffd}'))
    }

    fn digits(&mut self) -> Result<(), JsonFault> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { Err(self.fault("a digit")) } else { Ok(()) }
    }

    fn number(&mut self) -> Result<JsonValue, JsonFault> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(JsonValue::Number(self.text[start..self.at].to_owned()))
    }

    fn word(&mut self) -> Result<JsonValue, JsonFault> {
        let words =
            [("null", JsonValue::Null), ("true", JsonValue::Bool(true)), ("false", JsonValue::Bool(false))];
        for (word, value) in words {
            if self.text[self.at..].starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.fault("a value"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_value_knows_its_place() {
        let text =
            "\u{feff}{ \"a\": [1, \"é\\u00e9\\ud83d\\ude00\"], \"b\" : {\"c\": null}, \"b\": -1.5e+3 }";
        let node = parse(text).expect("it is JSON");
        let items = node.get("a").expect("it is there").items();
        assert_eq!(items[1].text(), Some("éé😀"));
        assert_eq!(&text[items[1].range.clone()], "\"é\\u00e9\\ud83d\\ude00\"");
        let last = node.get("b").expect("it is there");
        assert_eq!(
            (&text[last.range.clone()], &last.value),
            ("-1.5e+3", &JsonValue::Number("-1.5e+3".to_owned()))
        );
        assert_eq!(&text[node.members()[0].place.clone()], "\"a\"");
    }

    #[test]
    fn says_where_it_is_not_json() {
        for (text, at, expected) in [
            ("", 0, "a value"),
            ("{\"a\": 1,}", 8, "a name in quotes"),
            ("{\"a\" 1}", 5, "`:`"),
            ("{\"a\": 1 \"b\"", 8, "`,` or `}`"),
            ("[1 2]", 3, "`,` or `]`"),
            ("[01]", 2, "`,` or `]`"),
            ("[1.]", 3, "a digit"),
            ("[\"a\nb\"]", 3, "a closing `\"` on the line"),
            ("[\"a", 2, "a closing `\"`"),
            ("[\"\\x\"]", 2, "another escape"),
            ("[\"\\u12g4\"]", 2, "four hexadecimal digits"),
            ("// no\n{}", 0, "a value"),
            ("{} {}", 3, "the end"),
        ] {
            assert_eq!(parse(text), Err(JsonFault { at, expected }), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    #[test]
    fn comments_and_last_commas_are_passed_over() {
        for (text, plain) in [
            ("{\"a\": 1, // b\n}", "{\"a\": 1      \n}"),
            ("[1, /* é\n */ 2,]", "[1,      \n    2 ]"),
            ("[\"// a\", \"\\\"/*\", ]", "[\"// a\", \"\\\"/*\"  ]"),
            ("[1] // \u{1f600}", "[1]        "),
            ("[\"a", "[\"a"),
            ("[1, /*", "[1,   "),
            (",]", " ]"),
        ] {
            assert_eq!(without_last_commas(&without_comments(text)), plain, "{text}");
        }
    }

    #[test]
    fn a_value_moves_with_all_that_it_holds() {
        let text = "x {\"a\": [1]}";
        let node = parse(&text[2..]).expect("it is JSON").moved(2);
        let member = &node.members()[0];
        assert_eq!(
            (&text[member.place.clone()], &text[member.node.items()[0].range.clone()]),
            ("\"a\"", "1")
        );
    }

    proptest! {
        #[test]
        fn what_is_blanked_keeps_the_places(text in "([\\[\\]{},:\" 0-9\\\\]|//|/\\*|\\*/|\"a\"|é|\n){0,24}") {
            let plain = without_last_commas(&without_comments(&text));
            prop_assert_eq!(plain.len(), text.len());
            if parse(&text).is_ok() {
                prop_assert_eq!(plain, text);
            }
        }

        #[test]
        fn reads_what_others_read(text in "([\\[\\]{},:\" 0-9.eE+\\\\ntrufals-]|true|null|\"a\"|\\\\u00e9|é){0,24}") {
            let other = serde_json::from_str::<serde_json::Value>(&text).is_ok();
            let lone = text.contains("\\u");
            prop_assert!(lone || parse(&text).is_ok() == other, "{}", text);
            let _ = parse(&text);
        }
    }
}
