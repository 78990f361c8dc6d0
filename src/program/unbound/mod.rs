//! Names that code reads and nothing binds, so that it ends with a `NameError`.
//!
//! Python looks a name up when it comes to it. So each body is walked in the order in which it runs (`body`), with the
//! names that may be bound by then: that set only grows, so branches need no merging. What a start surely runs is walked
//! first, from what the scripts name along its imports and calls ([`follow`](Search::follow)): there a name that is bound
//! too late is a fault as well. Of all other code only what is bound nowhere is told, and not as certain.
//!
//! | the name is bound | in code that every start runs | elsewhere |
//! |---|---|---|
//! | nowhere in the module | a fault for sure | a fault where it runs |
//! | only under `if TYPE_CHECKING`, or for `__main__` | a fault for sure | a fault where it runs |
//! | further below | a fault for sure | unknown |
//! | by a star of an unknown module, `globals()`, `exec`, another module | unknown | unknown |

mod blocking;
mod body;
mod exit;
mod lookup;
mod term;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use self::blocking::blocking;
use self::body::{Walk, Walked};
use super::{BodyKey, Program, Resolution};
use crate::layout::with_parents;
use crate::syntax::{BindingKind, Function, Guard, Module};
use crate::text::Span;

/// A name that is read where nothing has bound it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnboundName<'a> {
    /// The module that reads it.
    pub module: &'a str,
    /// Where.
    pub span: Span,
    /// The name.
    pub name: &'a str,
    /// Why nothing has.
    pub why: Unbound,
    /// Whether every start of a script comes there.
    pub certain: bool,
}

/// Why a name is not bound where it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unbound {
    /// Nothing binds it.
    Nowhere,
    /// It is bound under this guard alone: [`Guard::Main`] or [`Guard::TypeChecking`].
    Under(Guard),
    /// The first that binds it stands there, and runs later.
    Later(Span),
    /// It is a local name of the function, and has no value yet.
    Local,
    /// It was the name of an exception, which Python takes away at the end of the clause.
    Handled,
}

impl Program {
    /// The names that are read and bound by nothing, by module and place; `eager` tells whether an admitted Python
    /// evaluates annotations where they stand.
    pub fn unbound_names(&self, eager: bool) -> Vec<UnboundName<'_>> {
        if self.iter().any(|(_, module)| adds_builtins(module)) {
            return Vec::new();
        }
        let mut search = Search {
            program: self,
            eager,
            blocking: blocking(self),
            indices: HashMap::new(),
            seen: HashSet::new(),
            defined: Vec::new(),
            found: Vec::new(),
        };
        search.follow();
        search.look_at_the_rest();
        let mut found = search.found;
        found.sort_unstable();
        found.dedup_by_key(|one| (one.module, one.span));
        found
    }
}

/// Whether the module may give every other module a name: `builtins.x = ...`, `gettext.install(...)`.
fn adds_builtins(module: &Module) -> bool {
    let text = module.source().text();
    let installs = |path: &str| {
        let (object, name) = path.rsplit_once('.').unwrap_or(("", path));
        name == "install" && !object.starts_with("rich.") && object != "uvloop"
    };
    ["__builtins__", "builtins.__dict__", "vars(builtins)"].iter().any(|word| text.contains(word))
        || module.calls().iter().any(|call| installs(&call.path))
}

/// A body: its module and number.
type Place<'a> = (&'a str, usize);

/// The search through a program.
struct Search<'a> {
    program: &'a Program,
    eager: bool,
    /// The bodies that may wait for clients, or for ever.
    blocking: BTreeSet<BodyKey>,
    indices: HashMap<&'a str, Rc<Index<'a>>>,
    /// The bodies that were walked.
    seen: HashSet<Place<'a>>,
    /// The functions that were defined there.
    defined: Vec<Place<'a>>,
    found: Vec<UnboundName<'a>>,
}

impl<'a> Search<'a> {
    /// Walks all that every start of a script runs.
    fn follow(&mut self) {
        let mut pending = self.starts();
        while let Some(place) = pending.pop() {
            if self.seen.insert(place) {
                pending.extend(self.walk(place, true));
            }
        }
    }

    /// The bodies that the scripts name.
    fn starts(&self) -> Vec<Place<'a>> {
        let mut starts = Vec::new();
        for entry in self.program.entry_points() {
            let modules =
                with_parents(&entry.module).filter_map(|name| self.program.parsed.get_key_value(name));
            starts.extend(modules.map(|(name, _)| (name.as_str(), 0)));
            let attributes: Vec<&str> = entry.attributes.iter().map(String::as_str).collect();
            let Resolution::Bound(found) = self.program.resolve(&entry.module, &attributes) else { continue };
            let [one] = &*found else { continue };
            if let Some(BindingKind::Function(function)) = one.binding().map(|binding| &binding.kind) {
                starts.extend(
                    (is_plain(function) && !function.is_async()).then_some((one.module, function.body)),
                );
            }
        }
        starts
    }

    /// Walks all other code: what an import of each module runs, and the functions that are defined there.
    fn look_at_the_rest(&mut self) {
        let mut pending: Vec<Place<'a>> = self.program.iter().map(|(module, _)| (module, 0)).collect();
        pending.append(&mut self.defined);
        while let Some(place) = pending.pop() {
            if self.seen.insert(place) {
                self.walk(place, false);
                pending.append(&mut self.defined);
            }
        }
    }

    /// Walks one body; gives what that surely runs.
    fn walk(&mut self, (module, body): Place<'a>, starts: bool) -> Vec<Place<'a>> {
        let Some(facts) = self.program.module(module).filter(|facts| !facts.is_dynamic()) else {
            return Vec::new();
        };
        let index = self.indices.entry(module).or_insert_with(|| Rc::new(Index::of(facts))).clone();
        let mut walk = Walk::new(self, &index, module, body, starts);
        match index.functions.get(&body) {
            Some(function) => walk.function(&function.definition),
            None => walk.block(facts.code()),
        }
        let Walked { found, defined, runs } = walk.finish();
        self.found.extend(found);
        self.defined.extend(defined);
        runs
    }
}

/// What a module holds, by its places.
pub(super) struct Index<'a> {
    facts: &'a Module,
    /// By the numbers of their bodies.
    functions: HashMap<usize, &'a Function>,
    /// The numbers of the bodies of functions, by the places of their names.
    bodies: HashMap<Span, usize>,
    /// The numbers of calls.
    calls: HashMap<Span, usize>,
}

impl<'a> Index<'a> {
    fn of(facts: &'a Module) -> Self {
        let calls = facts.calls().iter().enumerate();
        Self {
            facts,
            functions: facts.functions().map(|function| (function.body, function)).collect(),
            bodies: facts.functions().map(|function| (function.definition.span, function.body)).collect(),
            calls: calls.map(|(number, call)| (call.span, number)).collect(),
        }
    }
}

/// Whether a call of the function runs what is written in it.
fn is_plain(function: &Function) -> bool {
    function.decorators().is_empty() && !function.is_generator
}

/// What stands before the first dot.
fn first(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// What stands behind the last dot.
fn last(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}
