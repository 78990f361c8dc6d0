//! The environment that a program reads: the variables that whoever starts the server sets for it.
//!
//! What the text shows of `os`, of `pydantic-settings`, of options with an `envvar` and of a few libraries for settings
//! is read, as far as a script leads there. A name that the text does not tell leaves the environment open. What every
//! system sets by itself is no part of it, and neither are the SDKs' own variables.

mod required_variables;
mod sample;
mod settings;
mod variable_reads;
mod well_known;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::diagnostic::Location;
use crate::program::{Program, Reachability};
use crate::project::EnvVariable;
use crate::syntax::{Binding, BindingKind, Guard, Guards, StaticValue};
use crate::text::Span;

pub use sample::{Sample, samples};
pub use well_known::{is_ambient, names_a_secret};

/// The environment of a program, read once, when somebody first asks.
#[derive(Debug, Default)]
pub struct LazyEnvironment(OnceLock<Environment>);

/// What a program reads from its environment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    /// The variables that it reads, in order of their names.
    pub reads: Vec<Read>,
    /// Whether it may read others, of which the text does not tell the names.
    pub open: bool,
}

/// A variable that a program reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// Its name.
    pub name: String,
    /// Where it is read; where its lack ends the start comes first.
    pub places: Vec<Location>,
    /// Whether no script starts without it.
    pub required: bool,
    /// The text that holds without it, where one is written.
    pub default: Option<String>,
    /// Whether its name or its type says that it is a secret.
    pub secret: bool,
}

/// A variable as the users of a server rely on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether the server does not start without it.
    pub required: bool,
    /// Whether its value is to be shown to nobody.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secret: bool,
}

impl LazyEnvironment {
    /// What `program` reads.
    pub fn get(&self, program: &Program) -> &Environment {
        self.0.get_or_init(|| read(program))
    }
}

impl Environment {
    /// The variable called `name`, where the program is seen to read it.
    pub fn variable(&self, name: &str) -> Option<&Read> {
        self.reads.iter().find(|read| read.name == name)
    }
}

/// The variables that users of the server rely on, in order of their names: as `declared`, and of the others what
/// `reads` tells.
pub fn contract(declared: &[EnvVariable], reads: &[Read]) -> Vec<Variable> {
    let own = |one: &EnvVariable| Variable {
        name: one.name.value.clone(),
        required: one.is_required(),
        secret: one.is_secret(),
    };
    let seen =
        |read: &Read| Variable { name: read.name.clone(), required: read.required, secret: read.secret };
    let mut all: BTreeMap<String, Variable> =
        reads.iter().map(|read| (read.name.clone(), seen(read))).collect();
    all.extend(declared.iter().map(|one| (one.name.value.clone(), own(one))));
    all.into_values().collect()
}

/// Reads the environment of `program`; never fails.
pub fn read(program: &Program) -> Environment {
    let mut search = Search {
        program,
        readers: program.iter().any(|(_, facts)| facts.imports().iter().any(variable_reads::brings_a_reader)),
        found: BTreeMap::new(),
        stored: BTreeSet::new(),
        open: program.unread().next().is_some(),
    };
    for (module, facts) in program.iter() {
        // without a script nothing is reached, and nobody starts it
        if program.reach(module) > Reachability::No {
            search.module(module, facts);
        }
    }
    settings::search(&mut search);
    search.finish()
}

struct Search<'p> {
    program: &'p Program,
    /// Whether objects of other libraries may read variables.
    readers: bool,
    found: BTreeMap<String, Read>,
    /// What the program sets itself.
    stored: BTreeSet<String>,
    open: bool,
}

impl Search<'_> {
    /// Takes in that `module` reads the variable at `span`.
    fn add(&mut self, module: &str, span: Span, asked: Asked) {
        let Some(path) = self.program.path(module) else { return };
        if is_ambient(&asked.name) || !crate::spec::variable_name::is_valid(&asked.name) {
            return;
        }
        let place = Location::span(path, span);
        let secret = asked.secret || names_a_secret(&asked.name);
        let read = self.found.entry(asked.name.clone()).or_insert_with(|| Read {
            name: asked.name,
            places: Vec::new(),
            required: false,
            default: None,
            secret: false,
        });
        match read.places.iter().position(|known| *known == place) {
            Some(known) if asked.required && !read.required => read.places.swap(0, known),
            Some(_) => {}
            None if asked.required && !read.required => read.places.insert(0, place),
            None => read.places.push(place),
        }
        read.required |= asked.required;
        read.secret |= secret;
        read.default = read.default.take().or(asked.default);
    }

    fn finish(self) -> Environment {
        let Self { mut found, stored, open, .. } = self;
        for name in stored {
            if let Some(read) = found.get_mut(&name) {
                read.required = false;
            }
        }
        // nothing holds where the start gives up
        for read in found.values_mut().filter(|read| read.required) {
            read.default = None;
        }
        Environment { reads: found.into_values().collect(), open }
    }

    /// Whether the code is read by a script or by what it serves, as far as that is told of the file as a whole.
    fn is_reached(&self, module: &str, guards: &Guards) -> bool {
        self.program.reach_under(module, 0, guards) > Reachability::No
    }

    /// Whether every script fails at its start where this code does.
    fn ends_the_start(&self, module: &str, body: usize, guards: &Guards) -> bool {
        !guards.inner().contains(&Guard::VariableHandled)
            && self.program.reach_under(module, body, guards) == Reachability::Start
            && self.program.starts_unprovided(module, body)
    }

    /// The text behind `value`, which stands at `span`: a literal, or a name that is bound to one.
    fn text(&self, module: &str, body: usize, value: &StaticValue, span: Span) -> Option<String> {
        match value {
            StaticValue::Text(text) => Some(text.clone()),
            StaticValue::Name(_) => {
                let facts = self.program.module(module)?;
                let written = facts.source().slice(span);
                let written = written.rsplit('=').next()?.trim();
                let bound = facts.lookup(body, written).map(|(_, bindings)| bindings);
                if let Some([Binding { kind: BindingKind::Text(text), .. }]) = bound {
                    return Some(text.value.clone());
                }
                match &*self.program.definitions(module, body, written) {
                    [one] => match &one.binding()?.kind {
                        BindingKind::Text(text) => Some(text.value.clone()),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// What is asked of the environment in one place.
#[derive(Clone, Debug, Default)]
struct Asked {
    name: String,
    required: bool,
    default: Option<String>,
    secret: bool,
}

#[cfg(test)]
mod tests;
