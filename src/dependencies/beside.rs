//! What the project requires beside the SDKs, as far as it bears on their releases.
//!
//! A release whose own requirements contradict the project's is none that installers take. A release that does not
//! start beside the newest of something does where that is held back.

use std::collections::BTreeSet;

use super::Declared;
use super::applies::{self, Applicability};
use super::demand;
use crate::knowledge::dependencies;
use crate::sdk::{self, Releases};
use crate::spec::name;
use crate::spec::range::Range;
use crate::spec::requirement::Requirement;
use crate::spec::version::{self, Version, VersionSpecifier, VersionSpecifiers};

/// The requirements that are for no SDK.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside<'a> {
    /// Those that hold everywhere.
    sure: Vec<&'a Requirement>,
    /// Those that hold here and there.
    perhaps: Vec<&'a Requirement>,
}

impl<'a> Beside<'a> {
    pub(super) fn read(all: &[Declared<'a>], pythons: &[Version]) -> Self {
        let mut beside = Self::default();
        for Declared { requirement, .. } in all.iter().filter(|one| !demand::is_family(one.requirement)) {
            match applies::holds(requirement.marker.as_ref(), pythons) {
                Applicability::Never => {}
                Applicability::Always if requirement.url.is_none() => beside.sure.push(requirement),
                Applicability::Always | Applicability::Perhaps => beside.perhaps.push(requirement),
            }
        }
        beside
    }

    /// The releases whose requirements, listed under `keys`, contradict the project's.
    pub(super) fn barred(&self, keys: &[String]) -> Releases {
        let mut barred = Releases::NONE;
        for own in &self.sure {
            let Some(specifiers) = &own.specifiers else { continue };
            let name = name::normalize(&own.name);
            for (releases, text) in keys.iter().flat_map(|key| sdk::requirements(key, &name)) {
                let contradicts =
                    wanted(text).is_some_and(|wanted| Range::of([specifiers, &wanted]).is_empty());
                barred = if contradicts { barred.or(releases) } else { barred };
            }
        }
        barred
    }

    /// Whether the project keeps within `bound`: `pydantic<2.14`, or a name that has to be required at all.
    pub(super) fn holds(&self, bound: &Requirement) -> Applicability {
        let name = name::normalize(&bound.name);
        let named = |one: &&&Requirement| name::normalize(&one.name) == name;
        let own: Vec<&Requirement> = self.sure.iter().filter(named).copied().collect();
        let held = match bound.specifiers.as_ref().and_then(beyond) {
            Some(beyond) => {
                let specifiers = own.iter().filter_map(|one| one.specifiers.as_ref());
                !own.is_empty() && Range::of(specifiers.chain([&beyond])).is_empty()
            }
            None => !own.is_empty(),
        };
        let all = || self.sure.iter().chain(&self.perhaps);
        if held {
            Applicability::Always
        } else if self.perhaps.iter().any(|one| named(&one)) || all().any(|one| may_hold(one, &name)) {
            Applicability::Perhaps
        } else {
            Applicability::Never
        }
    }
}

/// What a release requires, without the extras in front.
pub(super) fn wanted(text: &str) -> Option<VersionSpecifiers> {
    let specifiers = text.split_once(']').map_or(text, |(_, specifiers)| specifiers);
    version::parse_specifiers(specifiers).ok()
}

/// All versions that lie beyond an upper bound.
fn beyond(bound: &VersionSpecifiers) -> Option<VersionSpecifiers> {
    let first = bound.iter().next()?.version().clone();
    Some(VersionSpecifiers::from(VersionSpecifier::greater_than_equal_version(first)))
}

/// Whether `requirement`, or what comes with it, may hold `wanted` back or bring it.
fn may_hold(requirement: &Requirement, wanted: &str) -> bool {
    let extras: Vec<String> = requirement.extras.iter().map(|extra| name::normalize(extra)).collect();
    // of an older release it is not known what it requires
    let is_newest = !Range::of(requirement.specifiers.as_ref()).is_bounded();
    let mut todo = vec![(name::normalize(&requirement.name), extras)];
    let mut seen = BTreeSet::new();
    while let Some((name, extras)) = todo.pop() {
        if name == wanted || !seen.insert((name.clone(), extras.clone())) {
            continue;
        }
        let Some(known) = dependencies::of(&name).filter(|known| known.is_complete()) else { return true };
        for next in known.with(&extras) {
            if next.name == wanted && !(is_newest && sdk::lets_in_the_newest(&name, wanted)) {
                return true;
            }
            todo.push((next.name.to_owned(), next.extras().map(str::to_owned).collect()));
        }
    }
    false
}
