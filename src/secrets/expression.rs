//! The literal that a name gets: `X = "..."`, `"x": "..."`, `getenv("X", "...")`, `x: str = Field(default="...")`.
//!
//! Whatever the language of the file. Of an expression only the literal itself is read, what a call hands on that does
//! nothing but that, and what stands behind `or` and `else`.

use std::ops::Range;

/// What stands between a name and its literal is no longer, in bytes.
const REACH: usize = 400;
/// No literal is longer.
const LONGEST: usize = 8192;
/// So long is the name of an object whose attribute is asked for.
const LONGEST_OBJECT: usize = 48;
/// So deep are calls within calls.
const DEEP: u8 = 4;

/// Calls that answer a name with its value, or with their second argument.
const ASKED: &[&str] = &[
    "getenv", "get", "setdefault", "env", "config", "pop", "get_env", "getvar", "putenv", "setenv", "str",
    "cast",
];
/// Calls that hand on their first argument, or the one by a name of `DEFAULTS`.
const HANDED_ON: &[&str] = &[
    "SecretStr", "SecretBytes", "Secret", "str", "bytes", "Field", "field", "Option", "Argument", "Query",
    "Header", "Form", "Body", "Cookie", "b64decode", "fromhex", "unquote", "quote",
];
/// Keywords whose argument is the value.
const DEFAULTS: &[&str] = &["default", "fallback", "value", "default_factory", "secret_value", "initial"];
/// What a header says before a credential.
const SCHEMES: &[&str] = &["Bearer ", "Token ", "Bot ", "ApiKey ", "Api-Key ", "Api-Token ", "Key "];
/// What may stand on a line before a name whose value has no quotes.
const LINE_STARTS: &[&str] =
    &["", "export", "ENV", "ARG", "-", "set", "setx", "#", "//", ";", "# export", "env:"];

/// Where a literal stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Literal {
    pub(super) place: Range<usize>,
    /// Whether it is less certain that it is the value: it has no quotes, or is what a call of that name gets.
    pub(super) bare: bool,
}

/// The literal that the name at `start..end` gets.
pub(super) fn literal(text: &[u8], start: usize, end: usize) -> Option<Literal> {
    let reader = Reader { text, last: text.len().min(end + REACH) };
    let before = &text[..start];
    let quote = reader.mark(end);
    let quoted = quote > 0;
    let after = end + quote + usize::from(reader.byte(end + quote) == b']');
    let sign = reader.blanks(after);
    let asked = quoted && is_asked_for(before);
    let option = text[start..].starts_with(b"--");
    let whole = |place| Literal { place, bare: false };
    match reader.byte(sign) {
        b',' if asked => reader.argument(sign + 1, 0..1, 1).map(whole),
        b')' if asked => reader.alternative(sign + 1, 1).map(whole),
        b',' if option && quoted => reader.option(sign + 1).map(whole),
        _ if option && sign > end => reader.value(sign, start),
        b'>' if before.ends_with(b"<") => reader.element(sign + 1).map(whole),
        b'(' if !quoted => reader.literal(sign + 1).map(|place| Literal { place, bare: true }),
        b',' | b'\r' | b'\n' | b'v' if is_named(before, quoted) => reader.value(reader.pair(sign)?, start),
        // `x = token or "..."`, `process.env.TOKEN || "..."`
        _ => match reader.alternative(sign, 0) {
            Some(place) => Some(whole(place)),
            None => reader.value(reader.sign(sign)?, start),
        },
    }
}

/// Whether a name is asked for here with a default: `os.getenv("X_TOKEN", `, `env.get('X_TOKEN', `.
fn is_asked_for(text: &[u8]) -> bool {
    let [rest @ .., b'"' | b'\''] = text else { return false };
    match trimmed(rest) {
        [rest @ .., b'('] => asks(last_word(rest)),
        // `getattr(settings, `
        [rest @ .., b','] => {
            let call = rest[rest.len().saturating_sub(LONGEST_OBJECT)..].rsplit(|byte| *byte == b'(').next();
            call.is_some_and(|object| {
                let rest = &rest[..rest.len() - object.len()];
                rest.ends_with(b"getattr(") || rest.ends_with(b"setattr(")
            })
        }
        _ => false,
    }
}

/// Whether a call of this name answers a name with its value: `getenv`, `GetEnvOrDefault`.
fn asks(call: &str) -> bool {
    let small = call.to_ascii_lowercase();
    ASKED.contains(&call) || small.contains("env") || small.ends_with("default")
}

