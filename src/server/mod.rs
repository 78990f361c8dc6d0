//! The MCP server that a program makes: so far, whether it makes one.

use crate::program::Program;
use crate::syntax::{Import, Module};
use crate::text::Span;

/// What is known of the program's MCP server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The server objects that the program makes, by module and place.
    pub objects: Vec<Object>,
    /// There may be a server that is not among the objects.
    pub unknown: bool,
}

/// One call that makes a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// The module that holds the call.
    pub module: String,
    /// The call.
    pub span: Span,
    /// The SDK's class, as it was imported: `mcp.server.fastmcp.FastMCP`.
    pub class: String,
}

/// Finds the server objects of `program`; never fails.
pub fn discover(program: &Program) -> Server {
    let objects: Vec<Object> = program
        .iter()
        .flat_map(|(name, module)| {
            module.server_objects().iter().map(|object| Object {
                module: name.to_owned(),
                span: object.span,
                class: object.class_path.clone(),
            })
        })
        .collect();
    let unread = program.unread().next().is_some();
    let unknown = unread || objects.is_empty() && program.iter().any(|(_, module)| may_serve(module));
    Server { objects, unknown }
}

/// Whether the module knows an SDK, or cannot be read.
fn may_serve(module: &Module) -> bool {
    let sdk = |import: &Import| {
        let path = &import.module.value;
        path.level == 0 && matches!(path.name.split('.').next(), Some("mcp" | "fastmcp"))
    };
    !module.faults().is_empty() || module.imports().iter().any(sdk)
}
