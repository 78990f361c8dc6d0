//! The versions that the headings of a changelog name.
//!
//! No standard binds it; the forms read are those of "Keep a Changelog" and of the usual tools: `## [1.4.0] - 2026-11-20`,
//! `# v1.4.0 (2026-11-20)`, `## Version 1.4.0`. A heading that names anything else is passed over.

use super::version::{self, Version};

/// What a changelog tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changelog {
    /// The versions that are released, in order of the text, each with the place of its heading's line.
    pub versions: Vec<(Version, std::ops::Range<usize>)>,
    /// Whether a heading holds what is not released yet.
    pub unreleased: bool,
}

/// Reads the Markdown of a changelog.
pub fn read(text: &str) -> Changelog {
    let mut changelog = Changelog::default();
    let mut start = 0;
    let mut fenced = false;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        fenced ^= line.trim_start().starts_with("```");
        let title = line.trim_start_matches('#');
        let level = line.len() - title.len();
        if fenced || !(1..=3).contains(&level) || !title.starts_with(' ') {
            continue;
        }
        let lower = title.to_ascii_lowercase();
        if ["unreleased", "upcoming", "in progress", "next"].iter().any(|word| lower.contains(word)) {
            changelog.unreleased = true;
        } else if let Some(version) = version_in(title) {
            changelog.versions.push((version, range));
        }
    }
    changelog
}

/// The version that the title of a heading begins with.
fn version_in(title: &str) -> Option<Version> {
    let title = title.trim();
    let words = ["Version ", "version ", "Release ", "release "];
    let behind = words.iter().find_map(|word| title.strip_prefix(word)).unwrap_or(title);
    let bare = behind.trim_start_matches('[').trim_start_matches(['v', 'V']);
    let end = bare.find(|c: char| c.is_whitespace() || "],:()".contains(c)).unwrap_or(bare.len());
    let word = &bare[..end];
    (word.starts_with(|c: char| c.is_ascii_digit()) && word.contains('.'))
        .then(|| version::parse(word).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn versions(text: &str) -> Vec<String> {
        read(text)
            .versions
            .into_iter()
            .map(|(version, range)| format!("{version}@{}", &text[range]))
            .collect()
    }

    #[test]
    fn reads_the_usual_headings() {
        for line in [
            "## [1.4.0] - 2026-11-20",
            "# 1.4.0",
            "## v1.4.0 (2026-11-20)",
            "## [1.4.0](https://example.org/compare) (2026-11-20)",
            "### Version 1.4.0: more",
        ] {
            assert_eq!(versions(&format!("# Changelog\n\n{line}\n- x\n")), [format!("1.4.0@{line}")]);
        }
    }

    #[test]
    fn passes_over_what_names_no_version() {
        for text in
            ["## 2026-11-20", "## Fixes in 1.4.0", "#### 1.4.0", "#1.4.0", "```\n## 1.4.0\n```", "## 3", ""]
        {
            assert_eq!(versions(text), Vec::<String>::new(), "{text}");
        }
        assert!(read("## [Unreleased]\n").unreleased);
        assert!(read("## 1.5.0 (unreleased)\n").unreleased && versions("## 1.5.0 (unreleased)\n").is_empty());
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "[# \\[\\]v0-9.é\n`]{0,60}") {
            for (_, range) in read(&text).versions {
                proptest::prop_assert!(text.get(range).is_some());
            }
        }
    }
}
