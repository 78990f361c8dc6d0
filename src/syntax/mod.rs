//! One parsed `.py`: the facts of its text that rules ask for.
//!
//! The sole room that knows the parser. The syntax tree is read once and dropped here, on a stack that is high enough
//! for it; a new question becomes a new fact. What names mean across files is the business of `program`.

mod binding;
mod decode;
mod effect;
mod exports;
mod expression;
mod function;
mod guard;
mod import;
mod nesting;
mod statement;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};

use crate::text::{SourceText, Span, Spanned};

pub use binding::{Binding, BindingKind, Class, Constructor, Exports, Flow, Guard, ModulePath, Scope, Star};
pub use decode::{Undecodable, decode};
pub use function::{Decorator, Function, Parameter, ParameterKind};
pub use import::{Import, Imported, ImportedName, ServerObject};

/// Something in a file that is not Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxFault {
    /// Where.
    pub span: Span,
    /// What the parser says of it.
    pub message: String,
}

/// The facts of one file.
#[derive(Debug)]
pub struct Module {
    source: Arc<SourceText>,
    faults: Vec<SyntaxFault>,
    facts: Facts,
}

/// What the walk through a syntax tree finds.
#[derive(Debug, Default)]
struct Facts {
    scope: Scope,
    stars: Vec<Star>,
    exports: Exports,
    /// The text does not tell what the names are bound to.
    dynamic: bool,
    stores: BTreeSet<String>,
    imports: Vec<Import>,
    calls: Vec<Spanned<String>>,
    server_classes: Vec<(String, String)>,
    server_objects: Vec<ServerObject>,
}

/// Parses `source`; never fails.
///
/// Needs a high stack, 64 MiB, as a hostile text may nest deep; what nests deeper yet becomes a module of which nothing
/// is known.
pub fn parse(source: SourceText) -> Module {
    let source = Arc::new(source);
    if nesting::too_deep(source.text()) {
        let facts = Facts { dynamic: true, ..Facts::default() };
        return Module { source, faults: Vec::new(), facts };
    }
    let parsed = parse_unchecked(source.text(), ParseOptions::from(Mode::Module));
    let fault = |error: &ruff_python_parser::ParseError| SyntaxFault {
        span: expression::span(error.location),
        message: error.error.to_string(),
    };
    let faults = parsed.errors().iter().map(fault).collect();
    let facts = match parsed.syntax() {
        ruff_python_ast::Mod::Module(module) => statement::facts(&module.body),
        ruff_python_ast::Mod::Expression(_) => Facts::default(),
    };
    Module { source, faults, facts }
}

impl Module {
    /// The text.
    pub fn source(&self) -> &Arc<SourceText> {
        &self.source
    }

    /// What in it is not Python, in order.
    pub fn faults(&self) -> &[SyntaxFault] {
        &self.faults
    }

    /// The names that the module binds.
    pub fn scope(&self) -> &Scope {
        &self.facts.scope
    }

    /// Its star imports in order.
    pub fn stars(&self) -> &[Star] {
        &self.facts.stars
    }

    /// What `__all__` says.
    pub fn exports(&self) -> &Exports {
        &self.facts.exports
    }

    /// Whether the names cannot be known from the text: it is broken, nests too deep, or writes to its namespace by
    /// `globals()`, `exec`, `sys.modules` and the like.
    pub fn is_dynamic(&self) -> bool {
        self.facts.dynamic || !self.faults.is_empty()
    }

    /// Whether the module makes up names on demand: it binds `__getattr__` (PEP 562).
    pub fn is_open(&self) -> bool {
        !self.scope().bindings("__getattr__").is_empty()
    }

    /// Whether the file may set the attribute `name` of something that it imports, perhaps of a module.
    pub fn stores(&self, name: &str) -> bool {
        self.facts.stores.contains(name) || self.facts.stores.contains(effect::ANY)
    }

    /// Whether the file sets the attribute `name`, written out, of something that it imports.
    pub fn stores_exactly(&self, name: &str) -> bool {
        self.facts.stores.contains(name)
    }

    /// All imports in order of the text.
    pub fn imports(&self) -> &[Import] {
        &self.facts.imports
    }

    /// Everything that is called by a dotted name, in order of the text: under the path by which it was imported, else
    /// as written.
    pub fn calls(&self) -> &[Spanned<String>] {
        &self.facts.calls
    }

    /// The top-level classes that derive from an SDK's server class, each with that class.
    pub fn server_classes(&self) -> &[(String, String)] {
        &self.facts.server_classes
    }

    /// The calls that make an MCP server, in order of the text.
    pub fn server_objects(&self) -> &[ServerObject] {
        &self.facts.server_objects
    }

    /// The literal that `name` is bound to, once and for all, such as that of `__version__`.
    pub fn version_literal(&self, name: &str) -> Option<&Spanned<String>> {
        match self.scope().only(name)? {
            Binding { kind: BindingKind::Text(text), .. } if !self.is_dynamic() => Some(text),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
