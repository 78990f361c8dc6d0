//! The values that code works with, as far as its text tells them.
//!
//! They are ordered by what is known:
//!
//! ```text
//! 1     "a"     an instance     one value, wholly known
//!   \    |    /
//!   Either("a", "b")            one of a few: flat, no two alike
//!         |
//!      Unknown                  anything
//! ```
//!
//! Joining goes down and never up again: [`Value::either`] of two values is their `Either`, of too many `Unknown`.
//! Whoever asks a question of an `Either` gets an answer only where all its values give the same.
//!
//! `Default` stands beside that order. `os.getenv("MODE", "fast")` *is* `"fast"`, but for those who set it: the value
//! is known, and not for certain. So a `Default` has no truth ([`Value::truth`]), a test of it goes both ways, and it
//! has a leaning ([`Value::leaning`]): the way that a test of it goes where nobody sets anything. What is computed from a
//! default is one too, by the same causes; [`Value::without_default`] takes the mark off, for questions that it does not
//! matter to.
//!
//! Lists, dicts and instances are shared, as in Python: two names of one list see what either appends. What is in them
//! carries its path condition, as it may have been put there in a branch. `open` says that there may be more in it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::condition::{Causes, PathCondition};
use super::scope::Namespace;
use crate::syntax::{ClassDefinition, FunctionDefinition, Term};
use crate::text::Span;

/// The longest text that is made of others, in bytes.
const LONGEST: usize = 64 * 1024;

/// So deep may values that are no lists hold each other: whoever looks into them may do so by recursion.
const DEEPEST: usize = 40;

/// So many values may one be one of.
const WAYS: usize = 8;

/// So many may one hold, each counted wherever it stands.
const LARGEST: usize = 2000;

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// The text does not tell.
    Unknown,
    /// `None`.
    None,
    /// A truth.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other real number.
    Float(f64),
    /// A string.
    Text(Arc<str>),
    /// `...`.
    Ellipsis,
    /// A tuple.
    Tuple(Rc<[Self]>),
    /// A list, or what else is iterated over.
    List(Rc<ListValue>),
    /// A set.
    Set(Rc<ListValue>),
    /// A dict.
    Dict(Rc<DictValue>),
    /// A function of the project.
    Function(Rc<FunctionValue>),
    /// A function with the object, or class, that it is called on.
    Method(Rc<(Self, Rc<FunctionValue>)>),
    /// A class of the project.
    Class(Rc<ClassValue>),
    /// What a call of a class, or of anything outside the project, gave.
    Object(Rc<Instance>),
    /// A module of the project.
    Module(Arc<str>),
    /// What lies outside the project, under its dotted path; `builtins.str` for what is built in.
    Foreign(Arc<str>),
    /// A member of an object or of a value, of which no code is known.
    Member(Rc<(Self, Arc<str>)>),
    /// `list[str]`: the class and what it holds.
    Generic(Rc<(Self, Vec<Self>)>),
    /// `str | None` of types.
    Union(Rc<[Self]>),
    /// One of these.
    Either(Rc<[Self]>),
    /// What it is by default: a flag, a setting or a variable may say otherwise.
    Default(Rc<Presumed>, Causes),
    /// A callable with some of its arguments given (`functools.partial`).
    Partial(Rc<PartialValue>),
}

/// What a value is by default.
#[derive(Clone, Debug)]
pub struct Presumed {
    value: Value,
    /// What else it may be, as far as that is known.
    others: Vec<Value>,
    /// When it is the default, where there are others.
    when: PathCondition,
}

impl Presumed {
    /// What else it may be, as far as that is known.
    pub fn others(&self) -> &[Value] {
        &self.others
    }

    /// When it is the default, where there are others.
    pub(super) fn when(&self) -> &PathCondition {
        &self.when
    }
}

/// Whoever does not ask further gets what it is by default.
impl std::ops::Deref for Presumed {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.value
    }
}

/// A place in the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeLocation {
    /// The module.
    pub module: Arc<str>,
    /// What stands there.
    pub span: Span,
}

/// What is in a list or a set.
#[derive(Debug, Default)]
pub struct ListValue {
    /// The values in order, and what each depends on.
    pub items: RefCell<Vec<(Value, PathCondition)>>,
    /// Whether there may be more.
    pub open: Cell<bool>,
    /// Whether it is no list, or set, but a generator, a view, a frozen set.
    pub is_lazy: Cell<bool>,
    /// Whether the text does not tell the order, as it is that of a set.
    pub is_shuffled: Cell<bool>,
}

