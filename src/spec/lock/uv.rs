//! `uv.lock`, version 1 in any revision: the graph of what each package requires.
//!
//! A package that the lock holds more than once is told by version and source where it is required. Of extras and groups
//! that exclude each other markers tell in names of their own: `extra == 'extra-7-weather-cli'`.

use std::collections::HashMap;

use super::{Lock, LockFault, LockedPackage, LockedProject, Origin};
use super::{any_of, marker, name_of, requires_python, text_of, texts_of, version_of};
use crate::spec::data::Datum;
use crate::spec::marker::Marker;
use crate::spec::marker_space::{MarkerSet, MarkerSpace};

/// A `[[package]]`.
struct Package<'d> {
    name: String,
    datum: &'d Datum,
    origin: Origin,
    /// What it requires, and what its extras do.
    requires: Vec<Edge<'d>>,
    extras: HashMap<&'d str, Vec<Edge<'d>>>,
}

/// Something that is required.
struct Edge<'d> {
    name: String,
    datum: &'d Datum,
    marker: Option<Marker>,
}

/// A package, and the extra of it that is asked for.
type Place<'d> = (usize, Option<&'d str>);

pub(super) fn read(root: &Datum, project: &LockedProject<'_>) -> Result<Lock, LockFault> {
    match root.get("version") {
        Some(Datum::Int(1)) => {}
        Some(Datum::Int(form)) => return Err(LockFault::Form(format!("version = {form}"))),
        _ => return Err(LockFault::NoForm("version")),
    }
    let packages = root.get("package").map(Datum::items).unwrap_or_default();
    let packages = packages.iter().map(package).collect::<Result<Vec<_>, _>>()?;
    let own = own(&packages, project.name).ok_or_else(|| LockFault::NoProject(project.name.to_owned()))?;
    let supported = texts_of(root, "supported-markers").map(marker).collect::<Result<Vec<_>, _>>()?;
    let python = requires_python(root);
    let edges =
        packages.iter().flat_map(|package| package.requires.iter().chain(package.extras.values().flatten()));
    let markers = edges.filter_map(|edge| edge.marker.as_ref());
    let markers = markers.chain(&supported).chain(project.markers.iter().copied());
    let extras = vec![format!("project-{}-{}", project.name.len(), project.name)];
    let mut space = MarkerSpace::new(markers, python.as_ref(), extras);
    let covered = any_of(&mut space, &supported);
    let reached = reached(&packages, own, covered, &mut space)?;
    let mut locked = Vec::new();
    for (at, package) in packages.iter().enumerate().filter(|(at, _)| *at != own) {
        let places = reached.iter().filter(|((place, _), _)| *place == at);
        let environments = places.fold(MarkerSet::NONE, |all, (_, set)| space.either(all, *set));
        locked.push(LockedPackage {
            name: package.name.clone(),
            version: version_of(package.datum, &package.name)?,
            origin: package.origin,
            environments,
        });
    }
    let overrides = root.get("manifest").and_then(|manifest| manifest.get("overrides"));
    let overridden =
        overrides.map(Datum::items).unwrap_or_default().iter().filter_map(|one| name_of(one).ok());
    Ok(Lock { requires_python: python, overridden: overridden.collect(), space, covered, packages: locked })
}

fn package(datum: &Datum) -> Result<Package<'_>, LockFault> {
    let name = name_of(datum)?;
    let origin = datum.get("source").and_then(origin).ok_or_else(|| LockFault::Package(name.clone()))?;
    let mut extras = HashMap::new();
    if let Some(Datum::Map(all)) = datum.get("optional-dependencies") {
        for (extra, requires) in all {
            extras.insert(extra.text().unwrap_or_default(), edges(requires)?);
        }
    }
    let requires = datum.get("dependencies").map(edges).transpose()?.unwrap_or_default();
    Ok(Package { name, datum, origin, requires, extras })
}

fn origin(source: &Datum) -> Option<Origin> {
    const KINDS: [(&str, Origin); 7] = [
        ("registry", Origin::Index),
        ("git", Origin::Repository),
        ("url", Origin::Url),
        ("path", Origin::Archive),
        ("directory", Origin::Folder),
        ("editable", Origin::Folder),
        ("virtual", Origin::Folder),
    ];
    KINDS.into_iter().find(|(key, _)| source.get(key).is_some()).map(|(_, origin)| origin)
}

fn edges(list: &Datum) -> Result<Vec<Edge<'_>>, LockFault> {
    let edge = |datum| {
        let marker = text_of(datum, "marker").map(marker).transpose()?;
        Ok(Edge { name: name_of(datum)?, datum, marker })
    };
    list.items().iter().map(edge).collect()
}

/// The project itself: the one folder of its name.
fn own(packages: &[Package<'_>], name: &str) -> Option<usize> {
    let is_own = |package: &Package<'_>| package.name == name && package.origin == Origin::Folder;
    let mut own = packages.iter().enumerate().filter(|(_, package)| is_own(package));
    own.next().filter(|_| own.next().is_none()).map(|(at, _)| at)
}

/// Where an install comes to from the project, and in which environments.
fn reached<'d>(
    packages: &'d [Package<'d>],
    own: usize,
    covered: MarkerSet,
    space: &mut MarkerSpace,
) -> Result<HashMap<Place<'d>, MarkerSet>, LockFault> {
    let mut reached: HashMap<Place<'d>, MarkerSet> = HashMap::from([((own, None), covered)]);
    let mut pending: Vec<Place<'d>> = vec![(own, None)];
    while let Some(place) = pending.pop() {
        let here = reached[&place];
        let package = &packages[place.0];
        let requires = place.1.map_or(Some(&package.requires), |extra| package.extras.get(extra));
        for edge in requires.into_iter().flatten() {
            let admitted = edge.marker.as_ref().map_or(MarkerSet::ALL, |marker| space.of(marker));
            let there = space.both(here, admitted);
            let target = target(packages, edge)
                .ok_or_else(|| LockFault::Edge(package.name.clone(), edge.name.clone()))?;
            let extras = edge.datum.get("extra").map(Datum::items).unwrap_or_default();
            let extras = extras.iter().filter_map(Datum::text).map(Some);
            for place in std::iter::once(None).chain(extras).map(|extra| (target, extra)) {
                let before = reached.get(&place).copied().unwrap_or(MarkerSet::NONE);
                let now = space.either(before, there);
                if now != before {
                    reached.insert(place, now);
                    pending.push(place);
                }
            }
        }
    }
    Ok(reached)
}

/// The one package that is meant.
fn target(packages: &[Package<'_>], edge: &Edge<'_>) -> Option<usize> {
    let agrees = |package: &Package<'_>, key: &str| {
        edge.datum.get(key).is_none_or(|wanted| package.datum.get(key) == Some(wanted))
    };
    let is_meant = |package: &Package<'_>| {
        package.name == edge.name && agrees(package, "version") && agrees(package, "source")
    };
    let mut meant = packages.iter().enumerate().filter(|(_, package)| is_meant(package));
    meant.next().filter(|_| meant.next().is_none()).map(|(at, _)| at)
}
