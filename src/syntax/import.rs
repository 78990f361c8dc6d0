//! The imports of a file, wherever in it they stand.

use super::walk::Walk;
use super::{Alias, BindingKind, Guard, Guards, ModulePath, Star};
use crate::text::{Span, Spanned};

/// One imported module: `import a, b` is two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The statement.
    pub span: Span,
    /// The module and where its name is written; an empty stretch for `from . import a`.
    pub module: Spanned<ModulePath>,
    /// What is taken from it.
    pub names: Imported,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
}

impl Import {
    /// Whether the import stands under `guard`.
    pub fn under(&self, guard: Guard) -> bool {
        self.guards.contain(guard)
    }
}

/// What an import takes from a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The module itself: `import a.b`, perhaps `as c`.
    Module {
        /// The name after `as`.
        as_name: Option<String>,
    },
    /// Some of its names: `from a import b, c as d`.
    Names(Vec<ImportedName>),
    /// All of them: `from a import *`.
    Star,
}

/// One name of `from a import b as c`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedName {
    /// The name in the module.
    pub name: Spanned<String>,
    /// The name after `as`.
    pub as_name: Option<String>,
}

/// A call that makes an MCP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerObject {
    /// The call.
    pub span: Span,
    /// The SDK's class under the name by which it was imported: `mcp.server.fastmcp.FastMCP`.
    pub class_path: String,
    /// The number of the call.
    pub call: usize,
}

impl<'a> Walk<'a> {
    fn record(&mut self, statement: Span, module: Spanned<ModulePath>, names: Imported) {
        let (body, guards) = (self.frame().body, self.guards());
        self.facts.imports.push(Import { span: statement, module, names, body, guards });
    }

    /// `import a.b as c`.
    pub(super) fn import(&mut self, statement: Span, modules: &'a [Alias]) {
        for alias in modules {
            let path = &*alias.name.value;
            let as_name = alias.as_name.as_ref().map(|name| &*name.value);
            let module = ModulePath { level: 0, name: path.to_owned() };
            let names = Imported::Module { as_name: as_name.map(str::to_owned) };
            self.record(statement, Spanned::new(module, alias.name.span), names);
            let target = if as_name.is_some() { path } else { path.split('.').next().unwrap_or(path) };
            let name = as_name.unwrap_or(target);
            self.known.insert(name, target.to_owned());
            self.bind(name, alias.bound().span, BindingKind::Module(target.to_owned()));
        }
    }

    /// `from a import *`.
    pub(super) fn import_star(&mut self, statement: Span, module: &Spanned<ModulePath>) {
        self.record(statement, module.clone(), Imported::Star);
        let (flow, guard) = (self.flow, self.namespace_guard());
        if self.at_import() {
            self.facts.stars.push(Star { span: statement, module: module.value.clone(), flow, guard });
        }
    }

    /// `from a import b as c`.
    pub(super) fn import_from(&mut self, statement: Span, module: &Spanned<ModulePath>, names: &'a [Alias]) {
        let taken = names.iter().map(|alias| ImportedName {
            name: Spanned::new(alias.name.value.to_string(), alias.name.span),
            as_name: alias.as_name.as_ref().map(|name| name.value.to_string()),
        });
        self.record(statement, module.clone(), Imported::Names(taken.collect()));
        let module = &module.value;
        let dots = ".".repeat(module.level as usize);
        let dot = if module.name.is_empty() { "" } else { "." };
        for alias in names {
            let (name, bound) = (&*alias.name.value, alias.bound());
            self.known.insert(&bound.value, [&dots, &module.name, dot, name].concat());
            if self.skims {
                continue;
            }
            let kind = BindingKind::From { module: module.clone(), name: name.to_owned() };
            self.bind(&bound.value, bound.span, kind);
        }
    }
}
