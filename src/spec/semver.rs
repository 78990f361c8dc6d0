//! Semantic versions (semver.org, 2.0.0), as far as a Python release has one: npm, bundles and the MCP registry want them.

use super::version::Version;
use pep440_rs::PrereleaseKind;

/// Why a version of Python's has no semantic version that sorts as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSemver(&'static str);

/// The semantic version that means `version` and sorts as it does among its releases: `1.2.0rc1` is `1.2.0-rc.1`.
///
/// # Errors
/// For an epoch, a post-release, a release of development, a local version and a release of more than three numbers:
/// Semantic Versioning sorts them otherwise, or cannot say them.
pub fn of(version: &Version) -> Result<String, NoSemver> {
    let no = |what| Err(NoSemver(what));
    if version.epoch() != 0 {
        return no("an epoch");
    }
    if version.is_post() {
        return no("a post-release");
    }
    if version.is_dev() {
        return no("a release of development");
    }
    if version.is_local() {
        return no("a local version");
    }
    let release = version.release();
    if release.iter().skip(3).any(|part| *part != 0) {
        return no("a release of more than three numbers");
    }
    let part = |index: usize| release.get(index).copied().unwrap_or_default();
    let numbers = format!("{}.{}.{}", part(0), part(1), part(2));
    Ok(match version.pre() {
        None => numbers,
        Some(pre) => {
            let kind = match pre.kind {
                PrereleaseKind::Alpha => "alpha",
                PrereleaseKind::Beta => "beta",
                PrereleaseKind::Rc => "rc",
            };
            format!("{numbers}-{kind}.{}", pre.number)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::version::parse;

    #[test]
    fn says_what_sorts_alike_and_nothing_else() {
        let cases = [
            ("1.2.3", Some("1.2.3")),
            ("1", Some("1.0.0")),
            ("2026.01.2", Some("2026.1.2")),
            ("1.2.3.0", Some("1.2.3")),
            ("1.2.0rc1", Some("1.2.0-rc.1")),
            ("1.2a0", Some("1.2.0-alpha.0")),
            ("1.2.0-beta.2", Some("1.2.0-beta.2")),
            ("1.2.3.4", None),
            ("1.0.post1", None),
            ("1.0.dev1", None),
            ("1.0rc1.dev2", None),
            ("1!1.0", None),
            ("1.0+x", None),
        ];
        for (text, expected) in cases {
            let version = parse(text).expect("a version");
            assert_eq!(of(&version).ok().as_deref(), expected, "{text}");
        }
    }
}
