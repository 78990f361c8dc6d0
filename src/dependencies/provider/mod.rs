//! Who provides an import, given the requirements of the project.

use std::collections::{BTreeSet, VecDeque};

use super::carrier::{formerly, is_sdk};
use crate::knowledge::{dependencies, imports};
use crate::project::Project;
use crate::spec::dependency_groups::Item;
use crate::spec::name;
use crate::spec::requirement::Requirement;

/// Where a requirement stands that users do not get by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OptionalSet {
    /// In the extra of this name.
    Extra(String),
    /// In the dependency group of this name.
    Group(String),
}

/// Who provides an import.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportProvider {
    /// A requirement of the project.
    Declared {
        /// Its name, normalised.
        by: String,
    },
    /// A distribution that comes along with a requirement.
    Transitive {
        /// The distribution, normalised.
        by: String,
        /// The requirement that brings it, normalised.
        carrier: String,
        /// Nothing brings it but some releases of the carrier, an SDK, and its newest does not.
        formerly: bool,
    },
    /// A requirement that users do not get by themselves.
    OnlyInExtra {
        /// As written.
        requirement: String,
        /// Where it stands.
        place: OptionalSet,
    },
    /// None of the requirements.
    Undeclared {
        /// The distribution to declare.
        suggestion: String,
    },
    /// The tables do not tell.
    Unknown,
}

/// Who provides an import, and how sure that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribution {
    /// Who.
    pub provider: ImportProvider,
    /// All that the requirements bring is known; otherwise more may come along with them than was found.
    pub certain: bool,
}

/// What the project declares.
#[derive(Debug, Default)]
pub struct Declarations {
    /// The requirements that every user gets, in the order written.
    pub required: Vec<Requirement>,
    /// Those that users do not get by themselves.
    pub optional: Vec<(Requirement, OptionalSet)>,
    /// Imports with the distribution that the project says they are from.
    pub named: Vec<(String, String)>,
}

impl Declarations {
    /// What `project` declares; none when it cannot be known from its file.
    pub fn of(project: &Project) -> Option<Self> {
        if !project.has_table()
            || project.is_dynamic("dependencies")
            || project.misread("project.dependencies")
        {
            return None;
        }
        let mut required = Vec::new();
        for wanted in &project.dependencies {
            required.push(wanted.value.as_ref().ok()?.clone());
        }
        let mut declarations = Self { required, ..Self::default() };
        let own = project.name.as_ref().map(|name| name::normalize(&name.value));
        let asked = asked_of_itself(project, &declarations.required, own.as_deref());
        for extra in &project.optional_dependencies {
            let requirements = extra.requirements.iter().filter_map(|wanted| wanted.value.as_ref().ok());
            if asked.contains(&name::normalize(&extra.name.value)) {
                declarations.required.extend(requirements.cloned());
            } else {
                let place = OptionalSet::Extra(extra.name.value.clone());
                declarations.optional.extend(requirements.map(|wanted| (wanted.clone(), place.clone())));
            }
        }
        for (group, items) in &project.dependency_groups.groups {
            let texts = items.iter().filter_map(|item| match item {
                Item::Requirement(text) => Requirement::parse(text).ok(),
                Item::Include(_) => None,
            });
            declarations.optional.extend(texts.map(|wanted| (wanted, OptionalSet::Group(group.clone()))));
        }
        let named = project.settings.imports.iter();
        declarations.named =
            named.map(|(module, by)| (module.value.clone(), name::normalize(&by.value))).collect();
        Some(declarations)
    }
}

/// The extras of the project itself that its users get: those that its requirements or its entry points ask for.
fn asked_of_itself(project: &Project, required: &[Requirement], own: Option<&str>) -> BTreeSet<String> {
    let itself = |wanted: &&Requirement| Some(name::normalize(&wanted.name).as_str()) == own;
    let by_requirements = required.iter().filter(itself).flat_map(|wanted| &wanted.extras);
    let entries = project.entry_points.iter().flat_map(|group| &group.entries);
    let by_entries =
        entries.filter_map(|entry| entry.reference.as_ref().ok()).flat_map(|entry| &entry.extras);
    by_requirements.chain(by_entries).map(|extra| name::normalize(extra)).collect()
}

