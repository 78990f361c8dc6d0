//! The Pythons that `requires-python` admits, by their minor versions.
//!
//! Python 2 and a Python 4 are not told of: no server runs on the one, and nobody knows the other.

use super::Project;
use crate::knowledge::stdlib::{Minor, NEWEST};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::spec::version::{Version, VersionSpecifiers, parse_specifiers};
use crate::text::Span;

/// More minor versions than Python 3 will have; what admits the last of them is open.
const MINORS: u8 = 32;

/// The Pythons that a project admits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PythonRange {
    /// A bit for each minor version of which a release is admitted.
    admitted: u32,
}

impl PythonRange {
    /// Every Python 3.
    const ALL: Self = Self { admitted: u32::MAX };

    /// The Pythons that `specifiers` admit.
    pub fn new(specifiers: &VersionSpecifiers) -> Self {
        let patches = patches(specifiers);
        let admits = |minor: u8| {
            let release = |patch: &u64| Version::new([3, u64::from(minor), *patch]);
            patches.iter().any(|patch| specifiers.contains(&release(patch)))
        };
        let bit = |minor: u8| u32::from(admits(minor)) << minor;
        Self { admitted: (0..MINORS).map(bit).sum() }
    }

    /// Whether some release of this Python is admitted.
    pub fn admits(self, minor: Minor) -> bool {
        self.admitted.checked_shr(minor.0.into()).is_some_and(|bits| bits & 1 == 1)
    }

    /// Whether no Python 3 at all is admitted.
    pub fn is_empty(self) -> bool {
        self.admitted == 0
    }

    /// The oldest Python admitted, bounded or not.
    pub fn oldest(self) -> Minor {
        self.minors().next().unwrap_or(Minor(0))
    }

    /// The oldest Python admitted; none where none is or nothing bounds them below.
    pub fn floor(self) -> Option<Minor> {
        self.minors().next().filter(|oldest| oldest.0 > 0)
    }

    /// The newest Python admitted; none where none is or their end is open.
    pub fn ceiling(self) -> Option<Minor> {
        self.minors().last().filter(|newest| newest.0 + 1 < MINORS)
    }

    fn minors(self) -> impl Iterator<Item = Minor> {
        (0..MINORS).map(Minor).filter(move |minor| self.admits(*minor))
    }
}

/// The bugfix numbers on either side of those that the specifiers name.
fn patches(specifiers: &VersionSpecifiers) -> Vec<u64> {
    let named = specifiers.iter().filter_map(|specifier| specifier.version().release().get(2).copied());
    let around = named.flat_map(|patch| [patch.saturating_sub(1), patch, patch.saturating_add(1)]);
    let mut patches: Vec<u64> = around.chain([0, 1]).collect();
    patches.sort_unstable();
    patches.dedup();
    patches
}

const SDKS: [&str; 2] = ["fastmcp", "mcp"];

/// The oldest Python that any release of `mcp` and `fastmcp` runs on, by the `Requires-Python` of each on the index.
pub const SDK_FLOOR: Minor = Minor(10);

impl Project {
    /// The known Pythons that are admitted, beginning with the oldest that any SDK runs on.
    pub fn pythons(&self) -> Vec<Minor> {
        let range = self.python();
        let known = (SDK_FLOOR.0..=NEWEST.0).map(Minor);
        known.filter(|minor| range.is_some_and(|range| range.admits(*minor))).collect()
    }

    /// The requirements of an SDK that hold everywhere, so that no Python older than [`SDK_FLOOR`] can be used.
    pub fn sdk_requirements(&self) -> impl Iterator<Item = (&Requirement, Span)> {
        let read = self.dependencies.iter().filter_map(|each| Some((each.value.as_ref().ok()?, each.span)));
        read.filter(|(each, _)| {
            each.marker.is_none() && each.url.is_none() && SDKS.contains(&&*name::normalize(&each.name))
        })
    }

    /// The Pythons that the project admits: all where it does not say, and none where that cannot be known.
    pub fn python(&self) -> Option<PythonRange> {
        match &self.requires_python {
            Some(wanted) => {
                let range = PythonRange::new(wanted.specifiers.as_ref().ok()?);
                Some(range).filter(|range| !range.is_empty())
            }
            None if self.has("requires-python") || !self.has_table() => None,
            None => Some(PythonRange::ALL),
        }
    }
}

