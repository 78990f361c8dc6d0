//! Follows the start of a program, from its scripts.

use super::dialect::Majors;
use super::listed;
use super::primitives::Primitives;
use super::registry::Registry;
use crate::evaluation::{Place, Run, Value};
use crate::program::Program;
use crate::project::Project;
use crate::text::Span;
use crate::tree::SourceTree;

/// What the program of the project offers once it has started.
pub(super) fn follow(project: &Project, program: &Program, tree: &SourceTree) -> Primitives {
    if !speaks_mcp(program) {
        return Primitives::default();
    }
    let mut run = Run::new(program, Registry::new(Majors::of(project)), |name| program.load(name, tree));
    for entry in program.entry_points() {
        begin(&mut run, &entry.module, &entry.attributes);
    }
    if run.host.servers.iter().all(|server| server.registered.is_empty() && server.handlers.is_empty()) {
        // nothing leads there that could be followed
        let makers = program.iter().filter(|(_, module)| !module.server_objects().is_empty());
        for (name, _) in makers {
            run.import(name);
        }
    }
    listed::primitives(&mut run)
}

/// Whether any module that is reached imports an SDK.
fn speaks_mcp(program: &Program) -> bool {
    program.iter().any(|(_, module)| {
        module.imports().iter().any(|import| {
            let path = &import.module.value;
            path.level == 0 && matches!(path.name.split('.').next(), Some("mcp" | "fastmcp"))
        })
    })
}

/// Calls what a script names.
fn begin(run: &mut Run<'_, Registry>, module: &str, attributes: &[String]) {
    if run.import(module).is_none() {
        return;
    }
    let Some((first, rest)) = attributes.split_first() else { return };
    let Some(mut called) = run.global(module, first) else { return };
    for name in rest {
        called = run.attribute(&called, &name.as_str().into());
    }
    let place = Place { module: module.into(), span: Span::default() };
    let arguments = run.command_arguments(&called, &place);
    run.call(&called, arguments, &place);
    // the commands of a group
    let commands: Vec<Value> = run
        .host
        .commands
        .iter()
        .filter(|(owner, _)| owner.is(&called))
        .map(|(_, command)| command.clone())
        .collect();
    for command in commands {
        let arguments = run.command_arguments(&command, &place);
        run.call(&command, arguments, &place);
    }
}