/// What is in a dict.
#[derive(Debug, Default)]
pub struct DictValue {
    /// Keys and values in order, and what each depends on.
    pub items: RefCell<Vec<(Value, Value, PathCondition)>>,
    /// Whether there may be more.
    pub open: Cell<bool>,
    /// Whether the text does not tell the order, as it is that of a set.
    pub is_shuffled: Cell<bool>,
    /// What makes the value of a key that is not there yet (`defaultdict`).
    pub factory: RefCell<Option<Value>>,
    /// The scope whose names it holds, if it does (`globals()`).
    pub scope: RefCell<Option<Rc<Namespace>>>,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Arguments {
    /// Those given by position.
    pub positional: Vec<Value>,
    /// Those given by name.
    pub named: Vec<(Arc<str>, Value)>,
    /// Whether there may be more.
    pub open: bool,
}

/// A callable with some of its arguments given.
#[derive(Debug)]
pub struct PartialValue {
    /// What is called.
    pub called: Value,
    /// The arguments given.
    pub arguments: Arguments,
    /// Whether it stands in a class for what it makes of each object's method (`functools.partialmethod`).
    pub is_method: bool,
    /// The attributes set on it.
    pub fields: RefCell<BTreeMap<Arc<str>, Value>>,
}

/// How a function in a class is bound.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MethodKind {
    /// To the object.
    #[default]
    Object,
    /// To the class: `classmethod`.
    Class,
    /// To nothing: `staticmethod`.
    None,
    /// It is called when it is read: `property`.
    Property,
}

/// A function of the project.
#[derive(Debug)]
pub struct FunctionValue {
    /// Its code.
    pub definition: Arc<FunctionDefinition>,
    /// The module that holds it.
    pub module: Arc<str>,
    /// What its free names mean.
    pub scope: Rc<Namespace>,
    /// The values of its defaults, one for each parameter that has one.
    pub defaults: Vec<Option<Value>>,
    /// How it is bound in a class.
    pub binding: MethodKind,
    /// The attributes set on it.
    pub fields: RefCell<BTreeMap<Arc<str>, Value>>,
    /// The function whose name, text and parameters it took over (`functools.wraps`).
    pub wraps: RefCell<Option<Value>>,
    /// The decorators from outside the project that stand over it, innermost first.
    pub altered: Vec<Value>,
}

/// A class of the project.
#[derive(Debug)]
pub struct ClassValue {
    /// Its code.
    pub definition: Arc<ClassDefinition>,
    /// The module that holds it.
    pub module: Arc<str>,
    /// The names that its body binds.
    pub scope: Rc<Namespace>,
    /// Its bases.
    pub bases: Vec<Value>,
    /// All classes that it derives from, in the order in which a name is looked up in them.
    pub behind: Vec<Value>,
    /// The keywords of its header.
    pub keywords: Vec<(Arc<str>, Value)>,
    /// Its decorators from outside the project.
    pub decorators: RefCell<Vec<Value>>,
    /// The names that its body annotates, in order.
    pub fields: Vec<ClassField>,
    /// The members of an enum, in order.
    pub members: RefCell<Vec<Rc<Instance>>>,
}

/// A name that the body of a class annotates.
#[derive(Clone, Debug)]
pub struct ClassField {
    /// The class's code, which holds the annotation.
    pub definition: Arc<ClassDefinition>,
    /// The number of the statement there.
    pub statement: usize,
    /// The name.
    pub name: Arc<str>,
    /// Its value.
    pub default: Option<Value>,
}

/// What a call of a class, or of anything outside the project, gave.
#[derive(Debug)]
pub struct Instance {
    /// A number of its own.
    pub id: usize,
    /// What was called: a class of the project, or something outside.
    pub class: Value,
    /// With which arguments.
    pub arguments: Arguments,
    /// The attributes set on it.
    pub fields: RefCell<BTreeMap<Arc<str>, Value>>,
    /// Where it was called.
    pub place: CodeLocation,
}

