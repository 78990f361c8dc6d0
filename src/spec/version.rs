//! Versions and version specifiers.
//!
//! Standard: packaging.python.org, "Version specifiers" (PEP 440), as `pep440_rs` reads and normalises it. A number
//! beyond 64 bits is a fault here, though the standard sets no bound.

use std::ops::Range;
use std::str::FromStr as _;

pub use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// Why a text is no version, or no specifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct VersionFault {
    /// Where in the text.
    pub range: Range<usize>,
    /// The reason, a phrase.
    pub reason: String,
}

/// Reads a version; its `Display` is the normalised spelling.
///
/// White space around it is no fault: "Leading and trailing whitespace must be silently ignored".
pub fn parse(text: &str) -> Result<Version, VersionFault> {
    let range = super::trimmed(text, 0..text.len());
    Version::from_str(&text[range.clone()]).map_err(|error| VersionFault { range, reason: error.to_string() })
}

/// Reads the comma-separated specifiers of `requires-python`; a blank text admits every version.
///
/// `===` with something that is no version is a fault: no Python has such a version.
pub fn parse_specifiers(text: &str) -> Result<VersionSpecifiers, VersionFault> {
    let mut specifiers = Vec::new();
    for range in pieces(text) {
        let range = super::trimmed(text, range);
        if range.is_empty() {
            continue;
        }
        match parse_specifier(text, range.clone())? {
            Some(specifier) => specifiers.push(specifier),
            None => return Err(VersionFault { range, reason: "`===` needs a version".to_owned() }),
        }
    }
    Ok(specifiers.into_iter().collect())
}

/// Reads the single specifier that stands at `range` of `text`.
///
/// Gives `None` for `===` with something that is no version, which the standard allows and `pep440_rs` cannot hold.
pub(super) fn parse_specifier(
    text: &str,
    range: Range<usize>,
) -> Result<Option<VersionSpecifier>, VersionFault> {
    let piece = &text[range.clone()];
    if let Some(arbitrary) = piece.strip_prefix("===")
        && !arbitrary.trim().is_empty()
        && Version::from_str(arbitrary.trim()).is_err()
    {
        return Ok(None);
    }
    VersionSpecifier::from_str(piece).map(Some).map_err(|error| {
        let reason = if piece.starts_with(|first: char| first.is_ascii_digit()) {
            format!("version `{piece}` has no operator such as `>=`")
        } else {
            error.to_string()
        };
        VersionFault { range, reason }
    })
}

