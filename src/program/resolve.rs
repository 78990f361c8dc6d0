//! What a name stands for, through re-exports, aliases and star imports.
//!
//! A *binding* is one place that gives a name of a module its meaning: `def`, `class`, `import`, `=`. What is asked
//! is: if `module.name` were read when the module has been imported, what would be there? Three answers:
//!
//! ```python
//! try:
//!     from fast import load          # a binding that may fail
//! except ImportError:
//!     load = None                    # and its fallback
//! from ._version import *            # the star: whatever that module's `__all__` says
//! ```
//!
//! - `load` is `Bound` to two definitions: what `fast` has, and `None`. Whoever asks must be right for both.
//! - `version` is `Bound` where the module behind the star binds it, and `Unbound` where that module is known wholly and
//!   does not. `Unbound` is the one answer that makes an error ("the script names what is not there").
//! - It is `Unknown` where anything on the way is: a module outside the project, one that writes to `globals()`, one
//!   that is not Python, a chain that comes back to itself, a name that a `del` may have taken away.

use super::Program;
use crate::syntax::{Binding, BindingKind, DunderAll, Flow, Guard, Module, Scope, Star};

/// What a name of a module stands for.
#[derive(Clone, Debug)]
pub enum Resolution<'a> {
    /// Every definition that may stand behind it; never empty.
    Bound(Vec<ResolvedName<'a>>),
    /// Surely nothing.
    Unbound {
        /// The module that lacks it: at the end of the re-exports.
        module: &'a str,
        /// Its name there.
        attribute: String,
        /// It is bound, but only under `if __name__ == "__main__"` or `if TYPE_CHECKING`.
        only_under: Option<Guard>,
    },
    /// The text does not tell.
    Unknown,
}

/// One definition behind a name.
#[derive(Clone, Copy, Debug)]
pub struct ResolvedName<'a> {
    /// The module that holds the definition.
    pub module: &'a str,
    /// What it is.
    pub definition: Definition<'a>,
}

/// What stands behind a name.
#[derive(Clone, Copy, Debug)]
pub enum Definition<'a> {
    /// The module itself.
    Module,
    /// A name bound at the top level of the module.
    Binding(&'a Binding),
    /// A name bound in the body of a class.
    Member {
        /// The class.
        class: &'a Binding,
        /// The name.
        binding: &'a Binding,
    },
}

impl<'a> ResolvedName<'a> {
    /// The binding behind the name, unless that is a module.
    pub fn binding(&self) -> Option<&'a Binding> {
        match self.definition {
            Definition::Module => None,
            Definition::Binding(binding) | Definition::Member { binding, .. } => Some(binding),
        }
    }

    /// The bodies that a call of it runs, each with `true`: of a class what makes its objects. With `false` those of the
    /// other methods of the class, which are within reach of who has an object.
    pub(super) fn bodies(&self) -> Vec<(usize, bool)> {
        match self.binding().map(|binding| &binding.kind) {
            Some(BindingKind::Function(function)) => vec![(function.body, true)],
            Some(BindingKind::Class(class)) => {
                let makes = |name| matches!(name, "__init__" | "__new__" | "__post_init__");
                let methods = class.body.iter().flat_map(|(name, bindings)| {
                    bindings.iter().filter_map(move |binding| match &binding.kind {
                        BindingKind::Function(function) => Some((function.body, makes(name))),
                        _ => None,
                    })
                });
                methods.collect()
            }
            _ => Vec::new(),
        }
    }

    fn is(&self, other: &ResolvedName<'_>) -> bool {
        let same = match (self.binding(), other.binding()) {
            (Some(left), Some(right)) => std::ptr::eq(left, right),
            (left, right) => left.is_none() && right.is_none(),
        };
        same && self.module == other.module
    }
}

/// More steps than any chain of re-exports takes.
const STEPS: usize = 2_000;

pub(super) fn resolve<'a>(program: &'a Program, module: &str, attributes: &[&str]) -> Resolution<'a> {
    let mut search = Search { program, visiting: Vec::new(), steps: 0 };
    search.module(module).and_then(attributes, &mut search)
}

struct Search<'a> {
    program: &'a Program,
    /// The names whose meaning is being looked for.
    visiting: Vec<(&'a str, String)>,
    steps: usize,
}

/// A binding or a star import, in the order of the text.
#[derive(Clone, Copy)]
enum Event<'a> {
    Binding(&'a Binding),
    Star(&'a Star),
}

impl Event<'_> {
    fn start(self) -> u32 {
        match self {
            Self::Binding(binding) => binding.span.start,
            Self::Star(star) => star.span.start,
        }
    }

    fn flow(self) -> Flow {
        match self {
            Self::Binding(binding) => binding.flow,
            Self::Star(star) => star.flow,
        }
    }

    fn guard(self) -> Option<Guard> {
        match self {
            Self::Binding(binding) => binding.guard,
            Self::Star(star) => star.guard,
        }
    }
}

