//! The MCP server that a program makes: so far, whether it makes one, and what of the SDKs it needs for that.

mod course;
mod primitives;
mod sdk_use;
mod stdio;
mod transports;

use std::collections::BTreeSet;

use crate::program::{ClassOf, Program, Reachability, Resolution};
use crate::sdk::{self, Sdk, ServerClass, StartResult};
use crate::syntax::{Call, Import, Module, ModulePath};
use crate::text::Span;

pub use primitives::{
    Code, Conditional, Double, Endpoint, Identity, LazyPrimitives, Primitive, Primitives, Signature,
    SignatureParameter, Source, Told, Typing, Unknown,
};
pub use sdk_use::{Asked, SdkRefusal, SdkUse, SdkUses, is_test, lacking, needs};
pub use stdio::{Arrival, Exposure, StdioServing};
pub use transports::{starts_otherwise, transports};

/// What is known of the program's MCP server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Server {
    /// The server objects that the program makes, by module and place.
    pub objects: Vec<ServerInstance>,
    /// A call stands somewhere that starts a server: the project is no library of tools for others to serve.
    pub starts: bool,
    /// There may be a server that is not among the objects.
    pub unknown: bool,
    /// Where its stdout belongs to the protocol.
    pub stdio: StdioServing,
}

/// One call that makes a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerInstance {
    /// The module that holds the call.
    pub module: String,
    /// The call.
    pub span: Span,
    /// The SDK's class, as it was imported: `mcp.server.fastmcp.FastMCP`.
    pub class: String,
}

/// Finds the server objects of `program`, whose SDK may divert stdout while it serves; never fails.
pub fn discover(program: &Program, diverts: bool) -> Server {
    let made = program.iter().flat_map(|(name, module)| {
        module.server_objects().iter().map(|object| ServerInstance {
            module: name.to_owned(),
            span: object.span,
            class: object.class_path.clone(),
        })
    });
    let mut objects: Vec<ServerInstance> = made.chain(of_own_classes(program)).collect();
    objects.sort_by(|left, right| (&left.module, left.span).cmp(&(&right.module, right.span)));
    objects.dedup();
    let unread = program.unread().next().is_some();
    let unknown = unread || objects.is_empty() && program.iter().any(|(_, module)| may_serve(module));
    let starts =
        program.iter().any(|(_, module)| module.calls().iter().any(|call| starts_server(&call.path)));
    Server { objects, starts, unknown, stdio: stdio::find(program, diverts) }
}

/// Modules whose `run` runs something else than a server: an event loop, a command, a test.
const RUNNERS: [&str; 7] = ["anyio", "asyncio", "subprocess", "trio", "typer", "unittest", "uvloop"];

/// Whether a call by this path starts a server: `mcp.run()`, `stdio_server()`, `uvicorn.run(app)`.
pub fn starts_server(call: &str) -> bool {
    let (object, name) = call.rsplit_once('.').unwrap_or(("", call));
    match sdk::starter(name).map(|starter| starter.result) {
        Some(StartResult::Served) => {
            !object.is_empty() && !RUNNERS.iter().any(|module| object.split('.').next() == Some(module))
        }
        Some(StartResult::Coroutine | StartResult::Streams) => true,
        Some(StartResult::Application) | None => false,
    }
}

/// Whether the entry of `program` with this number may start a server: it does not for sure, where all that it comes to is
/// there to be read and no call of that kind is among it.
pub fn may_start(program: &Program, entry: usize) -> bool {
    let reaches = |name: &str, call: &Call| {
        starts_server(&call.path)
            && program.reach_from_under(entry, name, call.body, &call.guards) > Reachability::No
    };
    let is_read = program.entry_points().get(entry).is_some_and(|at| program.module(&at.module).is_some());
    !is_read
        || program.unread().next().is_some()
        || program.iter().any(|(name, module)| module.calls().iter().any(|call| reaches(name, call)))
}

/// The SDK's class behind a class: itself, or the one that a class of the project derives from.
pub fn sdk_class<'c>(program: &'c Program, class: &'c ClassOf<'_>) -> Option<ServerClass<'c>> {
    match class {
        ClassOf::Foreign(path) => sdk::server_class(path),
        ClassOf::Own { module, name } => {
            let classes = program.module(module)?.server_classes();
            classes.iter().find(|(own, _)| own == name).and_then(|(_, class)| sdk::server_class(class))
        }
    }
}

/// Whether `run` of an object of the class starts a server by itself: all but the low-level `Server` do.
pub fn runs_by_itself(program: &Program, class: &ClassOf<'_>) -> bool {
    sdk_class(program, class).is_some_and(|class| !class.is_low_level)
}

/// The objects of classes that the project itself derives from an SDK's, in another module than the call.
fn of_own_classes(program: &Program) -> Vec<ServerInstance> {
    let classes = program.iter().flat_map(|(_, module)| module.server_classes());
    let names: BTreeSet<&str> = classes.map(|(name, _)| name.as_str()).collect();
    let mut objects = Vec::new();
    for (module, facts) in program.iter() {
        for call in facts.calls() {
            let Some((path, name)) = call.path.rsplit_once('.').filter(|(_, name)| names.contains(name))
            else {
                continue;
            };
            if let Some(class) = server_class(program, module, path, name) {
                objects.push(ServerInstance { module: module.to_owned(), span: call.span, class });
            }
        }
    }
    objects
}

/// The SDK's class behind the class `name` of the module that `importer` imported from `path`, dots and all.
fn server_class(program: &Program, importer: &str, path: &str, name: &str) -> Option<String> {
    let below = path.trim_start_matches('.');
    let level = u32::try_from(path.len() - below.len()).ok()?;
    let path = ModulePath { level, name: below.to_owned() };
    let Resolution::Bound(found) = program.resolve(&program.absolute(importer, &path)?, &[name]) else {
        return None;
    };
    let classes = program.module(found.first()?.module)?.server_classes();
    classes.iter().find(|(class, _)| class == name).map(|(_, class)| class.clone())
}

/// Whether the module knows an SDK, or cannot be read.
fn may_serve(module: &Module) -> bool {
    let sdk = |import: &Import| {
        let path = &import.module.value;
        path.level == 0 && Sdk::of_module(&path.name).is_some()
    };
    !module.faults().is_empty() || module.imports().iter().any(sdk)
}

#[cfg(test)]
mod tests;
