//! The bounds under which an install has what the program uses, and starts.
//!
//! What is proposed is held to the project as it would be: [`mends`].

use super::start::major;
use super::{Declared, Install, SdkRelease, Sdks, demand};
use crate::project::Project;
use crate::sdk::{self, Releases, Sdk, Start};
use crate::spec::range::Range;
use crate::spec::requirement::Requirement;
use crate::spec::version::Version;

/// What a release of an SDK has to hold: the releases that do.
pub type ReleaseNeed = (Sdk, Releases);

/// Where a requirement for an SDK should begin and end, as far as it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bounds {
    /// The first minor that has all that is needed.
    pub floor: Option<&'static str>,
    /// What an upper bound names.
    pub ceiling: Option<String>,
}

impl Sdks<'_> {
    /// The choice nearest to a fresh install that starts and has all that is needed.
    pub fn meeting(&self, needs: &[ReleaseNeed]) -> Option<Install<'_>> {
        self.installs().find(|install| self.meets(install, needs))
    }

    /// The bounds that the requirement for `sdk` lacks.
    pub fn bounds(&self, sdk: Sdk, needs: &[ReleaseNeed]) -> Bounds {
        let floor = self.begins_too_early(sdk, needs).then(|| self.floor(sdk, needs)).flatten();
        let ceilings = match self.ceilings(needs) {
            Some(ceilings) => ceilings,
            None if self.installs.is_empty() => Vec::new(),
            None => return Bounds { floor, ceiling: None },
        };
        let lower = ceilings.into_iter().find(|(other, minor)| *other == sdk && self.takes(sdk, minor));
        let ceiling = lower.map(|(_, minor)| bound(minor).to_owned());
        Bounds { floor, ceiling: ceiling.or_else(|| self.next_major(sdk).map(|major| major.to_string())) }
    }

    /// The first major that is not known yet and lies above what is required, where the requirement never ends.
    pub fn next_major(&self, sdk: Sdk) -> Option<u64> {
        if !self.is_unbounded(sdk) {
            return None;
        }
        let newest = sdk.minors().last().and_then(major);
        let declared = self.declared(sdk).iter().filter_map(|one| one.requirement.specifiers.as_ref());
        let first = |version: &Version| version.release().first().copied();
        newest.max(Range::of(declared).floor().and_then(first))?.checked_add(1)
    }

    /// Whether the lowest release admitted has something not yet that is needed and comes with a later one.
    pub fn begins_too_early(&self, sdk: Sdk, needs: &[ReleaseNeed]) -> bool {
        let lowest = self.lowest(sdk).map(|release| release.minor);
        let best = self.meeting(needs).and_then(|install| install.release(sdk)).map(|release| release.minor);
        let (Some(lowest), Some(best)) = (lowest, best) else { return false };
        let not_yet = |releases: &Releases| !(0..=lowest).any(|minor| releases.contains(minor));
        lowest < best && needs.iter().any(|(other, releases)| *other == sdk && not_yet(releases))
    }

    /// Whether the requirement for `sdk` never ends, and the release that a fresh install takes lacks nothing yet.
    pub fn only_never_ends(&self, sdk: Sdk, needs: &[ReleaseNeed]) -> bool {
        let fresh = self.fresh().and_then(|fresh| fresh.release(sdk));
        let lacks = |release: &SdkRelease| {
            needs.iter().any(|(other, releases)| *other == sdk && release.lacks(*releases))
        };
        self.is_unbounded(sdk) && !fresh.is_some_and(lacks)
    }

    /// Whether a fresh install takes the minor of `sdk` called so, or a later one.
    fn takes(&self, sdk: Sdk, minor: &str) -> bool {
        let fresh = self.fresh().and_then(|fresh| fresh.release(sdk));
        let end = sdk.minors().position(|known| known == minor);
        fresh.zip(end).is_some_and(|(release, end)| release.minor >= end)
    }

    fn meets(&self, install: &Install<'_>, needs: &[ReleaseNeed]) -> bool {
        has_all(install, needs) && self.starts(install)
    }

    /// The upper bound for each SDK that the project itself requires, so that a fresh install has all that is needed;
    /// none when no such bounds exist.
    pub fn ceilings(&self, needs: &[ReleaseNeed]) -> Option<Vec<(Sdk, &'static str)>> {
        let best = self.meeting(needs)?;
        let mut bounds: Vec<(Sdk, usize)> = Vec::new();
        for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
            let Some(release) = best.release(sdk).filter(|_| !self.declared(sdk).is_empty()) else {
                continue;
            };
            if let Some(end) =
                allowed(sdk, needs).end(release.minor).filter(|end| sdk.minors().nth(*end).is_some())
            {
                bounds.push((sdk, end));
            }
        }
        let below = |install: &Install<'_>, bounds: &[(Sdk, usize)]| {
            bounds.iter().all(|(sdk, end)| install.release(*sdk).is_none_or(|release| release.minor < *end))
        };
        let first = self.installs().find(|install| below(install, &bounds))?;
        if !self.meets(&first, needs) {
            // what is needed comes with another SDK, whose releases have to stop in its place
            let release = best.fastmcp.filter(|_| !self.declared(Sdk::Fastmcp).is_empty())?;
            bounds.retain(|(sdk, _)| *sdk != Sdk::Fastmcp);
            bounds.push((Sdk::Fastmcp, release.minor + 1));
            let first = self.installs().find(|install| below(install, &bounds))?;
            if !self.meets(&first, needs) {
                return None;
            }
        }
        bounds.into_iter().map(|(sdk, end)| Some((sdk, sdk.minors().nth(end)?))).collect()
    }

    /// The minor that `sdk` has to begin with, so that it has all that is needed from there to what a fresh install
    /// takes, or would take under [`Sdks::ceilings`].
    pub fn floor(&self, sdk: Sdk, needs: &[ReleaseNeed]) -> Option<&'static str> {
        let best = self.meeting(needs)?;
        sdk.minors().nth(allowed(sdk, needs).start(best.release(sdk)?.minor))
    }
}

