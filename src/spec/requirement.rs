//! Requirements: the strings of `dependencies`, `optional-dependencies`, `dependency-groups` and `[build-system]`.
//!
//! Standard: packaging.python.org, "Dependency specifiers" (PEP 508), read as Python's `packaging` reads it. What is
//! stricter here: no control characters, no name that ends with `_`, no `\` in a marker's quoted text, no `===` without
//! anything behind it, no blanks but the space and the tab. None of these can be installed or read everywhere.
//!
//! A requirement keeps its text: METADATA must say what the packager wrote, not what a printer makes of it.

use std::ops::Range;

use super::marker::{self, Marker, MarkerFault, MarkerFaultKind};
use super::version::{self, VersionSpecifiers};
use super::{control, name};

/// One requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The text as given.
    pub text: String,
    /// The project required, spelled as written.
    pub name: String,
    /// Where the name stands.
    pub name_range: Range<usize>,
    /// The extras required of it, spelled as written.
    pub extras: Vec<String>,
    /// The versions admitted; `None` where all are.
    pub specifiers: Option<VersionSpecifiers>,
    /// What stands behind `===` and is no version, so that `specifiers` cannot hold it.
    pub arbitrary: Vec<String>,
    /// Where the distribution is found instead of on an index.
    pub url: Option<String>,
    /// Where specifiers or URL stand; empty where there are none.
    pub detail_range: Range<usize>,
    /// The environments in which it is required; `None` for all.
    pub marker: Option<Marker>,
    /// Where the marker stands, without its `;`; empty where there is none.
    pub marker_range: Range<usize>,
    /// Where all that precedes the `;` ends.
    head_end: usize,
    has_outer_or: bool,
}

/// Why a text is no requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct RequirementFault {
    /// Where in the text.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: RequirementFaultKind,
}

/// What is wrong in a requirement.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RequirementFaultKind {
    /// A character that METADATA cannot hold.
    #[error("a requirement holds no line breaks or other control characters")]
    Control,
    /// No valid project name at the start.
    #[error("expected the name of a project")]
    Name,
    /// No valid extra name where one is needed.
    #[error("expected the name of an extra")]
    Extra,
    /// A `[` without its `]`.
    #[error("the `[` is not closed")]
    OpenBracket,
    /// A `(` without its `)`.
    #[error("the `(` is not closed")]
    OpenParenthesis,
    /// A version that follows the name directly.
    #[error("version `{0}` has no operator such as `>=`")]
    NoOperator(String),
    /// A specifier that is none, and why.
    #[error("{0}")]
    Specifier(String),
    /// Nothing behind the `@`.
    #[error("expected a URL after `@`")]
    NoUrl,
    /// A `;` that belongs to the URL, as no space precedes it.
    #[error("a `;` directly behind a URL belongs to the URL; a marker needs a space before its `;`")]
    UrlSemicolon,
    /// The requirement is complete, and something follows.
    #[error("unexpected `{0}`")]
    Unexpected(String),
    /// The marker is none.
    #[error("{0}")]
    Marker(MarkerFaultKind),
}

impl Requirement {
    /// Reads one requirement.
    pub fn parse(text: &str) -> Result<Self, RequirementFault> {
        if let Some(at) = control::find_control(text) {
            let length = text[at..].chars().next().map_or(0, char::len_utf8);
            return Err(fault(at..at + length, RequirementFaultKind::Control));
        }
        let mut parser = Parser { text, at: 0 };
        parser.skip_blanks();
        let mut requirement = Self::bare(text, parser.name(&RequirementFaultKind::Name)?);
        requirement.extras = parser.extras()?;
        let start = parser.at;
        if parser.eat('@') {
            requirement.url = Some(parser.url()?);
        } else {
            parser.specifiers(&mut requirement)?;
        }
        requirement.head_end = parser.end_of_last();
        requirement.detail_range = start.min(requirement.head_end)..requirement.head_end;
        parser.marker(&mut requirement)?;
        Ok(requirement)
    }

    fn bare(text: &str, name_range: Range<usize>) -> Self {
        Self {
            text: text.to_owned(),
            name: text[name_range.clone()].to_owned(),
            name_range,
            extras: Vec::new(),
            specifiers: None,
            arbitrary: Vec::new(),
            url: None,
            detail_range: 0..0,
            marker: None,
            marker_range: text.len()..text.len(),
            head_end: 0,
            has_outer_or: false,
        }
    }