/// Whether a distribution holds a module.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    /// It is named alike, and nobody has looked into it.
    Perhaps,
    No,
}

/// Who provides the import `module`, a dotted name as written.
pub fn provider(module: &str, declarations: &Declarations) -> Attribution {
    let question = Question::new(module, declarations);
    let closure = Closure::of(&declarations.required);
    let certain = closure.complete;
    let answer = |provider| Attribution { provider, certain };
    let mut perhaps = false;
    let required: Vec<String> =
        declarations.required.iter().map(|wanted| name::normalize(&wanted.name)).collect();
    for by in required {
        match question.held_by(&by) {
            Holds::Yes => return answer(ImportProvider::Declared { by }),
            Holds::Perhaps => perhaps = true,
            Holds::No => {}
        }
    }
    for Carried { name, carrier, formerly } in &closure.carried {
        match question.held_by(name) {
            Holds::Yes if question.namespace => {
                return answer(ImportProvider::Declared { by: (*name).to_owned() });
            }
            Holds::Yes => {
                let formerly = *formerly && !perhaps && closure.drops(carrier);
                return answer(ImportProvider::Transitive {
                    by: (*name).to_owned(),
                    carrier: carrier.clone(),
                    formerly,
                });
            }
            Holds::Perhaps => perhaps = true,
            Holds::No => {}
        }
    }
    if perhaps {
        return answer(ImportProvider::Unknown);
    }
    let optional = declarations
        .optional
        .iter()
        .find(|(wanted, _)| question.held_by(&name::normalize(&wanted.name)) == Holds::Yes);
    if let Some((wanted, place)) = optional {
        let requirement = wanted.text.trim().to_owned();
        return answer(ImportProvider::OnlyInExtra { requirement, place: place.clone() });
    }
    answer(match question.suggestion() {
        Some(suggestion) => ImportProvider::Undeclared { suggestion },
        None => ImportProvider::Unknown,
    })
}

/// Whether the modules of all that the project's users get are known, whatever comes along with it.
pub fn holds_all_known(declarations: &Declarations) -> bool {
    let closure = Closure::of(&declarations.required);
    let direct = declarations.required.iter().map(|wanted| name::normalize(&wanted.name));
    let carried = closure.carried.iter().map(|carried| carried.name.to_owned());
    closure.complete && direct.chain(carried).all(|name| imports::modules_of(&name).is_some())
}

/// Whether surely nothing that the project declares holds the module, and nothing that comes along.
pub fn nobody_holds(module: &str, declarations: &Declarations) -> bool {
    let question = Question::new(module, declarations);
    let closure = Closure::of(&declarations.required);
    let written = declarations.required.iter().chain(declarations.optional.iter().map(|(wanted, _)| wanted));
    let mut names: Vec<String> = written.map(|wanted| name::normalize(&wanted.name)).collect();
    names.extend(closure.carried.iter().map(|carried| carried.name.to_owned()));
    let free = question.named.is_none() && !question.namespace && closure.complete;
    free && names.iter().all(|name| question.held_by(name) == Holds::No)
}

/// One import that is asked after.
struct Question<'a> {
    /// Its first part.
    top: &'a str,
    /// Several distributions share the first part.
    namespace: bool,
    /// The distribution that the project says it is from.
    named: Option<&'a str>,
}

