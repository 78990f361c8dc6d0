//! Where a module asks for a variable: of `os`, of the options of a command line, of libraries for settings.

use super::required_variables::{self, ReadSite};
use super::{Asked, Search};
use crate::program::ClassOf;
use crate::syntax::{Argument, Call, Import, LookupKind, Module, StaticValue};
use crate::text::Span;

/// Classes whose objects give the variable that is their call's first argument, and fail without it.
const READERS: &[&str] = &[
    "environs.Env",
    "environs.FileAwareEnv",
    "environ.Env",
    "environ.FileAwareEnv",
    "starlette.config.Config",
    "decouple.AutoConfig",
];

/// Methods of such objects that read no variable of that name.
const NO_READ: &[&str] =
    &["add_parser", "dump", "parser_for", "read_env", "read_env_file", "seal", "read_envfile"];

impl<'p> Search<'p> {
    /// Takes in what one module asks for.
    pub(super) fn module(&mut self, module: &'p str, facts: &'p Module) {
        let mut sites = self.lookups(module, facts);
        for call in facts.calls() {
            if !self.is_reached(module, &call.guards) {
                continue;
            }
            match call.path.as_str() {
                "os.getenv" | "os.environ.get" => sites.extend(self.asked(module, call, false)),
                "os.environ.pop" => sites.extend(self.asked(module, call, true)),
                "os.environ.setdefault" => {
                    let site = self.asked(module, call, false);
                    self.stored.extend(site.map(|site| site.name));
                }
                "decouple.config" => drop(self.asked(module, call, true)),
                "os.path.expandvars" => self.open = true,
                path if path.starts_with("environs.env") => self.open = true,
                _ => self.options(module, call),
            }
            if self.readers {
                self.of_object(module, call);
            }
        }
        let reads_of_itself = facts.imports().iter().any(|import| top(import) == "dynaconf");
        self.open |= is_taken_whole(facts) || reads_of_itself;
        for name in required_variables::names(self, module, facts, &sites) {
            let Some(site) = sites.iter().find(|site| site.name == name) else { continue };
            self.add(module, site.span, Asked { name, required: true, ..Asked::default() });
        }
    }

    /// Takes in `os.environ["X"]` and `"X" in os.environ`.
    fn lookups(&mut self, module: &str, facts: &Module) -> Vec<ReadSite> {
        let mut sites = Vec::new();
        for lookup in facts.lookups().iter().filter(|one| one.path == "os.environ") {
            if !self.is_reached(module, &lookup.guards) {
                continue;
            }
            let Some(name) = self.text(module, lookup.body, &lookup.key.value, lookup.key.span) else {
                self.open |= lookup.kind != LookupKind::Store;
                continue;
            };
            if lookup.kind == LookupKind::Store {
                self.stored.insert(name);
                continue;
            }
            let required =
                lookup.kind == LookupKind::Item && self.ends_the_start(module, lookup.body, &lookup.guards);
            self.add(module, lookup.key.span, Asked { name: name.clone(), required, ..Asked::default() });
            let (span, body) = (lookup.key.span, lookup.body);
            sites.push(ReadSite { whole: lookup.span, span, body, name, falls_back: false });
        }
        sites
    }

    /// Takes in a call whose first argument is a variable's name, and whose second is what holds without it; it may
    /// fail when there is none.
    fn asked(&mut self, module: &str, call: &Call, fails: bool) -> Option<ReadSite> {
        let key = call.positional().next().or_else(|| call.keyword("key").or_else(|| call.keyword("option")));
        let name = key.and_then(|key| self.text(module, call.body, &key.value, key.span));
        let (Some(key), Some(name)) = (key, name) else {
            self.open = true;
            return None;
        };
        let default = call.positional().nth(1).or_else(|| call.keyword("default"));
        let falls_back = call.is_open() || default.is_some_and(|default| !is_nothing(default));
        let required = fails
            && default.is_none()
            && !call.is_open()
            && self.ends_the_start(module, call.body, &call.guards);
        let default = default.and_then(|default| match &default.value {
            StaticValue::Text(text) => Some(text.clone()),
            _ => None,
        });
        self.add(module, key.span, Asked { name: name.clone(), required, default, secret: false });
        Some(ReadSite { whole: call.span, span: key.span, body: call.body, name, falls_back })
    }

