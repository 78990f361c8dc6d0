//! The wire of a server over stdio: what the process writes to its stdout, a client reads as JSON-RPC.

use crate::program::{Program, Reach};
use crate::syntax::{Call, Guard, Guards, Module, Value};

/// The entries of a program that start a server over stdio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wire {
    entries: Vec<usize>,
    /// The SDK keeps the wire for itself while it serves: from `mcp` 2.0 on, stdout is stderr then, and stdin empty.
    diverts: bool,
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
    Wire { entries: program.entries().filter(starts).collect(), diverts }
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

    /// Whether the program puts something else in the place of stdout as a whole: `sys.stdout = sys.stderr`.
    pub fn is_redirected(program: &Program) -> bool {
        let sets = |module: &Module| module.uses().iter().any(|one| one.stored && one.path == "sys.stdout");
        program
            .iter()
            .any(|(_, module)| sets(module) || module.calls().iter().any(|call| call.path == "os.dup2"))
    }
}
