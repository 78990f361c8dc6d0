//! How a release is reached once its script runs: the ways that its code tells, as the arguments of every start leave them.

use std::collections::BTreeSet;

use super::is_plain;
use crate::program::Program;
use crate::project::EnvVariable;
use crate::sdk::Transport;
use crate::server::{self, Endpoint, Told};
use crate::spec::entry_points::Reference;

/// How a script serves.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// The ways that are known.
    pub endpoints: Vec<Endpoint>,
    /// Whether it surely has no other.
    pub is_whole: bool,
    /// The path at which it answers whoever asks whether it is well.
    pub health: Option<String>,
}

impl Reached {
    /// How the script behind `reference` serves that is started with `arguments`, where `told` is what was found by
    /// following its code.
    pub fn of(program: &Program, reference: &Reference, told: Vec<Endpoint>, arguments: &[&str]) -> Self {
        let health = health(program);
        if told.is_empty() {
            let seen = server::transports(program, reference);
            return Self { is_whole: !seen.is_empty(), health, ..Self::by(seen) };
        }
        let places: Vec<_> = told.iter().flat_map(|one| one.places.iter().cloned()).collect();
        let is_whole = !server::starts_otherwise(program, reference, &places);
        Self { endpoints: settled(told, arguments), is_whole, health }
    }

    /// A script that serves by all of these, and no other.
    pub fn by(transports: impl IntoIterator<Item = Transport>) -> Self {
        Self { endpoints: transports.into_iter().map(Endpoint::by).collect(), is_whole: true, health: None }
    }

    /// The names of its transports, sorted; none where one is not known.
    pub fn transports(&self) -> Vec<&'static str> {
        let all: Option<BTreeSet<_>> =
            self.endpoints.iter().map(|one| one.transport.map(Transport::name)).collect();
        all.filter(|_| self.is_whole).unwrap_or_default().into_iter().collect()
    }

    /// Where it serves over HTTP, if it surely does so unless somebody says otherwise.
    pub fn over_http(&self) -> Option<&Endpoint> {
        let mut may = self.may();
        let only = may.next().filter(|_| may.next().is_none() && self.is_whole)?;
        (is_http(only) && only.by_default() == Some(true)).then_some(only)
    }

    /// What it serves by instead of stdio where nobody sets any of `variables`, and what may change that; none where it
    /// may serve over stdio.
    pub fn instead_of_stdio(&self, variables: &[EnvVariable]) -> Option<(Vec<&'static str>, Vec<&str>)> {
        if !self.is_whole || self.may().next().is_none() || !self.may().all(is_http) {
            return None;
        }
        let names: BTreeSet<_> = self.may().filter_map(|one| one.transport).map(Transport::name).collect();
        let others = self.endpoints.iter().filter(|one| one.by_default() == Some(false) && !is_http(one));
        let causes = others.flat_map(|one| one.conditional.iter().flat_map(|conditional| &conditional.by));
        let causes: BTreeSet<&str> = causes.map(String::as_str).collect();
        let is_declared = |cause: &&str| {
            let name = cause.strip_prefix("env:");
            name.is_some_and(|name| variables.iter().any(|variable| variable.name.value == name))
        };
        (!causes.iter().any(is_declared)).then(|| (names.into_iter().collect(), causes.into_iter().collect()))
    }

    /// The ways in which it may serve where nobody sets anything.
    fn may(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints.iter().filter(|one| one.by_default() != Some(false))
    }
}

fn is_http(endpoint: &Endpoint) -> bool {
    endpoint.transport.is_some_and(|transport| transport != Transport::Stdio)
}

/// The value that `arguments` give an option: `--port 8000`, `--port=8000`; empty for a flag at their end.
fn given<'a>(arguments: &[&'a str], option: &str) -> Option<&'a str> {
    let after = |at: usize| arguments.get(at + 1).copied().unwrap_or_default();
    let value = |(at, argument): (usize, &&'a str)| match argument.strip_prefix(option)? {
        "" => Some(after(at)),
        rest => rest.strip_prefix('='),
    };
    arguments.iter().enumerate().find_map(value)
}

/// The ways that are left of those of a script which is started with `arguments`.
fn settled(endpoints: Vec<Endpoint>, arguments: &[&str]) -> Vec<Endpoint> {
    if arguments.is_empty() {
        return endpoints;
    }
    let settled = endpoints.into_iter().map(|one| Endpoint {
        host: one.host.map(|told| set(told, arguments)),
        port: one.port.map(|told| set(told, arguments)),
        path: one.path.map(|told| set(told, arguments)),
        ..one
    });
    let mut endpoints: Vec<Endpoint> = settled.collect();
    let causes = endpoints.iter().filter_map(|one| one.conditional.as_ref()).flat_map(|one| one.by.clone());
    let causes: BTreeSet<String> = causes.collect();
    for (option, value) in causes.iter().filter_map(|cause| Some((cause, given(arguments, cause)?))) {
        let depends = |one: &Endpoint| one.conditional.as_ref().is_some_and(|one| one.by.contains(option));
        let chosen = Transport::read(value);
        let is_chosen = |one: &Endpoint| depends(one) && one.transport.is_some() && one.transport == chosen;
        let is_known = endpoints.iter().any(is_chosen);
        endpoints.retain(|one| !is_known || !depends(one) || is_chosen(one));
        for one in endpoints.iter_mut().filter(|one| depends(one)) {
            let rest = one.conditional.take().unwrap_or_default();
            let default = if is_known { Some(true) } else { None };
            let by: Vec<String> = rest.by.into_iter().filter(|cause| cause != option).collect();
            let is_sure = is_known && by.is_empty();
            one.conditional = (!is_sure).then_some(server::Conditional { default, by });
        }
    }
    endpoints
}

/// The value as an option among `arguments` sets it.
fn set<T: std::str::FromStr>(told: Told<T>, arguments: &[&str]) -> Told<T> {
    let value = told.by.iter().find_map(|cause| given(arguments, cause));
    match value {
        Some(value) => Told { value: value.parse().ok(), by: Vec::new() },
        None => told,
    }
}

/// The path of a route of the program that says whether it is well: `/health`, `/healthz`, `/livez`.
fn health(program: &Program) -> Option<String> {
    let words = ["health", "healthz", "healthcheck", "live", "livez", "ready", "readyz", "ping"];
    let calls = program.iter().flat_map(|(_, module)| module.calls());
    let routes = calls.filter(|call| call.path.ends_with(".custom_route"));
    let paths = routes.filter_map(|call| match &call.positional().next()?.value {
        crate::syntax::StaticValue::Text(path) => Some(path),
        _ => None,
    });
    let is_one = |path: &&String| {
        let last = path.rsplit('/').next().unwrap_or_default();
        path.starts_with('/') && is_plain(path) && words.contains(&last.trim_start_matches('_'))
    };
    paths.filter(is_one).min().cloned()
}