/// The range of `sdk` that has all that is needed, as specifiers: that of the newest stretch of releases of which the
/// last one starts.
pub fn range(sdk: Sdk, needs: &[ReleaseNeed]) -> Option<String> {
    let allowed = allowed(sdk, needs);
    let minors: Vec<&str> = sdk.minors().collect();
    let ends = |minor: &usize| {
        allowed.contains(*minor) && (*minor + 1 == minors.len() || !allowed.contains(minor + 1))
    };
    let last = (0..minors.len()).rev().filter(ends).find(|last| starts(sdk, minors[*last]))?;
    let floor =
        Some(allowed.start(last)).filter(|start| *start > 0).map(|start| format!(">={}", minors[start]));
    let ceiling = allowed.end(last).and_then(|end| minors.get(end)).map(|end| format!("<{}", bound(end)));
    let parts: Vec<String> = floor.into_iter().chain(ceiling).collect();
    Some(parts.join(","))
}

/// Whether the last patch of the minor starts without more.
fn starts(sdk: Sdk, minor: &str) -> bool {
    let of_minor = |version: &&str| {
        let rest = version.strip_prefix(minor);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let last = sdk::published(sdk.name()).filter(|version| of_minor(version)).last();
    last.is_some_and(|version| !matches!(sdk::start(sdk.name(), version), Start::Dead(_)))
}

/// Whether the project, with `text` in place of the requirement `declared`, lets a fresh install start and have all that
/// is needed.
pub fn mends(project: &Project, declared: &Declared<'_>, text: &str, needs: &[ReleaseNeed]) -> bool {
    let Ok(requirement) = Requirement::parse(text) else { return false };
    let Some(mut all) = demand::all(project) else { return false };
    for one in all.iter_mut().filter(|one| std::ptr::eq(one.requirement, declared.requirement)) {
        one.requirement = &requirement;
    }
    let sdks = Sdks::of(project, &all);
    sdks.fresh().is_some_and(|fresh| sdks.meets(&fresh, needs))
}

/// A minor as people write it in an upper bound: `2` for `2.0`.
pub fn bound(minor: &str) -> &str {
    minor.strip_suffix(".0").unwrap_or(minor)
}

fn has_all(install: &Install<'_>, needs: &[ReleaseNeed]) -> bool {
    needs
        .iter()
        .all(|(sdk, releases)| install.release(*sdk).is_none_or(|release| releases.contains(release.minor)))
}

fn allowed(sdk: Sdk, needs: &[ReleaseNeed]) -> Releases {
    let own = needs.iter().filter(|(other, _)| *other == sdk);
    own.fold(Releases::ALL, |all, (_, releases)| all.and(*releases))
}
