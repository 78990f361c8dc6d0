//! The wire of a server over stdio: what the process writes to its stdout, a client reads as JSON-RPC.

use crate::program::{Program, Reach};
use crate::syntax::{BindingKind, Call, Decorator, Guard, Guards, Module, Usage, Value};

/// The entries of a program that start a server over stdio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    entries: Vec<usize>,
    /// The SDK keeps the wire for itself while it serves: from `mcp` 2.0 on, stdout is stderr then, and stdin empty.
    diverts: bool,
    /// Something of the project's own may lead stdout elsewhere: a decorator or a context around what it is given.
    muffled: bool,
}

/// How surely code runs while its stdout is the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exposure {
    /// It does not, as far as the text tells.
    No,
    /// Nothing that the text shows calls it, or only under a condition before anything is served.
    Perhaps,
    /// It does.
    Surely,
}

/// Finds the entries that start a server over stdio.
pub(super) fn find(program: &Program, diverts: bool) -> Wire {
    let stdio = names_stdio(program);
    let starts = |entry: &usize| {
        program.iter().any(|(name, module)| {
            module.calls().iter().any(|call| {
                let certain = starts_stdio(program, name, call);
                certain.is_some_and(|certain| certain || stdio)
                    && program.reach_from_under(*entry, name, call.body, &call.guards) > Reach::No
            })
        })
    };
    let muffled = program.iter().any(|(_, module)| muffles(module));
    Wire { entries: program.entries().filter(starts).collect(), diverts, muffled }
}

/// Whether the call stands behind one that served over stdio, with no other of that kind to come.
fn ended(program: &Program, module: &str, call: &Call) -> bool {
    let Some(facts) = program.module(module) else { return false };
    let beside = facts.calls().iter().filter(|other| other.body == call.body);
    let serving = beside.filter(|other| serves(program, module, other, 2)).map(|other| other.span);
    serving.max_by_key(|span| span.end).is_some_and(|last| last.end <= call.span.start)
}

/// Whether the module redirects stdout for code that stands elsewhere: in a generator that is a context, round a
/// function that it was given, or on a stack of contexts.
fn muffles(module: &Module) -> bool {
    module.calls().iter().any(|call| {
        if call.path.rsplit('.').next() != Some("redirect_stdout") {
            return false;
        }
        let generates =
            module.functions().any(|function| function.body == call.body && function.is_generator);
        let outer = module.bodies()[call.body].parent;
        let given = |inner: &Call| {
            let name = inner.path.split('.').next().unwrap_or_default();
            inner.body == call.body
                && inner.guards.contain(Guard::Redirected)
                && outer.is_some_and(|outer| !module.bodies()[outer].scope.bindings(name).is_empty())
        };
        generates
            || call.usage != Usage::Other
            || outer.is_some_and(|outer| outer > 0) && module.calls().iter().any(given)
    })
}

/// Whether the call returns when a server over stdio has ended, which it ran; calls are followed `steps` deep.
fn serves(program: &Program, module: &str, call: &Call, steps: usize) -> bool {
    let (object, method) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    if method != "stdio_server" && starts_stdio(program, module, call) == Some(true) {
        return true;
    }
    let class = || program.class_of(module, call.body, object);
    if method == "run" && class().is_some_and(|class| super::sdk_class(program, &class).is_some()) {
        return starts_stdio(program, module, call).is_none() && call.positional().nth(1).is_some();
    }
    let waits = match call.usage {
        Usage::Statement | Usage::Awaited | Usage::Returned => true,
        Usage::Argument(outer) => program
            .module(module)
            .and_then(|facts| facts.calls().get(outer))
            .is_some_and(|outer| runs(&outer.path) || outer.path == "sys.exit"),
        _ => false,
    };
    if steps == 0 || !waits {
        return false;
    }
    let mut called = program.callees(module, call.body, &call.path);
    if let Some(Value::Name(name)) =
        call.arguments.first().map(|first| &first.value).filter(|_| runs(&call.path))
    {
        called.extend(program.callees(module, call.body, name));
    }
    called.iter().any(|found| {
        let Some(BindingKind::Function(function)) = found.binding().map(|binding| &binding.kind) else {
            return false;
        };
        let inner = program.module(found.module).into_iter().flat_map(Module::calls);
        inner
            .filter(|inner| inner.body == function.body)
            .any(|inner| serves(program, found.module, inner, steps - 1))
    })
}

/// The bodies of the module that are commands beside the one that serves: `@cli.command()` over what starts nothing.
pub fn other_commands(program: &Program, module: &str) -> Vec<usize> {
    let command = |decorator: &Decorator| {
        decorator.name.as_deref().and_then(|name| name.rsplit('.').next()) == Some("command")
    };
    let functions = program.module(module).into_iter().flat_map(Module::functions);
    let commands = functions.filter(|function| function.decorators.iter().any(command));
    commands.map(|function| function.body).filter(|body| !may_start(program, module, *body, 3)).collect()
}