impl<'a> Question<'a> {
    fn new(module: &'a str, declarations: &'a Declarations) -> Self {
        let top = module.split('.').next().unwrap_or(module);
        let covers = |named: &str| {
            module.strip_prefix(named).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let named = declarations.named.iter().filter(|(named, _)| covers(named));
        let named = named.max_by_key(|(named, _)| named.len()).map(|(_, by)| by.as_str());
        Self { top, namespace: named.is_none() && imports::is_namespace(top), named }
    }

    fn held_by(&self, distribution: &str) -> Holds {
        if let Some(named) = self.named {
            return if named == distribution { Holds::Yes } else { Holds::No };
        }
        if self.namespace && folded(distribution).starts_with(&folded(self.top)) {
            return Holds::Yes;
        }
        if let Some(mut modules) = imports::measured(distribution) {
            return if modules.any(|module| module == self.top) { Holds::Yes } else { Holds::No };
        }
        // stubs hold no module that could be imported
        if distribution.starts_with("types-") || distribution.ends_with("-stubs") {
            return Holds::No;
        }
        let said = imports::modules_of(distribution);
        let said_to_hold = said.as_ref().is_some_and(|modules| modules.contains(&self.top));
        if said_to_hold || said.is_none() && name::escaped(distribution) == self.top.to_ascii_lowercase() {
            return Holds::Yes;
        }
        if alike(distribution, self.top) { Holds::Perhaps } else { Holds::No }
    }

    fn suggestion(&self) -> Option<String> {
        if let Some(named) = self.named {
            return Some(named.to_owned());
        }
        if self.namespace || GENERIC.contains(&self.top) {
            return None;
        }
        imports::distributions_of(self.top).first().map(|&name| name.to_owned())
    }
}

/// Modules that many a project has itself, so that a table which names a distribution for them says nothing.
const GENERIC: &[&str] = &[
    "api", "app", "apps", "client", "common", "config", "core", "database", "db", "docs", "examples",
    "helpers", "lib", "main", "models", "schemas", "scripts", "server", "settings", "shared", "src", "test",
    "tests", "tools", "types", "util", "utils",
];

/// Whether a name contains the other, as `opencv-python-extra` does `opencv`: then the one may hold the other.
fn alike(distribution: &str, module: &str) -> bool {
    let (distribution, module) = (folded(distribution), folded(module));
    let stem = distribution.strip_prefix("python").unwrap_or(&distribution);
    let stem = stem.strip_prefix("py").unwrap_or(stem);
    distribution.contains(&module) || !stem.is_empty() && module.contains(stem)
}

/// A name without what separates its parts.
fn folded(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// One distribution that comes along.
struct Carried {
    name: &'static str,
    /// The requirement that brings it.
    carrier: String,
    /// Only some releases do, and not the newest.
    formerly: bool,
}

/// All that comes along with the requirements: first what the newest releases bring, then what others have brought.
struct Closure {
    carried: Vec<Carried>,
    /// Nothing else can come along.
    complete: bool,
}

/// A distribution to look into: its name, the extras asked of it, and the requirement that brings it.
type Pending = VecDeque<(String, Vec<String>, String)>;

impl Closure {
    fn of(required: &[Requirement]) -> Self {
        let mut closure = Self { carried: Vec::new(), complete: true };
        let roots = required.iter().map(|wanted| {
            let name = name::normalize(&wanted.name);
            let extras = wanted.extras.iter().map(|extra| name::normalize(extra)).collect();
            (name.clone(), extras, name)
        });
        let roots: Vec<_> = roots.collect();
        closure.follow(roots.iter().cloned().collect());
        let brought = closure.carried.iter().map(|carried| (carried.name, carried.carrier.as_str()));
        let all = roots.iter().map(|(name, _, carrier)| (name.as_str(), carrier.as_str())).chain(brought);
        let former: Vec<_> = all
            .flat_map(|(name, carrier)| formerly(name).map(move |name| (name, carrier.to_owned())))
            .collect();
        let former = former.into_iter().map(|(name, carrier)| Carried { name, carrier, formerly: true });
        closure.carried.extend(former);
        closure
    }

    fn follow(&mut self, mut pending: Pending) {
        let mut seen = BTreeSet::new();
        while let Some((distribution, extras, carrier)) = pending.pop_front() {
            if !seen.insert((distribution.clone(), extras.clone())) {
                continue;
            }
            let Some(known) = dependencies::of(&distribution) else {
                self.complete = false;
                continue;
            };
            self.complete &= known.is_complete();
            for next in known.with(&extras) {
                self.carried.push(Carried { name: next.name, carrier: carrier.clone(), formerly: false });
                let extras = next.extras().map(str::to_owned).collect();
                pending.push_back((next.name.to_owned(), extras, carrier.clone()));
            }
        }
    }

    /// Whether nothing but the SDK `carrier` can bring what its newest release does not.
    fn drops(&self, carrier: &str) -> bool {
        // what else requires an SDK may hold it at an older release
        let holds_back = |carried: &Carried| is_sdk(carried.name) && !is_sdk(&carried.carrier);
        self.complete && is_sdk(carrier) && !self.carried.iter().any(holds_back)
    }
}

#[cfg(test)]
mod tests;
