//! What the project's lock chose, and where that contradicts what the project requires.
//!
//! A requirement is judged on the machines that clients run on and the Pythons that both the project and the lock admit:
//! where it surely holds on one of them, and what the lock surely installs there is admitted by it or not.

use super::applies;
use crate::knowledge::machines::{MACHINES, Machine};
use crate::project::{Project, Required};
use crate::spec::lock::{Lock, LockFault, LockedPackage, LockedProject, Origin};
use crate::spec::marker_space::{MarkerEnvironment, MarkerSet, MarkerSpace};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::spec::version::Version;
use crate::text::RelPath;
use crate::tree::SourceTree;

/// The extra that pins all that an install takes.
pub const EXTRA: &str = "locked";

/// The lock that lies beside a project that does not name one.
const BESIDE: &str = "uv.lock";

/// The lock of a project.
#[derive(Debug)]
pub struct ProjectLock {
    /// Where it lies.
    pub path: RelPath,
    /// Whether the setting `locked` names it.
    pub is_named: bool,
    /// What it chose, or why that cannot be told.
    pub chosen: Result<Choice, LockFault>,
}

/// What a lock chose.
#[derive(Debug)]
pub struct Choice {
    /// The requirements that pin it.
    pub pins: Vec<Requirement>,
    /// What has no version on an index to pin, and where it comes from.
    pub unpinned: Vec<(String, Origin)>,
    /// The requirements of the project that it does not meet, by their places among all that every install has.
    pub unmet: Vec<(usize, Unmet)>,
    /// The Pythons that the project admits and the lock does not.
    pub uncovered: Vec<Version>,
    /// What it took though something else may require another version of it.
    pub overridden: Vec<String>,
}

/// How a lock fails a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unmet {
    /// It took a version that is not admitted.
    Outside(Version),
    /// It took nothing, on the one system or, without one, on any.
    Absent(Option<&'static str>),
}

impl ProjectLock {
    /// The lock that the setting `locked` names.
    pub fn named(project: &Project, tree: &SourceTree) -> Option<Self> {
        let path = project.settings.locked.as_ref()?.value.clone();
        let text = tree.file(&path).and_then(|file| tree.text_lossy(&file.path));
        let chosen = text.ok_or(LockFault::NoFile).and_then(|text| choice(project, path.name(), &text));
        Some(Self { path, is_named: true, chosen })
    }

    /// The lock that uv keeps for a project, which is none where it is of another.
    pub fn beside(project: &Project, tree: &SourceTree) -> Option<Self> {
        let path = RelPath::new(BESIDE);
        let text = tree.text_lossy(&tree.file(&path)?.path)?;
        let chosen = choice(project, path.name(), &text);
        chosen.is_ok().then_some(Self { path, is_named: false, chosen })
    }

    /// What the extra installs on a machine with a Python: `numpy==2.2.6`.
    pub fn pins_on(
        &self,
        project: &Project,
        machine: &'static Machine,
        python: &Version,
    ) -> Option<Vec<String>> {
        let pins = self.extra(project)?;
        let markers = pins.iter().filter_map(|pin| pin.marker.as_ref());
        let mut space = MarkerSpace::new(markers, None, Vec::new());
        let environment = MarkerEnvironment { python: python.clone(), words: machine.words };
        let held = pins.iter().filter(|pin| {
            let set = pin.marker.as_ref().map_or(MarkerSet::ALL, |marker| space.of(marker));
            space.contains(set, &environment, true)
        });
        Some(held.map(|pin| pin.text.split(" ;").next().unwrap_or_default().to_owned()).collect())
    }

    /// The requirements for the extra `locked`; none where it cannot be made.
    pub fn extra(&self, project: &Project) -> Option<&[Requirement]> {
        let choice = self.chosen.as_ref().ok().filter(|choice| choice.unpinned.is_empty())?;
        (self.is_named && own_extra(project).is_none()).then_some(&choice.pins)
    }
}

