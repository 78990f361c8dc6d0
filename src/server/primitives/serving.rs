//! How the servers of a program serve: what each call that starts one was given, what that depends on, and what the SDK
//! takes where nothing is given, from the constructor, a variable or by itself.

use super::begun::{Begun, Start};
use super::conditional::Conditional;
use super::endpoint::{Endpoint, Told};
use super::registry::{Registry, Served};
use crate::evaluation::{Arguments, Causes, PathCondition, Value};
use crate::sdk::{Dialect, HOST, PORT, Starter, TRANSPORT, Transport, TransportChoice};

/// How the servers serve that are started where `here` holds, each way once.
pub(super) fn reached(registry: &Registry, here: &PathCondition) -> Vec<Endpoint> {
    let mut found: Vec<Endpoint> = Vec::new();
    for start in &registry.starts {
        let Some(there) = start.condition.beyond(here) else { continue };
        let around = Conditional::of(&there);
        for endpoint in of_start(registry, start, here) {
            if is_other(around.as_ref(), endpoint.conditional.as_ref()) {
                continue;
            }
            let conditional = both(around.clone(), endpoint.conditional);
            let endpoint = Endpoint { conditional, ..endpoint };
            let alike = |known: &&mut Endpoint| {
                Endpoint { places: endpoint.places.clone(), ..(**known).clone() } == endpoint
            };
            match found.iter_mut().find(alike) {
                Some(known) => known.places.extend(endpoint.places),
                None => found.push(endpoint),
            }
        }
    }
    found
}

/// The ways of several scripts as one list: what is not one of all says whose it is.
pub(super) fn merged(lists: Vec<(Vec<String>, Vec<Endpoint>)>) -> Vec<Endpoint> {
    let count = lists.len();
    let mut all: Vec<(Endpoint, usize, Vec<String>)> = Vec::new();
    for (names, endpoints) in lists {
        for endpoint in endpoints {
            match all.iter_mut().find(|(known, ..)| *known == endpoint) {
                Some((_, scripts, known)) => {
                    *scripts += 1;
                    known.extend_from_slice(&names);
                }
                None => all.push((endpoint, 1, names.clone())),
            }
        }
    }
    let told = |(endpoint, scripts, mut names): (Endpoint, usize, Vec<String>)| {
        names.sort_unstable();
        Endpoint { scripts: if scripts == count { Vec::new() } else { names }, ..endpoint }
    };
    all.into_iter().map(told).collect()
}

/// Whether an arm that another value of what decides leads to would have to have it by default.
fn is_other(around: Option<&Conditional>, chosen: Option<&Conditional>) -> bool {
    let (Some(around), Some(chosen)) = (around, chosen) else { return false };
    let shares = chosen.by.iter().any(|cause| around.by.contains(cause));
    around.default == Some(false) && chosen.default == Some(true) && shares
}

/// What both depend on.
fn both(one: Option<Conditional>, other: Option<Conditional>) -> Option<Conditional> {
    let (Some(mut one), Some(other)) = (one.clone(), other.clone()) else { return one.or(other) };
    one.default = match (one.default, other.default) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    };
    one.by.extend(other.by);
    one.by.sort_unstable();
    one.by.dedup();
    Some(one)
}

/// The only call of a web server there is, where `here` holds.
fn web_server<'r>(registry: &'r Registry, here: &PathCondition) -> Option<&'r Start> {
    let is_one = |start: &&Start| matches!(start.what, Begun::Web) && !start.condition.contradicts(here);
    let mut all = registry.starts.iter().filter(is_one);
    all.next().filter(|_| all.next().is_none())
}

fn of_start(registry: &Registry, start: &Start, here: &PathCondition) -> Vec<Endpoint> {
    let web = || web_server(registry, here);
    let places = vec![(start.place.module.clone(), start.place.span)];
    match start.what {
        Begun::Web => Vec::new(),
        Begun::Opened(Transport::Stdio) => vec![Endpoint { places, ..Endpoint::by(Transport::Stdio) }],
        // which path leads to it, the application of the project says
        Begun::Opened(transport) => {
            vec![at_a_web_server(Endpoint { places, ..Endpoint::by(transport) }, web())]
        }
        Begun::Server(server, starter, app) => {
            let given = Given { registry, served: &registry.servers[server], start };
            let placed = |way: Endpoint| match (way.transport, app) {
                (None | Some(Transport::Stdio), _) => way,
                (Some(transport), None) => given.at_its_own(transport, way),
                (Some(transport), Some(app)) => {
                    let whole = web().filter(|web| web.serves(app));
                    let path = whole.map(|_| given.path(transport));
                    Endpoint { path, ..at_a_web_server(way, web()) }
                }
            };
            let ways = chosen(starter, &start.arguments).into_iter();
            ways.map(|way| placed(Endpoint { places: places.clone(), ..way })).collect()
        }
    }
}

/// The same, where a web server of the project serves it.
fn at_a_web_server(endpoint: Endpoint, web: Option<&Start>) -> Endpoint {
    let Some(web) = web.filter(|web| !web.arguments.open) else { return endpoint };
    let named = |name: &str| web.arguments.named(name);
    let host = told(named("host"), text, usual(HOST.to_owned(), None));
    let port = told(named("port"), number, usual(PORT, None));
    let mut places = endpoint.places.clone();
    places.push((web.place.module.clone(), web.place.span));
    Endpoint { host: Some(host), port: Some(port), places, ..endpoint }
}

