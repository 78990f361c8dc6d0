//! What an install of the project brings: who provides an import, and which releases of the Python SDKs.
//!
//! Releases are decided from `pyproject.toml` and the tables alone, as pip and uv decide it: the newest `fastmcp`
//! admitted whose own range of `mcp` meets the project's, then the newest `mcp` in both. What contradicts the project's
//! other requirements, or runs on none of its Pythons, is passed over. Pre-releases and what is newer than the tables
//! are left out; [`Sdks::may_be_newer`] tells whether an install may take such. What `tool.uv.sources` says does not reach a wheel's metadata, so it is not read.
//! Where the text does not tell, nothing is known. Of other distributions the newest requirements are known, no releases.

mod applies;
mod beside;
mod carrier;
mod cure;
mod demand;
mod lack;
mod locked;
mod provider;
mod rewrite;
mod start;

use std::str::FromStr as _;

use crate::project::Project;
use crate::sdk::{self, Releases, Sdk};
use crate::spec::name;
use crate::spec::range::Range;
use crate::spec::version::{Version, VersionSpecifiers};

use beside::Beside;
pub use cure::{Bounds, ReleaseNeed, bound, mends, range};
use demand::Demand;
pub use demand::{Declared, is_sdk};
pub use lack::ReleaseGap;
pub use locked::{EXTRA as LOCKED, ProjectLock, Unmet, own_extra as own_locked_extra};
pub use provider::{
    Attribution, Declarations, ImportProvider, OptionalSet, holds_all_known, nobody_holds, provider,
};
pub use start::Dead;

/// One release of an SDK.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SdkRelease {
    /// Its version.
    pub version: Version,
    /// The version as published.
    pub text: &'static str,
    /// The place of its minor among [`Sdk::minors`].
    pub minor: usize,
    /// Whether it is the last patch of its minor, which the tables were read from.
    pub last: bool,
}

/// One choice that an installer may make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install<'r> {
    /// The release of `mcp`, when it is installed.
    pub mcp: Option<&'r SdkRelease>,
    /// The release of `fastmcp`, or of `fastmcp-slim`, which holds the same modules.
    pub fastmcp: Option<&'r SdkRelease>,
}

/// What an install brings a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// The SDKs never do.
    Never,
    /// A fresh install does not, though older releases that the project admits do.
    NoMore,
    /// A fresh install does.
    Fresh,
    /// The text does not tell.
    Unknown,
}

/// What the project admits of the SDKs.
#[derive(Debug)]
pub struct Sdks<'a> {
    mcp: Demand<'a>,
    fastmcp: Demand<'a>,
    slim: bool,
    beside: Beside<'a>,
    pythons: Vec<Version>,
    /// A dependency that is no SDK may require one, in a narrower range than the project's.
    pub others: bool,
    known: bool,
    mcp_releases: Vec<SdkRelease>,
    fastmcp_releases: Vec<SdkRelease>,
    /// Places of `fastmcp` and of `mcp`, the choice that installers prefer first.
    installs: Vec<(Option<usize>, Option<usize>)>,
}

impl SdkRelease {
    /// Whether it surely lacks what is there in `releases`.
    ///
    /// What goes with the very minor of a release that is not the last of it may have gone with a later patch.
    pub fn lacks(&self, releases: Releases) -> bool {
        let before = self.minor.checked_sub(1).is_some_and(|before| releases.contains(before));
        !releases.contains(self.minor) && (self.last || !before)
    }
}

impl<'r> Install<'r> {
    /// The release of `sdk`.
    pub fn release(&self, sdk: Sdk) -> Option<&'r SdkRelease> {
        match sdk {
            Sdk::Mcp => self.mcp,
            Sdk::Fastmcp => self.fastmcp,
        }
    }
}

/// Finds what `project` admits of the SDKs; never fails.
pub fn read(project: &Project) -> Sdks<'_> {
    demand::all(project).map_or_else(Sdks::unknown, |all| Sdks::of(project, &all))
}

