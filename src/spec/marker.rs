//! Environment markers: what follows the `;` of a requirement.
//!
//! Standard: packaging.python.org, "Dependency specifiers" (PEP 508), with the variables `extras` and
//! `dependency_groups` of the lock-file standard (PEP 751) and the dotted spellings of old. Nothing is evaluated
//! here and nothing rewritten: the text stays what it is, and the tree is for those who ask what it says.

use std::ops::Range;

/// The tree of a marker; parentheses have served their purpose and are not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Marker {
    /// All must hold; at least two.
    And(Vec<Self>),
    /// One must hold; at least two.
    Or(Vec<Self>),
    /// One comparison.
    Compare(Operand, MarkerOp, Operand),
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// A variable of the environment, in its modern spelling: `os_name`, also where `os.name` is written.
    Variable(&'static str),
    /// What stands between the quotes.
    Text(String),
}

/// How two operands are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkerOp {
    /// `==`
    Equal,
    /// `===`
    Identical,
    /// `!=`
    NotEqual,
    /// `~=`
    Compatible,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `in`
    In,
    /// `not in`
    NotIn,
}

impl Marker {
    /// Reads a marker that stands alone.
    pub fn parse(text: &str) -> Result<Self, MarkerFault> {
        let start = text.len() - text.trim_start_matches([' ', '\t']).len();
        parse_from(text, start).map(|parsed| parsed.tree)
    }
}

impl MarkerOp {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::NotIn => "not in",
            _ => SIGNS.iter().find(|(_, comparison)| *comparison == self).map_or("", |(sign, _)| sign),
        }
    }

    /// Whether it asks for one of several: `in` and `not in`.
    pub fn is_of_a_set(self) -> bool {
        matches!(self, Self::In | Self::NotIn)
    }
}

/// Why a text is no marker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct MarkerFault {
    /// Where in the text.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: MarkerFaultKind,
}

/// What is wrong in a marker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MarkerFaultKind {
    /// Neither a variable nor a quoted text where one is needed.
    #[error("expected a marker variable such as `python_version` or a quoted text")]
    NoOperand,
    /// A word that is no variable of the environment.
    #[error("`{0}` is not a marker variable")]
    UnknownVariable(String),
    /// Nothing that compares.
    #[error("expected a comparison such as `==`, `in` or `not in`")]
    NoComparison,
    /// A quote without its second.
    #[error("the quote is not closed")]
    OpenQuote,
    /// A parenthesis without its second.
    #[error("the `(` is not closed")]
    OpenParenthesis,
    /// A backslash in a quoted text: the standard has none, and installers read it in different ways.
    #[error("a quoted text of a marker holds no `\\`")]
    Backslash,
    /// More parentheses within each other than anyone writes.
    #[error("parentheses are nested deeper than {MAX_DEPTH}")]
    TooDeep,
    /// The marker is complete, and more follows.
    #[error("expected `and`, `or` or the end of the marker")]
    Trailing,
}

/// A marker that was read, and whether an `or` of it stands outside of all parentheses.
pub(super) struct ParsedMarker {
    pub(super) tree: Marker,
    pub(super) has_outer_or: bool,
}

const MAX_DEPTH: usize = 64;

/// Every spelling of a variable, and its modern one.
const VARIABLES: [(&str, &str); 20] = [
    ("python_version", "python_version"),
    ("python_full_version", "python_full_version"),
    ("os_name", "os_name"),
    ("os.name", "os_name"),
    ("sys_platform", "sys_platform"),
    ("sys.platform", "sys_platform"),
    ("platform_release", "platform_release"),
    ("platform_system", "platform_system"),
    ("platform_version", "platform_version"),
    ("platform.version", "platform_version"),
    ("platform_machine", "platform_machine"),
    ("platform.machine", "platform_machine"),
    ("platform_python_implementation", "platform_python_implementation"),
    ("platform.python_implementation", "platform_python_implementation"),
    ("python_implementation", "platform_python_implementation"),
    ("implementation_name", "implementation_name"),
    ("implementation_version", "implementation_version"),
    ("extra", "extra"),
    ("extras", "extras"),
    ("dependency_groups", "dependency_groups"),
];

/// Longer signs stand before those that they begin with.
const SIGNS: [(&str, MarkerOp); 8] = [
    ("===", MarkerOp::Identical),
    ("==", MarkerOp::Equal),
    ("~=", MarkerOp::Compatible),
    ("!=", MarkerOp::NotEqual),
    ("<=", MarkerOp::LessOrEqual),
    (">=", MarkerOp::GreaterOrEqual),
    ("<", MarkerOp::Less),
    (">", MarkerOp::Greater),
];

