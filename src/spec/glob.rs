//! Glob patterns: `license-files`, and which files to include or exclude.
//!
//! Standard: packaging.python.org, "glob patterns" (PEP 639). Letters, digits, blanks, `_`, `-` and `.` stand for
//! themselves; `?`, `*`, `**` and `[...]` are special; all else is a fault. Two things the standard leaves open: `*`
//! and `?` also match hidden files, and case always counts.

use std::ops::Range;

use glob::Pattern;

/// A pattern for paths relative to the project, with `/` between the parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Glob {
    text: String,
    parts: Vec<Part>,
    literal_folder: String,
}

/// What stands between two `/`.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    /// `**`: any number of folders, or none; as the last part, all that lies below.
    Folders,
    /// One file or folder.
    ///
    /// A pattern each, not one for the whole path: the crate tries the ways to share a path out between several
    /// stars, and only within a part are they few.
    Name(Pattern),
}

/// Why a text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct GlobFault {
    /// Where in the text.
    pub range: Range<usize>,
    /// What is wrong there.
    pub kind: GlobFaultKind,
}

/// What is wrong in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlobFaultKind {
    /// Nothing that could match a file.
    #[error("a pattern cannot be empty")]
    Empty,
    /// More text than any path has.
    #[error("a pattern has at most {MAX_LENGTH} bytes")]
    TooLong,
    /// A `/` at the start.
    #[error("a pattern is relative to the project and cannot begin with `/`")]
    Absolute,
    /// A part that is `..`.
    #[error("a pattern cannot contain `..`")]
    Parent,
    /// A `/` at the end, or two in a row.
    #[error("a pattern cannot end with `/` or contain `//`")]
    EmptyPart,
    /// A `\`.
    #[error("the parts of a pattern are separated by `/`, not by `\\`")]
    Backslash,
    /// A character that the standard does not admit.
    #[error("a pattern cannot contain `{0}`")]
    Character(char),
    /// Two stars or more, with something beside them.
    #[error("`**` must stand alone between two `/`")]
    StarsInName,
    /// A `[` without its `]`.
    #[error("the `[` is not closed")]
    OpenBracket,
    /// A `]` without its `[`.
    #[error("the `]` was never opened")]
    StrayBracket,
    /// Nothing between `[` and `]`.
    #[error("`[]` matches nothing")]
    EmptyBrackets,
    /// A range whose end comes before its start.
    #[error("the range `{0}-{1}` matches nothing")]
    EmptyRange(char, char),
}

/// Longer than the paths of any system; it bounds how deep the crate's matcher descends.
const MAX_LENGTH: usize = 4096;

impl Glob {
    /// Reads a pattern.
    ///
    /// A part that is `.` says nothing and is passed over, so `./LICENSE` is `LICENSE`.
    pub fn parse(text: &str) -> Result<Self, GlobFault> {
        let fault = |range, kind| Err(GlobFault { range, kind });
        if text.len() > MAX_LENGTH {
            return fault(0..text.len(), GlobFaultKind::TooLong);
        }
        if text.starts_with('/') {
            return fault(0..1, GlobFaultKind::Absolute);
        }
        let mut parts = Vec::new();
        let mut literal = Vec::new();
        let mut start = 0;
        for part in text.split('/') {
            let range = start..start + part.len();
            start = range.end + 1;
            if part.is_empty() && !text.is_empty() {
                return fault(range.start - 1..range.end, GlobFaultKind::EmptyPart);
            }
            if part == "." || part.is_empty() {
                continue;
            }
            if literal.len() == parts.len() && !part.contains(['*', '?', '[']) {
                literal.push(part);
            }
            parts.push(Part::parse(part, range)?);
        }
        if parts.is_empty() {
            return fault(0..text.len(), GlobFaultKind::Empty);
        }
        let literal_folder = literal.join("/");
        Ok(Self { text: text.to_owned(), parts, literal_folder })
    }

    /// The pattern as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many storeys down its matches lie; none where `**` lets them lie anywhere.
    pub fn storeys(&self) -> Option<usize> {
        let folders = self.parts.iter().any(|part| matches!(part, Part::Folders));
        (!folders).then_some(self.parts.len())
    }