impl Value {
    /// How a value is printed; several where it may be one of several.
    pub(super) fn printed(&self) -> Option<Vec<String>> {
        Some(match self.without_default().0 {
            Self::Int(number) => vec![number.to_string()],
            Self::Bool(truth) => vec![if *truth { "True" } else { "False" }.to_owned()],
            Self::None => vec!["None".to_owned()],
            Self::Either(values) => {
                let mut all = Vec::new();
                for value in values.iter() {
                    all.extend(value.printed()?);
                }
                all
            }
            other => vec![other.as_text()?.to_string()],
        })
    }

    /// A string that was made; what grows beyond any name or text is not followed.
    pub fn text(text: &str) -> Self {
        if text.len() > LONGEST { Self::Unknown } else { Self::Text(text.into()) }
    }

    /// A list of values that are surely there.
    pub fn list(values: impl IntoIterator<Item = Self>) -> Self {
        Self::List(Rc::new(ListValue::of(values)))
    }

    /// A dict of what is surely there.
    pub fn dict(items: impl IntoIterator<Item = (Self, Self)>) -> Self {
        let dict = DictValue::default();
        let items = items.into_iter().map(|(key, value)| (key, value, PathCondition::default()));
        dict.items.borrow_mut().extend(items);
        Self::Dict(Rc::new(dict))
    }

    /// What is iterated over, and is no list.
    pub(super) fn lazy(items: ListValue) -> Self {
        items.is_lazy.set(true);
        Self::List(Rc::new(items))
    }

    /// A tuple.
    pub fn tuple(values: impl Into<Rc<[Self]>>) -> Self {
        Self::Tuple(values.into()).unless_large()
    }

    /// A member of a value of which no code is known.
    #[must_use]
    pub fn member(self, name: &Arc<str>) -> Self {
        Self::Member(Rc::new((self, name.clone()))).unless_large()
    }

    /// `self[parts]` of a type.
    #[must_use]
    pub fn generic(self, parts: Vec<Self>) -> Self {
        Self::Generic(Rc::new((self, parts))).unless_large()
    }

    /// `a | b` of types, with those within laid flat.
    pub fn union(arms: impl IntoIterator<Item = Self>) -> Self {
        let flat = arms.into_iter().flat_map(|arm| match arm {
            Self::Union(arms) => arms.to_vec(),
            other => vec![other],
        });
        Self::Union(flat.collect()).unless_large()
    }

    pub(super) fn unless_large(self) -> Self {
        if self.fits(DEEPEST, &mut LARGEST.clone()) { self } else { Self::Unknown }
    }

    /// Whether it holds others no deeper, and no more of them; lists are left out.
    fn fits(&self, depth: usize, room: &mut usize) -> bool {
        let (Some(below), Some(left)) = (depth.checked_sub(1), room.checked_sub(1)) else { return false };
        *room = left;
        match self {
            Self::Member(member) => member.0.fits(below, room),
            Self::Generic(generic) => {
                generic.0.fits(below, room) && generic.1.iter().all(|part| part.fits(below, room))
            }
            Self::Union(values) | Self::Tuple(values) => values.iter().all(|value| value.fits(below, room)),
            Self::Default(presumed, _) => {
                presumed.value.fits(below, room)
                    && presumed.others.iter().all(|value| value.fits(below, room))
            }
            Self::Object(object) => object.class.fits(below, room),
            _ => true,
        }
    }

    /// Something outside the project.
    pub fn foreign(path: &str) -> Self {
        Self::Foreign(path.into())
    }