/// Reads the marker that stands in `text` from `start` to the end.
pub(super) fn parse_from(text: &str, start: usize) -> Result<ParsedMarker, MarkerFault> {
    let mut parser = Parser { text, at: start, depth: 0, has_outer_or: false };
    let tree = parser.either()?;
    if parser.at < text.len() {
        return Err(fault(parser.at..text.len(), MarkerFaultKind::Trailing));
    }
    Ok(ParsedMarker { tree, has_outer_or: parser.has_outer_or })
}

/// Every method eats the blanks behind what it reads.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    has_outer_or: bool,
}

impl<'a> Parser<'a> {
    /// `both ("or" both)*`
    fn either(&mut self) -> Result<Marker, MarkerFault> {
        let mut all = vec![self.both()?];
        while self.eat_word("or") {
            self.has_outer_or |= self.depth == 0;
            all.push(self.both()?);
        }
        Ok(single_or(all, Marker::Or))
    }

    /// `atom ("and" atom)*`
    fn both(&mut self) -> Result<Marker, MarkerFault> {
        let mut all = vec![self.atom()?];
        while self.eat_word("and") {
            all.push(self.atom()?);
        }
        Ok(single_or(all, Marker::And))
    }

    /// `"(" either ")"`, or one comparison.
    fn atom(&mut self) -> Result<Marker, MarkerFault> {
        self.skip_blanks();
        let open = self.at;
        if !self.eat_sign("(") {
            let left = self.operand()?;
            let comparison = self.comparison()?;
            return Ok(Marker::Compare(left, comparison, self.operand()?));
        }
        if self.depth == MAX_DEPTH {
            return Err(fault(open..open + 1, MarkerFaultKind::TooDeep));
        }
        self.depth += 1;
        let inner = self.either()?;
        self.depth -= 1;
        if self.eat_sign(")") {
            Ok(inner)
        } else if self.rest().is_empty() {
            Err(fault(open..open + 1, MarkerFaultKind::OpenParenthesis))
        } else {
            Err(fault(self.at..self.text.len(), MarkerFaultKind::Trailing))
        }
    }

    fn operand(&mut self) -> Result<Operand, MarkerFault> {
        let start = self.at;
        if let Some(quote) = self.rest().chars().next().filter(|first| matches!(first, '"' | '\'')) {
            return self.quoted(quote).map(Operand::Text);
        }
        let word = self.variable_word();
        if word.is_empty() {
            let next = self.rest().chars().next().map_or(0, char::len_utf8);
            return Err(fault(start..start + next, MarkerFaultKind::NoOperand));
        }
        let Some((_, modern)) = VARIABLES.iter().find(|(spelling, _)| *spelling == word) else {
            let kind = MarkerFaultKind::UnknownVariable(word.to_owned());
            return Err(fault(start..start + word.len(), kind));
        };
        self.advance(word.len());
        Ok(Operand::Variable(modern))
    }

    fn quoted(&mut self, quote: char) -> Result<String, MarkerFault> {
        let start = self.at;
        let inner = &self.rest()[1..];
        let Some(length) = inner.find(quote) else {
            return Err(fault(start..self.text.len(), MarkerFaultKind::OpenQuote));
        };
        let value = &inner[..length];
        if let Some(backslash) = value.find('\\') {
            let backslash = start + 1 + backslash;
            return Err(fault(backslash..backslash + 1, MarkerFaultKind::Backslash));
        }
        self.advance(length + 2);
        Ok(value.to_owned())
    }

    fn comparison(&mut self) -> Result<MarkerOp, MarkerFault> {
        for (sign, comparison) in SIGNS {
            if self.eat_sign(sign) {
                return Ok(comparison);
            }
        }
        let start = self.at;
        if self.eat_word("in") {
            return Ok(MarkerOp::In);
        }
        if self.eat_word("not") && self.at > start + "not".len() && self.eat_word("in") {
            return Ok(MarkerOp::NotIn);
        }
        let next = self.text[start..].chars().next().map_or(0, char::len_utf8);
        let word = word_at(&self.text[start..]).len();
        Err(fault(start..start + word.max(next), MarkerFaultKind::NoComparison))
    }

    /// The next word, with what follows its dot: `os.name` is one word.
    fn variable_word(&self) -> &'a str {
        let rest = self.rest();
        let first = word_at(rest).len();
        let second = rest[first..].strip_prefix('.').map_or(0, |after| word_at(after).len());
        if first > 0 && second > 0 { &rest[..first + 1 + second] } else { &rest[..first] }
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let is_next = word_at(self.rest()) == word;
        if is_next {
            self.advance(word.len());
        }
        is_next
    }

    fn eat_sign(&mut self, sign: &str) -> bool {
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.advance(sign.len());
        }
        is_next
    }

    fn advance(&mut self, length: usize) {
        self.at += length;
        self.skip_blanks();
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches([' ', '\t']).len();
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }
}

