//! The schemas of the project's classes: models, dataclasses, typed dicts, named tuples and enums.

use std::rc::Rc;

use serde_json::Value as Json;

use super::super::json::json as literal;
use super::annotation::{common_type, fixed};
use super::fields::Member;
use super::object::ObjectSchema;
use super::settings::Settings;
use super::{Schema, Schemas, keyed, known, simple};
use crate::evaluation::{ClassValue, MethodKind, Value};

/// What kind of class it is to pydantic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Model,
    Root,
    Dataclass,
    TypedDict,
    NamedTuple,
    Enum,
    /// A class that it knows nothing of.
    Plain,
    /// The text does not tell.
    Unknown,
}

/// The methods by which a class makes its schema itself.
const OWN_WAYS: &[&str] =
    &["__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "__modify_schema__"];

impl Schemas<'_, '_> {
    /// A reference to the definition of a class, which is made where it is new.
    pub(super) fn class(&mut self, class: &Value, arguments: &[Value]) -> Schema {
        let Value::Class(code) = class else { return self.unknown() };
        let known = self.names.iter().find(|(known, given, _)| {
            known.is(class)
                && given.len() == arguments.len()
                && given.iter().zip(arguments).all(|(a, b)| same(a, b))
        });
        if let Some((_, _, name)) = known {
            return keyed("$ref", format!("#/$defs/{name}"));
        }
        let shape = shape(class);
        if matches!(shape, Shape::Plain | Shape::Unknown) {
            self.is_refused |= shape == Shape::Plain;
            return self.unknown();
        }
        let title = display(class, arguments);
        let plain =
            |text: &str| text.replace(|one: char| !one.is_alphanumeric() && !"._-".contains(one), "_");
        let mut name = plain(&title);
        if self.definitions.contains_key(&name) {
            name = format!("{}__{name}", code.module.replace('.', "__"));
        }
        self.names.push((class.clone(), arguments.to_vec(), name.clone()));
        self.definitions.insert(name.clone(), Schema::new());
        let definition = self.definition(shape, class, code, arguments, &title);
        self.definitions.insert(name.clone(), definition);
        keyed("$ref", format!("#/$defs/{name}"))
    }

    fn definition(
        &mut self,
        shape: Shape,
        class: &Value,
        code: &Rc<ClassValue>,
        arguments: &[Value],
        title: &str,
    ) -> Schema {
        let mut schema = match shape {
            Shape::Enum => self.enumeration(code),
            Shape::NamedTuple => return self.named_tuple(class, arguments),
            Shape::TypedDict => self.typed_dict(class, arguments),
            _ => return self.model(shape, class, code, arguments, title),
        };
        schema.insert("title".to_owned(), title.into());
        describe(&mut schema, code);
        schema
    }

    fn enumeration(&mut self, code: &Rc<ClassValue>) -> Schema {
        let mut values: Vec<Json> = Vec::new();
        for member in code.members.borrow().iter() {
            match member.fields.borrow().get("value").and_then(literal) {
                Some(value) if !values.contains(&value) => values.push(value),
                Some(_) => {}
                None => self.is_partial = true,
            }
        }
        // an annotated member is one too
        self.is_partial |= code.fields.iter().any(|field| field.default.is_some()) || values.is_empty();
        let kind = common_type(&values);
        let mut schema = keyed("enum", values);
        schema.extend(kind.map(simple).unwrap_or_default());
        schema
    }

    fn named_tuple(&mut self, class: &Value, arguments: &[Value]) -> Schema {
        let members = self.members(class, arguments);
        let required = members.iter().filter(|member| member.default.is_none()).count();
        let items = members
            .iter()
            .map(|member| self.property(&member.name, &member.annotation, member.default.as_ref()).schema);
        fixed(items.collect(), required)
    }

    fn typed_dict(&mut self, class: &Value, arguments: &[Value]) -> Schema {
        let members = self.members(class, arguments);
        let mut object = ObjectSchema::default();
        for member in &members {
            let property = self.property(&member.name, &member.annotation, None);
            object.add(property.key, property.schema, is_required(member));
        }
        object.finish()
    }

    fn model(
        &mut self,
        shape: Shape,
        class: &Value,
        code: &Rc<ClassValue>,
        arguments: &[Value],
        title: &str,
    ) -> Schema {
        let settings = self.settings(class);
        let by_alias = self.by_alias;
        if self.writes && !by_alias {
            self.by_alias = settings.writes_aliases.unwrap_or(false);
        }
        let members = self.members(class, arguments);
        let mut schema = if shape == Shape::Root {
            match members.iter().find(|member| &*member.name == "root") {
                Some(root) => self.annotated(&root.annotation, &[]),
                None => {
                    let inner = root_type(class).unwrap_or(Value::Unknown);
                    self.schema(&inner)
                }
            }
        } else {
            self.model_fields(shape, class, &members, &settings)
        };
        self.by_alias = by_alias;
        schema.insert("title".to_owned(), settings.title.unwrap_or_else(|| title.to_owned()).into());
        if let Some(extra) = settings.extra {
            schema.insert("additionalProperties".to_owned(), extra.into());
        }
        // pydantic makes a class of its own for `Page[int]`, which has no docstring
        if shape == Shape::Dataclass || arguments.is_empty() {
            describe(&mut schema, code);
        }
        schema.extend(settings.added);
        schema
    }

    fn model_fields(
        &mut self,
        shape: Shape,
        class: &Value,
        members: &[Member],
        settings: &Settings,
    ) -> Schema {
        let mut object = ObjectSchema::default();
        for member in members {
            if member.name.starts_with('_') && shape == Shape::Model {
                continue;
            }
            let (inner, mut field) = self.said(member);
            if self.writes && field.excluded {
                continue;
            }
            if let Some(case) = settings.aliases {
                field.alias.get_or_insert_with(|| case.of(&member.name).into());
            }
            // the strings below the fields are not kept
            self.is_partial |= settings.reads_docstrings && !field.said.contains_key("description");
            let property = self.property_of(&member.name, &inner, field);
            object.add(property.key, property.schema, property.required);
        }
        if self.writes {
            self.computed(class, &mut object);
        }
        object.finish()
    }

    /// Adds the properties that a model computes.
    fn computed(&mut self, class: &Value, object: &mut ObjectSchema) {
        for class in class.lineage().into_iter().rev() {
            for name in class.scope.names() {
                let Some(Value::Function(function)) = class.scope.own(&name) else { continue };
                let is_computed = |decorator: &Value| {
                    let path = decorator.path().unwrap_or_default();
                    known::is(path.trim_end_matches("()"), "computed_field")
                };
                if function.binding != MethodKind::Property || !function.altered.iter().any(is_computed) {
                    continue;
                }
                let returns = function.definition.returns.as_ref();
                let returns =
                    returns.map(|term| self.run.annotation(&function.module, &function.scope, term));
                let mut property = match returns {
                    Some(annotation) => self.property(&name, &annotation, None).schema,
                    None => self.unknown(),
                };
                property.insert("readOnly".to_owned(), true.into());
                let told = function.definition.docstring.as_ref().filter(|text| !text.is_empty());
                let told = told.map(|text| ("description".to_owned(), crate::text::cleaned(text).into()));
                property.extend(told);
                object.add(name.to_string(), property, true);
            }
        }
    }
}

/// What kind of class it is.
pub(super) fn shape(class: &Value) -> Shape {
    let lineage = class.lineage();
    let own = |name: &str| lineage.iter().any(|class| class.scope.own(name).is_some());
    if OWN_WAYS.iter().any(|name| own(name)) {
        return Shape::Unknown;
    }
    let mut shape = Shape::Plain;
    let bases = lineage.iter().flat_map(|class| class.bases.iter());
    for base in bases {
        let base = if let Value::Generic(generic) = base { &generic.0 } else { base };
        let path = match base {
            Value::Class(_) => continue,
            Value::Foreign(path) => path,
            _ => return Shape::Unknown,
        };
        match shape_of(path) {
            Some(Shape::Plain) => {}
            Some(found) => shape = found,
            None => return Shape::Unknown,
        }
    }
    for class in &lineage {
        for decorator in class.decorators.borrow().iter() {
            let path = decorator.path().unwrap_or_default();
            let path = path.trim_end_matches("()");
            match path.rsplit('.').next() {
                Some("dataclass") if known::name(path).is_some() => shape = Shape::Dataclass,
                Some(
                    "final" | "total_ordering" | "unique" | "runtime_checkable" | "deprecated"
                    | "with_config" | "verify",
                ) => {}
                _ => return Shape::Unknown,
            }
        }
    }
    shape
}

/// What `RootModel[...]` holds.
fn root_type(class: &Value) -> Option<Value> {
    let lineage = class.lineage();
    lineage.iter().flat_map(|class| class.bases.iter()).find_map(|base| match base {
        Value::Generic(generic) => {
            let is_root = generic.0.path().is_some_and(|path| known::is(&path, "RootModel"));
            generic.1.first().filter(|_| is_root).cloned()
        }
        _ => None,
    })
}

/// What a base from outside the project makes of a class; none where nobody knows.
fn shape_of(path: &str) -> Option<Shape> {
    let name = path.rsplit('.').next()?;
    if known::name(path).is_none() {
        return match path.split('.').next()? {
            "pydantic_settings" if name == "BaseSettings" => Some(Shape::Model),
            "abc" => Some(Shape::Plain),
            "enum" => Some(Shape::Enum),
            _ => None,
        };
    }
    Some(match name {
        "BaseModel" | "GenericModel" | "BaseSettings" => Shape::Model,
        "RootModel" => Shape::Root,
        "TypedDict" => Shape::TypedDict,
        "NamedTuple" => Shape::NamedTuple,
        "Generic" | "Protocol" | "object" | "str" | "int" | "float" => Shape::Plain,
        _ => return None,
    })
}

/// Whether a key of a typed dict must be there.
pub(super) fn is_required(member: &Member) -> bool {
    let mut annotation = member.annotation.clone();
    while let Value::Generic(generic) = &annotation {
        match generic.0.path().as_deref().and_then(known::name) {
            Some("Required") => return true,
            Some("NotRequired") => return false,
            Some("ReadOnly" | "Annotated") => {}
            _ => break,
        }
        let Some(inner) = generic.1.first().cloned() else { break };
        annotation = inner;
    }
    let total = member.owner.keywords.iter().find(|(name, _)| &**name == "total");
    total.is_none_or(|(_, total)| total.truth() != Some(false))
}

/// Adds the text of a class.
fn describe(schema: &mut Schema, code: &ClassValue) {
    if let Some(text) = code.definition.docstring.as_ref().filter(|text| !text.is_empty()) {
        schema.insert("description".to_owned(), crate::text::cleaned(text).into());
    }
}

/// Whether both are the same type.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Generic(left), Value::Generic(right)) => {
            same(&left.0, &right.0)
                && left.1.len() == right.1.len()
                && left.1.iter().zip(&right.1).all(|(left, right)| same(left, right))
        }
        (Value::Union(left), Value::Union(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| same(left, right))
        }
        _ => left.is(right) && !matches!(left, Value::Unknown),
    }
}

/// A type as pydantic prints it.
fn display(value: &Value, arguments: &[Value]) -> String {
    let name = match value {
        Value::Class(class) => class.definition.name.to_string(),
        Value::Generic(generic) => return display(&generic.0, &generic.1),
        Value::Union(arms) => {
            let arms: Vec<String> = arms.iter().map(|arm| display(arm, &[])).collect();
            return format!("Union[{}]", arms.join(", "));
        }
        Value::None => "NoneType".to_owned(),
        other => other.path().and_then(|path| path.rsplit('.').next().map(str::to_owned)).unwrap_or_default(),
    };
    if arguments.is_empty() {
        return name;
    }
    let arguments: Vec<String> = arguments.iter().map(|argument| display(argument, &[])).collect();
    format!("{name}[{}]", arguments.join(", "))
}
