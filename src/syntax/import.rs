//! The imports of a file, wherever in it they stand.

use ruff_python_ast as ast;
use ruff_text_size::Ranged as _;

use super::expression::span;
use super::walk::Walk;
use super::{BindingKind, Guard, Guards, ModulePath, Star};
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

    pub(super) fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let path = alias.name.id.as_str();
            let written = span(alias.name.range());
            let as_name = alias.asname.as_ref();
            let module = Spanned::new(ModulePath { level: 0, name: path.to_owned() }, written);
            let names = Imported::Module { as_name: as_name.map(|name| name.id.to_string()) };
            self.record(span(import.range), module, names);
            let (name, target) = match as_name {
                Some(name) => (name.id.as_str(), path),
                None => (path.split('.').next().unwrap_or(path), path.split('.').next().unwrap_or(path)),
            };
            self.known.insert(name, target.to_owned());
            let at = as_name.map_or(written, |name| span(name.range));
            self.bind(name, at, BindingKind::Module(target.to_owned()));
        }
    }

    pub(super) fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        let name = import.module.as_ref().map_or("", |module| module.id.as_str());
        let module = ModulePath { level: import.level, name: name.to_owned() };
        let statement = span(import.range);
        let written = import.module.as_ref().map_or_else(Span::default, |module| span(module.range));
        let written = Spanned::new(module.clone(), written);
        if import.names.iter().any(|alias| alias.name.id == "*") {
            self.record(statement, written, Imported::Star);
            let (flow, guard) = (self.flow, self.namespace_guard());
            if self.at_import() {
                self.facts.stars.push(Star { span: statement, module, flow, guard });
            }
            return;
        }
        let names = import.names.iter().map(|alias| ImportedName {
            name: Spanned::new(alias.name.id.to_string(), span(alias.name.range)),
            as_name: alias.asname.as_ref().map(|name| name.id.to_string()),
        });
        self.record(statement, written, Imported::Names(names.collect()));
        let dots = ".".repeat(import.level as usize);
        let dot = if name.is_empty() { "" } else { "." };
        for alias in &import.names {
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            self.known.insert(&bound.id, [&dots, name, dot, &alias.name.id].concat());
            if self.skim.is_some() {
                continue;
            }
            let kind = BindingKind::From { module: module.clone(), name: alias.name.id.to_string() };
            self.bind(&bound.id, span(bound.range), kind);
        }
    }
}