    /// One of the values: what is the same counts once, and the text no longer tells when there are many.
    pub fn either(values: impl IntoIterator<Item = Self>) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for value in values {
            let parts = match &value {
                Self::Either(parts) => parts.to_vec(),
                _ => vec![value],
            };
            for part in parts {
                if !all.iter().any(|one| one.is(&part)) {
                    all.push(part);
                }
            }
        }
        match all.len() {
            0 => Self::None,
            1 => all.remove(0),
            2..=WAYS => Self::Either(all.into()),
            _ => Self::Unknown,
        }
    }

    /// The value, as what it is by default, and what may change that.
    #[must_use]
    pub fn by_default(self, by: &Causes) -> Self {
        match self {
            Self::Unknown => self,
            Self::Default(value, others) => Self::Default(value, others.and(by)),
            _ => Self::Default(
                Rc::new(Presumed { value: self, others: Vec::new(), when: PathCondition::default() }),
                by.clone(),
            ),
        }
    }

    /// The value, as what it is by default, where `when` holds, or else one of `others`.
    #[must_use]
    pub(super) fn or_else(
        self,
        when: &PathCondition,
        others: impl IntoIterator<Item = Self>,
        by: &Causes,
    ) -> Self {
        let (value, before, by) = match self {
            Self::Default(presumed, more) => (presumed.value.clone(), presumed.others.clone(), by.and(&more)),
            value => (value, Vec::new(), by.clone()),
        };
        let flat = others.into_iter().flat_map(|other| match other {
            Self::Default(presumed, _) => [vec![presumed.value.clone()], presumed.others.clone()].concat(),
            Self::Either(values) => values.to_vec(),
            other => vec![other],
        });
        let mut others: Vec<Self> = Vec::new();
        for other in before.into_iter().chain(flat) {
            if !other.is(&value) && !others.iter().any(|known| known.is(&other)) {
                others.push(other);
            }
        }
        if matches!(value, Self::Unknown) || others.len() > WAYS {
            return value.by_default(&by);
        }
        Self::Default(Rc::new(Presumed { value, others, when: when.clone() }), by).unless_large()
    }

    /// The value, as what it is by default where something may change it.
    #[must_use]
    pub(super) fn unless(self, by: Option<&Causes>) -> Self {
        match by {
            Some(by) => self.by_default(by),
            None => self,
        }
    }

    /// What it is by default, or at all; and what may say otherwise.
    pub fn without_default(&self) -> (&Self, Option<&Causes>) {
        match self {
            Self::Default(value, by) => (value, Some(by)),
            _ => (self, None),
        }
    }

    /// Whether both are surely the same thing.
    pub fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Default(left, _), right) | (right, Self::Default(left, _)) => left.value.is(right),
            (Self::None, Self::None) | (Self::Ellipsis, Self::Ellipsis) | (Self::Unknown, Self::Unknown) => {
                true
            }
            (Self::Bool(left), Self::Bool(right)) => left == right,
            (Self::Int(left), Self::Int(right)) => left == right,
            (Self::Float(left), Self::Float(right)) => left.to_bits() == right.to_bits(),
            (Self::Text(left), Self::Text(right))
            | (Self::Module(left), Self::Module(right))
            | (Self::Foreign(left), Self::Foreign(right)) => left == right,
            (Self::List(left), Self::List(right)) | (Self::Set(left), Self::Set(right)) => {
                Rc::ptr_eq(left, right)
            }
            (Self::Dict(left), Self::Dict(right)) => Rc::ptr_eq(left, right),
            (Self::Function(left), Self::Function(right)) => Rc::ptr_eq(left, right),
            (Self::Class(left), Self::Class(right)) => Rc::ptr_eq(left, right),
            (Self::Object(left), Self::Object(right)) => left.id == right.id,
            (Self::Partial(left), Self::Partial(right)) => Rc::ptr_eq(left, right),
            (Self::Tuple(left), Self::Tuple(right)) => {
                left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| left.is(right))
            }
            (Self::Method(left), Self::Method(right)) => left.0.is(&right.0) && Rc::ptr_eq(&left.1, &right.1),
            (Self::Member(left), Self::Member(right)) => left.0.is(&right.0) && left.1 == right.1,
            _ => false,
        }
    }

    /// Whether it counts as true by default, and what may change that; none where the text does not tell.
    pub fn leaning(&self) -> Option<(bool, Causes)> {
        match self {
            Self::Default(presumed, by) => {
                presumed.value.leaning().map(|(truth, others)| (truth, others.and(by)))
            }
            // what was imported is there
            Self::Foreign(path) if !path.ends_with(".TYPE_CHECKING") => {
                Some((true, Causes::of(format!("import:{path}"))))
            }
            Self::List(list) | Self::Set(list) => list.leaning(),
            _ => self.truth().map(|truth| (truth, Causes::default())),
        }
    }

    /// Whether it counts as true; none where the text does not tell.
    pub fn truth(&self) -> Option<bool> {
        Some(match self {
            Self::None => false,
            Self::Bool(truth) => *truth,
            Self::Int(number) => *number != 0,
            Self::Float(number) => *number != 0.0,
            Self::Text(text) => !text.is_empty(),
            Self::Tuple(values) => !values.is_empty(),
            Self::List(list) | Self::Set(list) => return list.truth(),
            Self::Dict(dict) => {
                let items = dict.items.borrow();
                if items.iter().any(|(_, _, condition)| condition.is_empty()) {
                    return Some(true);
                }
                return (items.is_empty() && !dict.open.get()).then_some(false);
            }
            Self::Either(values) => {
                let mut truths = values.iter().map(Self::truth);
                let first = truths.next()??;
                return truths.all(|truth| truth == Some(first)).then_some(first);
            }
            Self::Function(_) | Self::Method(_) | Self::Class(_) | Self::Module(_) | Self::Ellipsis => true,
            Self::Object(object) if matches!(object.class, Self::Class(_)) => true,
            Self::Foreign(path) if path.ends_with(".TYPE_CHECKING") => false,
            _ => return None,
        })
    }

    /// The string, or that of a member of an enum whose members are strings.
    pub fn as_text(&self) -> Option<Arc<str>> {
        match self {
            Self::Text(text) => Some(text.clone()),
            Self::Default(presumed, _) => presumed.value.as_text(),
            Self::Object(object) => match object.enum_value()? {
                Self::Text(text) => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The path of what lies outside the project: its own, that of the class of an object, of a member.
    pub fn path(&self) -> Option<String> {
        match self {
            Self::Foreign(path) => Some(path.to_string()),
            Self::Object(object) => Some(format!("{}()", object.class.path()?)),
            Self::Member(member) => Some(format!("{}.{}", member.0.path()?, member.1)),
            Self::Generic(generic) => generic.0.path(),
            _ => None,
        }
    }
}

impl ListValue {
    /// A list of values that are surely there.
    pub fn of(values: impl IntoIterator<Item = Value>) -> Self {
        let items: Vec<_> = values.into_iter().map(|value| (value, PathCondition::default())).collect();
        Self::from(items)
    }

    pub(super) fn truth(&self) -> Option<bool> {
        let items = self.items.borrow();
        if items.iter().any(|(_, condition)| condition.is_empty()) {
            return Some(true);
        }
        (items.is_empty() && !self.open.get()).then_some(false)
    }
}

impl ListValue {
    /// Whether it has an item by default.
    fn leaning(&self) -> Option<(bool, Causes)> {
        if let Some(truth) = self.truth() {
            return Some((truth, Causes::default()));
        }
        let items = self.items.borrow();
        let causes =
            || items.iter().fold(Causes::default(), |all, (_, condition)| all.and(&condition.causes()));
        let mut defaults = items.iter().map(|(_, condition)| condition.by_default());
        if defaults.clone().any(|default| default == Some(true)) {
            return Some((true, causes()));
        }
        (!self.open.get() && defaults.all(|default| default == Some(false))).then(|| (false, causes()))
    }
}

impl From<Vec<(Value, PathCondition)>> for ListValue {
    fn from(items: Vec<(Value, PathCondition)>) -> Self {
        Self { items: RefCell::new(items), ..Self::default() }
    }
}

impl Arguments {
    /// These by position.
    pub fn positional(values: impl IntoIterator<Item = Value>) -> Self {
        Self { positional: values.into_iter().collect(), ..Self::default() }
    }

    /// The argument of that name, or at that position.
    pub fn get(&self, position: usize, name: &str) -> Option<&Value> {
        self.named(name).or_else(|| self.positional.get(position))
    }

    /// The argument of that name.
    pub fn named(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(given, _)| &**given == name).map(|(_, value)| value)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Value> {
        self.positional.iter().chain(self.named.iter().map(|(_, value)| value))
    }
}

impl Instance {
    /// The value of a member of an enum.
    pub fn enum_value(&self) -> Option<Value> {
        let Value::Class(class) = &self.class else { return None };
        let members = class.members.borrow();
        members.iter().find(|member| member.id == self.id)?;
        self.fields.borrow().get("value").cloned()
    }
}

impl ClassField {
    /// Its annotation.
    pub fn annotation(&self) -> Option<&Term> {
        match &self.definition.body.get(self.statement)?.kind {
            crate::syntax::StatementKind::Annotated(_, annotation, _) => Some(annotation),
            _ => None,
        }
    }
}