/// By which transports a call serves that may choose one.
fn chosen(starter: Starter, arguments: &Arguments) -> Vec<Endpoint> {
    let given = match starter.choice {
        TransportChoice::Fixed => return vec![Endpoint::by(starter.transport)],
        TransportChoice::Keyword => arguments.named(TRANSPORT),
        TransportChoice::First => arguments.get(0, TRANSPORT),
    };
    let Some(given) = given else {
        let known = Some(starter.transport).filter(|_| !arguments.open);
        return vec![Endpoint { transport: known, ..Endpoint::default() }];
    };
    // a word that no SDK has raises
    let way = |value: &Value, conditional: Option<Conditional>| match (value, value.as_text()) {
        (Value::None, _) => Some(Endpoint { conditional, ..Endpoint::by(starter.transport) }),
        (_, Some(word)) => Transport::read(&word).map(|one| Endpoint { conditional, ..Endpoint::by(one) }),
        _ => Some(Endpoint { conditional, ..Endpoint::default() }),
    };
    let under = |default, by: &[String]| Some(Conditional { default, by: by.to_vec() });
    let ways: Vec<Option<Endpoint>> = match given {
        Value::Default(presumed, causes) => {
            let by: Vec<String> = causes.iter().map(ToString::to_string).collect();
            let others = presumed.others().iter().map(|other| way(other, under(Some(false), &by)));
            let others: Vec<_> = others.collect();
            let any = others
                .is_empty()
                .then(|| Endpoint { conditional: under(Some(false), &by), ..Endpoint::default() });
            [way(presumed, under(Some(true), &by))].into_iter().chain(others).chain([any]).collect()
        }
        Value::Either(values) => values.iter().map(|value| way(value, under(None, &[]))).collect(),
        value => vec![way(value, None)],
    };
    ways.into_iter().flatten().collect()
}

/// What a start, the constructor and the settings of a server are given.
struct Given<'a> {
    registry: &'a Registry,
    served: &'a Served,
    start: &'a Start,
}

impl Given<'_> {
    /// The same, where the SDK's own web server serves it.
    fn at_its_own(&self, transport: Transport, endpoint: Endpoint) -> Endpoint {
        let (host, port, path) = (Some(self.host()), Some(self.port()), Some(self.path(transport)));
        Endpoint { host, port, path, ..endpoint }
    }

    fn host(&self) -> Told<String> {
        self.told(&["host"], text, usual(HOST.to_owned(), self.variable("FASTMCP_HOST")))
    }

    fn port(&self) -> Told<u16> {
        self.told(&["port"], number, usual(PORT, self.variable("FASTMCP_PORT")))
    }

    fn path(&self, transport: Transport) -> Told<String> {
        let (keywords, variable) = transport.path_keywords();
        let path = transport.path().filter(|_| self.given("mount_path").is_none());
        let usual = Told { value: path.map(str::to_owned), ..usual(String::new(), self.variable(variable)) };
        self.told(keywords, text, usual)
    }

    fn told<T>(&self, names: &[&str], read: fn(&Value) -> Option<T>, usual: Told<T>) -> Told<T> {
        if self.start.arguments.open || self.served.arguments.open {
            return Told { value: None, by: Vec::new() };
        }
        told(names.iter().find_map(|name| self.given(name)), read, usual)
    }

    /// What the start says, or else the last setting, or else the constructor.
    fn given(&self, name: &str) -> Option<&Value> {
        let at_the_start = self.start.arguments.named(name).filter(|value| !matches!(value, Value::None));
        at_the_start.or_else(|| self.set(name)).or_else(|| self.served.arguments.named(name))
    }

    /// What the setting was set to last; unknown where that need not run before this start.
    fn set(&self, name: &str) -> Option<&Value> {
        let before = |condition: &PathCondition| condition.beyond(&self.start.condition);
        let mut all = self.served.settings.iter().rev().filter(|(known, ..)| **known == *name);
        let (value, rest) = all.find_map(|(_, value, condition)| Some((value, before(condition)?)))?;
        Some(if rest.is_empty() { value } else { &Value::Unknown })
    }

    /// The variable of an SDK, where the installed release reads it.
    fn variable(&self, name: &'static str) -> Option<&'static str> {
        let release = self.registry.sdks.mcp;
        let reads = match self.served.dialect {
            Dialect::Mcp1 => (release.major, release.minor) < (1, 12),
            Dialect::Mcp2 => false,
            Dialect::Fastmcp2 | Dialect::Fastmcp3 | Dialect::Fastmcp4 => true,
        };
        reads.then_some(name)
    }
}

/// What a value is read as; `usual` where it is none, or `None`.
fn told<T>(value: Option<&Value>, read: fn(&Value) -> Option<T>, usual: Told<T>) -> Told<T> {
    let Some((plain, causes)) = value.map(Value::without_default) else { return usual };
    let by = causes.into_iter().flat_map(Causes::iter).map(ToString::to_string);
    match plain {
        Value::None => Told { value: usual.value, by: by.chain(usual.by).collect() },
        _ => Told { value: read(plain), by: by.collect() },
    }
}

/// What the SDK takes where nothing is given, unless its variable says otherwise.
fn usual<T>(value: T, variable: Option<&'static str>) -> Told<T> {
    Told { value: Some(value), by: variable.map(|name| format!("env:{name}")).into_iter().collect() }
}

fn text(value: &Value) -> Option<String> {
    value.as_text().map(|text| text.to_string())
}

fn number(value: &Value) -> Option<u16> {
    match value {
        Value::Int(number) => u16::try_from(*number).ok(),
        _ => value.as_text()?.trim().parse().ok(),
    }
}
