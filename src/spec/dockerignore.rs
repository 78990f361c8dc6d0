//! The patterns of `.dockerignore`, which keep files out of the context that an image is built from.
//!
//! The [reference](https://docs.docker.com/build/concepts/context/#dockerignore-files): a pattern a line, relative to the
//! root of the context, with `*`, `?`, `[a-z]` and `**`; one that matches a folder matches what lies in it; `!` takes back,
//! and the last pattern that matches decides.

use std::ops::Range;

use super::fnmatch::parts_match;

/// Where the pattern stands that keeps the file at `path` out; none where it is let in.
pub fn excluded_by(text: &str, path: &str) -> Option<Range<usize>> {
    let path: Vec<&str> = path.split('/').collect();
    let (mut decisive, mut start) = (None, 0);
    for line in text.split_inclusive('\n') {
        let pattern = line.trim();
        let begin = start + (line.len() - line.trim_start().len());
        start += line.len();
        let (taken_back, plain) =
            pattern.strip_prefix('!').map_or((false, pattern), |rest| (true, rest.trim()));
        let parts: Vec<&str> = plain.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if pattern.starts_with('#') || parts.is_empty() {
            continue;
        }
        if (1..=path.len()).any(|count| parts_match(&parts, &path[..count])) {
            decisive = (!taken_back).then_some(begin..begin + pattern.len());
        }
    }
    decisive
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_pattern_that_matches_decides() {
        for (text, path, pattern) in [
            ("*.md\n", "README.md", Some("*.md")),
            ("*.md\n!README.md\n", "README.md", None),
            ("!README.md\n*.md", "README.md", Some("*.md")),
            ("*.md\n", "docs/a.md", None),
            ("**/*.md\n", "docs/a.md", Some("**/*.md")),
            ("docs\n", "docs/a.md", Some("docs")),
            ("  /docs/  \n", "docs/a.md", Some("/docs/")),
            ("**\n!src\n", "src/a.py", None),
            ("*\n", "LICENSE", Some("*")),
            ("# LICENSE\n\n.git\n", "LICENSE", None),
        ] {
            assert_eq!(excluded_by(text, path).map(|range| &text[range]), pattern, "{text:?} {path}");
        }
    }

    proptest! {
        #[test]
        fn every_place_lies_in_the_text(text in "(!|\\*|#|/|a|é| |\n|\r|\\[|\\])*") {
            if let Some(range) = excluded_by(&text, "a/é") {
                prop_assert!(text.get(range).is_some());
            }
        }
    }
}
