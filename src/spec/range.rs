//! The versions that specifiers admit together.
//!
//! Standard: packaging.python.org, "Version specifiers" (PEP 440). A local segment is passed over, and so is what only
//! `===` tells apart: a range may hold more than its specifiers admit, never less. So an empty one is certain.

use pep440_rs::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// A place between versions: before the one named, or after it.
type Cut = (Version, Side);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    Before,
    After,
}

/// A stretch of versions with gaps.
#[derive(Clone, Debug)]
pub struct Range {
    /// None where it begins with the first version of all.
    from: Option<Cut>,
    /// None where it never ends.
    to: Option<Cut>,
    gaps: Vec<(Cut, Cut)>,
}

impl Range {
    /// What all of `specifiers` admit.
    pub fn of<'s>(specifiers: impl IntoIterator<Item = &'s VersionSpecifiers>) -> Self {
        let mut range = Self { from: None, to: None, gaps: Vec::new() };
        for specifier in specifiers.into_iter().flat_map(|all| all.iter()) {
            range.narrow(specifier);
        }
        range.gaps.sort_unstable();
        range
    }

    /// Whether no version is in it, for certain.
    pub fn is_empty(&self) -> bool {
        let Some(to) = &self.to else { return false };
        let first = (Version::new([0]).with_dev(Some(0)), Side::Before);
        let mut at = self.from.as_ref().unwrap_or(&first);
        for (begin, end) in &self.gaps {
            if begin <= at && at < end {
                at = end;
            }
        }
        at >= to
    }

    /// Whether it ends: no gap counts, as what follows a gap is admitted again.
    pub fn is_bounded(&self) -> bool {
        self.to.is_some()
    }

    /// The version that it begins with, or follows upon.
    pub fn floor(&self) -> Option<&Version> {
        self.from.as_ref().map(|(version, _)| version)
    }

    fn narrow(&mut self, specifier: &VersionSpecifier) {
        let version = specifier.version().clone().without_local();
        let is_local = specifier.version().is_local();
        match specifier.operator() {
            Operator::Equal | Operator::ExactEqual => {
                self.begin((version.clone(), Side::Before));
                self.end((version, Side::After));
            }
            Operator::NotEqual if is_local => {}
            Operator::NotEqual => self.gaps.push(((version.clone(), Side::Before), (version, Side::After))),
            Operator::EqualStar => {
                self.begin(before_all_of(&version));
                self.end_before_next(&version);
            }
            Operator::NotEqualStar => {
                if let Some(next) = next(&version) {
                    self.gaps.push((before_all_of(&version), before_all_of(&next)));
                }
            }
            Operator::TildeEqual => {
                let release = version.release();
                let family = version.clone().with_release(&release[..release.len() - 1]);
                self.begin((version, Side::Before));
                self.end_before_next(&release_of(&family));
            }
            Operator::GreaterThanEqual => self.begin((version, Side::Before)),
            // "MUST NOT allow a post-release of the given version unless V itself is a post release"
            Operator::GreaterThan if version.is_post() || version.any_prerelease() => {
                self.begin((version, Side::After));
            }
            Operator::GreaterThan => self.begin((version.with_post(Some(u64::MAX)), Side::After)),
            Operator::LessThanEqual => self.end((version, Side::After)),
            // "MUST NOT allow a pre-release of the specified version unless the specified version is itself a
            // pre-release"
            Operator::LessThan if version.any_prerelease() || version.is_post() => {
                self.end((version, Side::Before));
            }
            Operator::LessThan => self.end(before_all_of(&version)),
        }
    }

    fn begin(&mut self, cut: Cut) {
        if self.from.as_ref().is_none_or(|from| *from < cut) {
            self.from = Some(cut);
        }
    }

    fn end(&mut self, cut: Cut) {
        if self.to.as_ref().is_none_or(|to| cut < *to) {
            self.to = Some(cut);
        }
    }

    fn end_before_next(&mut self, version: &Version) {
        if let Some(next) = next(version) {
            self.end(before_all_of(&next));
        }
    }
}

/// Before everything that begins with the release of `version`: its first pre-release is `.dev0`.
fn before_all_of(version: &Version) -> Cut {
    (release_of(version).with_dev(Some(0)), Side::Before)
}

/// The version without what stands behind its release; unlike `only_release`, of its epoch.
fn release_of(version: &Version) -> Version {
    version.only_release().with_epoch(version.epoch())
}

/// The release that follows upon all that begin with `version`; none where a number is the largest there is.
fn next(version: &Version) -> Option<Version> {
    let mut release = version.release().to_vec();
    let last = release.last_mut()?;
    *last = last.checked_add(1)?;
    Some(release_of(version).with_release(release))
}

