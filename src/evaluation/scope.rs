//! What names stand for while code is evaluated.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::value::{ClassValue, Value};

/// The names of a module, a class body or a call of a function.
#[derive(Debug)]
pub struct Namespace {
    names: RefCell<BTreeMap<Arc<str>, Slot>>,
    /// The names that belong to a scope around it (`global`, `nonlocal`).
    outer: RefCell<BTreeSet<Arc<str>>>,
    parent: Option<Rc<Self>>,
    is_class: bool,
    /// How many objects there were when it was made.
    born: usize,
    /// How many names were bound in it.
    bound: Cell<usize>,
    /// The class that its body makes, once that is made.
    class: OnceCell<Rc<ClassValue>>,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub(super) struct Slot {
    value: Value,
    /// How many names were bound before it.
    rank: usize,
}

impl Namespace {
    /// That of a module, made when there were so many objects.
    pub(super) fn module(born: usize) -> Rc<Self> {
        Rc::new(Self::below(None, false, born))
    }

    /// That of a call of a function, below the one that it was defined in.
    pub(super) fn function(parent: &Rc<Self>, born: usize) -> Rc<Self> {
        Rc::new(Self::below(Some(parent.clone()), false, born))
    }

    /// That of the body of a class.
    pub(super) fn class(parent: &Rc<Self>, born: usize) -> Rc<Self> {
        Rc::new(Self::below(Some(parent.clone()), true, born))
    }

    fn below(parent: Option<Rc<Self>>, is_class: bool, born: usize) -> Self {
        Self {
            names: RefCell::default(),
            outer: RefCell::default(),
            parent,
            is_class,
            born,
            bound: Cell::new(0),
            class: OnceCell::new(),
        }
    }

    /// How many objects there were when it was made.
    pub(super) fn born(&self) -> usize {
        self.born
    }

    /// Tells the scope of the body of a class which class that is.
    pub(super) fn makes(&self, class: &Rc<ClassValue>) {
        // a body makes one class
        let _ = self.class.set(class.clone());
    }

    /// The class in whose body the code that stands here is written: `__class__`.
    pub(super) fn class_around(&self) -> Option<&Rc<ClassValue>> {
        let mut next = Some(self);
        while let Some(scope) = next {
            if scope.is_class {
                return scope.class.get();
            }
            next = scope.parent.as_deref();
        }
        None
    }

    /// What the name stands for in code that stands here.
    pub fn lookup(&self, name: &str) -> Option<Value> {
        if let Some(value) = self.own(name) {
            return Some(value);
        }
        let mut next = self.parent.as_deref();
        while let Some(scope) = next {
            // a function does not see the names of the class around it
            if !scope.is_class
                && let Some(value) = scope.own(name)
            {
                return Some(value);
            }
            next = scope.parent.as_deref();
        }
        None
    }

    /// What this very scope binds the name to.
    pub fn own(&self, name: &str) -> Option<Value> {
        self.names.borrow().get(name).map(|slot| slot.value.clone())
    }

    /// All names that it binds, in order.
    pub fn names(&self) -> Vec<Arc<str>> {
        self.names.borrow().keys().cloned().collect()
    }

    /// All names that it binds, in the order in which they were bound.
    pub(super) fn names_as_bound(&self) -> Vec<Arc<str>> {
        let names = self.names.borrow();
        let mut ranked: Vec<_> = names.iter().map(|(name, slot)| (slot.rank, name.clone())).collect();
        ranked.sort();
        ranked.into_iter().map(|(_, name)| name).collect()
    }

    /// Whether a name that code sees which stands here is bound to such a value.
    pub(super) fn any(&self, is: impl Fn(&Value) -> bool + Copy) -> bool {
        let mut next = Some(self);
        while let Some(scope) = next {
            if scope.names.borrow().values().any(|slot| is(&slot.value)) {
                return true;
            }
            next = scope.parent.as_deref();
        }
        false
    }

    /// Declares names to belong to a scope around it.
    pub fn declare_outer(&self, names: &[Arc<str>]) {
        self.outer.borrow_mut().extend(names.iter().cloned());
    }

    /// Binds a name.
    pub(super) fn bind(&self, name: &Arc<str>, value: Value) {
        let mut names = self.names.borrow_mut();
        let rank = names.get(name).map_or(self.bound.get(), |slot| slot.rank);
        self.bound.set(self.bound.get() + 1);
        names.insert(name.clone(), Slot { value, rank });
    }

    /// The scope in which code that stands here binds the name.
    pub(super) fn home(self: &Rc<Self>, name: &str) -> Rc<Self> {
        if !self.outer.borrow().contains(name) {
            return self.clone();
        }
        let around = std::iter::successors(self.parent.clone(), |scope| scope.parent.clone());
        let mut around = around.filter(|scope| !scope.is_class);
        around
            .find(|scope| scope.parent.is_none() || scope.own(name).is_some())
            .unwrap_or_else(|| self.clone())
    }

    pub(super) fn slot(&self, name: &str) -> Option<Slot> {
        self.names.borrow().get(name).cloned()
    }

    /// Gives a name the meaning back that it had.
    pub(super) fn restore(&self, name: Arc<str>, slot: Option<Slot>) {
        let mut names = self.names.borrow_mut();
        match slot {
            Some(slot) => drop(names.insert(name, slot)),
            None => drop(names.remove(&name)),
        }
    }

    /// Forgets a name.
    pub(super) fn forget(&self, name: &str) {
        self.names.borrow_mut().remove(name);
    }
}
