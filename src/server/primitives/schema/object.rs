//! The schema of an object as its properties are added.

use serde_json::Value as Json;

use super::{Schema, keyed, simple};

/// One such schema.
#[derive(Default)]
pub(super) struct ObjectSchema {
    properties: Schema,
    required: Vec<Json>,
}

impl ObjectSchema {
    pub(super) fn add(&mut self, key: String, schema: Schema, required: bool) {
        if required {
            self.required.push(key.as_str().into());
        }
        self.properties.insert(key, schema.into());
    }

    pub(super) fn finish(self) -> Schema {
        let mut schema = keyed("properties", self.properties);
        if !self.required.is_empty() {
            schema.insert("required".to_owned(), self.required.into());
        }
        schema.extend(simple("object"));
        schema
    }
}
