//! The patterns of `.gitignore` (<https://git-scm.com/docs/gitignore>), as the `pathspec` library reads them for other
//! backends: a pattern that matches a folder matches what lies in it, and of several patterns the last counts.

use super::fnmatch::parts_match;

/// Patterns in order.
#[derive(Clone, Debug, Default)]
pub struct Patterns(Vec<Pattern>);

#[derive(Clone, Debug)]
struct Pattern {
    parts: Vec<String>,
    negated: bool,
    folders_only: bool,
}

/// How a pattern came to match: by the file itself, or by a folder that holds it, which a later `!` does not undo.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Folder,
    File,
}

impl Patterns {
    /// The patterns of some lines; what is a comment or blank is none.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        Self(lines.into_iter().filter_map(Pattern::read).collect())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the file at `path` is matched.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<&str> = path.split('/').collect();
        let (mut matched, mut weight) = (false, Match::Folder);
        for pattern in &self.0 {
            let Some(found) = pattern.matches(&path) else { continue };
            if (!pattern.negated && found == Match::Folder) || found >= weight {
                (matched, weight) = (!pattern.negated, found);
            }
        }
        matched
    }
}

impl Pattern {
    fn read(line: &str) -> Option<Self> {
        let line = line.trim_end_matches(['\n', '\r']);
        let text = if line.ends_with("\\ ") { line } else { line.trim_end() };
        if text.is_empty() || text.starts_with('#') || text == "/" {
            return None;
        }
        let (negated, text) = text.strip_prefix('!').map_or((false, text), |rest| (true, rest));
        let text = text.strip_prefix('\\').unwrap_or(text);
        let folders_only = text.ends_with('/');
        let plain = text.trim_end_matches('/');
        let anchored = plain.contains('/');
        let mut parts: Vec<String> =
            plain.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
        if !anchored {
            parts.insert(0, "**".to_owned());
        }
        // a last `**` says nothing but that a folder comes before it
        Some(Self { parts, negated, folders_only })
    }

    fn matches(&self, path: &[&str]) -> Option<Match> {
        let parts: Vec<&str> = self.parts.iter().map(String::as_str).collect();
        if !self.folders_only && parts_match(&parts, path) {
            return Some(Match::File);
        }
        (1..path.len()).any(|count| parts_match(&parts, &path[..count])).then_some(Match::Folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_pattern_that_matches_counts() {
        for (lines, path, expected) in [
            ("lib/", "lib/a.py", true),
            ("lib/", "src/lib/a.py", true),
            ("/lib/", "src/lib/a.py", false),
            ("lib", "lib", true),
            ("lib/", "lib", false),
            ("*.py", "a/b.py", true),
            ("a/*.py", "a/b.py", true),
            ("a/*.py", "c/a/b.py", false),
            ("a/**", "a/b/c", true),
            ("**/a", "x/a/y", true),
            ("*.py\n!b.py", "a/b.py", false),
            ("a/\n!a/b.py", "a/b.py", false),
            ("a/*\n!a/b.py", "a/b.py", false),
            ("# a", "# a", false),
            ("\\#a", "#a", true),
            ("a.py  ", "a.py", true),
            ("/src/weather/", "src/weather/x/y.txt", true),
            ("/", "a", false),
        ] {
            assert_eq!(Patterns::new(lines.lines()).matches(path), expected, "{lines:?} {path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"([*?\[\]!#\\a-c/ -]|\PC){0,16}", path in r"([a-c/]|\PC){0,16}") {
            Patterns::new(text.lines()).matches(&path);
        }
    }
}
