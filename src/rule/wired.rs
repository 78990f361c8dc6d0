//! What rules on the wire of a server ask of its calls.

use super::Subject;
use crate::diagnostic::{Card, Diagnostic, Location};
use crate::server::{Arrival, Exposure};
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
    /// The calls of this kind that run, or may run, while the stdout of the process is the wire.
    pub fn wired_calls(self, is: impl Fn(&Module, &Call) -> bool) -> Vec<WiredCall<'a>> {
        let wire = &self.server.stdio;
        let mut found = Vec::new();
        for (module, facts) in self.program.iter() {
            let Some(path) = self.program.path(module) else { continue };
            for call in facts.calls().iter().filter(|call| is(facts, call)) {
                let exposure = wire.exposure(self.program, module, call);
                if exposure > Exposure::No {
                    found.push(WiredCall { subject: self, module, facts, path, call, exposure });
                }
            }
        }
        found
    }
}

impl WiredCall<'_> {
    /// The finding of a rule at this call: weaker where what it does may not come to the wire.
    pub fn finding(&self, card: &'static Card, message: String, arrival: Arrival) -> Diagnostic {
        let finding = card.at(Location::span(self.path, self.call.span), message);
        finding.warning_unless(!self.subject.server.stdio.may_miss(self.exposure, arrival))
    }
}

/// Whether the call is that of a builtin.
pub fn is_builtin(facts: &Module, call: &Call, name: &str) -> bool {
    call.path == name && facts.lookup(call.body, name).is_none()
}
