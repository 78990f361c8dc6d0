//! The imports of a file, wherever in it they stand.

use super::{Guard, ModulePath};
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
    /// What it stands under, outermost first.
    pub guards: Vec<Guard>,
}

impl Import {
    /// Whether the import stands under `guard`.
    pub fn under(&self, guard: Guard) -> bool {
        self.guards.contains(&guard)
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

/// A call that makes an MCP server, or a subclass of an SDK's server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerObject {
    /// The call.
    pub span: Span,
    /// The SDK's class under the name by which it was imported: `mcp.server.fastmcp.FastMCP`.
    pub class_path: String,
}