impl<'a> Sdks<'a> {
    /// What a project with the Pythons of `project` admits that requires `all`.
    fn of(project: &Project, all: &[Declared<'a>]) -> Self {
        let pythons = applies::pythons(project);
        let of = |distribution: &str| Demand::read(all, distribution, &pythons);
        let (fastmcp, slim, types) = (of("fastmcp"), of("fastmcp-slim"), of("mcp-types"));
        let is_slim = slim.is_some();
        let bounded = |declared: &Declared<'_>| declared.requirement.specifiers.is_some();
        if is_slim && fastmcp.is_some()
            || types.declared().iter().any(bounded)
            || matches!(types, Demand::Unknown)
        {
            return Self::unknown();
        }
        let fastmcp = if is_slim { slim } else { fastmcp };
        let mut sdks = Sdks {
            mcp: of("mcp"),
            fastmcp,
            slim: is_slim,
            beside: Beside::read(all, &pythons),
            pythons,
            others: all.iter().any(|declared| demand::may_require_an_sdk(declared.requirement)),
            ..Self::unknown()
        };
        let both = [&sdks.mcp, &sdks.fastmcp];
        if both.iter().any(|demand| matches!(demand, Demand::Unknown)) {
            return sdks;
        }
        sdks.mcp_releases = releases("mcp", Sdk::Mcp);
        sdks.fastmcp_releases = releases(sdks.fastmcp_name(), Sdk::Fastmcp);
        sdks.installs = sdks.resolve();
        sdks.known = !sdks.installs.is_empty();
        sdks
    }

    fn unknown() -> Self {
        Self {
            mcp: Demand::None,
            fastmcp: Demand::None,
            slim: false,
            beside: Beside::default(),
            pythons: Vec::new(),
            others: false,
            known: false,
            mcp_releases: Vec::new(),
            fastmcp_releases: Vec::new(),
            installs: Vec::new(),
        }
    }

    /// The choices of releases that the project admits, the one that a fresh install takes first; none when the text
    /// does not tell, or the project requires no SDK.
    pub fn installs(&self) -> impl Iterator<Item = Install<'_>> {
        self.installs.iter().map(|(fastmcp, mcp)| Install {
            mcp: mcp.map(|at| &self.mcp_releases[at]),
            fastmcp: fastmcp.map(|at| &self.fastmcp_releases[at]),
        })
    }