    /// The marker as written; empty where there is none.
    pub fn marker_text(&self) -> &str {
        &self.text[self.marker_range.clone()]
    }

    /// The value for `Requires-Dist`: the text as written, without the blanks around it.
    pub fn to_metadata(&self) -> String {
        self.text.trim_matches(BLANKS).to_owned()
    }

    /// The value for `Requires-Dist` of a requirement of the optional dependencies `extra`, a normalised name.
    ///
    /// What the marker said before still holds, so an `or` in it needs parentheses.
    pub fn with_extra(&self, extra: &str) -> String {
        let head = self.text[..self.head_end].trim_matches(BLANKS);
        // Without the space the `;` would belong to the URL.
        let space = if self.url.is_some() { " " } else { "" };
        let marker = self.marker_text();
        match (self.marker.is_some(), self.has_outer_or) {
            (false, _) => format!("{head}{space}; extra == \"{extra}\""),
            (true, false) => format!("{head}{space}; {marker} and extra == \"{extra}\""),
            (true, true) => format!("{head}{space}; ({marker}) and extra == \"{extra}\""),
        }
    }
}

const BLANKS: [char; 2] = [' ', '\t'];

/// Every method eats the blanks behind what it reads.
struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl Parser<'_> {
    /// A valid name, or the fault `otherwise`.
    fn name(&mut self, otherwise: &RequirementFaultKind) -> Result<Range<usize>, RequirementFault> {
        let is_part = |next: char| next.is_ascii_alphanumeric() || matches!(next, '.' | '_' | '-');
        let start = self.at;
        let length = self.rest().find(|next| !is_part(next)).unwrap_or(self.rest().len());
        let range = start..start + length;
        if !name::is_valid(&self.text[range.clone()]) {
            let next = self.rest().chars().next().map_or(0, char::len_utf8);
            return Err(fault(start..start + length.max(next), otherwise.clone()));
        }
        self.advance(length);
        Ok(range)
    }

    /// `("[" (name ("," name)*)? "]")?`
    fn extras(&mut self) -> Result<Vec<String>, RequirementFault> {
        let open = self.at;
        let mut extras = Vec::new();
        if !self.eat('[') || self.eat(']') {
            return Ok(extras);
        }
        loop {
            let range = self.name(&RequirementFaultKind::Extra)?;
            extras.push(self.text[range].to_owned());
            if self.eat(']') {
                return Ok(extras);
            }
            if !self.eat(',') {
                return Err(match self.rest() {
                    "" => fault(open..open + 1, RequirementFaultKind::OpenBracket),
                    _ => self.unexpected(),
                });
            }
        }
    }

    /// Whatever stands up to the next blank.
    fn url(&mut self) -> Result<String, RequirementFault> {
        let start = self.at;
        let length = self.rest().find(BLANKS).unwrap_or(self.rest().len());
        let url = self.rest()[..length].to_owned();
        self.advance(length);
        if url.is_empty() {
            return Err(fault(start..start, RequirementFaultKind::NoUrl));
        }
        if url.ends_with(';') && !self.is_at_end_of_head() {
            return Err(fault(start + length - 1..start + length, RequirementFaultKind::UrlSemicolon));
        }
        Ok(url)
    }

    /// `"(" list ")"`, or the bare list `(specifier ("," specifier)* ","?)?`.
    fn specifiers(&mut self, requirement: &mut Requirement) -> Result<(), RequirementFault> {
        let open = self.at;
        let has_parenthesis = self.eat('(');
        let mut specifiers = Vec::new();
        while self.rest().starts_with(['=', '!', '~', '<', '>']) {
            let range = self.specifier();
            match version::parse_specifier(self.text, range.clone()) {
                Ok(Some(specifier)) => specifiers.push(specifier),
                Ok(None) => {
                    let arbitrary =
                        self.text[range].strip_prefix("===").unwrap_or_default().trim_start_matches(BLANKS);
                    requirement.arbitrary.push(arbitrary.to_owned());
                }
                Err(error) => return Err(fault(error.range, RequirementFaultKind::Specifier(error.reason))),
            }
            if !self.eat(',') {
                break;
            }
        }
        if has_parenthesis && !self.eat(')') {
            return Err(match self.rest() {
                "" => fault(open..open + 1, RequirementFaultKind::OpenParenthesis),
                _ => self.unexpected(),
            });
        }
        requirement.specifiers = (!specifiers.is_empty()).then(|| specifiers.into_iter().collect());
        Ok(())
    }

    /// An operator and what follows it, up to a blank, `,`, `;` or `)`.
    fn specifier(&mut self) -> Range<usize> {
        let start = self.at;
        let operator = match self.rest() {
            // Whatever stands behind it is what the version must equal, be it another sign.
            rest if rest.starts_with("===") => 3,
            rest => rest.find(|next| !"=!~<>".contains(next)).unwrap_or(rest.len()),
        };
        self.advance(operator);
        let length = self.rest().find([' ', '\t', ',', ';', ')']).unwrap_or(self.rest().len());
        let end = self.at + length;
        self.advance(length);
        start..end
    }

    /// `(";" marker)?` and the end.
    fn marker(&mut self, requirement: &mut Requirement) -> Result<(), RequirementFault> {
        if self.rest().is_empty() {
            return Ok(());
        }
        if !self.eat(';') {
            return Err(self.unexpected());
        }
        let parsed = marker::parse_from(self.text, self.at)
            .map_err(|MarkerFault { range, kind }| fault(range, RequirementFaultKind::Marker(kind)))?;
        requirement.marker_range = self.at..self.text.trim_end_matches(BLANKS).len();
        requirement.marker = Some(parsed.tree);
        requirement.has_outer_or = parsed.has_outer_or;
        Ok(())
    }

    fn unexpected(&self) -> RequirementFault {
        let length = self.rest().find([' ', '\t', ';']).unwrap_or(self.rest().len()).max(1);
        let word = self.rest()[..length].to_owned();
        let range = self.at..self.at + length;
        if word.starts_with(|first: char| first.is_ascii_digit()) {
            return fault(range, RequirementFaultKind::NoOperator(word));
        }
        fault(range, RequirementFaultKind::Unexpected(word))
    }

    fn is_at_end_of_head(&self) -> bool {
        self.rest().is_empty() || self.rest().starts_with(';')
    }

    /// The end of what was read last, without the blanks behind it.
    fn end_of_last(&self) -> usize {
        self.text[..self.at].trim_end_matches(BLANKS).len()
    }

    fn eat(&mut self, sign: char) -> bool {
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.advance(sign.len_utf8());
        }
        is_next
    }

    fn advance(&mut self, length: usize) {
        self.at += length;
        self.skip_blanks();
    }

    fn skip_blanks(&mut self) {
        self.at = self.text.len() - self.rest().trim_start_matches(BLANKS).len();
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }
}

