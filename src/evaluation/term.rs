//! Follows expressions.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use super::branch::outcome;
use super::comparison::{equal, identical, order};
use super::condition::{Causes, Literal, PathCondition};
use super::value::{Arguments, DictValue, ListValue, Presumed, Value};
use super::{Frame, Host, Namespace, Run};
use crate::syntax::{CompareOp, Comprehension, Given, Makes, Operator, Piece, Term, TermKind, Unpacked};

/// A longer list is a table, and not followed.
const MANY: usize = 10_000;

/// In bytes.
const LONGEST_REPEATED: usize = 1 << 16;

impl<H: Host> Run<'_, H> {
    /// What an expression gives.
    pub fn term(&mut self, term: &Term) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        match &term.kind {
            TermKind::None => Value::None,
            TermKind::Bool(truth) => Value::Bool(*truth),
            TermKind::Int(number) => Value::Int(*number),
            TermKind::Float(number) => Value::Float(*number),
            TermKind::Text(text) => Value::Text(text.clone()),
            TermKind::Ellipsis => Value::Ellipsis,
            TermKind::Name(name) => self.name(name),
            TermKind::Attribute(object, name) => {
                let object = self.term(object);
                self.attribute(&object, &name.value)
            }
            TermKind::Call(callee, given) => {
                let callee = self.term(callee);
                let arguments = self.arguments(given);
                let place = self.place(term.span);
                self.call(&callee, arguments, &place)
            }
            TermKind::Subscript(object, key) => {
                let object = self.term(object);
                if let TermKind::Slice(bounds) = &key.kind {
                    return self.sliced(&object, bounds);
                }
                let key = self.term(key);
                self.subscript(&object, key)
            }
            TermKind::List(items) => Value::List(Rc::new(self.elements(items))),
            TermKind::Set(items) => {
                let elements = self.elements(items);
                Value::Set(Rc::new(elements.as_set()))
            }
            TermKind::Tuple(items) => self.tuple(items),
            TermKind::Dict(items) => self.dict(items),
            TermKind::Format(pieces) => self.format(pieces),
            TermKind::Lambda(definition) => Value::Function(self.function(definition)),
            TermKind::Comprehension(comprehension) => self.comprehension(comprehension),
            TermKind::Await(awaited) => self.term(awaited),
            TermKind::Yield(value) => {
                let value = value.as_ref().map_or(Value::None, |value| self.term(value));
                let condition = self.condition();
                self.frame().yielded.push((value, condition));
                Value::Unknown
            }
            TermKind::YieldFrom(items) => {
                let items = self.term(items);
                let items = self.items(&items).unwrap_or_default();
                self.frame().yielded.extend(items);
                Value::Unknown
            }
            TermKind::Named(name, value) => {
                let value = self.term(value);
                self.assign(name, value.clone());
                value
            }
            TermKind::Starred(_) | TermKind::Slice(_) | TermKind::Opaque(_) => Value::Unknown,
            _ => self.operation(term),
        }
    }

    fn operation(&mut self, term: &Term) -> Value {
        match &term.kind {
            TermKind::Binary(left, operator, right) => {
                let (left, right) = (self.term(left), self.term(right));
                self.binary(&left, *operator, &right)
            }
            TermKind::Not(value) => {
                let value = self.term(value);
                match (value.truth(), value.leaning()) {
                    (Some(truth), _) => Value::Bool(!truth),
                    (None, Some((leaning, by))) => Value::Bool(!leaning).by_default(&by),
                    (None, None) => Value::Unknown,
                }
            }
            TermKind::Negative(value) => match self.term(value) {
                Value::Int(number) => number.checked_neg().map_or(Value::Unknown, Value::Int),
                Value::Float(number) => Value::Float(-number),
                _ => Value::Unknown,
            },
            TermKind::All(values) => self.short(values, false),
            TermKind::Any(values) => self.short(values, true),
            TermKind::Compare(left, comparison, right) => {
                let (left, right) = (self.term(left), self.term(right));
                self.compared(&left, *comparison, &right)
            }
            TermKind::Choice(test, then, otherwise) => {
                let test = self.term(test);
                match test.truth() {
                    Some(true) => self.term(then),
                    Some(false) => self.term(otherwise),
                    None => {
                        let test = self.test_of(&test);
                        self.choice(&test, then, otherwise)
                    }
                }
            }
            _ => Value::Unknown,
        }
    }

    /// `then if test else otherwise`, of a test that the text does not decide.
    fn choice(&mut self, test: &Literal, then: &Term, otherwise: &Term) -> Value {
        let arms = [(test.clone().into(), then), (test.negated().into(), otherwise)];
        outcome(self.values_of(arms, Self::term))
    }

    /// An annotation, with the texts in it read as the expressions that they hold.
    pub fn annotation(&mut self, module: &Arc<str>, scope: &Rc<Namespace>, term: &Term) -> Value {
        let frame = Frame::new(module.clone(), scope.clone());
        self.enter(frame, |run| {
            let value = run.term(term);
            run.unquoted(value, 0)
        })
        .0
    }

    fn unquoted(&mut self, value: Value, depth: usize) -> Value {
        if depth > 24 {
            return Value::Unknown;
        }
        match value {
            Value::Text(text) => match crate::syntax::term(&text) {
                Some(term) => {
                    let value = self.term(&term);
                    self.unquoted(value, depth + 1)
                }
                None => Value::Unknown,
            },
            Value::Generic(generic) => {
                let path = generic.0.path().unwrap_or_default();
                let parts = generic.1.iter().enumerate().map(|(at, part)| {
                    let is_type = !path.ends_with("Literal") && (at == 0 || !path.ends_with("Annotated"));
                    if is_type { self.unquoted(part.clone(), depth + 1) } else { part.clone() }
                });
                let parts = parts.collect();
                generic.0.clone().generic(parts)
            }
            Value::Union(arms) => {
                let arms: Vec<Value> = arms.iter().map(|arm| self.unquoted(arm.clone(), depth + 1)).collect();
                Value::union(arms)
            }

            other => other,
        }
    }

    fn name(&mut self, name: &Arc<str>) -> Value {
        if let Some(value) = self.scope().lookup(name) {
            return value;
        }
        if &**name == "__class__" {
            return self.scope().class_around().map_or(Value::Unknown, |class| Value::Class(class.clone()));
        }
        if super::builtin::is_builtin(name) {
            return Value::foreign(&format!("builtins.{name}"));
        }
        Value::Unknown
    }

    pub(super) fn arguments(&mut self, given: &[Given]) -> Arguments {
        let mut arguments = Arguments::default();
        for one in given {
            let value = self.term(&one.value);
            match (&one.keyword, one.unpacked) {
                (Some(keyword), _) => arguments.named.push((keyword.clone(), value)),
                (None, None) => arguments.positional.push(value),
                (None, Some(Unpacked::Positions)) => match self.items(&value) {
                    Some(items) => arguments.positional.extend(items.into_iter().map(|(value, _)| value)),
                    None => arguments.open = true,
                },
                (None, Some(Unpacked::Keywords)) => arguments.unpack(&value),
            }
        }
        arguments
    }

    fn elements(&mut self, items: &[Term]) -> ListValue {
        let list = ListValue::default();
        for item in items {
            if let TermKind::Starred(many) = &item.kind {
                let many = self.term(many);
                match self.items(&many) {
                    Some(items) => list.items.borrow_mut().extend(items),
                    None => list.open.set(true),
                }
            } else {
                let value = self.term(item);
                list.items.borrow_mut().push((value, PathCondition::default()));
            }
        }
        list
    }

    fn tuple(&mut self, items: &[Term]) -> Value {
        let list = self.elements(items);
        if list.open.get() {
            return Value::List(Rc::new(list));
        }
        let values = list.items.into_inner().into_iter().map(|(value, _)| value);
        Value::tuple(values.collect::<Vec<_>>())
    }

    fn dict(&mut self, items: &[(Option<Term>, Term)]) -> Value {
        let dict = DictValue::default();
        for (key, value) in items {
            let key = key.as_ref().map(|key| self.term(key));
            let value = self.term(value);
            match (key, &value) {
                (Some(key), _) => dict.insert(key, value, &PathCondition::default()),
                (None, Value::Dict(more)) => dict.update(more, &PathCondition::default()),
                (None, _) => dict.open.set(true),
            }
        }
        Value::Dict(Rc::new(dict))
    }

    pub(super) fn subscript(&mut self, object: &Value, key: Value) -> Value {
        if let Value::Default(object, by) = object {
            return self.each_way(object, by, |run, object| run.subscript(object, key.clone()));
        }
        match (object, &key) {
            (_, Value::Default(key, by)) => self.subscript(object, (***key).clone()).by_default(by),
            (Value::Foreign(path), Value::Text(name)) if &**path == "sys.modules" => {
                let is_imported = self.modules.contains_key(name);
                if is_imported { Value::Module(name.clone()) } else { Value::Unknown }
            }
            (Value::Foreign(_) | Value::Class(_) | Value::Generic(_), _) => {
                if let (Value::Class(class), Value::Text(name)) = (object, &key)
                    && object.is_enum()
                {
                    return class.scope.own(name).unwrap_or(Value::Unknown);
                }
                let parts = match key {
                    Value::Tuple(parts) => parts.to_vec(),
                    part => vec![part],
                };
                object.clone().generic(parts)
            }
            (Value::Dict(dict), key) => self.looked_up(dict, key),
            (Value::Tuple(_) | Value::List(_) | Value::Object(_), Value::Int(at))
                if !object.is_shuffled() =>
            {
                let Some(items) = self.items(object) else { return Value::Unknown };
                let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
                let at = if *at < 0 { length + at } else { *at };
                let found = usize::try_from(at).ok().and_then(|at| items.get(at));
                found.map_or(Value::Unknown, |(value, _)| value.clone())
            }
            (Value::Text(text), Value::Int(at)) => {
                let back = usize::try_from(at.saturating_neg() - 1).ok();
                let letter = match usize::try_from(*at) {
                    Ok(at) => text.chars().nth(at),
                    Err(_) => back.and_then(|back| text.chars().nth_back(back)),
                };
                letter.map_or(Value::Unknown, |letter| Value::text(&letter.to_string()))
            }
            (Value::Either(values), _) => {
                let each: Vec<Value> =
                    values.iter().map(|value| self.subscript(value, key.clone())).collect();
                Value::either(each)
            }
            (Value::Member(_), _) => {
                let callee = object.clone().member(&"__getitem__".into());
                let place = self.place(crate::text::Span::default());
                match self.call(&callee, Arguments::positional([key]), &place) {
                    // nothing is known of it
                    Value::Object(made) if made.class.is(&callee) => Value::Unknown,
                    found => found,
                }
            }
            _ => Value::Unknown,
        }
    }

    fn format(&mut self, pieces: &[Piece]) -> Value {
        let mut texts = vec![String::new()];
        let mut by = None;
        for piece in pieces {
            match piece {
                Piece::Text(text) => texts.iter_mut().for_each(|one| one.push_str(text)),
                Piece::Value(term) => {
                    let value = self.term(term);
                    by = Causes::of_both(by.as_ref(), value.without_default().1);
                    let Some(forms) = value.printed() else { return Value::Unknown };
                    texts = texts
                        .iter()
                        .flat_map(|one| forms.iter().map(move |form| format!("{one}{form}")))
                        .collect();
                    if texts.len() > 8 {
                        return Value::Unknown;
                    }
                }
                Piece::Formatted(_) => return Value::Unknown,
            }
        }
        Value::either(texts.iter().map(|text| Value::text(text))).unless(by.as_ref())
    }

    /// What two values give; that of types is their union.
    pub(super) fn binary(&mut self, left: &Value, operator: Operator, right: &Value) -> Value {
        match (left, operator, right) {
            (Value::Default(left, by), _, right) => self.binary(left, operator, right).by_default(by),
            (left, _, Value::Default(right, by)) => self.binary(left, operator, right).by_default(by),
            (Value::Either(values), _, _) => {
                let each: Vec<Value> =
                    values.iter().map(|value| self.binary(value, operator, right)).collect();
                Value::either(each)
            }
            (Value::Text(left), Operator::Add, Value::Text(right)) => Value::text(&format!("{left}{right}")),
            (Value::Text(text), Operator::Multiply, Value::Int(times))
            | (Value::Int(times), Operator::Multiply, Value::Text(text)) => repeated(text, *times),
            (Value::Text(text), Operator::Modulo, Value::Text(part)) if text.matches('%').count() == 1 => {
                Value::text(&text.replace("%s", part))
            }
            (Value::Int(left), _, Value::Int(right)) => match operator {
                Operator::Add => left.checked_add(*right),
                Operator::Subtract => left.checked_sub(*right),
                Operator::Multiply => left.checked_mul(*right),
                Operator::Divide | Operator::Modulo | Operator::Or | Operator::And | Operator::Other => None,
            }
            .map_or(Value::Unknown, Value::Int),
            (Value::Dict(left), Operator::Or, Value::Dict(right)) => {
                let both = DictValue::default();
                both.update(left, &PathCondition::default());
                both.update(right, &PathCondition::default());
                Value::Dict(Rc::new(both))
            }
            (Value::List(_) | Value::Tuple(_), Operator::Add, Value::List(_) | Value::Tuple(_)) => {
                match (self.items(left), self.items(right)) {
                    (Some(first), Some(second)) => {
                        let items: Vec<_> = first.into_iter().chain(second).collect();
                        Value::List(Rc::new(ListValue::from(items)))
                    }
                    _ => Value::Unknown,
                }
            }
            (left, Operator::Or, right) if is_type(left) && is_type(right) => {
                Value::union([left.clone(), right.clone()])
            }
            (path @ Value::Object(_), Operator::Divide | Operator::Add, more) => {
                self.joined_path(path, more).unwrap_or(Value::Unknown)
            }
            _ => self.of_sets(left, operator, right).unwrap_or(Value::Unknown),
        }
    }

    /// `a or b`, or `a and b`: the first value that decides it.
    fn short(&mut self, values: &[Term], deciding: bool) -> Value {
        let (mut possible, mut by) = (Vec::new(), None);
        for (at, term) in values.iter().enumerate() {
            let value = self.surely(possible.is_empty(), |run| run.term(term));
            let leaning = value.leaning();
            if let (None, Some((_, others))) = (value.truth(), &leaning) {
                by = Causes::of_both(by.as_ref(), Some(others));
            }
            match leaning.map(|(truth, _)| truth) {
                Some(truth) if truth == deciding || at + 1 == values.len() => {
                    possible.push(value);
                    break;
                }
                Some(_) => {}
                None => possible.push(value),
            }
        }
        Value::either(possible).unless(by.as_ref())
    }

    pub(super) fn compared(&mut self, left: &Value, comparison: CompareOp, right: &Value) -> Value {
        let ((left, one), (right, other)) = (left.without_default(), right.without_default());
        let truth = match comparison {
            CompareOp::Equal => equal(left, right),
            CompareOp::Unequal => equal(left, right).map(|same| !same),
            CompareOp::Is => identical(left, right),
            CompareOp::IsNot => identical(left, right).map(|same| !same),
            CompareOp::In => self.holds(right, left),
            CompareOp::NotIn => self.holds(right, left).map(|holds| !holds),
            CompareOp::Less => order(left, right).map(Ordering::is_lt),
            CompareOp::Greater => order(left, right).map(Ordering::is_gt),
            CompareOp::LessEqual => self.is_at_most(left, right),
            CompareOp::GreaterEqual => self.is_at_most(right, left),
        };
        let by = Causes::of_both(one, other);
        match truth {
            Some(truth) => Value::Bool(truth).unless(by.as_ref()),
            None => presumed(left, comparison, right).unwrap_or(Value::Unknown),
        }
    }

    fn is_at_most(&mut self, left: &Value, right: &Value) -> Option<bool> {
        match (left, right) {
            (Value::Set(left), Value::Set(_)) => self.is_within(left, right).truth(),
            _ => order(left, right).map(Ordering::is_le),
        }
    }

    fn holds(&mut self, many: &Value, one: &Value) -> Option<bool> {
        if let (Value::Text(text), Value::Text(part)) = (many, one) {
            return Some(text.contains(&**part));
        }
        let items = self.items(many)?;
        let mut unsure = false;
        for (item, condition) in items {
            match equal(&item, one) {
                Some(true) if condition.is_empty() => return Some(true),
                Some(false) => {}
                _ => unsure = true,
            }
        }
        (!unsure).then_some(false)
    }

    fn comprehension(&mut self, comprehension: &Comprehension) -> Value {
        let scope = Namespace::function(&self.scope(), self.birth());
        let module = self.place(comprehension.element.span).module;
        let made = RefCell::new((ListValue::default(), DictValue::default()));
        let mut frame = Frame::new(module, scope);
        // a method's comprehension may call `super()`
        frame.receiver.clone_from(&self.frame().receiver);
        self.enter(frame, |run| run.rounds(comprehension, 0, &made));
        let (list, dict) = made.into_inner();
        match comprehension.makes {
            Makes::List => Value::List(Rc::new(list)),
            Makes::Set => Value::Set(Rc::new(list.as_set())),
            Makes::Dict => Value::Dict(Rc::new(dict)),
        }
    }

    fn rounds(&mut self, all: &Comprehension, level: usize, made: &RefCell<(ListValue, DictValue)>) {
        let Some((target, iterable, tests)) = all.loops.get(level) else {
            let key = self.term(&all.element);
            let condition = self.condition();
            match &all.value {
                Some(value) => {
                    let value = self.term(value);
                    made.borrow().1.insert(key, value, &condition);
                }
                None => made.borrow().0.items.borrow_mut().push((key, condition)),
            }
            return;
        };
        let many = self.term(iterable);
        let Some(items) = self.items(&many) else {
            made.borrow().0.open.set(true);
            made.borrow().1.open.set(true);
            return;
        };
        let is_shuffled = many.is_shuffled();
        made.borrow().0.is_shuffled.set(is_shuffled || made.borrow().0.is_shuffled.get());
        made.borrow().1.is_shuffled.set(is_shuffled || made.borrow().1.is_shuffled.get());
        for (value, condition) in items {
            self.under(&condition, |run| {
                run.assign(target, value);
                let tests: Vec<Value> = tests.iter().map(|test| run.term(test)).collect();
                if tests.iter().any(|test| test.truth() == Some(false)) {
                    return;
                }
                let open = tests.iter().filter(|test| test.truth().is_none());
                let when: PathCondition = open.map(|test| run.test_of(test)).collect();
                run.under(&when, |run| run.rounds(all, level + 1, made));
            });
        }
    }

    /// What iterating over a value gives, and what each depends on; none where the text does not tell.
    pub fn items(&mut self, value: &Value) -> Option<Vec<(Value, PathCondition)>> {
        let mut items = self.items_of(value)?;
        // long lists are copied as a whole
        self.steps += items.len() / 16;
        if items.iter().any(|(_, condition)| !condition.is_empty()) {
            let here = self.condition();
            let there = |(value, condition): (Value, PathCondition)| Some((value, condition.beyond(&here)?));
            items = items.into_iter().filter_map(there).collect();
        }
        (items.len() < MANY).then_some(items)
    }

    fn items_of(&mut self, value: &Value) -> Option<Vec<(Value, PathCondition)>> {
        let sure = PathCondition::default;
        match value {
            Value::Default(value, by) => self.items_by_default(value, by),
            Value::Tuple(values) => Some(values.iter().map(|value| (value.clone(), sure())).collect()),
            Value::List(list) | Value::Set(list) => (!list.open.get()).then(|| list.items.borrow().clone()),
            Value::Dict(dict) if !dict.open.get() => Some(
                dict.items
                    .borrow()
                    .iter()
                    .map(|(key, _, condition)| (key.clone(), condition.clone()))
                    .collect(),
            ),
            Value::Object(object) => super::discovery::fields_of_module_info(object)
                .map(|fields| fields.into_iter().map(|field| (field, sure())).collect()),
            Value::Class(class) if value.is_enum() => {
                let members = class.members.borrow();
                Some(members.iter().map(|member| (Value::Object(member.clone()), sure())).collect())
            }
            Value::Either(values) => {
                let mut all = Vec::new();
                for value in values.iter().filter(|value| !matches!(value, Value::None)) {
                    let when = self.new_unknown();
                    let items = self.items(value)?;
                    all.extend(items.into_iter().map(|(item, condition)| (item, condition.and(&when))));
                }
                Some(all)
            }
            _ => None,
        }
    }

    /// What iterating over a value gives by default.
    fn items_by_default(&mut self, value: &Presumed, by: &Causes) -> Option<Vec<(Value, PathCondition)>> {
        let (when, otherwise) = self.ways(value, by);
        let items = self.items_of(value)?;
        let mut all: Vec<_> = items.into_iter().map(|(item, there)| (item, there.and(&when))).collect();
        for (other, when) in value.others().iter().zip(otherwise) {
            for (item, there) in self.items_of(other).unwrap_or_default() {
                let there = there.and(&when);
                match all.iter_mut().find(|(known, _)| known.is(&item)) {
                    Some((_, known)) if known.or(&there).is_some() => {
                        *known = known.or(&there).unwrap_or_default();
                    }
                    Some(_) => {}
                    None => all.push((item, there)),
                }
            }
        }
        Some(all)
    }

    /// What lies under a key; a `defaultdict` makes it.
    fn looked_up(&mut self, dict: &Rc<DictValue>, key: &Value) -> Value {
        if let Some(value) = dict.looked_up(key) {
            return value;
        }
        let factory = dict.factory.borrow().clone();
        let Some(factory) = factory else { return Value::Unknown };
        let place = self.place(crate::text::Span::default());
        let value = self.call(&factory, Arguments::default(), &place);
        let condition = self.condition();
        dict.insert(key.clone(), value.clone(), &condition);
        value
    }

    pub(super) fn extend(&mut self, list: &Rc<ListValue>, more: &Value) {
        let here = self.condition();
        match self.items(more) {
            Some(items) => {
                let items = items.into_iter().map(|(value, condition)| (value, condition.and(&here)));
                list.items.borrow_mut().extend(items);
            }
            None => list.open.set(true),
        }
    }
}