/// The one version that `specifiers` admit, where one of them names it: `==1.2`.
pub fn exact(specifiers: &VersionSpecifiers) -> Option<&Version> {
    let exact = |specifier: &&VersionSpecifier| {
        matches!(specifier.operator(), Operator::Equal | Operator::ExactEqual)
    };
    specifiers.iter().find(exact).map(VersionSpecifier::version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(text: &str) -> Range {
        Range::of([&text.parse().expect("specifiers")])
    }

    #[test]
    fn knows_what_admits_nothing() {
        for text in [
            ">=2,<1",
            ">2,<2",
            ">=2,<2",
            "==1.0,==2.0",
            "==1.0,!=1.0",
            "==1.0,!=1.0.*",
            "==1.2.*,!=1.2.*",
            "==1.2.*,>=1.3",
            "~=1.2,>=2",
            "~=1.2.3,<1.2.3",
            ">1.0,<=1.0.post3",
            ">=2.0a1,<2.0",
            ">=1.2,<1.4,!=1.2.*,!=1.3.*",
            "<0.dev0",
            "<0",
            ">=1!1,<2",
            "===1.0,==1.1",
            "==2.0,<2.0",
            "==1.0+a,<1.0",
        ] {
            assert!(range(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn knows_what_admits_something() {
        for text in [
            ">=1,<2",
            ">=1,<=1",
            "==1.0,==1.0.0",
            "==1.*,!=1.0",
            ">1.0,<1.1",
            ">1.0,<1.0.1",
            ">=2.0a1,<2.0a2",
            ">=1.0.post1,<1.0.post2",
            "==1.0,==1.0+a",
            "==1.0+a,!=1.0+b",
            "===1.0,==1.0.0",
            ">=1!1,<1!2",
            "==1!1.*",
            "~=1!1.2,>1!1.2",
            "~=1.2,!=1.3.*",
            "==1.2.*,!=1.2,!=1.2.1",
            "<=0.dev0",
            "!=1.0",
            ">=1.2,<1.5,!=1.2.*,!=1.4.*",
            "==18446744073709551613.*",
        ] {
            assert!(!range(text).is_empty(), "{text}");
        }
        assert!(!Range::of([]).is_empty());
    }

    #[test]
    fn knows_where_it_ends() {
        for (text, bounded) in [
            (">=1", false),
            ("!=2.*,>=1", false),
            (">1", false),
            (">=1,<3", true),
            ("~=1.2", true),
            ("==1.*", true),
            ("<=2", true),
            ("==1.0", true),
        ] {
            assert_eq!(range(text).is_bounded(), bounded, "{text}");
        }
    }

    proptest! {
        #[test]
        fn holds_all_that_is_admitted(
            pieces in proptest::collection::vec((0_usize..8, "(1!)?[0-3]\\.[0-3](a1|rc2)?(\\.post[1-2])?(\\.dev[0-1])?"), 1..4),
            version in "(1!)?[0-3]\\.[0-3]\\.[0-2](a1|rc2)?(\\.post[1-2])?(\\.dev[0-1])?(\\+a)?",
        ) {
            let operators = [">=", "<=", ">", "<", "==", "!=", "~=", "=="];
            let text = pieces.iter().map(|(operator, version)| {
                let star = if *operator == 7 { ".*" } else { "" };
                let end = version.find(|letter: char| letter.is_ascii_lowercase()).unwrap_or(version.len());
                let version = if *operator == 7 { version[..end].trim_end_matches('.') } else { version };
                format!("{}{version}{star}", operators[*operator])
            });
            let text = text.collect::<Vec<_>>().join(",");
            let specifiers: VersionSpecifiers = text.parse().expect("specifiers");
            let version: Version = version.parse().expect("a version");
            if specifiers.contains(&version) {
                let range = Range::of([&specifiers]);
                prop_assert!(!range.is_empty(), "{} admits {}", text, version);
                let exact = VersionSpecifiers::from(VersionSpecifier::equals_version(version.clone()));
                prop_assert!(!Range::of([&specifiers, &exact]).is_empty(), "{} admits {}", text, version);
            }
        }

        #[test]
        fn never_panics(text in "([<>=!~]{1,3}[0-9]{1,20}[0-9.]{0,3}[0-9]{0,20},?){0,4}") {
            if let Ok(specifiers) = text.parse::<VersionSpecifiers>() {
                Range::of([&specifiers]).is_empty();
            }
        }
    }
}
