//! The function behind a tool or a prompt, as its SDK reads it when it is registered.
//!
//! Only what surely has the signature that is written is told: no decorator that is not known stands between.

use std::rc::Rc;

use super::listed::source;
use super::primitive::Source;
use super::registration::bare;
use super::schema::{holds_context, is_dependency};
use crate::evaluation::{Arguments, ClassValue, CodeLocation, FunctionValue, Host, Run, Value};
use crate::knowledge::stdlib::is_stdlib_module;
use crate::sdk::{self, Dialect, SdkType, Wrapping};
use crate::syntax::{Formal, ParameterKind, Term};
use crate::text::Span;

/// A function that was registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The SDK that reads it.
    pub dialect: Dialect,
    /// The file that holds it.
    pub path: String,
    /// The module that holds it.
    pub module: String,
    /// Its name where it is defined.
    pub defined: Span,
    /// Whether it has a docstring, or was given a description, that says something.
    pub is_described: bool,
    /// Its parameters but the one that a method is bound to.
    pub parameters: Vec<SignatureParameter>,
    /// What of the type that it returns the SDK makes no schema of.
    pub returns: Option<String>,
    /// The first of its types that holds a `typing.TypedDict` of which pydantic is asked for a schema: the class, and
    /// where the parameter or function is named.
    pub typed_dict: Option<(String, Span)>,
    /// Where it is registered.
    pub registered: Source,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureParameter {
    /// Its name.
    pub name: String,
    /// The name where it is written.
    pub span: Span,
    /// How it is given.
    pub kind: ParameterKind,
    /// What is known of its type.
    pub typing: Typing,
    /// Whether its type is written.
    pub is_annotated: bool,
    /// Whether it need not be given.
    pub has_default: bool,
    /// Whether the SDK fills it in: its context, and what it depends on; none where the text does not tell.
    pub is_filled_in: Option<bool>,
}

/// What is known of the type of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typing {
    /// It has none.
    Absent,
    /// A type of which the SDK makes no schema, by its name.
    Unschemable(String),
    /// Any other, or one that the text does not tell.
    Other,
}

/// The signature of what was registered with `arguments`; none where the text does not tell it.
pub(super) fn read<H: Host>(
    run: &mut Run<'_, H>,
    dialect: Dialect,
    what: &Value,
    arguments: &Arguments,
    place: &CodeLocation,
) -> Option<Signature> {
    let what = handed(what)?;
    let (function, bound) = bare(&what)?;
    if arguments.open || arguments.named("exclude_args").is_some() {
        return None;
    }
    let path = run.source(&function.module)?.path().to_string();
    let registered = source(run, place)?;
    let says = |text: &str| !text.trim().is_empty();
    let described = |given: &Value| match given {
        Value::None => false,
        given => given.as_text().is_none_or(|text| says(&text)),
    };
    let is_described = function.definition.docstring.as_deref().is_some_and(says)
        || arguments.named("description").is_some_and(described);
    let formals = function.definition.parameters.iter().zip(&function.defaults).enumerate();
    let mut parameters = Vec::new();
    for (at, (formal, default)) in formals {
        let rest = matches!(formal.kind, ParameterKind::Rest | ParameterKind::RestByName);
        if at == 0 && bound && !rest {
            continue;
        }
        let own = at == 0 && matches!(&*formal.name, "self" | "cls");
        let plain = !rest && !own && default.as_ref().is_none_or(is_plain);
        let typing = if plain { typing(run, dialect, &function, formal) } else { Typing::Other };
        parameters.push(SignatureParameter {
            name: formal.name.to_string(),
            span: formal.span,
            kind: formal.kind,
            typing,
            is_annotated: formal.annotation.is_some(),
            has_default: default.is_some(),
            is_filled_in: is_filled_in(run, dialect, &function, formal, default.as_ref()),
        });
    }
    let is_structured = arguments.named("structured_output").is_none_or(|given| matches!(given, Value::None));
    let returns = if is_structured { returned(run, dialect, &function) } else { None };
    let typed_dict = typed_dict_in(run, dialect, &function, is_structured);
    let (module, defined) = (function.module.to_string(), function.definition.span);
    let signature = Signature {
        dialect,
        path,
        module,
        defined,
        is_described,
        parameters,
        returns,
        typed_dict,
        registered,
    };
    Some(signature)
}