    /// The choice that a fresh install takes.
    pub fn fresh(&self) -> Option<Install<'_>> {
        self.installs().next()
    }

    /// The lowest release of `sdk` that the project admits.
    pub fn lowest(&self, sdk: Sdk) -> Option<&SdkRelease> {
        self.installs()
            .filter_map(|install| install.release(sdk))
            .min_by(|left, right| left.version.cmp(&right.version))
    }

    /// Whether the project's requirements for `sdk` never end, so that it takes a major that nobody has seen yet.
    ///
    /// `mcp` ends with `fastmcp`, which requires it in a range of its own, and perhaps with whatever else requires it.
    pub fn is_unbounded(&self, sdk: Sdk) -> bool {
        let declared = self.declared(sdk);
        let specifiers = declared.iter().filter_map(|one| one.requirement.specifiers.as_ref());
        let others = self.others || sdk == Sdk::Mcp && self.fastmcp.is_some();
        !declared.is_empty() && !others && !Range::of(specifiers).is_bounded()
    }

    /// The requirements of the project for `sdk` itself.
    pub fn declared(&self, sdk: Sdk) -> &[Declared<'a>] {
        match sdk {
            Sdk::Mcp => self.mcp.declared(),
            Sdk::Fastmcp => self.fastmcp.declared(),
        }
    }

    /// Whether the SDKs bring the module `import` along, a top-level name.
    pub fn brings(&self, import: &str) -> Brought {
        if !self.known {
            return if self.mcp.is_some() || self.fastmcp.is_some() {
                Brought::Unknown
            } else {
                Brought::Never
            };
        }
        let holds = [Sdk::Mcp, Sdk::Fastmcp].map(|sdk| (sdk, self.bringing(sdk, import)));
        let brought = |install: &Install<'_>| {
            holds.iter().any(|(sdk, releases)| {
                install.release(*sdk).is_some_and(|release| releases.contains(release.minor))
            })
        };
        match self.fresh() {
            Some(fresh) if brought(&fresh) => Brought::Fresh,
            _ if self.installs().any(|install| brought(&install)) => Brought::NoMore,
            _ => Brought::Never,
        }
    }

    /// The releases of `sdk` that bring `import` along with the extras that the project asks for.
    fn bringing(&self, sdk: Sdk, import: &str) -> Releases {
        if import == sdk.name() {
            return Releases::ALL;
        }
        // what an extra of fastmcp brings stands with fastmcp-slim from 3.3 on
        let distributions: &[&str] = match sdk {
            Sdk::Mcp => &["mcp"],
            Sdk::Fastmcp => &[self.fastmcp_name(), "fastmcp-slim"],
        };
        let asked = self.declared(sdk).iter().flat_map(|declared| &declared.requirement.extras);
        let extras: Vec<String> = asked.map(|extra| name::normalize(extra)).collect();
        let keys = distributions.iter().flat_map(|distribution| {
            let with = extras.iter().map(move |extra| format!("{distribution}[{extra}]"));
            std::iter::once((*distribution).to_owned()).chain(with)
        });
        keys.fold(Releases::NONE, |all, key| all.or(sdk::brings(&key, import)))
    }

    fn fastmcp_name(&self) -> &'static str {
        if self.slim { "fastmcp-slim" } else { "fastmcp" }
    }

    /// The name of the distribution that the project gets `sdk` from.
    fn distribution(&self, sdk: Sdk) -> &'static str {
        match sdk {
            Sdk::Mcp => sdk.name(),
            Sdk::Fastmcp => self.fastmcp_name(),
        }
    }

    fn demand(&self, sdk: Sdk) -> &Demand<'a> {
        match sdk {
            Sdk::Mcp => &self.mcp,
            Sdk::Fastmcp => &self.fastmcp,
        }
    }

    fn releases_of(&self, sdk: Sdk) -> &[SdkRelease] {
        match sdk {
            Sdk::Mcp => &self.mcp_releases,
            Sdk::Fastmcp => &self.fastmcp_releases,
        }
    }

    /// The releases of `sdk` that the project's requirements and Pythons let in, newest first.
    fn admitted(&self, sdk: Sdk) -> Vec<usize> {
        let releases = self.releases_of(sdk);
        let barred = self.beside.barred(&self.keys(sdk)).or(self.runs_nowhere(sdk));
        let fits = |at: &usize| {
            self.demand(sdk).admits(&releases[*at].version) && !barred.contains(releases[*at].minor)
        };
        (0..releases.len()).rev().filter(fits).collect()
    }

    /// What the tables list the requirements of `sdk` under, as the project requires it.
    fn keys(&self, sdk: Sdk) -> Vec<String> {
        let name = self.distribution(sdk);
        let asked = self.declared(sdk).iter().flat_map(|declared| &declared.requirement.extras);
        let mut keys = vec![name.to_owned()];
        keys.extend(asked.map(|extra| format!("{name}[{}]", name::normalize(extra))));
        if name == Sdk::Fastmcp.name() {
            keys.extend(WITH_SLIM.map(str::to_owned));
        }
        keys
    }

    /// The releases that run on none of the project's Pythons.
    fn runs_nowhere(&self, sdk: Sdk) -> Releases {
        let runs = |wanted: &VersionSpecifiers| self.pythons.iter().any(|python| wanted.contains(python));
        sdk::requires_python(self.distribution(sdk))
            .filter(|(_, text)| beside::wanted(text).is_some_and(|wanted| !runs(&wanted)))
            .fold(Releases::NONE, |all, (releases, _)| all.or(releases))
    }

    /// The oldest Python that a release admitted of any SDK runs on, such as `3.11`, and whose it is.
    pub fn oldest_python(&self) -> Option<(Version, Sdk)> {
        let oldest = |sdk: Sdk| {
            let floors: Vec<(Releases, Version)> = sdk::requires_python(self.distribution(sdk))
                .filter_map(|(releases, text)| {
                    Some((releases, Range::of(&beside::wanted(text)).floor()?.clone()))
                })
                .collect();
            let admitted = self.releases_of(sdk).iter().filter(|one| self.demand(sdk).admits(&one.version));
            let of = |release: &SdkRelease| {
                floors.iter().find(|(releases, _)| releases.contains(release.minor)).map(|(_, floor)| floor)
            };
            Some((admitted.filter_map(of).min()?.clone(), sdk))
        };
        let declared = [Sdk::Mcp, Sdk::Fastmcp].into_iter().filter(|sdk| !self.declared(*sdk).is_empty());
        declared.filter_map(oldest).max_by(|(one, _), (other, _)| one.cmp(other))
    }

    /// All pairs that fit, newest `fastmcp` first, then newest `mcp`.
    fn resolve(&self) -> Vec<(Option<usize>, Option<usize>)> {
        let mcps = self.admitted(Sdk::Mcp);
        if !self.fastmcp.is_some() {
            return if self.mcp.is_some() {
                mcps.into_iter().map(|mcp| (None, Some(mcp))).collect()
            } else {
                Vec::new()
            };
        }
        let mut pairs = Vec::new();
        for fastmcp in self.admitted(Sdk::Fastmcp) {
            match self.range_of_mcp(self.fastmcp_releases[fastmcp].minor) {
                Some(range) => {
                    let fitting = mcps.iter().filter(|mcp| range.contains(&self.mcp_releases[**mcp].version));
                    pairs.extend(fitting.map(|mcp| (Some(fastmcp), Some(*mcp))));
                }
                None if self.mcp.is_some() => {
                    pairs.extend(mcps.iter().map(|mcp| (Some(fastmcp), Some(*mcp))));
                }
                None => pairs.push((Some(fastmcp), None)),
            }
        }
        pairs
    }

    /// The range of `mcp` that the minor of `fastmcp` requires.
    fn range_of_mcp(&self, minor: usize) -> Option<VersionSpecifiers> {
        let slim: Vec<String> = ["server", "client", "mcp"]
            .into_iter()
            .filter(|extra| self.fastmcp.has_extra(extra))
            .map(|extra| format!("fastmcp-slim[{extra}]"))
            .collect();
        let keys: Vec<&str> =
            if self.slim { slim.iter().map(String::as_str).collect() } else { WITH_SLIM.to_vec() };
        let mut ranges = keys.into_iter().flat_map(|key| sdk::requirements(key, "mcp"));
        let (_, text) = ranges.find(|(releases, _)| releases.contains(minor))?;
        beside::wanted(text)
    }
}

