//! An entry of a list before it is listed.

use std::collections::BTreeSet;
use std::rc::Rc;

use serde_json::{Map, Value as Json};

use super::json::{json, varies};
use super::primitive::Code;
use crate::evaluation::{Arguments, CodeLocation, FunctionValue, PathCondition, Value};
use crate::sdk::PrimitiveKind;

/// What is known of one entry before it is listed.
pub(super) struct Draft {
    pub(super) listed: Map<String, Json>,
    pub(super) partial: BTreeSet<String>,
    pub(super) place: CodeLocation,
    /// What its being listed depends on.
    pub(super) there: PathCondition,
    pub(super) code: Code,
    /// What it was registered with.
    pub(super) registered: Arguments,
}

impl Draft {
    pub(super) fn new(place: &CodeLocation, there: PathCondition) -> Self {
        Self {
            listed: Map::new(),
            partial: BTreeSet::new(),
            place: place.clone(),
            there,
            code: Code::Unknown,
            registered: Arguments::default(),
        }
    }

    /// Sets a field to a value, where it has one, or tells that it is not wholly known.
    pub(super) fn set(&mut self, field: &str, value: Option<&Value>) {
        let Some(value) = value else { return };
        let json = json(value);
        if json.is_none() || varies(value) {
            self.partial.insert(field.to_owned());
        }
        if let Some(json) = json.filter(|json| !json.is_null()) {
            self.listed.insert(field.to_owned(), json);
        }
    }
}

/// What is told of one that is not wholly known.
pub(super) fn computed(kind: PrimitiveKind) -> &'static str {
    match kind {
        PrimitiveKind::Tool => "a tool whose name or function the text does not tell",
        PrimitiveKind::Prompt => "a prompt whose name or function the text does not tell",
        PrimitiveKind::Resource => "a resource whose URI or function the text does not tell",
    }
}

/// The function behind a value, and behind what took over its name and parameters.
pub(super) fn function(what: &Value) -> Option<Rc<FunctionValue>> {
    let function = match what {
        Value::Function(function) => function,
        Value::Method(method) => &method.1,
        Value::Partial(partial) => return function(&partial.called),
        _ => return None,
    };
    let wraps = function.wraps.borrow().as_ref().and_then(self::function);
    Some(wraps.unwrap_or_else(|| function.clone()))
}