/// The place of an extra of the project's own that is called like the one that is made.
pub fn own_extra(project: &Project) -> Option<&crate::project::Extra> {
    project.optional_dependencies.iter().find(|extra| name::normalize(&extra.name.value) == EXTRA)
}

fn choice(project: &Project, file_name: &str, text: &str) -> Result<Choice, LockFault> {
    let own = project.name.as_ref().map(|name| name::normalize(&name.value)).unwrap_or_default();
    let required: Vec<Required<'_>> = project.required().filter(|one| one.extra.is_none()).collect();
    let markers: Vec<_> = required.iter().filter_map(|one| one.requirement.marker.as_ref()).collect();
    let groups = project.dependency_groups.groups.iter().map(|(group, _)| name::normalize(group));
    let groups: Vec<String> = groups.collect();
    let of = LockedProject { name: &own, groups: &groups, markers: &markers };
    let mut lock = Lock::read(file_name, text, &of)?;
    let pins = lock.pins()?;
    let pins = pins.iter().map(|pin| Requirement::parse(pin).map_err(|_| LockFault::Package(pin.clone())));
    let pins = pins.collect::<Result<_, _>>()?;
    let unpinned = lock.packages.iter().filter(|package| package.origin != Origin::Index);
    let unpinned = unpinned.map(|package| (package.name.clone(), package.origin)).collect();
    let pythons = applies::pythons(project);
    let (covered, uncovered): (Vec<_>, Vec<_>) = match &lock.requires_python {
        Some(wanted) => pythons.into_iter().partition(|python| applies::admits(wanted, python)),
        None => (pythons, Vec::new()),
    };
    let environments = environments(&covered);
    let judged = required.iter().enumerate().filter(|(_, one)| one.name() != own);
    let unmet = judged.filter_map(|(at, one)| Some((at, unmet(&mut lock, one.requirement, &environments)?)));
    let unmet = unmet.collect();
    let overridden = lock.overridden.iter().filter(|name| lock.called(name).next().is_some()).cloned();
    Ok(Choice { pins, unpinned, unmet, uncovered, overridden: overridden.collect() })
}

fn environments(pythons: &[Version]) -> Vec<(&'static Machine, MarkerEnvironment)> {
    let on = |machine: &'static Machine| {
        let environment =
            |python: &Version| MarkerEnvironment { python: python.clone(), words: machine.words };
        pythons.iter().map(move |python| (machine, environment(python)))
    };
    MACHINES.iter().flat_map(on).collect()
}

/// How the lock fails a requirement.
fn unmet(
    lock: &mut Lock,
    requirement: &Requirement,
    environments: &[(&'static Machine, MarkerEnvironment)],
) -> Option<Unmet> {
    let wanted = requirement.marker.as_ref().map_or(MarkerSet::ALL, |marker| lock.space.of(marker));
    let wanted = lock.space.both(wanted, lock.covered);
    let name = name::normalize(&requirement.name);
    let takes = |package: &LockedPackage, one: &MarkerEnvironment, perhaps: bool| {
        lock.space.contains(package.environments, one, perhaps)
    };
    let asking: Vec<_> =
        environments.iter().filter(|(_, one)| lock.space.contains(wanted, one, false)).collect();
    let is_admitted = |version: &Version| {
        requirement.specifiers.as_ref().is_none_or(|specifiers| specifiers.contains(version))
    };
    let is_judged = requirement.url.is_none() && requirement.arbitrary.is_empty();
    let outside = asking.iter().filter(|_| is_judged).find_map(|(_, one)| {
        let mut taken = lock.called(&name).filter(|package| takes(package, one, false));
        taken.find_map(|package| package.version.clone().filter(|version| !is_admitted(version)))
    });
    if let Some(version) = outside {
        return Some(Unmet::Outside(version));
    }
    let lacks = |one: &MarkerEnvironment| !lock.called(&name).any(|package| takes(package, one, true));
    let lacking: Vec<_> = asking.iter().filter(|(_, one)| lacks(one)).collect();
    let (machine, _) = lacking.first()?;
    Some(Unmet::Absent((lacking.len() < asking.len()).then_some(machine.system)))
}
