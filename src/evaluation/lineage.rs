//! What a class derives from.

use std::rc::Rc;

use super::value::{ClassValue, Value};

/// No class derives from more.
const LINEAGE: usize = 100;

/// The classes behind a class of the project with `bases`, in the order in which Python looks a name up in them: its
/// method resolution order but for itself.
pub(super) fn resolution_order(bases: &[Value]) -> Vec<Value> {
    let bases: Vec<Value> = bases.iter().map(|base| unparametrised(base).clone()).collect();
    let above = |base: &Value| match base {
        Value::Class(class) => [base.clone()].into_iter().chain(class.behind.iter().cloned()).collect(),
        other => vec![other.clone()],
    };
    if let [base] = &*bases {
        let mut order: Vec<Value> = above(base);
        order.truncate(LINEAGE);
        return order;
    }
    let mut lists: Vec<Vec<Value>> = bases.iter().map(above).collect();
    lists.push(bases);
    let mut order = Vec::new();
    while order.len() < LINEAGE {
        lists.retain(|list| !list.is_empty());
        let is_free = |one: &Value| lists.iter().all(|list| !list[1..].iter().any(|other| other.is(one)));
        let heads = lists.iter().map(|list| &list[0]);
        // where the order contradicts itself, Python makes no class: any answer will do
        let Some(next) = heads.clone().find(|one| is_free(one)).or(heads.into_iter().next()).cloned() else {
            break;
        };
        for list in &mut lists {
            list.retain(|one| !one.is(&next));
        }
        order.push(next);
    }
    order
}

/// The class itself behind `Base[T]`.
fn unparametrised(base: &Value) -> &Value {
    if let Value::Generic(generic) = base { &generic.0 } else { base }
}

impl Value {
    /// What a class, or one that it derives from, binds the name to.
    pub fn inherited(&self, name: &str) -> Option<Self> {
        let Self::Class(class) = unparametrised(self) else { return None };
        class.scope.own(name).or_else(|| within(&class.behind, name))
    }

    /// What the classes behind `owner` bind the name to, in the order of those behind this class: `super()`.
    pub(super) fn inherited_behind(&self, owner: &Rc<ClassValue>, name: &str) -> Option<Self> {
        let Self::Class(class) = unparametrised(self) else { return None };
        if Rc::ptr_eq(class, owner) {
            return within(&class.behind, name);
        }
        let is_owner = |one: &Self| matches!(one, Self::Class(class) if Rc::ptr_eq(class, owner));
        let at = class.behind.iter().position(is_owner)?;
        within(&class.behind[at + 1..], name)
    }

    /// The project's classes behind it, a class itself first.
    pub fn lineage(&self) -> Vec<Rc<ClassValue>> {
        let Self::Class(class) = unparametrised(self) else { return Vec::new() };
        let behind = class.behind.iter().filter_map(|one| match one {
            Self::Class(class) => Some(class.clone()),
            _ => None,
        });
        [class.clone()].into_iter().chain(behind).collect()
    }

    /// The first class outside the project that a class derives from.
    pub fn foreign_base(&self) -> Option<Self> {
        self.foreign_bases().into_iter().next()
    }

    /// All classes outside the project that a class derives from.
    pub fn foreign_bases(&self) -> Vec<Self> {
        let Self::Class(class) = unparametrised(self) else { return Vec::new() };
        class.behind.iter().filter(|base| matches!(base, Self::Foreign(_))).cloned().collect()
    }

    /// Whether a class derives from the one outside the project at `path`.
    pub fn has_base(&self, path: &str) -> bool {
        self.foreign_bases().iter().any(|base| base.path().as_deref() == Some(path))
    }

    /// Whether it is a class of the project whose plain values are members of an enum.
    pub fn is_enum(&self) -> bool {
        self.foreign_bases().iter().filter_map(Self::path).any(|path| {
            matches!(&*path, "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag")
        })
    }
}

fn within(classes: &[Value], name: &str) -> Option<Value> {
    classes.iter().find_map(|class| match class {
        Value::Class(class) => class.scope.own(name),
        _ => None,
    })
}
