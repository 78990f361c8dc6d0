//! The bounds under which an install has what the program uses.

use super::{Install, Sdks};
use crate::knowledge::sdk::{Releases, Sdk};

/// What a release of an SDK has to hold: the releases that do.
pub type Need = (Sdk, Releases);

impl Sdks<'_> {
    /// The choice nearest to a fresh install that has all that is needed.
    pub fn meeting(&self, needs: &[Need]) -> Option<Install<'_>> {
        self.installs().find(|install| meets(install, needs))
    }

    /// The upper bound for each SDK that the project itself requires, so that a fresh install has all that is needed;
    /// none when no such bounds exist.
    pub fn ceilings(&self, needs: &[Need]) -> Option<Vec<(Sdk, &'static str)>> {
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
        if !meets(&first, needs) {
            // what is needed comes with another SDK, whose releases have to stop in its place
            let release = best.fastmcp.filter(|_| !self.declared(Sdk::Fastmcp).is_empty())?;
            bounds.retain(|(sdk, _)| *sdk != Sdk::Fastmcp);
            bounds.push((Sdk::Fastmcp, release.minor + 1));
            let first = self.installs().find(|install| below(install, &bounds))?;
            if !meets(&first, needs) {
                return None;
            }
        }
        bounds.into_iter().map(|(sdk, end)| Some((sdk, sdk.minors().nth(end)?))).collect()
    }

    /// The minor that `sdk` has to begin with, so that it has all that is needed from there to what a fresh install
    /// takes, or would take under [`Sdks::ceilings`].
    pub fn floor(&self, sdk: Sdk, needs: &[Need]) -> Option<&'static str> {
        let best = self.meeting(needs)?;
        sdk.minors().nth(allowed(sdk, needs).start(best.release(sdk)?.minor))
    }
}

/// The range of `sdk` that has all that is needed, as specifiers: that of the newest stretch of releases.
pub fn range(sdk: Sdk, needs: &[Need]) -> Option<String> {
    let allowed = allowed(sdk, needs);
    let minors: Vec<&str> = sdk.minors().collect();
    let last = (0..minors.len()).rev().find(|minor| allowed.contains(*minor))?;
    let floor =
        Some(allowed.start(last)).filter(|start| *start > 0).map(|start| format!(">={}", minors[start]));
    let ceiling = allowed.end(last).and_then(|end| minors.get(end)).map(|end| format!("<{}", bound(end)));
    let parts: Vec<String> = floor.into_iter().chain(ceiling).collect();
    Some(parts.join(","))
}

/// A minor as people write it in an upper bound: `2` for `2.0`.
pub fn bound(minor: &str) -> &str {
    minor.strip_suffix(".0").unwrap_or(minor)
}

fn meets(install: &Install<'_>, needs: &[Need]) -> bool {
    needs
        .iter()
        .all(|(sdk, releases)| install.release(*sdk).is_none_or(|release| releases.contains(release.minor)))
}

fn allowed(sdk: Sdk, needs: &[Need]) -> Releases {
    let own = needs.iter().filter(|(other, _)| *other == sdk);
    own.fold(Releases::ALL, |all, (_, releases)| all.and(*releases))
}