/// Whether the name is itself the value of `name` or `key`: `{"name": "X_TOKEN", "value": ...}`.
fn is_named(text: &[u8], quoted: bool) -> bool {
    let unquoted = if quoted { &text[..text.len().saturating_sub(1)] } else { text };
    let [rest @ .., b':' | b'='] = trimmed(unquoted) else { return false };
    let rest = trimmed(rest);
    let rest = rest.strip_suffix(b"\"").or_else(|| rest.strip_suffix(b"'")).unwrap_or(rest);
    matches!(last_word(rest), "name" | "key" | "Name" | "Key")
}

/// Less the blanks at its end, of which there are few.
fn trimmed(text: &[u8]) -> &[u8] {
    let blanks = text.iter().rev().take(64).take_while(|byte| byte.is_ascii_whitespace()).count();
    &text[..text.len() - blanks]
}

fn last_word(text: &[u8]) -> &str {
    let is_of_one = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
    let length = text.iter().rev().take(32).take_while(is_of_one).count();
    std::str::from_utf8(&text[text.len() - length..]).unwrap_or_default()
}

/// Reads what follows a name, and no further than `last`.
struct Reader<'t> {
    text: &'t [u8],
    last: usize,
}

impl Reader<'_> {
    fn byte(&self, at: usize) -> u8 {
        if at < self.last { self.text[at] } else { 0 }
    }

    fn run(&self, at: usize, is_of_it: impl Fn(u8) -> bool) -> usize {
        let rest = self.text.get(at..self.last).unwrap_or_default();
        rest.iter().position(|byte| !is_of_it(*byte)).unwrap_or(rest.len())
    }

    /// Blanks, and a break of the line that the line before takes back.
    fn blanks(&self, at: usize) -> usize {
        let at = at + self.run(at, |byte| matches!(byte, b' ' | b'\t'));
        if self.byte(at) == b'\\' && self.byte(at + 1) == b'\n' { self.gap(at + 2) } else { at }
    }

    /// Blanks and breaks of lines.
    fn gap(&self, at: usize) -> usize {
        at + self.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
    }

    fn word(&self, at: usize) -> &str {
        let length = self.run(at, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        self.text.get(at..at + length).and_then(|word| std::str::from_utf8(word).ok()).unwrap_or_default()
    }

    /// The length of a quotation mark, with the backslash before it in a text within a text.
    fn mark(&self, at: usize) -> usize {
        let escaped = usize::from(self.byte(at) == b'\\');
        if matches!(self.byte(at + escaped), b'"' | b'\'' | b'`') { escaped + 1 } else { 0 }
    }

    /// Where the value begins after the sign at `at`: `=`, `:`, `: str =`, `:=`, `+=`, `=>` and their like.
    fn sign(&self, at: usize) -> Option<usize> {
        let colons = self.run(at, |byte| byte == b':');
        match (self.byte(at + colons), self.byte(at + colons + 1)) {
            (b'=', b'=' | b'>') if colons == 0 => Some(at + 2),
            (b'=', _) => Some(at + colons + 1),
            _ if colons == 1 => Some(self.annotated(at + 1).unwrap_or(at + 1)),
            (b'?' | b'+' | b'.' | b'!', b'=') => Some(at + 2),
            // `var token string =`
            (b's', _) if self.word(at) == "string" => {
                let sign = self.blanks(at + "string".len());
                (self.byte(sign) == b'=').then_some(sign + 1)
            }
            _ => None,
        }
    }

    /// Where the value begins after an annotation and its `=`.
    fn annotated(&self, at: usize) -> Option<usize> {
        let begin = self.blanks(at);
        let mut at = begin;
        loop {
            at += self.run(at, |byte| byte.is_ascii_alphanumeric() || b" _.|".contains(&byte));
            at = match self.byte(at) {
                b'[' => self.closed(at)?,
                b'"' | b'\'' => self.string(at)?.1,
                b'=' if at > begin && self.byte(at + 1) != b'=' => return Some(at + 1),
                _ => return None,
            };
        }
    }

    /// The value at `at` of the name at `start`.
    fn value(&self, at: usize, start: usize) -> Option<Literal> {
        let at = self.blanks(at);
        match self.expression(at, 0) {
            Some(place) => Some(Literal { place, bare: false }),
            None => {
                self.block(at).or_else(|| self.bare(at, start)).map(|place| Literal { place, bare: true })
            }
        }
    }

    /// What the expression at `at` comes to: a literal, what a call hands on, or what stands behind `or` and `else`.
    fn expression(&self, at: usize, deep: u8) -> Option<Range<usize>> {
        let at = if deep > 0 { self.gap(at) } else { self.blanks(at) };
        if let Some((place, _)) = self.string(at) {
            return Some(place);
        }
        if deep > DEEP {
            return None;
        }
        match (self.byte(at), self.word(at)) {
            (b'(' | b'[', _) => return self.expression(at + 1, deep + 1),
            (_, "lambda") => return self.expression(at + self.run(at, |byte| byte != b':') + 1, deep + 1),
            (_, "await") => return self.expression(at + 5, deep + 1),
            (_, "") => return None,
            _ => {}
        }
        self.path(at, deep)
    }

    /// What the names, calls and indexes at `at` come to, one behind the other.
    fn path(&self, begin: usize, deep: u8) -> Option<Range<usize>> {
        let mut at = begin;
        loop {
            let word = self.word(at);
            // `str(...)` hands on, `env.str("X", ...)` is asked
            let first = match word {
                _ if at == begin && HANDED_ON.contains(&word) => 0..1,
                _ if ASKED.contains(&word) => 1..2,
                _ if HANDED_ON.contains(&word) => 0..1,
                _ => 0..0,
            };
            at += word.len();
            if self.byte(at) == b'('
                && !first.is_empty()
                && let Some(found) = self.argument(at + 1, first, deep + 1)
            {
                return Some(found);
            }
            at = match self.byte(at) {
                b'(' | b'[' => self.closed(at)?,
                b'.' => at + 1,
                _ => return self.alternative(at, deep),
            };
        }
    }

    /// What holds where the expression that ends at `at` is false or none.
    fn alternative(&self, at: usize, deep: u8) -> Option<Range<usize>> {
        let at = if deep > 0 { self.gap(at) } else { self.blanks(at) };
        match (self.word(at), self.byte(at), self.byte(at + 1)) {
            ("or", ..) | (_, b'|', b'|') | (_, b'?', b'?') => self.expression(at + 2, deep + 1),
            ("if", ..) => {
                let rest = self.text.get(at..self.last)?;
                let line = rest.split(|byte| *byte == b'\n').next()?;
                let other = line.windows(6).position(|part| part == b" else ")?;
                self.expression(at + other + 6, deep + 1)
            }
            // a call ends here, and the default may stand behind it
            (_, b')', _) if deep > 0 => self.alternative(at + 1, deep - 1),
            _ => None,
        }
    }

    /// The value among the arguments that begin at `at`: one of those at the places `positional`, or one by a name for it.
    fn argument(&self, at: usize, positional: Range<usize>, deep: u8) -> Option<Range<usize>> {
        let mut at = at;
        for place in 0..12 {
            at = self.gap(at);
            let word = self.word(at);
            let sign = self.blanks(at + word.len());
            let keyword = !word.is_empty() && self.byte(sign) == b'=' && self.byte(sign + 1) != b'=';
            let from = if keyword { sign + 1 } else { at };
            let wanted = if keyword { DEFAULTS.contains(&word) } else { positional.contains(&place) };
            if let Some(found) = wanted.then(|| self.expression(from, deep + 1)).flatten() {
                return Some(found);
            }
            at = self.next_argument(from)?;
        }
        None
    }

    /// Behind the comma that ends the argument at `at`.
    fn next_argument(&self, at: usize) -> Option<usize> {
        let mut at = at;
        loop {
            at = match self.byte(at) {
                b',' => return Some(at + 1),
                b'(' | b'[' | b'{' => self.closed(at)?,
                b'"' | b'\'' => self.end_of_string(at)?,
                b')' | b']' | b'}' | 0 => return None,
                _ => at + 1,
            };
        }
    }

    /// Behind what closes the bracket at `at`.
    fn closed(&self, at: usize) -> Option<usize> {
        let mut open = 0;
        let mut at = at;
        loop {
            match self.byte(at) {
                b'(' | b'[' | b'{' if open > DEEP => return None,
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' if open == 1 => return Some(at + 1),
                b')' | b']' | b'}' => open -= 1,
                b'"' | b'\'' => {
                    at = self.end_of_string(at)?;
                    continue;
                }
                0 => return None,
                _ => {}
            }
            at += 1;
        }
    }

    /// Behind the text that begins at `at`, whatever it holds.
    fn end_of_string(&self, at: usize) -> Option<usize> {
        let quote = self.byte(at);
        let length = self.run(at + 1, |byte| byte != quote);
        (self.byte(at + 1 + length) == quote).then_some(at + length + 2)
    }

    /// The literal at `at`, or in the next line.
    fn literal(&self, at: usize) -> Option<Range<usize>> {
        self.string(self.gap(at)).map(|(place, _)| place)
    }

    /// What stands between the quotation marks at `at` less the name of a scheme, and the place behind them.
    fn string(&self, at: usize) -> Option<(Range<usize>, usize)> {
        let prefix = self.run(at, |byte| b"rbufRBUF".contains(&byte));
        let at = at + prefix;
        let mark = if prefix <= 2 { self.mark(at) } else { 0 };
        let quote = self.byte(at + mark.checked_sub(1)?);
        let three = mark == 1 && self.byte(at + 1) == quote && self.byte(at + 2) == quote;
        let from = at + if three { 3 } else { mark };
        let rest = self.text.get(from..self.text.len().min(from + LONGEST))?;
        let ends = |byte: &u8| {
            *byte == quote || !(byte.is_ascii_graphic() || *byte == b' ' || three && byte.is_ascii())
        };
        let length = rest.iter().position(ends)?;
        let closed = rest[length] == quote && rest[..length].ends_with(b"\\") == (mark == 2);
        let to = from + length - usize::from(mark == 2);
        closed.then(|| (self.bared(from..to), from + length + if three { 3 } else { 1 }))
    }

    /// Less blanks around it, and the name of a scheme before it.
    fn bared(&self, place: Range<usize>) -> Range<usize> {
        let value = &self.text[place.clone()];
        let inner = value.trim_ascii();
        let start = place.start + value.len() - value.trim_ascii_start().len();
        start + scheme(inner)..start + inner.len()
    }

    /// The value of an option that has a default, or that is followed by its value: `"--token", "..."`.
    fn option(&self, at: usize) -> Option<Range<usize>> {
        self.argument(at, 0..0, 1).or_else(|| self.literal(at))
    }

    /// The text of an element of XML.
    fn element(&self, at: usize) -> Option<Range<usize>> {
        let rest = self.text.get(at..self.text.len().min(at + LONGEST))?;
        let length = rest.iter().position(|byte| *byte == b'<' || !byte.is_ascii())?;
        Some(self.bared(at..at + length)).filter(|_| rest[length..].starts_with(b"</"))
    }

    /// Where the value stands that follows the value of `name`: `"value": `.
    fn pair(&self, at: usize) -> Option<usize> {
        let at = at + self.run(at, |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b','));
        let quote = self.mark(at);
        let word = self.word(at + quote);
        let sign = self.blanks(at + 2 * quote + word.len());
        let fits = matches!(word, "value" | "default" | "Value" | "secret")
            && matches!(self.byte(sign), b':' | b'=');
        fits.then_some(sign + 1)
    }

    /// A value on the line below, as YAML has it: `token: |`.
    fn block(&self, at: usize) -> Option<Range<usize>> {
        let folded = matches!(self.byte(at), b'|' | b'>');
        let at = at + usize::from(folded) + usize::from(matches!(self.byte(at + 1), b'-' | b'+'));
        let next = self.gap(at);
        (folded && self.byte(at + self.run(at, |byte| byte == b'\r')) == b'\n').then(|| self.unquoted(next))
    }

    /// The value without quotes of a name that says by what stands before it that it is none of a language's own.
    fn bare(&self, at: usize, start: usize) -> Option<Range<usize>> {
        let before = &self.text[..start];
        let apart = matches!(before.last(), Some(b'?' | b'&' | b'"' | b'\'' | b'`' | b' ' | b';' | b'-'));
        (apart || begins_a_line(before)).then_some(())?;
        let place = self.unquoted(at + self.text.get(at..).map_or(0, scheme));
        let ends = |byte: &u8| b"\r\n \t\"'`&;,\\<#)".contains(byte);
        self.text.get(place.end).is_none_or(ends).then_some(place)
    }

    fn unquoted(&self, at: usize) -> Range<usize> {
        let rest = &self.text[at.min(self.text.len())..self.text.len().min(at + LONGEST)];
        let is_of_one = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_+/.~%".contains(byte);
        let length = rest.iter().position(|byte| !is_of_one(byte)).unwrap_or(rest.len());
        let padding = rest[length..].iter().take(2).take_while(|byte| **byte == b'=').count();
        at..at + length + padding
    }
}

/// Whether nothing stands before a name on its line but what may.
fn begins_a_line(before: &[u8]) -> bool {
    let may_stand = |byte: &u8| byte.is_ascii_alphabetic() || b" \t-#/;:".contains(byte);
    let length = before.iter().rev().take(80).take_while(|byte| may_stand(byte)).count();
    let (rest, line) = before.split_at(before.len() - length);
    let line = std::str::from_utf8(line).map(str::trim);
    rest.last().is_none_or(|byte| *byte == b'\n') && line.is_ok_and(|line| LINE_STARTS.contains(&line))
}

/// The length of the name of a scheme that `value` begins with.
fn scheme(value: &[u8]) -> usize {
    let begins = |scheme: &&&str| {
        value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme.as_bytes()))
    };
    SCHEMES.iter().find(begins).map_or(0, |scheme| scheme.len())
}