fn fault(range: Range<usize>, kind: MarkerFaultKind) -> MarkerFault {
    MarkerFault { range, kind }
}

/// The letters, digits and underscores at the start of `text`.
fn word_at(text: &str) -> &str {
    let end = text.find(|next: char| !(next.is_alphanumeric() || next == '_')).unwrap_or(text.len());
    &text[..end]
}

fn single_or(mut all: Vec<Marker>, join: impl FnOnce(Vec<Marker>) -> Marker) -> Marker {
    match all.pop() {
        Some(only) if all.is_empty() => only,
        last => {
            all.extend(last);
            join(all)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Marker, MarkerFault> {
        Marker::parse(text)
    }

    fn compare(variable: &'static str, comparison: MarkerOp, text: &str) -> Marker {
        Marker::Compare(Operand::Variable(variable), comparison, Operand::Text(text.to_owned()))
    }

    #[test]
    fn binds_and_closer_than_or() {
        let tree =
            parse("os.name=='nt' or extra == \"a\" and (python_version<'3' or 'x' not  in sys.platform)");
        let python = compare("python_version", MarkerOp::Less, "3");
        let platform = Marker::Compare(
            Operand::Text("x".to_owned()),
            MarkerOp::NotIn,
            Operand::Variable("sys_platform"),
        );
        let right =
            Marker::And(vec![compare("extra", MarkerOp::Equal, "a"), Marker::Or(vec![python, platform])]);
        assert_eq!(tree, Ok(Marker::Or(vec![compare("os_name", MarkerOp::Equal, "nt"), right])));
    }

    #[test]
    fn reads_every_variable_and_comparison() {
        for (spelling, modern) in VARIABLES {
            assert_eq!(parse(&format!("{spelling}=='x'")), Ok(compare(modern, MarkerOp::Equal, "x")));
        }
        for (sign, comparison) in SIGNS {
            assert_eq!(parse(&format!("extra {sign} 'x'")), Ok(compare("extra", comparison, "x")));
        }
    }

    #[test]
    fn notes_an_or_outside_of_parentheses() {
        for (text, has_outer_or) in [
            ("extra=='a' or extra=='b'", true),
            ("(extra=='a' or extra=='b')", false),
            ("(extra=='a') or (extra=='b')", true),
            ("(extra=='a' or extra=='b') and extra=='c'", false),
            ("extra=='or'", false),
        ] {
            assert_eq!(parse_from(text, 0).map(|parsed| parsed.has_outer_or), Ok(has_outer_or), "{text}");
        }
    }

    #[test]
    fn points_at_the_fault() {
        use MarkerFaultKind as Kind;
        for (text, range, kind) in [
            ("", 0..0, Kind::NoOperand),
            ("extra == ", 9..9, Kind::NoOperand),
            ("extra == é", 9..11, Kind::UnknownVariable("é".to_owned())),
            ("python == '3'", 0..6, Kind::UnknownVariable("python".to_owned())),
            ("os.names == '3'", 0..8, Kind::UnknownVariable("os.names".to_owned())),
            ("extra = '3'", 6..7, Kind::NoComparison),
            ("extra is '3'", 6..8, Kind::NoComparison),
            ("extra not '3'", 6..9, Kind::NoComparison),
            ("extra == '3", 9..11, Kind::OpenQuote),
            ("(extra == '3'", 0..1, Kind::OpenParenthesis),
            ("(extra == '3' xor", 14..17, Kind::Trailing),
            ("extra == '3')", 12..13, Kind::Trailing),
            (r"extra == '3\t'", 11..12, Kind::Backslash),
        ] {
            assert_eq!(parse(text), Err(MarkerFault { range, kind }), "{text}");
        }
    }

    #[test]
    fn bounds_the_nesting() {
        let nested = |depth: usize| format!("{}extra=='a'{}", "(".repeat(depth), ")".repeat(depth));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        let fault = parse(&nested(100_000)).map_err(|fault| fault.kind);
        assert_eq!(fault, Err(MarkerFaultKind::TooDeep));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(extra|os|\.|name|and|or|not|in|[()<>=!~'" \\]|\PC){0,24}"#) {
            if let Err(fault) = parse(&text) {
                proptest::prop_assert!(text.get(fault.range).is_some());
            }
        }
    }
}
