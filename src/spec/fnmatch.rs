//! Patterns as Python's `fnmatch` and `glob` read them: `*`, `?`, `[a-z]`, `[!a-z]`; in paths `**` for any folders.
//!
//! <https://docs.python.org/3/library/fnmatch.html>

/// Whether the whole text matches the pattern; `*` stands for any characters, dots and slashes too.
pub fn fnmatch(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?', '[']) {
        return pattern == text;
    }
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut pos) = (0, 0);
    // where the last star stood, and how much it has swallowed
    let mut star: Option<(usize, usize)> = None;
    while pos < text.len() {
        if pattern.get(at) == Some(&'*') {
            star = Some((at, pos));
            at += 1;
        } else if let Some(length) = pattern.get(at).and_then(|_| one(&pattern[at..], text[pos])) {
            at += length;
            pos += 1;
        } else if let Some((begin, swallowed)) = star {
            star = Some((begin, swallowed + 1));
            (at, pos) = (begin + 1, swallowed + 1);
        } else {
            return false;
        }
    }
    pattern[at..].iter().all(|c| *c == '*')
}

/// The length of the part at the pattern's start that stands for one character, where it stands for this one.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match pattern[0] {
        '?' => Some(1),
        '[' => match class(pattern) {
            Some((length, items, negated)) => (within(items, c) != negated).then_some(length),
            None => (c == '[').then_some(1),
        },
        other => (other == c).then_some(1),
    }
}

/// The class that a pattern begins with: its length, what stands in it, and whether it is negated.
fn class(pattern: &[char]) -> Option<(usize, &[char], bool)> {
    let negated = matches!(pattern.get(1), Some('!' | '^'));
    let first = 1 + usize::from(negated);
    // a bracket at the front is one of the class
    let end = pattern.iter().skip(first + 1).position(|c| *c == ']')? + first + 1;
    Some((end + 1, &pattern[first..end], negated))
}

fn within(items: &[char], c: char) -> bool {
    let mut at = 0;
    while at < items.len() {
        if let (Some('-'), Some(last)) = (items.get(at + 1), items.get(at + 2)) {
            if (items[at]..=*last).contains(&c) {
                return true;
            }
            at += 3;
        } else {
            if items[at] == c {
                return true;
            }
            at += 1;
        }
    }
    false
}

/// Whether a path matches a pattern part by part; `**` stands for any number of folders, at the end for one part or more.
pub fn path_matches(pattern: &str, path: &str) -> bool {
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    let path: Vec<&str> = path.split('/').collect();
    parts_match(&parts, &path)
}

/// The same of parts.
pub(super) fn parts_match(pattern: &[&str], path: &[&str]) -> bool {
    // row by row, as backtracking over many `**` would take for ever
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    for (index, part) in pattern.iter().enumerate() {
        let mut next = vec![false; path.len() + 1];
        for at in 0..=path.len() {
            if *part == "**" {
                let last = index + 1 == pattern.len();
                next[at] |= !last && reached[at];
                if at > 0 {
                    next[at] |= next[at - 1] || reached[at - 1];
                }
            } else if at > 0 && reached[at - 1] {
                next[at] = fnmatch(part, path[at - 1]);
            }
        }
        reached = next;
    }
    reached[path.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_names() {
        for (pattern, text, expected) in [
            ("a*", "a.b", true),
            ("a", "a.b", false),
            ("a.*", "a", false),
            ("*.tests", "a.b.tests", true),
            ("*tests*", "a.tests.b", true),
            ("[._]*", "_private", true),
            ("[!a]b", "cb", true),
            ("[]a]", "]", true),
            ("[a", "[a", true),
            ("te?t", "test", true),
            ("*a*b*c", "xaxbxbxc", true),
            ("[0-9]", "7", true),
            ("", "", true),
            ("*", "", true),
        ] {
            assert_eq!(fnmatch(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn matches_paths() {
        for (pattern, path, expected) in [
            ("a/*.py", "a/b.py", true),
            ("a/*.py", "a/b/c.py", false),
            ("a/**/*.py", "a/b.py", true),
            ("a/**/*.py", "a/b/c/d.py", true),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("**/a", "a", true),
            ("./a/", "a", true),
        ] {
            assert_eq!(path_matches(pattern, path), expected, "{pattern} {path}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(pattern in r"([*?\[\]!^a-c/-]|\PC){0,16}", text in r"([a-c/]|\PC){0,16}") {
            fnmatch(&pattern, &text);
            path_matches(&pattern, &text);
        }
    }
}
