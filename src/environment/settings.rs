//! The variables behind the fields of `pydantic-settings` classes.
//!
//! A field `key` of a class with `env_prefix="APP_"` is read from `APP_KEY`, unless an alias names the variable
//! (<https://docs.pydantic.dev/latest/concepts/pydantic_settings/>). Names go in upper case, as case does not count.

use super::variable_reads::quoted;
use super::{Asked, Search};
use crate::program::{Definition, Program, Reachability};
use crate::syntax::{Binding, BindingKind, Call, Class, Field, Imported, Module, ScopeKind, StaticValue};
use crate::text::Span;

/// More than any chain of classes is long.
const STEPS: usize = 10;

/// Takes in the fields of every class of settings that no other one extends.
pub(super) fn search(search: &mut Search<'_>) {
    let program = search.program;
    if !program.iter().any(|(_, facts)| imports_base(facts)) {
        return;
    }
    let classes = classes(program);
    let extended: Vec<&SettingsClass<'_>> = classes
        .iter()
        .filter_map(|class| classes.iter().find(|base| class.bases(program).any(|one| base.is(&one))))
        .collect();
    for class in classes.iter().filter(|class| !extended.iter().any(|base| std::ptr::eq(*base, *class))) {
        search.class(class, &classes);
    }
}

/// Whether the module imports the base of such classes.
fn imports_base(facts: &Module) -> bool {
    facts.imports().iter().any(|import| match &import.names {
        Imported::Names(names) => names.iter().any(|name| name.name.value == "BaseSettings"),
        _ => import.module.value.name.starts_with("pydantic_settings"),
    })
}

/// A class of settings at the top level of a module that a script reaches.
struct SettingsClass<'p> {
    module: &'p str,
    facts: &'p Module,
    name: &'p str,
    class: &'p Class,
    body: usize,
}

impl SettingsClass<'_> {
    /// The paths of its bases.
    fn bases<'s>(&'s self, program: &'s Program) -> impl Iterator<Item = String> + 's {
        let bases = self.class.bases().flatten();
        bases.filter_map(|base| program.path_of(self.module, 0, &base))
    }

    fn is(&self, path: &str) -> bool {
        path.strip_prefix(self.module).and_then(|rest| rest.strip_prefix('.')) == Some(self.name)
    }

    fn fields(&self) -> impl Iterator<Item = &Field> {
        self.facts.fields().iter().filter(|field| field.body == self.body)
    }
}

fn classes(program: &Program) -> Vec<SettingsClass<'_>> {
    let reached = program.iter().filter(|(module, _)| program.reach(module) > Reachability::No);
    let all = reached.flat_map(|(module, facts)| {
        let bodies = facts.bodies().iter().enumerate();
        bodies.filter_map(move |(body, one)| {
            let top = one.place == ScopeKind::Class && one.parent == Some(0);
            let class = program.class(module, &one.name).filter(|_| top)?;
            Some(SettingsClass { module, facts, name: &one.name, class, body })
        })
    });
    all.filter(|one| is_settings(program, one.module, one.class, STEPS)).collect()
}

fn is_settings(program: &Program, module: &str, class: &Class, steps: usize) -> bool {
    class.bases().flatten().filter_map(|base| program.path_of(module, 0, &base)).any(|path| {
        let (home, name) = path.rsplit_once('.').unwrap_or_default();
        match program.class(home, name) {
            Some(base) => steps > 0 && is_settings(program, home, base, steps - 1),
            None => name == "BaseSettings" && path.starts_with("pydantic"),
        }
    })
}

/// Where values may come from beside the environment.
const ELSEWHERE: &[&str] =
    &["cli_parse_args", "json_file", "pyproject_toml_table_header", "secrets_dir", "toml_file", "yaml_file"];

/// What a class says of all its fields.
#[derive(Default)]
struct Config {
    prefix: Option<String>,
    /// What the text does not tell decides.
    open: bool,
    /// The command line, or files, may give values too.
    elsewhere: bool,
}