/// Whether the SDK gives the parameter itself.
fn is_filled_in<H: Host>(
    run: &mut Run<'_, H>,
    dialect: Dialect,
    function: &FunctionValue,
    formal: &Formal,
    default: Option<&Value>,
) -> Option<bool> {
    if default.is_some_and(is_dependency) {
        return Some(dialect.is_fastmcp());
    }
    let Some(annotation) = &formal.annotation else {
        return default.is_none_or(is_plain).then_some(false);
    };
    let value = run.annotation(&function.module, &function.scope, annotation);
    if holds_context(&value) {
        return Some(true);
    }
    (default.is_none_or(is_plain) && is_no_context(&value, 0)).then_some(false)
}

/// Whether a type is surely not the context, nor one that derives from it.
fn is_no_context(value: &Value, depth: usize) -> bool {
    let is_known =
        |path: &str| path.split('.').next().is_some_and(|top| top == "builtins" || is_stdlib_module(top));
    match value {
        _ if depth > 8 => false,
        Value::None => true,
        Value::Class(_) => {
            let own = value.lineage();
            own.iter().flat_map(|class| &class.bases).all(|base| {
                matches!(base, Value::Class(_)) || base.path().is_some_and(|path| is_known(&path))
            })
        }
        Value::Foreign(path) => is_known(path),
        Value::Union(arms) => arms.iter().all(|arm| is_no_context(arm, depth + 1)),
        Value::Generic(generic) => {
            let base = generic.0.path();
            let name = base.as_deref().and_then(|path| path.rsplit('.').next());
            let parts = match name {
                Some("Literal") => &[],
                // what stands beside the type may fill it in
                Some("Annotated") if !generic.1.iter().skip(1).all(is_remark) => return false,
                Some("Annotated") => &generic.1[..1.min(generic.1.len())],
                _ => &generic.1[..],
            };
            base.is_some_and(|path| is_known(&path))
                && parts.iter().all(|part| is_no_context(part, depth + 1))
        }
        _ => false,
    }
}

/// The function that an object of the SDK was made from by reading its signature.
fn handed(what: &Value) -> Option<Value> {
    let Value::Object(object) = what else { return Some(what.clone()) };
    let arguments = &object.arguments;
    let reads = super::registration::wrapping(object) == Some(Wrapping::Reads);
    arguments.get(0, "fn").filter(|_| reads && !arguments.open).cloned()
}

/// Whether a default is a value of its own, and nothing that stands for a dependency or a field.
fn is_plain(default: &Value) -> bool {
    use Value::{Bool, Dict, Float, Int, List, None, Set, Text, Tuple};
    matches!(default, None | Bool(_) | Int(_) | Float(_) | Text(_) | Tuple(_) | List(_) | Dict(_) | Set(_))
}

fn typing<H: Host>(
    run: &mut Run<'_, H>,
    dialect: Dialect,
    function: &FunctionValue,
    formal: &Formal,
) -> Typing {
    let Some(annotation) = &formal.annotation else { return Typing::Absent };
    let value = run.annotation(&function.module, &function.scope, annotation);
    let found = Reader { dialect, output: false }.unschemable(&value, 0);
    found.map_or(Typing::Other, Typing::Unschemable)
}

/// What `mcp` makes no schema of in the type that a function returns; a class alone it passes over.
fn returned<H: Host>(run: &mut Run<'_, H>, dialect: Dialect, function: &FunctionValue) -> Option<String> {
    let annotation = function.definition.returns.as_ref().filter(|_| !dialect.is_fastmcp())?;
    let value = run.annotation(&function.module, &function.scope, annotation);
    match value {
        Value::Union(_) | Value::Generic(_) => Reader { dialect, output: true }.unschemable(&value, 0),
        _ => None,
    }
}

/// The first type of a function that holds a class of `typing.TypedDict`. One that is returned itself, not within
/// another type, `mcp` reads without pydantic.
fn typed_dict_in<H: Host>(
    run: &mut Run<'_, H>,
    dialect: Dialect,
    function: &FunctionValue,
    is_structured: bool,
) -> Option<(String, Span)> {
    let mut read = |annotation: &Term| run.annotation(&function.module, &function.scope, annotation);
    for formal in &function.definition.parameters {
        let found = formal.annotation.as_ref().and_then(|annotation| typed_dict(&read(annotation), 0));
        if let Some(class) = found {
            return Some((class, formal.span));
        }
    }
    let returned = function.definition.returns.as_ref().map(read)?;
    let within = match &returned {
        Value::Generic(generic) => generic.0.path().is_some_and(|path| !path.ends_with(".Annotated")),
        returned => matches!(returned, Value::Union(_)),
    };
    let is_read = dialect.is_fastmcp() || is_structured && within;
    let class = typed_dict(&returned, 0).filter(|_| is_read)?;
    Some((class, function.definition.span))
}

