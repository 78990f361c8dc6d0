//! What flags, settings and variables say by default.

use std::rc::Rc;
use std::sync::Arc;

use super::condition::{Causes, PathCondition};
use super::value::{Arguments, ClassField, CodeLocation, FunctionValue, Instance, Value};
use super::{Host, Run};

/// Stands among the fields of a parser for those of what it parses.
const PREFIX: &str = "parsed ";

/// What a variable of the environment is by default.
pub(super) fn of_environment(path: &str, arguments: &Arguments) -> Option<Value> {
    match path {
        "os.getenv" | "os.environ.get" => {
            let default = arguments.get(1, "default").cloned().unwrap_or(Value::None);
            let name = arguments.get(0, "key").and_then(Value::as_text);
            Some(default.by_default(&name.map(|name| variable(&name)).unwrap_or_default()))
        }
        _ => None,
    }
}

/// A variable of the environment, as a cause.
pub(super) fn variable(name: &str) -> Causes {
    Causes::of(format!("env:{name}"))
}

/// The variable that a field of `pydantic_settings` is read from.
pub(super) fn variable_of(settings: &Value, field: &ClassField) -> Causes {
    let alias = match &field.default {
        Some(Value::Object(described)) => {
            let given = ["validation_alias", "alias"];
            given.iter().find_map(|name| described.arguments.named(name)?.as_text())
        }
        _ => None,
    };
    if let Some(alias) = alias {
        return variable(&alias);
    }
    let prefix = match settings.inherited("model_config") {
        Some(Value::Object(config)) => config.arguments.named("env_prefix").and_then(Value::as_text),
        Some(Value::Dict(config)) => {
            config.looked_up(&Value::text("env_prefix")).and_then(|prefix| prefix.as_text())
        }
        _ => None,
    };
    variable(&format!("{}{}", prefix.unwrap_or_default(), field.name).to_uppercase())
}

/// The option, or argument, of `argparse` or `click` that changes what it is by default.
fn option(arguments: &Arguments) -> Causes {
    let names = || arguments.positional.iter().filter_map(Value::as_text);
    names().find(|name| name.starts_with("--")).or_else(|| names().next()).map(Causes::of).unwrap_or_default()
}

/// What an option or argument is by default, and what else it may be.
fn presumed(default: Value, arguments: &Arguments) -> Value {
    let by = option(arguments);
    let listed = arguments.named("choices").cloned().or_else(|| match arguments.named("type") {
        Some(Value::Object(kind)) if kind.class.path().as_deref() == Some("click.Choice") => {
            kind.arguments.get(0, "choices").cloned()
        }
        _ => None,
    });
    let choices: Vec<Value> = match &listed {
        Some(Value::Tuple(choices)) => choices.to_vec(),
        Some(Value::List(choices)) => choices.items.borrow().iter().map(|(one, _)| one.clone()).collect(),
        _ => Vec::new(),
    };
    // of several values each is one of them
    let is_one = ["action", "multiple", "nargs"].iter().all(|name| arguments.named(name).is_none());
    let are_texts = choices.iter().all(|one| matches!(one, Value::Text(_)));
    if !is_one || choices.is_empty() || !are_texts {
        return default.by_default(&by);
    }
    default.or_else(&PathCondition::default(), choices, &by)
}

