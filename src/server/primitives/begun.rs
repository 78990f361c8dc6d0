//! The calls that begin to serve, as they are kept while the code of a server is followed.

use crate::evaluation::{Arguments, CodeLocation, ExternalCall, Host, PathCondition, Run, Value};
use crate::sdk::{StartResult, Starter, Transport};

/// A call that serves, or opens what a server is served on.
#[derive(Debug)]
pub(super) struct Start {
    pub(super) what: Begun,
    pub(super) arguments: Arguments,
    /// When it is made.
    pub(super) condition: PathCondition,
    pub(super) place: CodeLocation,
}

/// What a call begins.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begun {
    /// The server with this number serves, or an application is made of it, which is the object with the second number.
    Server(usize, Starter, Option<usize>),
    /// A transport is opened, for a low-level server.
    Opened(Transport),
    /// A web server serves an application.
    Web,
}

/// What serves an application until the program ends.
const WEB_SERVERS: [&str; 2] = ["uvicorn.Config", "uvicorn.run"];

impl Start {
    /// What a call of something outside the project begins.
    pub(super) fn of_a_path(run: &Run<'_, impl Host>, path: &str, call: &ExternalCall<'_>) -> Option<Self> {
        let what = match Transport::opened_by(path) {
            _ if WEB_SERVERS.contains(&path) => Begun::Web,
            transport => Begun::Opened(transport?),
        };
        Some(Self::new(run, what, call))
    }

    /// What a call of a method that starts a server begins, and the application that it makes; none where the server is
    /// served on what another call opened.
    pub(super) fn of_a_server(
        run: &mut Run<'_, impl Host>,
        server: usize,
        starter: Starter,
        call: &ExternalCall<'_>,
    ) -> Option<(Self, Option<Value>)> {
        let Value::Member(member) = call.callee else { return None };
        if !matches!(member.0, Value::Object(_)) {
            return None;
        }
        let makes = starter.result == StartResult::Application;
        let app = makes.then(|| run.object(call.callee.clone(), call.arguments.clone(), call.place.clone()));
        let what = Begun::Server(server, starter, app.as_ref().map(|app| app.id));
        Some((Self::new(run, what, call), app.map(Value::Object)))
    }

    /// Whether a call of a web server is given the object with this number.
    pub(super) fn serves(&self, app: usize) -> bool {
        matches!(self.arguments.get(0, "app"), Some(Value::Object(served)) if served.id == app)
    }

    fn new(run: &Run<'_, impl Host>, what: Begun, call: &ExternalCall<'_>) -> Self {
        let (arguments, condition) = (call.arguments.clone(), run.condition());
        Self { what, arguments, condition, place: call.place.clone() }
    }
}