impl Search<'_> {
    /// Takes in the fields of the class and of those that it extends.
    fn class(&mut self, class: &SettingsClass<'_>, all: &[SettingsClass<'_>]) {
        let mut line = vec![class];
        while let Some(last) = line.last().filter(|_| line.len() < STEPS) {
            let bases: Vec<String> = last.bases(self.program).collect();
            match all.iter().find(|one| bases.iter().any(|base| one.is(base))) {
                Some(base) => line.push(base),
                None => break,
            }
        }
        let mut config = Config::default();
        for one in &line {
            let own = self.config(one);
            config.prefix = config.prefix.or(own.prefix);
            config.open |= own.open;
            config.elsewhere |= own.elsewhere;
        }
        if config.open {
            self.open = true;
            return;
        }
        let made = self.made_at_start(class);
        let mut seen = Vec::new();
        for one in line {
            for field in one.fields().filter(|field| is_read(&field.name.value)) {
                if !seen.contains(&field.name.value.as_str()) {
                    seen.push(&field.name.value);
                    self.field(one, field, &config, made);
                }
            }
        }
    }

    /// What `model_config`, or the older class `Config`, says in one class.
    fn config(&self, class: &SettingsClass<'_>) -> Config {
        let mut config = Config { open: class.class.has_keywords(), ..Config::default() };
        let body = &class.class.body;
        config.open |= !body.bindings("settings_customise_sources").is_empty()
            || !body.bindings("customise_sources").is_empty();
        if let [Binding { kind: BindingKind::Class(older), .. }] = body.bindings("Config") {
            match older.body.bindings("env_prefix") {
                [] => {}
                [Binding { kind: BindingKind::Text(prefix), .. }] => {
                    config.prefix = Some(prefix.value.clone());
                }
                _ => config.open = true,
            }
        }
        let [binding] = body.bindings("model_config") else { return config };
        let is_config = |call: &&Call| {
            call.body == class.body && call.path.ends_with("ConfigDict") && call.span.start > binding.span.end
        };
        match class.facts.calls().iter().find(is_config) {
            Some(call) if matches!(&binding.kind, BindingKind::Call(path) if *path == call.path) => {
                // a dict, or names that are made of the fields'
                config.open |= call.is_open()
                    || call.positional().next().is_some()
                    || call.keyword("alias_generator").is_some();
                config.elsewhere = ELSEWHERE.iter().any(|key| call.keyword(key).is_some());
                if let Some(prefix) = call.keyword("env_prefix") {
                    config.prefix = self.text(class.module, class.body, &prefix.value, prefix.span);
                    config.open |= config.prefix.is_none();
                }
            }
            _ => config.open = true,
        }
        config
    }

    /// Whether every script makes an object of the class at its start, of the environment alone.
    fn made_at_start(&self, class: &SettingsClass<'_>) -> bool {
        let program = self.program;
        let makes = |module: &str, call: &Call| {
            let named = call.path.rsplit('.').next() == Some(class.name) && call.arguments.is_empty();
            named
                && program.callees(module, call.body, &call.path).iter().any(|found| {
                    found.module == class.module
                        && matches!(
                            found.definition,
                            Definition::Binding(Binding { kind: BindingKind::Class(made), .. })
                                if std::ptr::eq(made, class.class)
                        )
                })
        };
        program.iter().any(|(module, facts)| {
            let mut calls = facts.calls().iter().filter(|call| makes(module, call));
            calls.any(|call| self.ends_the_start(module, call.body, &call.guards))
        })
    }

    /// Takes in one field.
    fn field(&mut self, class: &SettingsClass<'_>, field: &Field, config: &Config, made: bool) {
        let annotation = class.facts.source().slice(field.annotation);
        if annotation.contains("ClassVar") {
            return;
        }
        if self.is_nested(class, annotation) {
            self.open = true;
            return;
        }
        let description = description(class, field);
        let names = match description.and_then(|call| self.aliases(class, call)) {
            Some(names) => names,
            None => vec![format!("{}{}", config.prefix.as_deref().unwrap_or_default(), field.name.value)],
        };
        let default = default(class, field, description);
        let required = made && default.is_none() && names.len() == 1 && !config.elsewhere;
        let default = match default {
            Some(StaticValue::Text(text)) => Some(text),
            _ => None,
        };
        let secret = annotation.contains("Secret");
        for name in names {
            let name = name.to_ascii_uppercase();
            let asked = Asked { name, required, default: default.clone(), secret };
            self.add(class.module, field.name.span, asked);
        }
    }

    /// The variables that the description of a field names; none when it names none.
    fn aliases(&mut self, class: &SettingsClass<'_>, call: &Call) -> Option<Vec<String>> {
        let alias = ["validation_alias", "alias", "env"].iter().find_map(|word| call.keyword(word))?;
        if let Some(name) = self.text(class.module, class.body, &alias.value, alias.span) {
            return Some(vec![name]);
        }
        let mut calls = class.facts.calls().iter();
        let choices =
            calls.find(|inner| within(inner.span, alias.span) && inner.path.ends_with("AliasChoices"));
        let names: Vec<String> = match choices {
            Some(choices) => choices
                .positional()
                .filter_map(|one| self.text(class.module, class.body, &one.value, one.span))
                .collect(),
            None => quoted(class.facts.source().slice(alias.span)),
        };
        self.open |= names.is_empty();
        Some(names)
    }

    /// Whether the annotation names a class of the project with fields of its own, each of which has its variable.
    fn is_nested(&self, class: &SettingsClass<'_>, annotation: &str) -> bool {
        let name = annotation.split(['[', '|', ' ']).next().unwrap_or_default();
        let Some(path) = self.program.path_of(class.module, 0, name) else { return false };
        let Some((home, name)) = path.rsplit_once('.') else { return false };
        let Some(facts) = self.program.module(home) else { return false };
        let named = |body: usize| facts.bodies()[body].name == name && facts.bodies()[body].parent == Some(0);
        facts.fields().iter().any(|field| named(field.body))
    }
}

/// The `Field(...)` that describes a field: its value, or in its annotation.
fn description<'s>(class: &SettingsClass<'s>, field: &Field) -> Option<&'s Call> {
    let places = [field.value.as_ref().map(|value| value.span), Some(field.annotation)];
    let mut calls = class.facts.calls().iter().filter(|call| {
        call.body == class.body
            && call.path.rsplit('.').next() == Some("Field")
            && call.path.starts_with("pydantic")
    });
    calls.find(|call| places.iter().flatten().any(|place| within(call.span, *place)))
}

/// What a field holds where nothing is set; none when it must be.
fn default(class: &SettingsClass<'_>, field: &Field, description: Option<&Call>) -> Option<StaticValue> {
    let describes = |span: Span| description.is_some_and(|call| call.span == span);
    if let Some(value) = field.value.as_ref().filter(|value| !describes(value.span)) {
        return Some(value.value.clone());
    }
    let call = description?;
    if call.keyword("default_factory").is_some() || call.is_open() {
        return Some(StaticValue::Other);
    }
    let default = call.positional().next().or_else(|| call.keyword("default"))?;
    let written = class.facts.source().slice(default.span);
    let required = written.rsplit('=').next().is_some_and(|text| text.trim() == "...");
    (!required).then(|| default.value.clone())
}

fn within(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// Whether a field of this name is one of settings.
fn is_read(name: &str) -> bool {
    !name.starts_with('_') && name != "model_config"
}