/// The specifiers `text` with the oldest Python raised to `minor`, all else as written; none where there is no one
/// place to write it.
pub fn raised(text: &str, minor: Minor) -> Option<String> {
    let lower = |piece: &str| piece.trim_start().starts_with(['>', '~']);
    let mut pieces: Vec<String> = text.split(',').map(str::to_owned).collect();
    let mut lowers = pieces.iter_mut().filter(|piece| lower(piece));
    match (lowers.next(), lowers.next()) {
        (None, _) if text.trim().is_empty() => return Some(format!(">={minor}")),
        (None, _) => pieces.insert(0, format!(">={minor}")),
        (Some(piece), None) => {
            let start = piece.len() - piece.trim_start().len();
            // `~=3.10` bounds the major version, `~=3.10.1` the minor one
            let compatible = piece.trim_start().starts_with("~=") && piece.matches('.').count() == 1;
            *piece = format!("{}{}{minor}", &piece[..start], if compatible { "~=" } else { ">=" });
        }
        _ => return None,
    }
    let text = pieces.join(",");
    let range = PythonRange::new(&parse_specifiers(&text).ok()?);
    (range.floor() == Some(minor)).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_which_pythons_are_admitted() {
        for (text, floor, ceiling) in [
            (">=3.10", Some(10), None),
            (">=3.10,<4", Some(10), None),
            (">=3.10.5", Some(10), None),
            (">3.10", Some(10), None),
            (">3.10.99", Some(10), None),
            ("~=3.10", Some(10), None),
            ("~=3.10.2", Some(10), Some(10)),
            (">=3.10,<3.13", Some(10), Some(12)),
            (">=3.10,<=3.13", Some(10), Some(13)),
            (">=3.10,<3.13.1", Some(10), Some(13)),
            ("==3.13", Some(13), Some(13)),
            ("==3.13.*", Some(13), Some(13)),
            ("==3.*", None, None),
            (">=3", None, None),
            ("", None, None),
            ("<4", None, None),
            (">=3.12,!=3.12.*", Some(13), None),
            (">=3.12,<3.10", None, None),
            (">=3.10.0rc1", Some(10), None),
            (">=2.7", None, None),
            (">=3.99", None, None),
        ] {
            let range = PythonRange::new(&parse_specifiers(text).expect("they can be read"));
            assert_eq!((range.floor(), range.ceiling()), (floor.map(Minor), ceiling.map(Minor)), "{text}");
        }
    }

    #[test]
    fn tells_of_holes() {
        let range = PythonRange::new(&parse_specifiers(">=3.10,!=3.12.*,<3.15").expect("they can be read"));
        assert!(range.admits(Minor(11)) && !range.admits(Minor(12)) && !range.admits(Minor(200)));
    }

    #[test]
    fn knows_nothing_of_what_it_cannot_read() {
        for (line, known) in [
            ("requires-python = '>=3.10'", true),
            ("version = '1'", true),
            ("requires-python = '^3.10'", false),
            ("requires-python = '>=3.12,<3.10'", false),
            ("requires-python = 3.10", false),
            ("dynamic = ['requires-python']", false),
        ] {
            let project = crate::project::read(format!("[project]\nname = 'a'\n{line}\n").into_bytes());
            assert_eq!(project.python().is_some(), known, "{line}");
        }
        assert_eq!(crate::project::read(Vec::new()).python(), None);
    }

    #[test]
    fn raises_the_floor_alone() {
        for (text, changed) in [
            (">=3.9", Some(">=3.11")),
            (">=3.9, <4", Some(">=3.11, <4")),
            ("<4, >= 3.9.2", Some("<4, >=3.11")),
            ("~=3.9", Some("~=3.11")),
            ("~=3.9.1", Some(">=3.11")),
            ("<4", Some(">=3.11,<4")),
            ("", Some(">=3.11")),
            (">3.8", Some(">=3.11")),
            (">=3.9,!=3.9.7", Some(">=3.11,!=3.9.7")),
            (">=3.9,<3.11", None),
            ("==3.9.*", None),
            (">=3.9,>3.9.1", None),
        ] {
            assert_eq!(raised(text, Minor(11)).as_deref(), changed, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"[<>=!~, 0-9.*]{0,30}", minor in 0_u8..=255) {
            if let Ok(specifiers) = parse_specifiers(&text) {
                let range = PythonRange::new(&specifiers);
                let _ = (range.floor(), range.ceiling(), range.admits(Minor(minor)), raised(&text, Minor(minor)));
            }
        }
    }
}
