//! What the names of a scope are bound to, as far as the text alone tells.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expression::dotted;
use super::{ClassDefinition, Function, Given, Guard};
use crate::text::{Span, Spanned};

/// Whether the code that binds a name runs when its scope does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flow {
    /// It does: what was bound before is gone.
    #[default]
    Always,
    /// In a branch, a loop or a `try`: it may.
    Sometimes,
    /// In a function that declares the name `global`: at any time, or never.
    Elsewhere,
}

/// One place that binds a name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The name where it is bound.
    pub span: Span,
    /// What it is bound to.
    pub kind: BindingKind,
    /// Whether it happens.
    pub flow: Flow,
    /// [`Guard::Main`] or [`Guard::TypeChecking`]: bound for neither an import nor an entry point.
    pub guard: Option<Guard>,
}

/// What a name is bound to.
#[derive(Clone, Debug)]
pub enum BindingKind {
    /// `def` or `async def`.
    Function(Function),
    /// `class`.
    Class(Class),
    /// `import a.b` binds `a`, and `import a.b as c` binds `a.b`: the module's dotted name.
    Module(String),
    /// `from .a import b`.
    From {
        /// The module as written, with its dots counted in `level`.
        module: ModulePath,
        /// The name there.
        name: String,
    },
    /// `a = b.c`: the dotted name on the right.
    Alias(String),
    /// `a = "text"`: one plain literal.
    Text(Spanned<String>),
    /// `a = b.c(...)`: what is called, under the path by which it was imported, else as written.
    Call(String),
    /// A parameter of the function that the scope belongs to.
    Parameter {
        /// The class that its annotation names, as [`Term::class`](super::Term::class).
        annotation: Option<String>,
    },
    /// Any other value.
    Opaque,
    /// `del a`.
    Deleted,
}

impl Binding {
    /// The module that an import names, and the name that it takes from it.
    fn imported(&self) -> Option<(Option<&ModulePath>, &str)> {
        match &self.kind {
            BindingKind::Module(path) => Some((None, path)),
            BindingKind::From { module, name } => Some((Some(module), name)),
            _ => None,
        }
    }
}

/// Whether several imports bind a name, each to something else, so that it stands for whichever was there:
/// `try: from a import X` and `except ImportError: from b import Y as X`.
pub fn is_either(bindings: &[Binding]) -> bool {
    let mut imports = bindings.iter().filter_map(Binding::imported);
    let first = imports.next();
    imports.any(|other| Some(other) != first)
}

/// A module as an import names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModulePath {
    /// The leading dots.
    pub level: u32,
    /// The dotted name after them; may be empty.
    pub name: String,
}

/// `from a import *` at the level of the module.
#[derive(Clone, Debug)]
pub struct Star {
    /// The statement.
    pub span: Span,
    /// Where from.
    pub module: ModulePath,
    /// Whether it happens.
    pub flow: Flow,
    /// [`Guard::Main`] or [`Guard::TypeChecking`].
    pub guard: Option<Guard>,
}

/// What `__all__` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DunderAll {
    /// Nothing: there is none, and a star import takes what has no underscore.
    #[default]
    Absent,
    /// These names, all of them literals.
    Names(Vec<Spanned<String>>),
    /// Something computed.
    Unknown,
}

/// The names of a module or of a class body.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    names: BTreeMap<Box<str>, Vec<Binding>>,
}

impl Scope {
    /// The bindings of `name` in the order of the text.
    pub fn bindings(&self, name: &str) -> &[Binding] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// All names with their bindings, in order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Binding])> {
        self.names.iter().map(|(name, bindings)| (&**name, bindings.as_slice()))
    }

    /// The sole binding of `name`, when it surely is what the name stands for.
    pub fn only(&self, name: &str) -> Option<&Binding> {
        match self.bindings(name) {
            [binding] if binding.flow == Flow::Always && binding.guard.is_none() => Some(binding),
            _ => None,
        }
    }

    /// The sole binding of `name`: what the name stands for wherever it is bound at all.
    pub fn sole(&self, name: &str) -> Option<&Binding> {
        match self.bindings(name) {
            [binding] if binding.flow != Flow::Elsewhere && binding.guard.is_none() => Some(binding),
            _ => None,
        }
    }

    pub(super) fn bind(&mut self, name: &str, binding: Binding) {
        if let Some(bindings) = self.names.get_mut(name) {
            bindings.push(binding);
        } else {
            self.names.insert(name.into(), vec![binding]);
        }
    }
}

/// A `class`, and the names that it has.
#[derive(Clone, Debug)]
pub struct Class {
    /// As it is written.
    pub definition: Arc<ClassDefinition>,
    /// The names that its body binds.
    pub body: Scope,
    /// The attributes that its methods set on their object: `self.a = ...`.
    pub attributes: Scope,
}

/// What a call of a class hands its arguments to.
#[derive(Clone, Copy, Debug)]
pub enum Constructor<'a> {
    /// The `__init__` of its own body; the first parameter is the object.
    Own(&'a Function),
    /// That of a base, or none at all.
    Inherited,
    /// A metaclass, a decorator or `__new__` has a say.
    Unknown,
}

impl Class {
    /// Its bases as dotted names; none for one that is not a plain name.
    pub fn bases(&self) -> impl Iterator<Item = Option<String>> {
        let bases = self.definition.bases.iter().filter(|base| !base.is_by_name());
        bases.map(|base| dotted(&base.value).filter(|_| base.unpacked.is_none()))
    }

    /// Whether its header holds keywords, such as a metaclass, which may change what calling it means.
    pub fn has_keywords(&self) -> bool {
        self.definition.bases.iter().any(Given::is_by_name)
    }

    /// Whether keywords or decorators may change what it is.
    pub fn is_changed(&self) -> bool {
        self.has_keywords() || !self.definition.decorators.is_empty()
    }

    /// What a call of the class hands its arguments to.
    pub fn constructor(&self) -> Constructor<'_> {
        if self.is_changed() || !self.body.bindings("__new__").is_empty() {
            return Constructor::Unknown;
        }
        match (self.body.bindings("__init__"), self.body.only("__init__")) {
            ([], _) => Constructor::Inherited,
            (_, Some(Binding { kind: BindingKind::Function(init), .. })) if init.decorators().is_empty() => {
                Constructor::Own(init)
            }
            _ => Constructor::Unknown,
        }
    }
}
