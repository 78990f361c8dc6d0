//! `pylock.toml` (packaging.python.org, "pylock.toml", PEP 751), version 1: a list, each entry with its own marker.

use super::{Lock, LockFault, LockedPackage, LockedProject, Origin};
use super::{any_of, marker, name_of, requires_python, text_of, texts_of, version_of};
use crate::spec::data::Datum;
use crate::spec::marker::Marker;
use crate::spec::marker_space::MarkerSpace;
use crate::spec::name;
use crate::spec::version;

/// A `[[packages]]`.
struct Package<'d> {
    name: String,
    datum: &'d Datum,
    origin: Origin,
    /// What must all hold.
    markers: Vec<Marker>,
}

pub(super) fn read(root: &Datum, project: &LockedProject<'_>) -> Result<Lock, LockFault> {
    let form = text_of(root, "lock-version").ok_or(LockFault::NoForm("lock-version"))?;
    if !form.starts_with("1.") {
        return Err(LockFault::Form(format!("lock-version = \"{form}\"")));
    }
    let packages = root.get("packages").map(Datum::items).unwrap_or_default();
    let packages = packages.iter().map(package).collect::<Result<Vec<_>, _>>()?;
    let supported = texts_of(root, "environments").map(marker).collect::<Result<Vec<_>, _>>()?;
    let python = requires_python(root);
    let markers = packages.iter().flat_map(|package| &package.markers);
    let markers = markers.chain(&supported).chain(project.markers.iter().copied());
    // a group that the project does not have is the locker's word for the project itself
    let groups =
        texts_of(root, "default-groups").filter(|group| !project.groups.contains(&name::normalize(group)));
    let groups = groups.map(|group| format!("dependency_groups {group}")).collect();
    let mut space = MarkerSpace::new(markers, python.as_ref(), groups);
    let covered = any_of(&mut space, &supported);
    let mut locked = Vec::new();
    let is_own = |package: &Package<'_>| package.name == project.name && package.origin == Origin::Folder;
    for package in packages.iter().filter(|package| !is_own(package)) {
        let environments = package.markers.iter().fold(covered, |all, marker| {
            let one = space.of(marker);
            space.both(all, one)
        });
        let (name, version) = (package.name.clone(), version_of(package.datum, &package.name)?);
        if package.origin == Origin::Index && version.is_none() {
            return Err(LockFault::Package(name));
        }
        locked.push(LockedPackage { name, version, origin: package.origin, environments });
    }
    Ok(Lock { requires_python: python, space, covered, packages: locked, overridden: Vec::new() })
}

fn package(datum: &Datum) -> Result<Package<'_>, LockFault> {
    let name = name_of(datum)?;
    let mut markers = text_of(datum, "marker").map(marker).transpose()?.into_iter().collect::<Vec<_>>();
    if let Some(text) = text_of(datum, "requires-python") {
        let pythons = version::parse_specifiers(text).map_err(|_| LockFault::Package(name.clone()))?;
        for specifier in pythons.iter() {
            let text = specifier.to_string();
            let (sign, number) = text.split_at(text.find(|sign| !"=!~<>".contains(sign)).unwrap_or_default());
            markers.push(marker(&format!("python_full_version {sign} '{}'", number.trim()))?);
        }
    }
    Ok(Package { name, datum, origin: origin(datum), markers })
}

fn origin(package: &Datum) -> Origin {
    let archive = || {
        let archive = package.get("archive")?;
        Some(if archive.get("url").is_some() { Origin::Url } else { Origin::Archive })
    };
    if package.get("vcs").is_some() {
        Origin::Repository
    } else if package.get("directory").is_some() {
        Origin::Folder
    } else {
        archive().unwrap_or(Origin::Index)
    }
}
