//! Unions: which alternatives of the older schema became which of the newer one, came, or went.

use serde_json::Value;

use super::change::{ChangeLevel, ContractChange};
use super::compare::{Comparison, Direction, Relation, kind_in_words};
use super::node::Node;
use super::schema_path::SchemaPath;

/// What may stand beside `anyOf` without binding.
const BESIDE: &[&str] = &["$defs", "$schema", "anyOf", "default", "definitions", "description", "title"];

/// One alternative.
struct Arm<'s> {
    /// Its schema, when it has one of its own.
    schema: Option<&'s Value>,
    node: Node<'s>,
}

impl Arm<'_> {
    /// What alternatives are told apart by.
    fn kind(&self) -> Option<&str> {
        self.node.kind().or_else(|| self.node.values().map(|_| "values"))
    }
}

impl<'s> Comparison<'s> {
    /// Compares two schemas by the alternatives that they consist of.
    pub(super) fn arms(&mut self, base: &Node<'s>, new: &Node<'s>, place: &SchemaPath) {
        if ["allOf", "not", "oneOf"].iter().any(|keyword| base.get(keyword) != new.get(keyword)) {
            return self.unknown(place);
        }
        let (Some(old), Some(now)) = (self.arms_of(0, base), self.arms_of(1, new)) else {
            return self.unknown(place);
        };
        if let ([one], [other]) = (&*old, &*now) {
            return self.pair(one, other, place);
        }
        if base.get("anyOf").is_some() || new.get("anyOf").is_some() {
            self.notes(base, new, place);
        }
        let (gone, come) = self.matched(&old, &now, place);
        let (what, does) = (self.named(place), self.does());
        for arm in gone {
            if !now.iter().any(|other| self.fits(Direction::Input, arm, other, place)) {
                let message = format!("{what} no longer {does} {}", kind_in_words(arm.kind()));
                self.relate("type-narrowed", Relation::Narrower, place, message);
            }
        }
        for arm in come {
            if !old.iter().any(|other| self.fits(Direction::Output, other, arm, place)) {
                let message = format!("{what} also {does} {}", kind_in_words(arm.kind()));
                self.relate("type-widened", Relation::Wider, place, message);
            }
        }
    }

    /// The alternatives of a schema; none when something else binds beside them.
    fn arms_of(&self, side: usize, node: &Node<'s>) -> Option<Vec<Arm<'s>>> {
        if let Some(arms) = node.get("anyOf").and_then(Value::as_array) {
            let binds = node.keywords().any(|keyword| keyword != "$ref" && !BESIDE.contains(&keyword));
            let arm = |schema: &'s Value| Some(Arm { schema: Some(schema), node: self.node(side, schema)? });
            return if binds { None } else { arms.iter().map(arm).collect() };
        }
        let kinds = node.get("type").and_then(Value::as_array);
        let kinds = kinds.map(|kinds| kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>());
        Some(match kinds {
            Some(kinds) => {
                kinds.into_iter().map(|kind| Arm { schema: None, node: node.only(kind) }).collect()
            }
            None => vec![Arm { schema: None, node: node.clone() }],
        })
    }

    /// Compares an alternative with what it became.
    fn pair(&mut self, base: &Arm<'s>, new: &Arm<'s>, place: &SchemaPath) {
        match (base.schema, new.schema) {
            (Some(base), Some(new)) => self.schema(base, new, place),
            _ => self.single(&base.node, &new.node, place),
        }
    }

    /// Pairs what is equal, then what is of one type and most alike; gives the alternatives that are left.
    fn matched<'a>(
        &mut self,
        old: &'a [Arm<'s>],
        now: &'a [Arm<'s>],
        place: &SchemaPath,
    ) -> (Vec<&'a Arm<'s>>, Vec<&'a Arm<'s>>) {
        let (mut gone, mut come): (Vec<&Arm<'s>>, Vec<&Arm<'s>>) = (Vec::new(), now.iter().collect());
        for arm in old {
            let equal = |other: &&Arm<'s>| self.agreed && arm.schema.is_some() && arm.schema == other.schema;
            match come.iter().position(equal) {
                Some(at) => drop(come.remove(at)),
                None => gone.push(arm),
            }
        }
        gone.retain(|arm| {
            let alike = (0..come.len()).filter(|at| come[*at].kind() == arm.kind());
            let tried = alike.map(|at| (at, self.tried(|this| this.pair(arm, come[at], place))));
            let best = tried.min_by_key(|(_, changes)| changes.iter().map(|change| change.class).max());
            let Some((at, changes)) = best else { return true };
            come.remove(at);
            self.found.extend(changes);
            false
        });
        (gone, come)
    }

    /// Whether every value of the older alternative is one of the newer one (input), or the reverse (output).
    fn fits(&mut self, direction: Direction, base: &Arm<'s>, new: &Arm<'s>, place: &SchemaPath) -> bool {
        let own = std::mem::replace(&mut self.direction, direction);
        let changes = self.tried(|this| this.pair(base, new, place));
        self.direction = own;
        let harmless =
            |change: &ContractChange| matches!(change.class, ChangeLevel::Patch | ChangeLevel::Minor);
        changes.iter().all(harmless)
    }
}