    /// Takes in the variables that stand in for an option: `envvar="X"`, or several in a list.
    fn options(&mut self, module: &str, call: &Call) {
        self.open |= call.keyword("auto_envvar_prefix").is_some();
        let Some(facts) = self.program.module(module) else { return };
        if let Some(settings) = call.keyword("context_settings") {
            self.open |= facts.source().slice(settings.span).contains("auto_envvar_prefix");
        }
        let Some(envvar) = call.keyword("envvar") else { return };
        let names = match self.text(module, call.body, &envvar.value, envvar.span) {
            Some(name) => vec![name],
            None => quoted(facts.source().slice(envvar.span)),
        };
        self.open |= names.is_empty() && envvar.value != StaticValue::None;
        for name in names {
            self.add(module, envvar.span, Asked { name, ..Asked::default() });
        }
    }

    /// Takes in the call of an object that reads variables: `env("X")`, `env.int("X", 1)`.
    fn of_object(&mut self, module: &str, call: &Call) {
        let (object, method) = call.path.rsplit_once('.').unwrap_or((&call.path, ""));
        if NO_READ.contains(&method) || call.arguments.is_empty() {
            return;
        }
        let is_reader = |object: &str| match self.program.class_of(module, call.body, object) {
            Some(ClassOf::Foreign(class)) => READERS.contains(&class.as_str()),
            _ => false,
        };
        if method == "prefixed" && is_reader(object) {
            self.open = true;
        } else if is_reader(&call.path) || is_reader(object) {
            // where some have a prefix, none is known without it; nor is a default that the constructor is given
            let is_given = |call: &Call| {
                let words = ["prefix", "env_prefix"].iter().any(|word| call.keyword(word).is_some());
                let named = call.path == "environ.Env" && !call.arguments.is_empty();
                READERS.contains(&call.path.as_str()) && (words || named)
            };
            let prefixed = |facts: &Module| {
                facts.calls().iter().any(|one| one.path.ends_with(".prefixed") || is_given(one))
            };
            if self.program.iter().any(|(_, facts)| prefixed(facts)) {
                self.open = true;
            } else {
                self.asked(module, call, true);
            }
        }
    }
}

/// Whether the import may bring an object that reads variables.
pub(super) fn brings_a_reader(import: &Import) -> bool {
    match top(import) {
        "environs" | "environ" | "decouple" => true,
        // what every server over HTTP imports of it reads none
        "starlette" => matches!(import.module.value.name.as_str(), "starlette" | "starlette.config"),
        _ => false,
    }
}

/// The first part of the module that is imported.
fn top(import: &Import) -> &str {
    import.module.value.name.split('.').next().unwrap_or_default()
}

/// Whether the module hands on the environment, or what reads it, as a whole.
fn is_taken_whole(facts: &Module) -> bool {
    let within = |inner: Span, outer: Span| outer.start <= inner.start && inner.end <= outer.end;
    facts.uses().iter().filter(|one| one.imported && !one.annotation).any(|one| match one.path.as_str() {
        "os.environ" => !one.stored && !facts.lookups().iter().any(|lookup| within(one.span, lookup.span)),
        "os.environ.copy" | "os.environ.items" | "os.environ.keys" | "os.environ.values" => true,
        "os.getenv" | "os.environ.get" => !facts.calls().iter().any(|call| call.name == one.span),
        _ => false,
    })
}

/// Whether a default leaves nothing: `None`, `""`.
fn is_nothing(default: &Argument) -> bool {
    default.value == StaticValue::None || default.value == StaticValue::Text(String::new())
}

/// The literals in a list or tuple of nothing else; none where something else stands in it.
pub(super) fn quoted(text: &str) -> Vec<String> {
    let text = text.rsplit_once('=').map_or(text, |(_, value)| value).trim();
    let inner =
        text.strip_prefix(['[', '(']).and_then(|text| text.strip_suffix([']', ')'])).unwrap_or_default();
    let word = |item: &str| {
        let item = item.trim();
        let quote = ["\"", "'"].into_iter().find(|quote| item.starts_with(quote))?;
        Some(item.strip_prefix(quote)?.strip_suffix(quote)?.to_owned())
    };
    let items = inner.trim().trim_end_matches(',').split(',').map(word);
    items.collect::<Option<Vec<_>>>().unwrap_or_default()
}