/// The name of a class of `typing.TypedDict` within a type.
fn typed_dict(value: &Value, depth: usize) -> Option<String> {
    if depth > 8 {
        return None;
    }
    match value {
        Value::Class(class) => value.has_base("typing.TypedDict").then(|| class.definition.name.to_string()),
        Value::Union(arms) => arms.iter().find_map(|arm| typed_dict(arm, depth + 1)),
        Value::Generic(generic) => generic.1.iter().find_map(|part| typed_dict(part, depth + 1)),
        _ => None,
    }
}

/// Reads types as pydantic does.
struct Reader {
    dialect: Dialect,
    output: bool,
}

impl Reader {
    /// The name of a type within `value` of which there is surely no schema.
    fn unschemable(&self, value: &Value, depth: usize) -> Option<String> {
        if depth > 8 {
            return None;
        }
        match value {
            Value::Foreign(path) => self.foreign(path),
            Value::Class(class) => is_opaque(class).then(|| class.definition.name.to_string()),
            Value::Union(arms) => self.union(arms, depth),
            Value::Generic(generic) => {
                let path = generic.0.path()?;
                let name = path.rsplit('.').next()?;
                match (name, &*generic.1) {
                    ("Callable", _) => self.foreign(&path),
                    ("Optional", [inner]) => self.union(&[inner.clone(), Value::None], depth),
                    ("Union", arms) => self.union(arms, depth),
                    ("Annotated", [inner, rest @ ..]) if rest.iter().all(is_remark) => {
                        self.unschemable(inner, depth + 1)
                    }
                    ("list" | "List" | "set" | "Set" | "tuple" | "Tuple" | "Sequence", parts) => {
                        parts.iter().find_map(|part| self.unschemable(part, depth + 1))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    fn foreign(&self, path: &str) -> Option<String> {
        match path {
            "typing.Callable" | "collections.abc.Callable" if !self.output => Some("Callable".to_owned()),
            _ => {
                let image = sdk::sdk_type(path) == Some(SdkType::Image);
                (image && (!self.output || self.dialect == Dialect::Mcp1)).then(|| "Image".to_owned())
            }
        }
    }

    /// Of several types `mcp` leaves out for a parameter what it makes no schema of, unless nothing else is left, and
    /// `fastmcp` does so with callables alone.
    fn union(&self, arms: &[Value], depth: usize) -> Option<String> {
        let kept: Vec<&Value> = arms.iter().filter(|arm| !matches!(arm, Value::None)).collect();
        let lenient = kept.len() > 1 && !self.output;
        if lenient && !self.dialect.is_fastmcp() {
            return None;
        }
        let found = kept.into_iter().find_map(|arm| self.unschemable(arm, depth + 1));
        found.filter(|name| !lenient || name != "Callable")
    }
}

/// Whether a class of the project is a plain one, of which pydantic knows nothing.
fn is_opaque(class: &Rc<ClassValue>) -> bool {
    let own = Value::Class(class.clone());
    let lineage = own.lineage();
    let plain = |class: &Rc<ClassValue>| {
        class.keywords.is_empty()
            && class.definition.decorators.is_empty()
            && class.bases.iter().all(is_plain_base)
    };
    let hooks = ["__get_pydantic_core_schema__", "__get_pydantic_json_schema__", "__get_validators__"];
    lineage.iter().all(plain) && hooks.iter().all(|hook| own.inherited(hook).is_none())
}

/// Whether a base makes a class nothing that pydantic knows.
fn is_plain_base(base: &Value) -> bool {
    let plain = ["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"];
    matches!(base, Value::Class(_)) || base.path().is_some_and(|path| plain.contains(&&*path))
}

/// Whether what stands behind a type in `Annotated` leaves the type as it is.
fn is_remark(part: &Value) -> bool {
    match part {
        Value::Text(_) => true,
        Value::Object(object) => object.class.path().is_some_and(|path| path == "pydantic.Field"),
        _ => false,
    }
}
