//! Follows the start of a program, from its scripts.

use super::super::may_serve;
use super::json;
use super::primitive::{Primitives, Source, Unknown};
use super::registry::{self, Registry, Served};
use super::schema;
use super::scripts::{self, ScriptList};
use super::{listed, offered};
use crate::dependencies;
use crate::evaluation::{Arguments, CodeLocation, Run, Value};
use crate::program::Program;
use crate::project::Project;
use crate::sdk::{InstalledSdks, MinorRelease, Sdk};
use crate::syntax::{Module, ServerObject};
use crate::text::Span;
use crate::tree::SourceTree;

/// What the program of the project offers once it has started.
pub(super) fn follow(project: &Project, program: &Program, tree: &SourceTree) -> Primitives {
    if !speaks_mcp(program) {
        return Primitives::default();
    }
    let mut run = Run::new(program, tree, Registry::new(installed(project), published, offered::objects));
    let lists = lists_of_scripts(&mut run, project);
    let mut made = if is_empty(&run.host) { of_what_is_made(&mut run) } else { scripts::merged(lists) };
    made.unknown.extend(listed::unknown(&mut run));
    made.unknown.extend(unreadable(program));
    made.unknown.sort();
    made.unknown.dedup();
    made
}

/// What the scripts list that start a server; what those list that make one, where none is seen to start it.
fn lists_of_scripts(run: &mut Run<'_, Registry>, project: &Project) -> Vec<ScriptList> {
    let targets = scripts::targets(run.program, project);
    let lists = run.each_alone(targets, |run, (target, names)| {
        begin(run, &target.module, &target.attributes);
        listed::listing(run).map(|(runs, list)| (runs, (names, list)))
    });
    let any = lists.iter().flatten().any(|(runs, _)| *runs);
    lists.into_iter().flatten().filter(|(runs, _)| *runs || !any).map(|(_, list)| list).collect()
}

/// What the servers offer that are made where no script is seen to lead.
fn of_what_is_made(run: &mut Run<'_, Registry>) -> Primitives {
    let program = run.program;
    for (name, module) in program.iter().filter(|(_, module)| !module.server_objects().is_empty()) {
        if is_empty(&run.host) {
            run.run_module(name);
        }
        for object in module.server_objects() {
            if is_empty(&run.host) {
                make(run, name, module, object);
            }
        }
    }
    listed::listing(run).map_or_else(Primitives::default, |(_, list)| list)
}

/// The schema that a model publishes, as a value.
fn published(run: &mut Run<'_, Registry>, called: &Value) -> Option<Value> {
    schema::published(run, called).as_ref().map(json::value)
}

/// The releases of the SDKs that a fresh install of the project takes; the newest of the major that is known to be common
/// where the text does not tell.
fn installed(project: &Project) -> InstalledSdks {
    let sdks = dependencies::read(project);
    let release = |sdk: Sdk, common: u64| {
        let version = sdks.fresh().and_then(|fresh| Some(&fresh.release(sdk)?.version));
        let number = |at: usize| version.and_then(|version| version.release().get(at).copied());
        MinorRelease { major: number(0).unwrap_or(common), minor: number(1).unwrap_or(u64::MAX) }
    };
    InstalledSdks { mcp: release(Sdk::Mcp, 1), fastmcp: release(Sdk::Fastmcp, 3) }
}

/// The modules of which nothing can be followed.
fn unreadable(program: &Program) -> Vec<Unknown> {
    let told = |name: &str, line: u32, span: Span, what: &str| {
        let path = program.path(name)?.to_string();
        Some(Unknown { source: Source { path, line, span }, what: what.to_owned(), recorded: false })
    };
    let broken = program.iter().filter_map(|(name, module)| {
        let span = module.faults().first()?.span;
        told(name, module.source().position(span.start).line, span, "a module that is not Python")
    });
    let unread = program.unread();
    let unread =
        unread.filter_map(|(name, _)| told(name, 1, Span::default(), "a module that cannot be read"));
    broken.chain(unread).collect()
}

/// Whether nothing was registered so far.
fn is_empty(registry: &Registry) -> bool {
    registry.servers.iter().all(Served::is_empty)
}

/// Calls the function that makes a server; tells that nobody knows what it offers, where it is made otherwise.
fn make(run: &mut Run<'_, Registry>, name: &str, module: &Module, object: &ServerObject) {
    let place = CodeLocation { module: name.into(), span: object.span };
    let bodies = module.bodies();
    let around = std::iter::successors(Some(module.calls()[object.call].body), |at| bodies[*at].parent);
    let mut names: Vec<&str> = around.filter(|at| *at != 0).map(|at| bodies[at].name.as_str()).collect();
    let Some(first) = names.pop() else { return };
    let Some(mut called) = run.global(name, first) else { return };
    if let (Value::Class(_), Some(method)) = (&called, names.pop()) {
        let made = run.call(&called, Arguments::default(), &place);
        called = run.attribute(&made, &method.into());
    }
    if is_empty(&run.host) {
        let arguments = run.command_arguments(&called, &place);
        run.call(&called, arguments, &place);
    }
    if !run.host.servers.iter().any(|server| server.object.place == place) {
        run.host.tell_unknown(&place, "a server that no script is seen to start");
    }
}

/// Whether any module that is reached imports an SDK, or may.
fn speaks_mcp(program: &Program) -> bool {
    program.iter().any(|(_, module)| may_serve(module))
}

/// Calls what a script names, or runs the module where it names no more.
fn begin(run: &mut Run<'_, Registry>, module: &str, attributes: &[String]) {
    let Some((first, rest)) = attributes.split_first() else { return run.run_module(module) };
    if run.import(module).is_none() {
        return;
    }
    let Some(mut called) = run.global(module, first) else { return };
    for name in rest {
        called = run.attribute(&called, &name.as_str().into());
    }
    let place = CodeLocation { module: module.into(), span: Span::default() };
    let arguments = run.command_arguments(&called, &place);
    run.call(&called, arguments, &place);
    registry::command(run, &called, &place);
}