    /// Whether the pattern matches the file at `path`.
    pub fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        self.matches_names(&names)
    }

    /// Whether the pattern matches `path` or a folder that it lies in: a folder that is named means all in it.
    pub fn matches_file_or_folder_of(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        (1..=names.len()).any(|end| self.matches_names(&names[..end]))
    }

    /// The longest path without wildcards that every match is or lies under; empty for the project itself.
    ///
    /// A pattern without wildcards is its own.
    pub fn literal_folder(&self) -> &str {
        &self.literal_folder
    }

    /// Matches part by part; where that fails, lets the last `**` take one folder more and tries again.
    ///
    /// No earlier `**` needs another try: whatever it gave up, the later one can take.
    fn matches_names(&self, names: &[&str]) -> bool {
        let (mut part, mut name) = (0, 0);
        // The part behind the last `**`, and the name at which it is to match next.
        let mut retry: Option<(usize, usize)> = None;
        loop {
            match self.parts.get(part) {
                Some(Part::Folders) if part + 1 == self.parts.len() => {
                    return name < names.len();
                }
                Some(Part::Folders) => {
                    part += 1;
                    retry = Some((part, name));
                    continue;
                }
                Some(Part::Name(pattern)) if names.get(name).is_some_and(|name| pattern.matches(name)) => {
                    (part, name) = (part + 1, name + 1);
                    continue;
                }
                None if name == names.len() => return true,
                Some(Part::Name(_)) | None => {}
            }
            match &mut retry {
                Some((behind, at)) if *at + 1 < names.len() => {
                    *at += 1;
                    (part, name) = (*behind, *at);
                }
                _ => return false,
            }
        }
    }
}

impl Part {
    fn parse(part: &str, range: Range<usize>) -> Result<Self, GlobFault> {
        if part == ".." {
            return Err(GlobFault { range, kind: GlobFaultKind::Parent });
        }
        if part == "**" {
            return Ok(Self::Folders);
        }
        check(part).map_err(|fault| GlobFault {
            range: range.start + fault.range.start..range.start + fault.range.end,
            kind: fault.kind,
        })?;
        // Nothing is left that the crate does not read in the same way.
        let syntax = |_| GlobFault { range, kind: GlobFaultKind::OpenBracket };
        Pattern::new(part).map(Self::Name).map_err(syntax)
    }
}

/// Checks one part of a pattern character by character.
fn check(part: &str) -> Result<(), GlobFault> {
    let mut open = None;
    for (at, character) in part.char_indices() {
        let fault = |from: usize, kind| Err(GlobFault { range: from..at + character.len_utf8(), kind });
        match (character, open) {
            ('[', None) => open = Some(at),
            (']', None) => return fault(at, GlobFaultKind::StrayBracket),
            (']', Some(start)) => {
                let inner = &part[start + 1..at];
                if inner.is_empty() {
                    return fault(start, GlobFaultKind::EmptyBrackets);
                }
                if let Some((low, high)) = empty_range(inner) {
                    return fault(start, GlobFaultKind::EmptyRange(low, high));
                }
                open = None;
            }
            ('*', None) if part[at + 1..].starts_with('*') => {
                return fault(at, GlobFaultKind::StarsInName);
            }
            ('*' | '?', None) => {}
            ('\\', _) => return fault(at, GlobFaultKind::Backslash),
            _ if is_verbatim(character) => {}
            _ => return fault(at, GlobFaultKind::Character(character)),
        }
    }
    match open {
        Some(start) => Err(GlobFault { range: start..part.len(), kind: GlobFaultKind::OpenBracket }),
        None => Ok(()),
    }
}

fn is_verbatim(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, ' ' | '_' | '-' | '.')
}

