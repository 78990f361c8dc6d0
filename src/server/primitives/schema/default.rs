//! Default values as pydantic writes them into a schema.

use serde_json::Value as Json;

use super::super::json::{json as literal, varies};
use super::class::{Shape, shape};
use super::{Schema, Schemas};
use crate::evaluation::{Instance, Value};

impl Schemas<'_, '_> {
    /// A value as JSON, where the text tells all of it; what another configuration may change is marked.
    pub(super) fn told(&mut self, value: &Value) -> Option<Json> {
        let json = literal(value)?;
        self.is_partial |= varies(value);
        Some(json)
    }

    /// A default as JSON; none where the text does not tell it.
    pub(super) fn dumped(&mut self, value: &Value) -> Option<Json> {
        if let Some(json) = self.told(value) {
            return Some(json);
        }
        match value {
            Value::Default(value, _) => {
                self.is_partial = true;
                self.dumped(value)
            }
            Value::Object(object) => self.object_default(object),
            Value::Tuple(values) => values.iter().map(|value| self.dumped(value)).collect(),
            Value::List(list) if !list.open.get() => {
                let items = list.items.borrow();
                items
                    .iter()
                    .map(|(value, condition)| self.dumped(value).filter(|_| condition.is_empty()))
                    .collect()
            }
            Value::Dict(dict) if !dict.open.get() => {
                let mut made = Schema::new();
                for (key, value, condition) in dict.items.borrow().iter() {
                    made.insert(
                        key.as_text()?.to_string(),
                        self.dumped(value).filter(|_| condition.is_empty())?,
                    );
                }
                Some(made.into())
            }
            _ => None,
        }
    }

    fn object_default(&mut self, object: &Instance) -> Option<Json> {
        let arguments = &object.arguments;
        match (object.class.path().as_deref(), &*arguments.positional) {
            (Some("pathlib.Path" | "pathlib.PurePath"), [Value::Text(path)]) => Some((&**path).into()),
            (Some("decimal.Decimal"), [number]) => match number {
                Value::Text(text) => Some((&**text).into()),
                Value::Int(number) => Some(number.to_string().into()),
                _ => None,
            },
            (Some("datetime.date"), [Value::Int(year), Value::Int(month), Value::Int(day)]) => {
                Some(format!("{year:04}-{month:02}-{day:02}").into())
            }
            (None, _) if !arguments.open => self.instance(object),
            _ => None,
        }
    }

    /// An object of one of the project's models.
    fn instance(&mut self, object: &Instance) -> Option<Json> {
        let shape = shape(&object.class);
        if !matches!(shape, Shape::Model | Shape::Dataclass) {
            return None;
        }
        let mut dump = Schema::new();
        let mut positional = object.arguments.positional.iter();
        for member in self.members(&object.class, &[]) {
            let (_, field) = self.said(&member);
            let given = object.arguments.named(&member.name);
            let given = given.or_else(|| object.arguments.named(field.alias.as_deref()?));
            let value = given.or_else(|| positional.next()).cloned().or(field.default)?;
            let key = field.alias.unwrap_or(member.name);
            dump.insert(key.to_string(), self.dumped(&value)?);
        }
        Some(dump.into())
    }
}
