//! The entries of the lists as each SDK derives them from a function: names, texts and JSON schemas.
//!
//! The SDKs hand types to pydantic; the schemas here are those of pydantic 2, in the form that each SDK then gives
//! them. What the text does not tell leaves its part of the schema open, and the field is marked `partial`.

mod annotation;
mod bounds;
mod class;
mod default;
mod docstring;
mod field;
mod fields;
mod form;
mod given;
mod known;
mod object;
mod output;
mod prompt;
mod resource;
mod settings;
mod signature;
mod tool;

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

pub(super) use given::{given, passed, published};
pub(super) use prompt::prompt;
pub(super) use resource::resource;
pub(super) use tool::{holds_context, is_dependency, passed_on, titled, tool};

use super::registry::Registry;
use crate::evaluation::{Run, Value};
use crate::sdk::Dialect;

/// A JSON schema, or a part of one.
pub(super) type Schema = Map<String, Json>;

/// So deep may types nest.
const DEPTH: usize = 24;

/// Makes one schema with its definitions.
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Schemas<'s, 'r> {
    run: &'s mut Run<'r, Registry>,
    /// Whether it tells what is written, not what is read.
    writes: bool,
    /// Whether fields stand under their aliases.
    by_alias: bool,
    definitions: BTreeMap<String, Schema>,
    /// The classes with their arguments, and their names among the definitions.
    names: Vec<(Value, Vec<Value>, String)>,
    depth: usize,
    /// Whether the text does not tell all of it.
    is_partial: bool,
    /// Whether pydantic refuses a part of it.
    is_refused: bool,
}

impl<'s, 'r> Schemas<'s, 'r> {
    fn new(run: &'s mut Run<'r, Registry>) -> Self {
        Self {
            run,
            writes: false,
            by_alias: true,
            definitions: BTreeMap::new(),
            names: Vec::new(),
            depth: 0,
            is_partial: false,
            is_refused: false,
        }
    }

    /// The schema of what the text does not tell.
    fn unknown(&mut self) -> Schema {
        self.is_partial = true;
        Schema::new()
    }

    /// The schema with the definitions that it refers to.
    fn closed(&mut self, root: Schema) -> Schema {
        form::closed(root, std::mem::take(&mut self.definitions))
    }

    /// The schema with its definitions, and without what `fastmcp` leaves out.
    fn shaped(&mut self, dialect: Dialect, schema: Schema) -> Schema {
        let second = dialect == Dialect::Fastmcp2;
        form::pruned(self.closed(schema), !second, second)
    }
}

/// `{"type": name}`.
fn simple(name: &str) -> Schema {
    keyed("type", name)
}

/// A schema with one key.
fn keyed(key: &str, value: impl Into<Json>) -> Schema {
    Schema::from_iter([(key.to_owned(), value.into())])
}