/// Whether something that the body calls or names may start a server; calls are followed `steps` deep.
fn may_start(program: &Program, module: &str, body: usize, steps: usize) -> bool {
    let Some(facts) = program.module(module) else { return false };
    let named = facts.uses().iter().filter(|one| one.body == body).map(|one| one.path.as_str());
    let called = facts.calls().iter().filter(|call| call.body == body).map(|call| call.path.as_str());
    named.chain(called).any(|path| {
        super::starts_server(path)
            || program.callees(module, body, path).iter().any(|found| {
                match found.binding().map(|binding| &binding.kind) {
                    Some(BindingKind::Function(function)) => {
                        steps == 0 || may_start(program, found.module, function.body, steps - 1)
                    }
                    Some(BindingKind::Class(_)) => true,
                    _ => false,
                }
            })
    })
}

/// Whether a call by this path runs what it is given to its end.
fn runs(path: &str) -> bool {
    let name = path.rsplit('.').next();
    matches!(name, Some("run" | "run_until_complete")) && path != "subprocess.run"
}

/// Whether the text of some module holds the literal `"stdio"`: as a default, a choice, a case.
fn names_stdio(program: &Program) -> bool {
    let literal = |module: &Module| {
        let text = module.source().text();
        text.contains("\"stdio\"") || text.contains("'stdio'")
    };
    program.iter().any(|(_, module)| literal(module))
}

/// Whether the call starts a server over stdio: surely, or by a transport that the text does not tell.
fn starts_stdio(program: &Program, module: &str, call: &Call) -> Option<bool> {
    let (object, method) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    match method {
        "stdio_server" | "run_stdio_async" => Some(true),
        "run" | "run_async" => {
            let transport = call.keyword("transport").or_else(|| call.positional().next());
            let transport = transport.map(|argument| &argument.value);
            let class = program.class_of(module, call.body, object);
            if !class.is_some_and(|class| super::runs_by_itself(program, &class)) {
                let told = matches!(transport, Some(Value::Text(transport)) if transport == "stdio");
                return told.then_some(true);
            }
            match transport {
                None if call.is_open() => Some(false),
                None | Some(Value::None) => Some(true),
                Some(Value::Text(transport)) if transport == "stdio" => Some(true),
                Some(Value::Text(_)) => None,
                Some(_) => Some(false),
            }
        }
        _ => None,
    }
}

impl Wire {
    /// Whether the wire may be led elsewhere round a call that runs in its process, or be closed before.
    pub fn may_be_off(&self, program: &Program, module: &str, call: &Call) -> bool {
        self.muffled || ended(program, module, call)
    }

    /// How surely code under `guards` in the body of `module` with this number runs while its stdout is the wire.
    pub fn exposure(&self, program: &Program, module: &str, body: usize, guards: &Guards) -> Exposure {
        let is_apart =
            |guard: &Guard| matches!(guard, Guard::OtherTransport | Guard::Redirected | Guard::TypeChecking);
        if guards.all().iter().any(is_apart) {
            return Exposure::No;
        }
        let reach = |entry: &usize| program.reach_from_under(*entry, module, body, guards);
        match self.entries.iter().map(reach).max().unwrap_or_default() {
            Reach::Serving if self.diverts => Exposure::No,
            // whether what is printed before it serves lands on the wire depends on when that is flushed
            Reach::Start if self.diverts => Exposure::Perhaps,
            Reach::Start | Reach::Serving => Exposure::Surely,
            Reach::Called | Reach::Maybe => Exposure::Perhaps,
            // nobody is seen to call it, in a module that the server imports
            Reach::No if guards.contain(Guard::Main) => Exposure::No,
            Reach::No
                if self.entries.iter().any(|entry| program.reach_from(*entry, module, 0) > Reach::No) =>
            {
                Exposure::Perhaps
            }
            Reach::No => Exposure::No,
        }
    }

    /// Whether children that the server starts may take over its wire.
    pub fn is_open_to_children(&self) -> bool {
        !self.entries.is_empty() && !self.diverts
    }

    /// Whether the program puts something else in the place of stdout as a whole, or of what prints to it:
    /// `sys.stdout = sys.stderr`.
    pub fn is_redirected(program: &Program) -> bool {
        let stdout = |path: &str| matches!(path, "sys.stdout" | "builtins.print");
        let sets = |module: &Module| module.uses().iter().any(|one| one.stored && stdout(&one.path));
        program
            .iter()
            .any(|(_, module)| sets(module) || module.calls().iter().any(|call| call.path == "os.dup2"))
    }
}
