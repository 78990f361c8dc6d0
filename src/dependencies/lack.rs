//! What a fresh install lacks, and whether a release that is not known yet may change that.

use super::start::major;
use super::{ReleaseNeed, Sdks};
use crate::sdk::{Releases, Sdk};

/// Something that the release which a fresh install takes does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReleaseGap {
    /// No release that an install may take has it.
    Certain,
    /// It is gone, though a release that is not known yet may have it again.
    Gone,
    /// It is there in newer releases alone, and may be in one that is not known yet.
    NotYet,
}

impl Sdks<'_> {
    /// Whether and how a fresh install lacks what is needed; none where it has it, or that is not known.
    ///
    /// What the newest release known lacks is certain where nothing newer can be taken. Otherwise only a change of majors
    /// is: what older majors had and no release of the newest has is gone for good, and what came with the first release of
    /// a later major is not in an older one.
    pub fn lack(&self, (sdk, releases): ReleaseNeed) -> Option<ReleaseGap> {
        let fresh = self.fresh()?.release(sdk).filter(|release| release.lacks(releases))?;
        let minors: Vec<&str> = sdk.minors().collect();
        let had = (0..fresh.minor).rfind(|minor| releases.contains(*minor));
        if !self.may_be_newer(sdk) {
            return Some(ReleaseGap::Certain);
        }
        Some(match had {
            Some(had) if is_gone_for_good(&minors, had, releases) => ReleaseGap::Certain,
            Some(_) => ReleaseGap::Gone,
            None if came_with_a_major(&minors, fresh.minor, releases) => ReleaseGap::Certain,
            None => ReleaseGap::NotYet,
        })
    }
}

impl Sdks<'_> {
    /// Whether what no known release of `sdk` has is in none that an install may take either, where `home` are the
    /// releases that have what it would belong to; none where no install takes one of those.
    ///
    /// The newest major may bring it yet. To one that another has followed repairs alone are added.
    pub fn is_never(&self, sdk: Sdk, home: Releases) -> Option<bool> {
        let mut taken = self.installs().filter_map(|install| install.release(sdk));
        let newest = taken.find(|release| home.contains(release.minor))?;
        let minors: Vec<&str> = sdk.minors().collect();
        let has_followed = minors.last().and_then(|last| major(last)) > major(minors[newest.minor]);
        Some(newest.last && (has_followed || !self.may_be_newer(sdk)))
    }
}

/// Whether what was last in the minor `had` is in no later one, and a major has come since.
fn is_gone_for_good(minors: &[&str], had: usize, releases: Releases) -> bool {
    let later = (had + 1..minors.len()).any(|minor| releases.contains(minor));
    !later && minors.last().and_then(|minor| major(minor)) > major(minors[had])
}

/// Whether what is not in `minor` nor before came with the first minor of a later major.
fn came_with_a_major(minors: &[&str], minor: usize, releases: Releases) -> bool {
    let Some(first) = (minor + 1..minors.len()).find(|minor| releases.contains(*minor)) else { return false };
    major(minors[first]) > major(minors[minor]) && minors[first].ends_with(".0")
}
