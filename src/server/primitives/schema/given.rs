//! What is given as it is: schemas, annotations, icons.

use serde_json::{Value as Json, json};

use super::super::draft::Draft;
use super::super::registry::Registry;
use super::{Schema, Schemas};
use crate::evaluation::{Instance, Run, Value};
use crate::sdk::Sdk;

/// Fills in a schema that is given as it is.
pub(in super::super) fn given(run: &mut Run<'_, Registry>, value: &Value, field: &str, draft: &mut Draft) {
    let mut schemas = Schemas::new(run);
    let schema = schemas.given(value);
    let is_partial = schemas.is_partial;
    let schema = if schema.is_object() { schema } else { json!({"type": "object"}) };
    if is_partial {
        draft.partial.insert(field.to_owned());
    }
    draft.listed.insert(field.to_owned(), schema);
}

/// Fills in what the SDK passes on: annotations, icons.
pub(in super::super) fn passed(run: &mut Run<'_, Registry>, value: &Value, field: &str, draft: &mut Draft) {
    let mut schemas = Schemas::new(run);
    let json = schemas.given(value);
    if schemas.is_partial {
        draft.partial.insert(field.to_owned());
    }
    if !json.is_null() {
        draft.listed.insert(field.to_owned(), json);
    }
}

/// What `Model.model_json_schema()` gives, or `TypeAdapter(...).json_schema()`; none where the text does not tell all.
pub(in super::super) fn published(run: &mut Run<'_, Registry>, called: &Value) -> Option<Json> {
    let mut schemas = Schemas::new(run);
    let schema = schemas.of_model(called)?;
    (!schemas.is_partial).then_some(schema)
}

impl Schemas<'_, '_> {
    /// A value as JSON, with null for what the text does not tell.
    fn given(&mut self, value: &Value) -> Json {
        match value {
            Value::Dict(dict) => {
                self.is_partial |= dict.open.get();
                let mut object = Schema::new();
                for (key, value, condition) in dict.items.borrow().iter() {
                    self.is_partial |= !condition.is_empty();
                    match key.as_text() {
                        Some(key) if condition.by_default() == Some(true) => {
                            drop(object.insert(key.to_string(), self.given(value)));
                        }
                        _ => self.is_partial = true,
                    }
                }
                object.into()
            }
            Value::List(list) | Value::Set(list) => {
                self.is_partial |= list.open.get() || value.is_shuffled();
                let items = list.items.borrow();
                self.is_partial |= items.iter().any(|(_, condition)| !condition.is_empty());
                let listed = items.iter().filter(|(_, condition)| condition.by_default() != Some(false));
                listed.map(|(value, _)| self.given(value)).collect()
            }
            Value::Tuple(values) => values.iter().map(|value| self.given(value)).collect(),
            Value::Default(value, _) => {
                self.is_partial = true;
                self.given(value)
            }
            Value::Object(object) => self.given_object(value, object),
            _ => self.dumped(value).unwrap_or_else(|| {
                self.is_partial = true;
                Json::Null
            }),
        }
    }

    /// `Model.model_json_schema()`, or an object of the SDK with its fields.
    fn given_object(&mut self, value: &Value, object: &Instance) -> Json {
        if let Some(schema) = self.of_model(&object.class) {
            // other arguments make another schema
            self.is_partial |= object.arguments.iter().next().is_some();
            return schema;
        }
        if let Some(json) = self.dumped(value) {
            return json;
        }
        let path = object.class.path().unwrap_or_default();
        let arguments = &object.arguments;
        let sdks = Sdk::of_module(&path).is_some();
        self.is_partial |= !sdks || arguments.open || !arguments.positional.is_empty();
        if !sdks {
            return Json::Null;
        }
        let mut made = Schema::new();
        for (name, value) in &arguments.named {
            if !matches!(value, Value::None) {
                made.insert(camel(name), self.given(value));
            }
        }
        made.into()
    }
}

impl Schemas<'_, '_> {
    /// What a call of `Model.model_json_schema` gives; none where it is another method.
    fn of_model(&mut self, called: &Value) -> Option<Json> {
        let Value::Member(member) = called else { return None };
        let schema = match (&member.0, &*member.1) {
            (class @ (Value::Class(_) | Value::Generic(_)), "model_json_schema" | "schema") => {
                self.schema(class)
            }
            (Value::Object(adapter), "json_schema") => {
                let path = adapter.class.path()?;
                let adapted = adapter.arguments.get(0, "type").filter(|_| path.ends_with(".TypeAdapter"))?;
                self.schema(adapted)
            }
            _ => return None,
        };
        Some(self.closed(schema).into())
    }
}

/// `read_only_hint` as `readOnlyHint`.
fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut made, part| {
        let mut letters = part.chars();
        made.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        made.push_str(letters.as_str());
        made
    })
}