impl<H: Host> Run<'_, H> {
    /// What `argparse` makes of a call of a method of one of its objects.
    pub(super) fn of_command_line(
        &mut self,
        owner: &Value,
        method: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let Value::Object(parser) = owner else { return None };
        if parser.class.path().as_deref() != Some("argparse.ArgumentParser") {
            return None;
        }
        match method {
            "add_argument" => {
                let (name, default) = argument(arguments)?;
                parser.parses(&name, presumed(default, arguments));
                Some(Value::Unknown)
            }
            "add_argument_group" | "add_mutually_exclusive_group" | "add_parser" => Some(owner.clone()),
            "add_subparsers" => {
                if let Some(name) = arguments.named("dest").and_then(Value::as_text) {
                    parser.parses(&name, Value::None.by_default(&Causes::of(name.clone())));
                }
                Some(owner.clone())
            }
            // each command may set its own
            "set_defaults" => {
                for (name, value) in &arguments.named {
                    let before = parser.fields.borrow().get(&*format!("{PREFIX}{name}")).cloned();
                    parser.parses(name, Value::either(before.into_iter().chain([value.clone()])));
                }
                Some(Value::None)
            }
            "parse_args" => Some(self.parsed(parser)),
            "parse_known_args" => Some(Value::tuple([self.parsed(parser), Value::Unknown])),
            _ => None,
        }
    }

    fn parsed(&mut self, parser: &Rc<Instance>) -> Value {
        let space =
            self.object(Value::foreign("argparse.Namespace"), Arguments::default(), parser.place.clone());
        for (name, value) in parser.fields.borrow().iter() {
            if let Some(name) = name.strip_prefix(PREFIX) {
                space.fields.borrow_mut().insert(name.into(), value.clone());
            }
        }
        Value::Object(space)
    }

    /// The value of a field whose class says `default`, which may be a description of it.
    pub(super) fn default_of(&mut self, default: Option<&Value>, place: &CodeLocation) -> Value {
        let Some(default) = default else { return Value::Unknown };
        let Value::Object(described) = default else { return default.clone() };
        let path = described.class.path().unwrap_or_default();
        if !matches!(path.rsplit('.').next(), Some("Field" | "field" | "Option" | "Argument")) {
            return default.clone();
        }
        if let Some(factory) = described.arguments.named("default_factory").cloned() {
            return self.call(&factory, Arguments::default(), place);
        }
        let value = described.arguments.get(0, "default").cloned();
        value.filter(|value| !matches!(value, Value::Ellipsis)).unwrap_or(Value::Unknown)
    }

    /// The arguments with which a command line calls a command by default.
    pub fn command_arguments(&mut self, command: &Value, place: &CodeLocation) -> Arguments {
        let Value::Function(function) = command else { return Arguments::default() };
        let function = innermost(function);
        let mut arguments = Arguments::default();
        for decorator in &function.altered {
            let Value::Object(option) = decorator else { continue };
            let path = option.class.path().unwrap_or_default();
            if matches!(&*path, "click.option" | "click.argument")
                && let Some((name, default)) = argument(&option.arguments)
            {
                arguments.named.push((name, presumed(default, &option.arguments)));
            }
        }
        for (formal, default) in function.definition.parameters.iter().zip(&function.defaults) {
            let named = arguments.named(&formal.name).is_some();
            if let (Some(default), false) = (default, named) {
                // `typer` and `fire` name it by the parameter
                let by = Causes::of(format!("--{}", formal.name.replace('_', "-")));
                let value = self.default_of(Some(default), place).by_default(&by);
                arguments.named.push((formal.name.clone(), value));
            }
        }
        arguments
    }
}

/// The function behind those that took its name over.
fn innermost(function: &Rc<FunctionValue>) -> Rc<FunctionValue> {
    match &*function.wraps.borrow() {
        Some(Value::Function(inner)) if function.altered.is_empty() => innermost(inner),
        _ => function.clone(),
    }
}

/// What an argument of `argparse` or `click` is called in the program, and what it is when it is not given.
fn argument(arguments: &Arguments) -> Option<(Arc<str>, Value)> {
    let names: Vec<Arc<str>> = arguments.positional.iter().filter_map(Value::as_text).collect();
    let plain = names.iter().find(|name| !name.starts_with('-')).cloned();
    let long = || names.iter().find(|name| name.starts_with("--")).or(names.first()).cloned();
    let name = arguments.named("dest").and_then(Value::as_text).or(plain).or_else(long)?;
    // `--read-only/--no-read-only`
    let name = name.split('/').next().unwrap_or_default().trim_start_matches('-').replace('-', "_");
    let action = arguments.named("action").and_then(Value::as_text);
    let flag = arguments.named("is_flag").and_then(Value::truth) == Some(true);
    let default = match (arguments.named("default"), action.as_deref()) {
        (Some(default), _) => default.clone(),
        (None, Some("store_true")) => Value::Bool(false),
        (None, Some("store_false")) => Value::Bool(true),
        (None, _) if flag || names.iter().any(|name| name.contains('/')) => Value::Bool(false),
        (None, _) if arguments.named("multiple").is_some() => Value::list([]),
        (None, _) if arguments.named("required").and_then(Value::truth) == Some(true) => Value::Unknown,
        (None, _) if !names.iter().any(|name| name.starts_with('-')) => Value::Unknown,
        (None, _) => Value::None,
    };
    Some((name.into(), default))
}

impl Instance {
    /// Notes what a parser parses.
    fn parses(&self, name: &str, value: Value) {
        self.fields.borrow_mut().insert(format!("{PREFIX}{name}").into(), value);
    }
}

impl Arguments {
    /// Those that they are by default, and what may change that; none where all are sure.
    pub(super) fn without_default(&self) -> Option<(Self, Causes)> {
        let by = self.iter().fold(None, |by: Option<Causes>, value| {
            Causes::of_both(by.as_ref(), value.without_default().1)
        })?;
        let plain = |value: &Value| value.without_default().0.clone();
        let plain = Self {
            positional: self.positional.iter().map(plain).collect(),
            named: self.named.iter().map(|(name, value)| (name.clone(), plain(value))).collect(),
            open: self.open,
        };
        Some((plain, by))
    }
}
