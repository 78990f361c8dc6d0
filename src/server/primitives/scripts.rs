//! The scripts of a project: each is a process of its own, and its server has a list of its own.

use std::collections::HashMap;

use super::primitive::{Primitive, Primitives};
use super::serving;
use crate::program::{Program, ScriptTarget};
use crate::project::Project;

/// What the server of a script lists, with the names under which the script is installed.
pub(super) type ScriptList = (Vec<String>, Primitives);

/// What the scripts call, each once, with the names of the scripts that do.
pub(super) fn targets<'p>(program: &'p Program, project: &Project) -> Vec<(&'p ScriptTarget, Vec<String>)> {
    let mut targets: Vec<(&ScriptTarget, Vec<String>)> = Vec::new();
    for target in program.entry_points() {
        if targets.iter().all(|(known, _)| *known != target) {
            targets.push((target, names(project, target)));
        }
    }
    targets
}

fn names(project: &Project, target: &ScriptTarget) -> Vec<String> {
    let calls = |reference: &crate::spec::entry_points::Reference| {
        reference.module == target.module && reference.attributes == target.attributes
    };
    let scripts = project.scripts().map(|(_, script)| script);
    let scripts = scripts.filter(|script| script.reference.as_ref().is_ok_and(calls));
    scripts.map(|script| script.name.value.clone()).collect()
}

/// The lists as one: what all scripts list alike stands there once, and what they do not says whose it is.
pub(super) fn merged(lists: Vec<ScriptList>) -> Primitives {
    let count = lists.len();
    let mut lists = lists.into_iter();
    let Some((names, mut first)) = lists.next() else { return Primitives::default() };
    let mut merging = first.lists_mut().map(|list| Merging::new(std::mem::take(list), &names));
    let mut endpoints = vec![(names, std::mem::take(&mut first.endpoints))];
    for (names, mut more) in lists {
        first.unknown.append(&mut more.unknown);
        endpoints.push((names.clone(), std::mem::take(&mut more.endpoints)));
        for (merging, list) in merging.iter_mut().zip(more.lists_mut()) {
            merging.extend(std::mem::take(list), &names);
        }
    }
    for (list, merging) in first.lists_mut().into_iter().zip(merging) {
        *list = merging.told(count);
    }
    first.endpoints = serving::merged(endpoints);
    first
}

/// One list over several scripts.
struct Merging {
    /// The entries, each with how many scripts list it and what these are called.
    entries: Vec<(Primitive, usize, Vec<String>)>,
    /// Where those of a name stand.
    places: HashMap<String, Vec<usize>>,
}

impl Merging {
    fn new(list: Vec<Primitive>, names: &[String]) -> Self {
        let mut made = Self { entries: Vec::new(), places: HashMap::new() };
        made.extend(list, names);
        made
    }

    fn extend(&mut self, list: Vec<Primitive>, names: &[String]) {
        for entry in list {
            self.add(entry, names);
        }
    }

    fn add(&mut self, entry: Primitive, names: &[String]) {
        let places = self.places.entry(entry.key().unwrap_or_default().to_owned()).or_default();
        if let Some(same) = places.iter().find(|at| self.entries[**at].0 == entry) {
            let (_, scripts, known) = &mut self.entries[*same];
            *scripts += 1;
            known.extend_from_slice(names);
        } else {
            places.push(self.entries.len());
            self.entries.push((entry, 1, names.to_vec()));
        }
    }

    /// The entries, of which those say whose they are that not all of so many scripts list.
    fn told(self, count: usize) -> Vec<Primitive> {
        let told = |(entry, scripts, mut names): (Primitive, usize, Vec<String>)| {
            names.sort_unstable();
            Primitive { scripts: if scripts == count { Vec::new() } else { names }, ..entry }
        };
        self.entries.into_iter().map(told).collect()
    }
}