impl<'a> Resolution<'a> {
    /// What the attributes of what was found stand for.
    fn and_then(self, attributes: &[&str], search: &mut Search<'a>) -> Self {
        let mut resolution = self;
        for attribute in attributes {
            let Self::Bound(found) = resolution else { return resolution };
            resolution = search.all(found, |search, found| search.attribute(found, attribute));
        }
        resolution
    }

    fn one(module: &'a str, definition: Definition<'a>) -> Self {
        Self::Bound(vec![ResolvedName { module, definition }])
    }
}

impl<'a> Search<'a> {
    /// Every answer must be known, and only a sole one may be that there is nothing.
    fn all<T>(
        &mut self,
        from: Vec<T>,
        mut answer: impl FnMut(&mut Self, T) -> Resolution<'a>,
    ) -> Resolution<'a> {
        let sole = from.len() == 1;
        let mut all: Vec<ResolvedName<'a>> = Vec::new();
        for each in from {
            match answer(self, each) {
                Resolution::Bound(found) => {
                    for one in found {
                        if !all.iter().any(|known| known.is(&one)) {
                            all.push(one);
                        }
                    }
                }
                unbound @ Resolution::Unbound { .. } if sole => return unbound,
                _ => return Resolution::Unknown,
            }
        }
        if all.is_empty() { Resolution::Unknown } else { Resolution::Bound(all) }
    }

    fn module(&self, name: &str) -> Resolution<'a> {
        match self.program.modules.get(name) {
            Some(module) => Resolution::one(&module.name, Definition::Module),
            None => Resolution::Unknown,
        }
    }

    fn attribute(&mut self, found: ResolvedName<'a>, attribute: &str) -> Resolution<'a> {
        match found.definition {
            Definition::Module => self.name(found.module, attribute),
            Definition::Binding(class) | Definition::Member { binding: class, .. } => {
                member(found.module, class, attribute)
            }
        }
    }

    /// The name `name` of the module `module`, once that is imported.
    fn name(&mut self, module: &'a str, name: &str) -> Resolution<'a> {
        let key = (module, name.to_owned());
        if self.visiting.contains(&key) {
            // `from . import server` in the package itself: what is missing there is sought below it.
            return self.submodule(module, name).unwrap_or(Resolution::Unknown);
        }
        self.visiting.push(key);
        let resolution = self.name_before(module, name, u32::MAX);
        self.visiting.pop();
        resolution
    }

    /// What `name` stands for in `module` when the text before `end` has run.
    fn name_before(&mut self, module: &'a str, name: &str, end: u32) -> Resolution<'a> {
        self.steps += 1;
        let Some(facts) = self.program.module(module) else { return Resolution::Unknown };
        if self.steps > STEPS || facts.is_dynamic() {
            return Resolution::Unknown;
        }
        let Some(live) = self.live(module, facts, name, end) else { return Resolution::Unknown };
        if live.is_empty() {
            return self.unbound(module, facts, name);
        }
        // `server.main = ...` in another module puts something else in its place.
        if self.program.stores_exactly(name) {
            return Resolution::Unknown;
        }
        let own = live.iter().all(|event| self.comes_from_submodule(module, name, *event));
        let submodule = self.submodule(module, name).filter(|_| !own);
        let resolution = self.all(live, |search, event| search.event(module, name, event));
        match (resolution, submodule) {
            // Whoever imports the submodule later sets the name anew.
            (Resolution::Bound(mut found), Some(Resolution::Bound(more))) => {
                found.extend(more);
                Resolution::Bound(found)
            }
            (_, Some(_)) => Resolution::Unknown,
            (resolution, None) => resolution,
        }
    }

    /// The events that may have the last word on `name`, latest first; none when that cannot be told.
    fn live(&mut self, module: &'a str, facts: &'a Module, name: &str, end: u32) -> Option<Vec<Event<'a>>> {
        let bindings = facts.scope().bindings(name).iter().map(Event::Binding);
        let mut events: Vec<Event<'a>> = bindings.chain(facts.stars().iter().map(Event::Star)).collect();
        events.retain(|event| event.guard().is_none() && event.start() < end);
        events.sort_by_key(|event| std::cmp::Reverse(event.start()));
        let mut live = Vec::new();
        for event in events {
            if let Event::Star(star) = event {
                match self.star_offers(module, star, name) {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return None,
                }
            }
            live.push(event);
            match event.flow() {
                Flow::Always => break,
                Flow::Sometimes => {}
                Flow::Elsewhere => return None,
            }
        }
        Some(live)
    }

    fn event(&mut self, module: &'a str, name: &str, event: Event<'a>) -> Resolution<'a> {
        let binding = match event {
            Event::Binding(binding) => binding,
            Event::Star(star) => {
                return match self.program.absolute(module, &star.module) {
                    Some(from) => self.from(&from, name),
                    None => Resolution::Unknown,
                };
            }
        };
        match &binding.kind {
            BindingKind::Module(path) => self.module(path),
            BindingKind::From { module: from, name } => match self.program.absolute(module, from) {
                Some(from) => self.from(&from, name),
                None => Resolution::Unknown,
            },
            BindingKind::Alias(path) => {
                let (first, rest) = path.split_once('.').unwrap_or((path, ""));
                let rest: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
                match self.name_before(module, first, binding.span.start) {
                    // Perhaps a builtin, or bound by a loop's earlier round.
                    Resolution::Unbound { .. } => Resolution::Unknown,
                    resolution => resolution.and_then(&rest, self),
                }
            }
            BindingKind::Deleted => Resolution::Unknown,
            _ => Resolution::one(module, Definition::Binding(binding)),
        }
    }

    /// `from module import name`.
    fn from(&mut self, module: &str, name: &str) -> Resolution<'a> {
        match self.program.modules.get(module) {
            Some(module) => self.name(&module.name, name),
            None => self.submodule(module, name).unwrap_or(Resolution::Unknown),
        }
    }

    /// The module `name` below `module`; none when there surely is none.
    fn submodule(&self, module: &str, name: &str) -> Option<Resolution<'a>> {
        let name = format!("{module}.{name}");
        self.program.modules.importable(&name).then(|| self.module(&name))
    }

    /// `from .main import main` in a package runs after its submodule `main` was set, so it has the last word.
    fn comes_from_submodule(&self, module: &str, name: &str, event: Event<'_>) -> bool {
        let from = match event {
            Event::Binding(Binding { kind: BindingKind::From { module, .. }, .. }) => module,
            Event::Binding(_) => return false,
            Event::Star(star) => &star.module,
        };
        let submodule = format!("{module}.{name}");
        self.program.absolute(module, from).is_some_and(|from| from == submodule)
    }

    /// Whether a star import brings `name`; none when that cannot be told.
    fn star_offers(&mut self, importer: &str, star: &Star, name: &str) -> Option<bool> {
        let from = self.program.absolute(importer, &star.module)?;
        let (from, facts) = self.program.parsed.get_key_value(&from)?;
        if facts.is_dynamic() {
            return None;
        }
        match facts.exports() {
            DunderAll::Unknown => None,
            DunderAll::Names(names) => Some(names.iter().any(|export| export.value == name)),
            DunderAll::Absent if name.starts_with('_') => Some(false),
            DunderAll::Absent => {
                // In a circle of star imports nobody brings what nobody binds.
                let key = (from.as_str(), name.to_owned());
                if self.visiting.contains(&key) {
                    return Some(false);
                }
                match self.name(from, name) {
                    Resolution::Bound(_) => Some(true),
                    Resolution::Unbound { module, .. } if module == from => Some(false),
                    _ => None,
                }
            }
        }
    }

    /// Nothing in the text of `module` binds `name` for an import.
    fn unbound(&mut self, module: &'a str, facts: &Module, name: &str) -> Resolution<'a> {
        if let Some(submodule) = self.submodule(module, name) {
            return submodule;
        }
        let implicit = name.starts_with("__") && name.ends_with("__");
        let stored = self.program.stores(name);
        let mut above = module;
        while let Some((package, _)) = above.rsplit_once('.') {
            // A package may put another module in the place of this one.
            if self.program.module(package).is_some_and(Module::is_dynamic) {
                return Resolution::Unknown;
            }
            above = package;
        }
        let mut made_up = |star: &Star| self.star_offers(module, star, "__getattr__") != Some(false);
        if implicit || stored || facts.is_open() || facts.stars().iter().any(&mut made_up) {
            return Resolution::Unknown;
        }
        let hidden = facts.scope().bindings(name).iter().find_map(|binding| binding.guard);
        Resolution::Unbound { module, attribute: name.to_owned(), only_under: hidden }
    }
}

/// The name `name` in the body of `class`; bases, decorators and metaclasses are not followed.
fn member<'a>(module: &'a str, class: &'a Binding, name: &str) -> Resolution<'a> {
    let BindingKind::Class(facts) = &class.kind else { return Resolution::Unknown };
    if facts.is_changed() {
        return Resolution::Unknown;
    }
    match Scope::only(&facts.body, name) {
        Some(Binding {
            kind: BindingKind::Alias(_) | BindingKind::From { .. } | BindingKind::Module(_),
            ..
        })
        | None => Resolution::Unknown,
        Some(binding) => Resolution::one(module, Definition::Member { class, binding }),
    }
}