/// The first range between brackets that ends before it starts; hyphens at start and end are no ranges.
fn empty_range(inner: &str) -> Option<(char, char)> {
    let characters: Vec<char> = inner.chars().collect();
    let mut rest = characters.as_slice();
    loop {
        rest = match rest {
            [low, '-', high, ..] if high < low => return Some((*low, *high)),
            [_, '-', _, behind @ ..] | [_, behind @ ..] => behind,
            [] => return None,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glob(text: &str) -> Glob {
        Glob::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault:?}"))
    }

    #[test]
    fn matches_files() {
        for (pattern, matched, others) in [
            ("LICENSE", vec!["LICENSE"], vec!["license", "LICENSE.md", "a/LICENSE", ""]),
            ("./LICENSE", vec!["LICENSE"], vec!["a/LICENSE"]),
            ("LICEN[CS]E*", vec!["LICENSE", "LICENCE.txt"], vec!["LICENXE", "LICENSE/MIT"]),
            ("LICENSE FILE*", vec!["LICENSE FILE.txt"], vec!["LICENSE"]),
            ("*", vec!["a", ".env"], vec!["a/b"]),
            ("a?c", vec!["abc", "a.c", "aéc"], vec!["ac", "a/c", "abbc"]),
            ("licenses/*", vec!["licenses/MIT"], vec!["licenses", "licenses/a/MIT"]),
            ("data/**", vec!["data/a", "data/.b/c"], vec!["data", "datax", "x/data/a"]),
            ("**", vec!["a", "a/b/c"], vec![]),
            ("**/*.py", vec!["a.py", "a/b.py", "a/b/c.py"], vec!["a/b.pyc", "a.py/b"]),
            ("a/**/b", vec!["a/b", "a/x/b", "a/x/y/b"], vec!["a/x", "a/b/x", "b"]),
            ("a/**/b/**/c", vec!["a/b/c", "a/b/x/b/c", "a/x/b/y/c"], vec!["a/c", "a/b/x", "a/b/c/x"]),
            ("**/a/*", vec!["a/a/a", "a/b", "x/a/a/b"], vec!["a", "a/b/c"]),
            ("**/**/a", vec!["a", "x/y/a"], vec!["x"]),
            ("[a-cx]", vec!["a", "b", "x"], vec!["d", "-", "A"]),
            ("[-a][a-]", vec!["-a", "a-"], vec!["b-"]),
            ("naïve 天気", vec!["naïve 天気"], vec!["naive 天気"]),
        ] {
            let pattern = glob(pattern);
            for path in matched {
                assert!(pattern.matches(path), "{} {path}", pattern.as_str());
            }
            for path in others {
                assert!(!pattern.matches(path), "{} {path}", pattern.as_str());
            }
        }
    }

    #[test]
    fn takes_a_folder_for_all_in_it() {
        for (pattern, path, expected) in [
            ("docs", "docs/a/b.md", true),
            ("docs", "docs", true),
            ("docs", "src/docs", false),
            ("**/tests", "src/a/tests/x.py", true),
            ("**/tests", "src/a/tests.py", false),
            ("src/*", "src/a/b", true),
            ("*.md", "a/b.md", false),
        ] {
            assert_eq!(glob(pattern).matches_file_or_folder_of(path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn names_the_folder_of_all_matches() {
        for (pattern, folder) in [
            ("LICENSE", "LICENSE"),
            ("./a/./b.txt", "a/b.txt"),
            ("data/en/*.json", "data/en"),
            ("data/**", "data"),
            ("a/*/b", "a"),
            ("a[b]/c", ""),
            ("*.py", ""),
        ] {
            assert_eq!(glob(pattern).literal_folder(), folder, "{pattern}");
        }
    }

    #[test]
    fn counts_storeys() {
        for (pattern, storeys) in [("*", Some(1)), ("./a/*", Some(2)), ("**", None), ("a/**/b", None)] {
            assert_eq!(glob(pattern).storeys(), storeys, "{pattern}");
        }
    }

    #[test]
    fn points_at_the_fault() {
        use GlobFaultKind as Kind;
        for (text, range, kind) in [
            ("", 0..0, Kind::Empty),
            ("./.", 0..3, Kind::Empty),
            ("/LICENSE", 0..1, Kind::Absolute),
            ("../LICENSE", 0..2, Kind::Parent),
            ("a/../LICENSE", 2..4, Kind::Parent),
            ("docs/", 4..5, Kind::EmptyPart),
            ("a//b", 1..2, Kind::EmptyPart),
            (r"..\LICENSE.MIT", 2..3, Kind::Backslash),
            (r"C:\LICENSE", 1..2, Kind::Character(':')),
            ("LICEN{CSE*", 5..6, Kind::Character('{')),
            ("a/!b", 2..3, Kind::Character('!')),
            ("[!a]", 1..2, Kind::Character('!')),
            ("[a*]", 2..3, Kind::Character('*')),
            ("[[a]", 1..2, Kind::Character('[')),
            ("a\tb", 1..2, Kind::Character('\t')),
            ("é/~", 3..4, Kind::Character('~')),
            ("a**", 1..2, Kind::StarsInName),
            ("x/***", 2..3, Kind::StarsInName),
            ("a/[b/c]", 2..4, Kind::OpenBracket),
            ("a]", 1..2, Kind::StrayBracket),
            ("[]a]", 0..2, Kind::EmptyBrackets),
            ("x[z-a]", 1..6, Kind::EmptyRange('z', 'a')),
        ] {
            assert_eq!(Glob::parse(text), Err(GlobFault { range, kind }), "{text}");
        }
        assert_eq!(Glob::parse(&"a".repeat(5000)).map_err(|fault| fault.kind), Err(Kind::TooLong));
    }

    #[test]
    fn matches_in_time_what_invites_retries() {
        let stars = glob(&format!("{}b/**/x", "*a".repeat(1000)));
        assert!(!stars.matches(&format!("{}/x", "a".repeat(5000))));
        let folders = glob(&format!("{}b", "**/a/".repeat(500)));
        assert!(!folders.matches(&"a/".repeat(2000)));
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"(\*|\?|\[|\]|-|/|\.|a|z|\PC){0,16}", path in r"[az./-]{0,16}") {
            match Glob::parse(&text) {
                Ok(glob) => {
                    let matched = glob.matches(&path);
                    proptest::prop_assert!(!matched || glob.matches_file_or_folder_of(&path));
                    proptest::prop_assert!(!matched || path.starts_with(glob.literal_folder()));
                }
                Err(fault) => proptest::prop_assert!(text.get(fault.range).is_some()),
            }
        }
    }
}