/// The stretches between the commas.
fn pieces(text: &str) -> impl Iterator<Item = Range<usize>> {
    let mut start = 0;
    text.split(',').map(move |piece| {
        let range = start..start + piece.len();
        start = range.end + 1;
        range
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `packaging.version.Version` makes of them.
    const NORMALISED: &[(&str, &[&str])] = &[
        ("1.0", &["1.0", "v1.0", "V1.0", " 1.0 ", "1.0\n", "0!1.0", "01.00"]),
        ("1.2", &["01.02"]),
        ("1", &["\t1"]),
        ("1!2", &["01!2"]),
        ("1.0a0", &["1.0a", "1.0alpha"]),
        ("1.0a1", &["1.0alpha1", "1.0.a1", "1.0_A.01"]),
        ("1.0b0", &["1.0b-", "1.0b.", "1.0beta"]),
        ("1.0rc1", &["1.0-RC1", "1.0c1", "1.0rc01", "1.0-preview-1", "1.0pre1"]),
        ("1.0.0rc1", &["1.0.0-RC1"]),
        ("1.0.post0", &["1.0.post", "1.0r"]),
        ("1.0.post1", &["1.0-1", "1.0rev1", "1.0.r.1", "1.0post-1"]),
        ("1.0.dev0", &["1.0.dev", "1.0dev"]),
        ("1.0.dev4", &["1.0-DEV_4", "1.0dev04"]),
        ("1.0a1.post2", &["1.0a1-2", "1.0-a-1-2"]),
        ("1.0.post0.dev0", &["1.0.post.dev"]),
        ("1.0a1.post2.dev3", &["1.0a1.post2.dev3"]),
        ("1.0.post1.dev1+abc.1.x.y.z", &["1.0.post1.dev1+AbC.01.x-Y_z"]),
        ("1.0+1", &["1.0+001"]),
        ("1.0+a.0", &["1.0+a.00"]),
        ("1.0+0a", &["1.0+0a"]),
        ("1.0.dev0+g123abc.d20260101", &["1.0.dev0+g123abc.d20260101"]),
        ("1.0.0b1+build.5", &["1.0.0-beta.1+build.5"]),
        ("2024.1.1.post3", &["2024.1.1-3"]),
        ("2026.7.1", &["2026.07.01"]),
        ("1.2.3.4.5.6.7.0", &["1.2.3.4.5.6.7.0"]),
        ("18446744073709551614", &["18446744073709551614"]),
    ];

    #[test]
    fn normalises_as_packaging_does() {
        for (normal, spellings) in NORMALISED {
            for spelling in *spellings {
                assert_eq!(parse(spelling).map(|version| version.to_string()).as_deref(), Ok(*normal));
            }
        }
    }

    #[test]
    fn rejects_what_is_no_version() {
        let words = [
            "",
            " ",
            "a",
            "1.0.",
            "1..0",
            "1.0--1",
            "1.0+",
            "1.0+a+b",
            "1.0+é",
            "1.0é",
            "1.0 beta",
            "1.0a1b1",
            "1.0.*",
            "1.0.dev1.post1",
            "1.0-",
            "1!",
            "!1",
            "-1",
            "1,0",
            "1.0-1-2",
            "vv1",
            "v 1",
            "1.0+a.",
            "١.0",
            "1.0\0",
            "1.0-x",
            "latest",
            "1.0.0-alpha.beta",
            "1.0.0-SNAPSHOT",
            "99999999999999999999.0",
            "1.0.dev99999999999999999999",
        ];
        for word in words {
            assert!(parse(word).is_err(), "{word:?}");
        }
    }

    #[test]
    fn points_at_the_text_within_the_white_space() {
        let fault = parse("  latest\n").expect_err("a word");
        assert_eq!(fault.range, 2..8);
        assert!(fault.to_string().starts_with("expected version to start with a number"), "{fault}");
    }

    #[test]
    fn reads_the_specifiers_that_packaging_reads() {
        let texts = [
            "", ">=3.10", " >= 3.10 , < 4 ", "~=3.10", "==3.*", "!=3.10.*", "===3.10", ">=3.10,", " ,",
            "<4,>=3", "== 1.0+local", "!=1.0+l", ">=v3", "==1!2.*", "== 1.0.post1", ">=3.8,<4,!=3.9.*",
            "==1.0-1", ">=1.0rc1", ">=3.10\n", ">=3.10,,<4", "~=1.0a1", "~=1.0.post1", "> 1.0.dev0",
        ];
        for text in texts {
            assert!(parse_specifiers(text).is_ok(), "{text:?}: {:?}", parse_specifiers(text));
        }
    }

    #[test]
    fn rejects_the_specifiers_that_packaging_rejects() {
        let texts = [
            "^3.8", "3.8", ">=3.8.*", "~=3", "~=3.10.*", ">1.0+l", "~=1.0+l", "<=1.0+l", ">=3.8 <4", ">=",
            "=>3", "=3", "~3", "==1.0a1.*", "==1.0.dev1.*", "==1.0+l.*", "==1.*.0", "==1.*foo", "==*", "*",
            "== 3 . 1", "!3", "<>3", ">= 3.8 || 4", ">=3.10;", ">==1", "==1.0.post1.*", ">=3.8a.*", ">=3,py",
        ];
        for text in texts {
            assert!(parse_specifiers(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn rejects_arbitrary_equality_that_no_python_meets() {
        for text in ["===", "=== foo", "===1.0.*"] {
            assert!(parse_specifiers(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn points_at_the_faulty_specifier() {
        let fault = parse_specifiers(">=3.10, 3.12 ,<4").expect_err("no operator");
        assert_eq!(fault.range, 8..12);
        assert_eq!(fault.to_string(), "version `3.12` has no operator such as `>=`");
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"[<>=!~, v0-9.a-z+*\-\n\PC]{0,40}") {
            let _ = parse(&text).map(|version| version.to_string());
            if let Err(fault) = parse_specifiers(&text) {
                proptest::prop_assert!(text.get(fault.range).is_some());
            }
        }
    }
}