/// What `fastmcp` itself requires: in its own name, and from 3.3 on in that of the distribution that holds its modules.
const WITH_SLIM: [&str; 4] = ["fastmcp", "fastmcp-slim", "fastmcp-slim[server]", "fastmcp-slim[client]"];

/// The published releases of `distribution` that the tables know, in order: of a minor that was not read none is.
fn releases(distribution: &str, line: Sdk) -> Vec<SdkRelease> {
    let minors: Vec<Version> = line.minors().filter_map(|minor| Version::from_str(minor).ok()).collect();
    let sampled: Vec<Version> =
        sdk::sampled(distribution).filter_map(|text| Version::from_str(text).ok()).collect();
    let number = |version: &Version, at: usize| version.release().get(at).copied().unwrap_or_default();
    let same = |one: &Version, other: &Version| (0..2).all(|at| number(one, at) == number(other, at));
    let release = |text: &'static str| {
        let version = Version::from_str(text).ok()?;
        let minor = minors.iter().position(|minor| same(minor, &version))?;
        let read = sampled.iter().any(|read| same(read, &version));
        read.then(|| SdkRelease { last: sampled.contains(&version), minor, text, version })
    };
    sdk::published(distribution).filter_map(release).collect()
}

#[cfg(test)]
mod tests;
