//! What rules on the wire of a server ask of its calls.

use super::Subject;
use crate::diagnostic::{Card, Diagnostic, Level, Location};
use crate::server::{self, Exposure};
use crate::syntax::{Call, Module};
use crate::text::RelPath;

/// A call that may meet the wire of the server.
#[derive(Clone, Copy, Debug)]
pub struct WiredCall<'a> {
    /// The module that holds it.
    pub module: &'a str,
    /// Its facts.
    pub facts: &'a Module,
    /// Its file.
    pub path: &'a RelPath,
    /// The call.
    pub call: &'a Call,
    exposure: Exposure,
    subject: Subject<'a>,
}

impl<'a> Subject<'a> {
    /// The calls that run, or may run, while the stdout of the process is the wire.
    pub fn wired_calls(self) -> impl Iterator<Item = WiredCall<'a>> {
        let modules = self
            .program
            .iter()
            .filter_map(move |(name, facts)| Some((name, facts, self.program.path(name)?)));
        let wire = &self.server.wire;
        modules.flat_map(move |(module, facts, path)| {
            let others = server::other_commands(self.program, module);
            let calls = facts.calls().iter().filter(move |call| !others.contains(&call.body));
            calls.filter_map(move |call| {
                let exposure = wire.exposure(self.program, module, call.body, &call.guards);
                (exposure > Exposure::No).then_some(WiredCall {
                    subject: self,
                    module,
                    facts,
                    path,
                    call,
                    exposure,
                })
            })
        })
    }
}

impl WiredCall<'_> {
    /// Whether the call is that of a builtin.
    pub fn is_builtin(&self, name: &str) -> bool {
        self.call.path == name && self.facts.lookup(self.call.body, name).is_none()
    }

    /// The finding of a rule at this call: weaker where the call may not run on the wire.
    pub fn finding(&self, card: &'static Card, message: String) -> Diagnostic {
        let finding = card.at(Location::span(self.path, self.call.span), message);
        let Subject { program, server, .. } = self.subject;
        let surely =
            self.exposure == Exposure::Surely && !server.wire.may_be_off(program, self.module, self.call);
        if surely { finding } else { finding.level(Level::Warning) }
    }
}
