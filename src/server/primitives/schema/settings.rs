//! What the configuration of a model says, as far as it changes the schema.

use serde_json::Value as Json;

use super::field::capitalized;
use super::{Schema, Schemas};
use crate::evaluation::Value;

/// What a configuration says.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) title: Option<String>,
    pub(super) extra: Option<bool>,
    pub(super) added: Schema,
    pub(super) aliases: Option<Case>,
    pub(super) reads_docstrings: bool,
    pub(super) writes_aliases: Option<bool>,
}

/// How aliases are made of names.
#[derive(Clone, Copy)]
pub(super) enum Case {
    Camel,
    Pascal,
}

impl Schemas<'_, '_> {
    /// What the configuration of a model says, that of its bases first.
    pub(super) fn settings(&mut self, class: &Value) -> Settings {
        let mut settings = Settings::default();
        for class in class.lineage().into_iter().rev() {
            let mut all: Vec<(String, Value)> = Vec::new();
            match class.scope.own("model_config") {
                Some(Value::Dict(dict)) => {
                    self.is_partial |= dict.open.get();
                    for (key, value, _) in dict.items.borrow().iter() {
                        all.extend(key.as_text().map(|key| (key.to_string(), value.clone())));
                    }
                }
                Some(Value::Object(config)) => {
                    self.is_partial |= config.arguments.open;
                    all.extend(
                        config.arguments.named.iter().map(|(key, value)| (key.to_string(), value.clone())),
                    );
                }
                Some(_) => self.is_partial = true,
                None => {}
            }
            if let Some(Value::Class(config)) = class.scope.own("Config") {
                for name in config.scope.names() {
                    all.extend(config.scope.own(&name).map(|value| (name.to_string(), value)));
                }
            }
            all.extend(class.keywords.iter().map(|(key, value)| (key.to_string(), value.clone())));
            for (key, value) in all {
                self.set(&mut settings, &key, &value);
            }
        }
        settings
    }

    fn set(&mut self, settings: &mut Settings, key: &str, value: &Value) {
        match (key, value.as_text().as_deref()) {
            ("title", Some(title)) => settings.title = Some(title.to_owned()),
            ("extra", Some(extra)) => {
                settings.extra = match extra {
                    "forbid" => Some(false),
                    "allow" => Some(true),
                    _ => None,
                }
            }
            ("json_schema_extra" | "schema_extra", _) => match self.told(value) {
                Some(Json::Object(added)) => settings.added.extend(added),
                Some(Json::Null) => {}
                _ => self.is_partial = true,
            },
            ("alias_generator", _) => {
                let path = value.path().unwrap_or_default();
                settings.aliases = match path.rsplit('.').next() {
                    Some("to_camel") => Some(Case::Camel),
                    Some("to_pascal") => Some(Case::Pascal),
                    _ => None,
                };
                self.is_partial |= settings.aliases.is_none() && !matches!(value, Value::None);
            }
            ("use_attribute_docstrings", _) => settings.reads_docstrings = value.truth() == Some(true),
            ("serialize_by_alias", _) => settings.writes_aliases = value.truth(),
            ("title" | "extra", None) => self.is_partial = true,
            _ => {}
        }
    }
}

impl Case {
    pub(super) fn of(self, name: &str) -> String {
        let mut parts = name.split('_').map(capitalized);
        match self {
            Self::Pascal => parts.collect(),
            Self::Camel => {
                let first = parts.next().unwrap_or_default();
                let mut letters = first.chars();
                let small =
                    letters.next().map(|letter| letter.to_lowercase().to_string()).unwrap_or_default();
                [small, letters.collect(), parts.collect::<String>()].concat()
            }
        }
    }
}