impl Arguments {
    /// Adds what `**value` gives.
    fn unpack(&mut self, value: &Value) {
        let Value::Dict(dict) = value else {
            self.open = true;
            return;
        };
        self.open |= dict.open.get();
        for (key, value, condition) in dict.items.borrow().iter() {
            match key.as_text() {
                Some(name) if condition.is_empty() => self.named.push((name, value.clone())),
                Some(name) => self.named.push((name, Value::either([value.clone(), Value::Unknown]))),
                None => self.open = true,
            }
        }
    }
}

/// What a comparison gives where nobody sets anything: what was imported is there, and no variable is set.
fn presumed(left: &Value, comparison: CompareOp, right: &Value) -> Option<Value> {
    let is_none =
        |path: &Arc<str>, truth| Value::Bool(truth).by_default(&Causes::of(format!("import:{path}")));
    let is_set = |name: &Value, truth| {
        let by = name.as_text().map(|name| super::configured::variable(&name)).unwrap_or_default();
        Value::Bool(truth).by_default(&by)
    };
    Some(match (left, comparison, right) {
        (Value::Foreign(path), CompareOp::Is, Value::None) => is_none(path, false),
        (Value::Foreign(path), CompareOp::IsNot, Value::None) => is_none(path, true),
        (name, CompareOp::In, Value::Foreign(path)) if &**path == "os.environ" => is_set(name, false),
        (name, CompareOp::NotIn, Value::Foreign(path)) if &**path == "os.environ" => is_set(name, true),
        _ => return None,
    })
}

/// `"-" * 40`, as long as that is a text which people would write.
fn repeated(text: &str, times: i64) -> Value {
    let times = usize::try_from(times).unwrap_or(0);
    match text.len().checked_mul(times) {
        Some(length) if length <= LONGEST_REPEATED => Value::text(&text.repeat(times)),
        _ => Value::Unknown,
    }
}

/// Whether the value may stand in an annotation.
fn is_type(value: &Value) -> bool {
    matches!(
        value,
        Value::None
            | Value::Foreign(_)
            | Value::Class(_)
            | Value::Generic(_)
            | Value::Union(_)
            | Value::Text(_)
            | Value::Unknown
    )
}
