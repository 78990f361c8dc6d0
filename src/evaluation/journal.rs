//! What code binds that need not run, so that it can be undone, and joined with what else may be bound.

use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use super::scope::{Namespace, Slot};
use super::value::{Instance, Value};

/// Something that code gives a value.
#[derive(Clone, Debug)]
pub(super) enum Variable {
    /// A name.
    Name(Rc<Namespace>, Arc<str>),
    /// An attribute of an object.
    Field(Rc<Instance>, Arc<str>),
}

impl Variable {
    /// How many objects there were when that was made whose name or attribute it is.
    fn born(&self) -> usize {
        match self {
            Self::Name(scope, _) => scope.born(),
            Self::Field(object, _) => object.id,
        }
    }

    /// What tells it apart.
    pub(super) fn identity(&self) -> (*const u8, Arc<str>) {
        match self {
            Self::Name(scope, name) => (Rc::as_ptr(scope).cast(), name.clone()),
            Self::Field(object, name) => (Rc::as_ptr(object).cast(), name.clone()),
        }
    }

    /// Its value, if it has one.
    pub(super) fn value(&self) -> Option<Value> {
        match self {
            Self::Name(scope, name) => scope.own(name),
            Self::Field(object, name) => object.fields.borrow().get(name).cloned(),
        }
    }
}

/// The values at the end of a stretch of code of all that it gave one, in the order in which that was done.
pub(super) type State = Vec<(Variable, Option<Value>)>;

/// What undoes one binding.
#[derive(Debug)]
enum Undo {
    Name(Rc<Namespace>, Arc<str>, Option<Slot>),
    Field(Rc<Instance>, Arc<str>, Option<Value>),
}

impl Undo {
    fn variable(&self) -> Variable {
        match self {
            Self::Name(scope, name, _) => Variable::Name(scope.clone(), name.clone()),
            Self::Field(object, name, _) => Variable::Field(object.clone(), name.clone()),
        }
    }

    fn run(self) {
        match self {
            Self::Name(scope, name, before) => scope.restore(name, before),
            Self::Field(object, name, before) => {
                let mut fields = object.fields.borrow_mut();
                match before {
                    Some(value) => drop(fields.insert(name, value)),
                    None => drop(fields.remove(&name)),
                }
            }
        }
    }
}

/// The bindings of stretches of code within each other.
#[derive(Debug, Default)]
pub(super) struct Journal {
    undo: Vec<Undo>,
    /// For each stretch, where it begins and how many objects there were.
    begun: Vec<(usize, usize)>,
}

impl Journal {
    /// Begins a stretch of code; there are so many objects.
    pub(super) fn begin(&mut self, objects: usize) {
        self.begun.push((self.undo.len(), objects));
    }

    /// Notes that something is about to get a value. What was made within the stretch is nobody else's.
    pub(super) fn note(&mut self, variable: &Variable) {
        let Some((_, objects)) = self.begun.last() else { return };
        if variable.born() > *objects {
            return;
        }
        self.undo.push(match variable {
            Variable::Name(scope, name) => Undo::Name(scope.clone(), name.clone(), scope.slot(name)),
            Variable::Field(object, name) => Undo::Field(object.clone(), name.clone(), variable.value()),
        });
    }

    /// Tells that so many objects are there for any code to change, and not for the stretches at hand alone: those of a
    /// module that was imported.
    pub(super) fn share(&mut self, objects: usize) {
        self.begun.iter_mut().for_each(|(_, there)| *there = objects);
    }

    /// Ends the last stretch that was begun, undoes what it did, and gives what that was.
    pub(super) fn end(&mut self) -> State {
        let (at, objects) = self.begun.pop().unwrap_or_default();
        let undo = self.undo.split_off(at);
        let mut known = HashSet::new();
        let mut state = State::new();
        let mut older = Vec::new();
        for one in undo {
            let variable = one.variable();
            if variable.born() > objects {
                continue;
            }
            if known.insert(variable.identity()) {
                let value = variable.value();
                state.push((variable, value));
            }
            older.push(one);
        }
        older.into_iter().rev().for_each(Undo::run);
        state
    }
}