fn fault(range: Range<usize>, kind: RequirementFaultKind) -> RequirementFault {
    RequirementFault { range, kind }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One a line; Python's `packaging` accepts every one.
    const VALID: &str = include_str!("../../tests/data/requirements/valid.txt");
    /// One a line; Python's `packaging` rejects every one.
    const INVALID: &str = include_str!("../../tests/data/requirements/invalid.txt");

    fn parsed(text: &str) -> Requirement {
        Requirement::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn accepts_what_packaging_accepts() {
        for text in VALID.lines() {
            for spaced in [text.to_owned(), format!(" \t{text} \t")] {
                assert_eq!(parsed(&spaced).to_metadata(), text);
            }
        }
    }

    #[test]
    fn rejects_what_packaging_rejects() {
        for text in INVALID.lines().chain(["", " ", "foo\n", "\nfoo", "foo; ", "foo @ ", "foo\u{a0}>=1"]) {
            let fault = Requirement::parse(text).expect_err(text);
            assert!(text.get(fault.range.clone()).is_some(), "{text}: {fault:?}");
        }
    }

    #[test]
    fn rejects_what_cannot_be_installed_or_read_everywhere() {
        let texts = [
            "foo_",
            "foo[a_]",
            "foo===",
            "foo>=\n1",
            r"foo; extra == '\x41'",
            "foo; extra == 'a\u{7}'",
            "foo @ https://x\u{b}y",
            "foo>=99999999999999999999",
        ];
        for text in texts {
            assert!(Requirement::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn keeps_each_part_as_written() {
        let text = " My.Pkg [Foo_Bar, b] ( >=1 , <2 ) ; os.name == 'nt' ";
        let requirement = parsed(text);
        assert_eq!(requirement.name, "My.Pkg");
        assert_eq!(requirement.extras, ["Foo_Bar", "b"]);
        assert_eq!(requirement.specifiers, Some(">=1,<2".parse().expect("specifiers")));
        assert_eq!(&text[requirement.name_range.clone()], "My.Pkg");
        assert_eq!(&text[requirement.detail_range.clone()], "( >=1 , <2 )");
        assert_eq!(requirement.marker_text(), "os.name == 'nt'");
        assert_eq!(requirement.marker, Some(marker::parse_from("os_name=='nt'", 0).expect("marker").tree));
    }

    #[test]
    fn keeps_the_url() {
        let requirement = parsed("foo[a]@ https://example.org/a;b?c=d ; extra == 'x'");
        assert_eq!(requirement.url.as_deref(), Some("https://example.org/a;b?c=d"));
        assert_eq!(&requirement.text[requirement.detail_range.clone()], "@ https://example.org/a;b?c=d");
        assert_eq!(requirement.specifiers, None);
    }

    #[test]
    fn keeps_arbitrary_equality_apart() {
        let requirement = parsed("foo>=1,=== odd!one");
        assert_eq!(requirement.arbitrary, ["odd!one"]);
        assert_eq!(requirement.specifiers.map(|specifiers| specifiers.len()), Some(1));
    }

    #[test]
    fn names_no_details_where_there_are_none() {
        for text in ["foo", "foo ; extra == 'a'", "foo[a] "] {
            assert!(parsed(text).detail_range.is_empty(), "{text}");
        }
        assert!(parsed("foo >=1 ").marker_range.is_empty());
    }

    #[test]
    fn adds_an_extra_to_the_marker() {
        for (text, expected) in [
            ("x", r#"x; extra == "e""#),
            (" x >= 1 ", r#"x >= 1; extra == "e""#),
            ("x (>=1) ;os_name=='a'", r#"x (>=1); os_name=='a' and extra == "e""#),
            ("x; os_name=='a' or os_name=='b'", r#"x; (os_name=='a' or os_name=='b') and extra == "e""#),
            ("x; (os_name=='a' or os_name=='b')", r#"x; (os_name=='a' or os_name=='b') and extra == "e""#),
            (
                "x; (os_name=='a') or (os_name=='b') ",
                r#"x; ((os_name=='a') or (os_name=='b')) and extra == "e""#,
            ),
            ("X@ https://y/z;w ", r#"X@ https://y/z;w ; extra == "e""#),
            ("x @ https://y ;os_name=='a'", r#"x @ https://y ; os_name=='a' and extra == "e""#),
        ] {
            let written = parsed(text).with_extra("e");
            assert_eq!(written, expected);
            parsed(&written);
        }
    }

    #[test]
    fn points_at_the_fault() {
        use RequirementFaultKind as Kind;
        for (text, range, kind) in [
            ("", 0..0, Kind::Name),
            (" foo- >1", 1..5, Kind::Name),
            ("é", 0..2, Kind::Name),
            ("foo\n>1", 3..4, Kind::Control),
            ("foo[a,]", 6..7, Kind::Extra),
            ("foo[a", 3..4, Kind::OpenBracket),
            ("foo (>=1", 4..5, Kind::OpenParenthesis),
            ("foo 1.0 ;", 4..7, Kind::NoOperator("1.0".to_owned())),
            ("foo^1.0", 3..7, Kind::Unexpected("^1.0".to_owned())),
            ("foo>=1 <2", 7..9, Kind::Unexpected("<2".to_owned())),
            ("foo @ ", 6..6, Kind::NoUrl),
            ("foo @ https://x; extra=='a'", 15..16, Kind::UrlSemicolon),
            ("foo; python=='3'", 5..11, Kind::Marker(MarkerFaultKind::UnknownVariable("python".to_owned()))),
        ] {
            assert_eq!(Requirement::parse(text), Err(fault(range, kind)), "{text}");
        }
        let specifier = Requirement::parse("foo>=1,~=2").expect_err("one release number");
        assert_eq!(specifier.range, 7..10);
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r#"(foo|[\[\]();,@ "'<>=!~.*+é]|1|and|or|in|extra|\PC){0,24}"#) {
            match Requirement::parse(&text) {
                Ok(requirement) => {
                    let written = requirement.with_extra("e");
                    proptest::prop_assert!(Requirement::parse(&written).is_ok(), "{written}");
                }
                Err(fault) => proptest::prop_assert!(text.get(fault.range).is_some()),
            }
        }
    }
}
