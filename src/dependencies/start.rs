//! Whether a server starts with the releases that an install takes.

use super::applies::Applicability;
use super::{Install, SdkRelease, Sdks};
use crate::sdk::{self, Sdk, Start};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::spec::version::{self, Version};

/// A release with which no server starts, beside what an install takes with it.
#[derive(Clone, Debug)]
pub struct Dead<'r> {
    /// Whose release.
    pub sdk: Sdk,
    /// The release.
    pub release: &'r SdkRelease,
    /// What the project would have to require too.
    pub bounds: Vec<Requirement>,
    /// Whether nothing may hold back what it does not start beside, nor a release be taken that is not known.
    pub certain: bool,
}

impl Sdks<'_> {
    /// The release that keeps servers from starting when `install` is chosen.
    pub fn dead<'r>(&self, install: &Install<'r>) -> Option<Dead<'r>> {
        [Sdk::Fastmcp, Sdk::Mcp].into_iter().find_map(|sdk| self.dead_by(sdk, install))
    }

    /// Whether all that `install` takes starts, as far as is known.
    pub(super) fn starts(&self, install: &Install<'_>) -> bool {
        self.dead(install).is_none()
    }

    /// Whether installers may take a release of `sdk` that is newer than all that are known.
    ///
    /// The newest minor of each major may have another patch, each major another minor, and a new major may come. What
    /// is added to a minor that a later one followed is repairs alone.
    pub fn may_be_newer(&self, sdk: Sdk) -> bool {
        let Some(release) = self.fresh().and_then(|fresh| fresh.release(sdk)) else { return true };
        let known = self.releases_of(sdk);
        let admits = |version: &Version| self.demand(sdk).admits(version) && self.follows(sdk, version);
        unknown(release, known).iter().any(admits)
            || sdk == Sdk::Mcp && self.fastmcp.is_some() && self.may_be_newer(Sdk::Fastmcp)
    }

    /// Whether the `fastmcp` that a fresh install takes lets `version` of `mcp` in.
    fn follows(&self, sdk: Sdk, version: &Version) -> bool {
        let fastmcp = self.fresh().and_then(|fresh| fresh.fastmcp).filter(|_| sdk == Sdk::Mcp);
        fastmcp
            .and_then(|release| self.range_of_mcp(release.minor))
            .is_none_or(|range| range.contains(version))
    }

    fn dead_by<'r>(&self, sdk: Sdk, install: &Install<'r>) -> Option<Dead<'r>> {
        let release = install.release(sdk)?;
        // each `fastmcp` was started with the `mcp` that it takes
        if sdk == Sdk::Mcp && self.fastmcp.is_some() && self.declared(Sdk::Mcp).is_empty() {
            return None;
        }
        let Start::Dead(bounds) = sdk::start(self.distribution(sdk), release.text) else { return None };
        let bounds = bounds.split(' ').filter_map(|bound| Requirement::parse(bound).ok());
        let open: Vec<(Requirement, Applicability)> = bounds
            .map(|bound| (self.held(&bound), bound))
            .filter(|(held, _)| *held != Applicability::Always)
            .map(|(held, bound)| (bound, held))
            .collect();
        let certain = open.iter().any(|(_, held)| *held == Applicability::Never)
            && !self.others
            && !self.may_be_newer(sdk)
            && self.is_surely_taken(sdk, release);
        let bounds: Vec<Requirement> = open.into_iter().map(|(bound, _)| bound).collect();
        (!bounds.is_empty()).then_some(Dead { sdk, release, bounds, certain })
    }

    /// Whether the project keeps within `bound`. Each `fastmcp` was started with the newest `mcp` that it takes, so that
    /// only what the project says itself can be another.
    fn held(&self, bound: &Requirement) -> Applicability {
        if name::normalize(&bound.name) != Sdk::Mcp.name() {
            return self.beside.holds(bound);
        }
        let newest = self.admitted(Sdk::Mcp).first().map(|at| &self.mcp_releases[*at].version);
        let within = |version| bound.specifiers.as_ref().is_some_and(|bounds| bounds.contains(version));
        if newest.is_some_and(within) { Applicability::Always } else { Applicability::Never }
    }

    /// Whether no other release of `mcp` may be taken in place of this, of whose `fastmcp` only the last patch of the
    /// minor is known to let it in.
    fn is_surely_taken(&self, sdk: Sdk, release: &SdkRelease) -> bool {
        let newest = |releases: &[SdkRelease]| {
            releases.iter().rfind(|one| self.demand(sdk).admits(&one.version)).map(|one| one.version.clone())
        };
        sdk == Sdk::Fastmcp
            || !self.fastmcp.is_some()
            || newest(self.releases_of(sdk)).as_ref() == Some(&release.version)
            || self.fresh().and_then(|fresh| fresh.fastmcp).is_none_or(|fastmcp| fastmcp.last)
    }
}

/// The versions that may follow upon what is known where `release` is taken.
fn unknown(release: &SdkRelease, known: &[SdkRelease]) -> Vec<Version> {
    let number = |version: &Version, at: usize| version.release().get(at).copied().unwrap_or_default();
    let major = number(&release.version, 0);
    let Some(last) = known.iter().rfind(|one| number(&one.version, 0) == major) else { return Vec::new() };
    let newest = known.last().map_or(major, |newest| number(&newest.version, 0));
    let minor = number(&last.version, 1);
    let mut unknown = vec![Version::new([major, minor + 1, 0]), Version::new([newest + 1, 0, 0])];
    if last.minor == release.minor {
        unknown.push(Version::new([major, minor, number(&last.version, 2) + 1]));
    }
    unknown.retain(|version| *version > release.version);
    unknown
}

/// The major of a minor such as `1.10`.
pub(super) fn major(minor: &str) -> Option<u64> {
    version::parse(minor).ok()?.release().first().copied()
}
