//! Follows statements.

use std::rc::Rc;
use std::sync::Arc;

use super::branch::{Arm, Flow};
use super::condition::{Literal, PathCondition};
use super::journal::Variable;
use super::value::{Arguments, ClassField, ClassValue, Value};
use super::{Frame, Host, Namespace, Run};
use crate::syntax::{
    Alias, Attempt, Case, ClassDefinition, CompareOp, FunctionDefinition, ModulePath, Operator, Statement,
    StatementKind, Term, TermKind, TypeParameter,
};

/// A loop over a longer list is a table, not a list of tools.
const LONGEST: usize = 2000;

impl<H: Host> Run<'_, H> {
    pub(super) fn body(&mut self, body: &[Statement]) -> Flow {
        for statement in body {
            if !self.step() {
                return Flow::Next;
            }
            match self.statement(statement) {
                Flow::Next => {}
                flow => return flow,
            }
        }
        Flow::Next
    }

    fn statement(&mut self, statement: &Statement) -> Flow {
        match &statement.kind {
            StatementKind::Function(definition) => self.define(definition),
            StatementKind::Class(definition) => self.define_class(definition),
            StatementKind::Assign(targets, value) => {
                let value = self.term(value);
                for target in targets {
                    self.assign(target, value.clone());
                }
            }
            StatementKind::Annotated(target, _, Some(value)) | StatementKind::TypeAlias(target, value) => {
                let value = self.term(value);
                self.assign(target, value);
            }
            StatementKind::Augmented(target, operator, value) => self.augment(target, *operator, value),
            StatementKind::Evaluate(term) => {
                let value = self.term(term);
                if ends_the_program(&value) {
                    return Flow::Stop;
                }
            }
            StatementKind::Return(value) => {
                let value = value.as_ref().map_or(Value::None, |value| self.term(value));
                let when = self.since_entry();
                self.frame().returned.push((value, when));
                return Flow::Return;
            }
            StatementKind::Raise(..) => return Flow::Stop,
            StatementKind::If(branches) => return self.choose(branches),
            StatementKind::For(target, iterable, body, otherwise) => {
                let items = self.term(iterable);
                return match self.repeat(target, &items, body) {
                    Flow::Next => self.body(otherwise),
                    flow => flow,
                };
            }
            StatementKind::While(test, body, _) => return self.repeat_while(test, body),
            StatementKind::With(items, body) => {
                for (entered, target) in items {
                    let value = self.entered(entered);
                    if let Some(target) = target {
                        self.assign(target, value);
                    }
                }
                return self.body(body);
            }
            StatementKind::Try(attempt) => return self.attempt(attempt),
            StatementKind::Match(subject, cases) => {
                let subject = self.term(subject);
                return self.match_cases(&subject, cases);
            }
            StatementKind::Import(names) => {
                for alias in names {
                    self.import_as(&alias.name.value, alias.as_name.as_ref().map(|name| &name.value));
                }
            }
            StatementKind::From(module, names) => self.import_from(&module.value, names),
            StatementKind::Star(module) => self.import_star(&module.value),
            StatementKind::Global(names) | StatementKind::Nonlocal(names) => {
                self.scope().declare_outer(names);
            }
            StatementKind::Delete(targets) => {
                for target in targets {
                    self.delete(target);
                }
            }
            StatementKind::Break => return Flow::Leave(true),
            StatementKind::Continue => return Flow::Leave(false),
            StatementKind::Annotated(_, _, None) | StatementKind::Assert(..) | StatementKind::Pass => {}
        }
        Flow::Next
    }

    /// What the name behind `as` is bound to.
    fn entered(&mut self, term: &Term) -> Value {
        match self.term(term) {
            Value::Default(value, _) => (**value).clone(),
            // a generator behind `contextmanager`
            Value::List(list) => {
                list.items.borrow().first().map_or(Value::Unknown, |(value, _)| value.clone())
            }
            value @ Value::Object(_) => value,
            _ => Value::Unknown,
        }
    }

    fn choose(&mut self, branches: &[(Option<Term>, Vec<Statement>)]) -> Flow {
        let mut arms = Arms::default();
        for (test, body) in branches {
            let value = test.as_ref().map(|test| self.term(test));
            match value.as_ref().map_or(Some(true), Value::truth) {
                Some(false) => {}
                Some(true) => return self.one_of(arms.and_else(body)),
                None => {
                    let test = value.map(|value| self.test_of(&value));
                    arms.extend(test, body);
                    self.shorten(&mut arms);
                }
            }
        }
        self.one_of(arms.and_else(&[]))
    }

    /// The cases of a `match`: those whose pattern is a value that is known are tested, the others may be taken.
    fn match_cases(&mut self, subject: &Value, cases: &[Case]) -> Flow {
        let mut arms = Arms::default();
        for case in cases {
            let value = match (&*case.values, case.is_value, &case.guard) {
                ([value], true, None) => {
                    let value = self.term(value);
                    self.compared(subject, CompareOp::Equal, &value)
                }
                (_, _, None) if case.is_irrefutable => Value::Bool(true),
                _ => Value::Unknown,
            };
            match value.truth() {
                Some(false) => {}
                Some(true) => return self.one_of(arms.and_else(&case.body)),
                None => {
                    let test = self.test_of(&value);
                    arms.extend(Some(test), &case.body);
                    self.shorten(&mut arms);
                }
            }
        }
        self.one_of(arms.and_else(&[]))
    }

    /// Leaves no more tests of the arms so far than are told apart.
    fn shorten(&mut self, arms: &mut Arms<'_>) {
        let otherwise = self.shortened(arms.otherwise.iter().cloned().collect());
        if otherwise.literals().len() < arms.otherwise.len() {
            arms.otherwise = otherwise.literals().to_vec();
        }
    }

    /// Follows bodies of which one is taken.
    fn one_of(&mut self, arms: Arms<'_>) -> Flow {
        let Arms { going, stopping, .. } = arms;
        // what they do before they stop the program need not be undone by anybody else
        for (when, body) in stopping {
            let otherwise = self.negation(&when);
            self.alternatives(vec![Arm::new(when, |run: &mut Self| run.body(body)), Arm::idle(otherwise)]);
        }
        match &*going {
            [] => Flow::Stop,
            [(_, body)] => self.body(body),
            _ => {
                let arm = |(when, body)| Arm::new(when, move |run: &mut Self| run.body(body));
                self.alternatives(going.into_iter().map(arm).collect())
            }
        }
    }

    /// The rounds of a `for`.
    fn repeat(&mut self, target: &Term, items: &Value, body: &[Statement]) -> Flow {
        let Some(list) = self.items(items) else {
            self.assign(target, Value::Unknown);
            return self.maybe(body);
        };
        self.looped(|run| {
            for (value, condition) in list.into_iter().take(LONGEST) {
                let round = |run: &mut Self| {
                    run.round(items, |run| {
                        run.assign(target, value);
                        run.body(body)
                    })
                };
                match run.once(&condition, round) {
                    Flow::Next | Flow::Leave(false) => {}
                    Flow::Leave(true) => break,
                    flow => return flow,
                }
            }
            Flow::Next
        })
    }

    /// Follows one round of a loop, which runs where `condition` holds.
    fn once(&mut self, condition: &PathCondition, round: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let (left, breaks, returned) = self.marks();
        let aside = self.frame().aside.len();
        let flow = if condition.is_empty() {
            round(self)
        } else {
            let otherwise = self.negation(condition);
            self.alternatives(vec![Arm::new(condition.clone(), round), Arm::idle(otherwise)])
        };
        self.rejoin(aside);
        let frame = self.frame();
        if (frame.breaks, frame.returned.len()) == (breaks, returned) {
            frame.left.truncate(left);
        }
        flow
    }

    /// Follows the rounds of a loop.
    fn looped(&mut self, rounds: impl FnOnce(&mut Self) -> Flow) -> Flow {
        let (left, _, returned) = self.marks();
        let flow = rounds(self);
        // a loop that was left is over; a function that was left is not gone on with
        if self.frame().returned.len() == returned {
            self.frame().left.truncate(left);
        }
        flow
    }

    /// How much of the frame has been left, by `break`, and by `return`.
    fn marks(&mut self) -> (usize, usize, usize) {
        let frame = self.frame();
        (frame.left.len(), frame.breaks, frame.returned.len())
    }

    /// Follows a body once that may be passed over, or repeated.
    fn maybe(&mut self, body: &[Statement]) -> Flow {
        let condition = self.new_unknown();
        self.looped(|run| match run.once(&condition, |run| run.body(body)) {
            Flow::Leave(_) => Flow::Next,
            flow => flow,
        })
    }

    fn repeat_while(&mut self, test: &Term, body: &[Statement]) -> Flow {
        match self.term(test).truth() {
            Some(false) => Flow::Next,
            // `while True:` is the server's own loop
            Some(true) => {
                self.looped(|run| match run.once(&PathCondition::default(), |run| run.body(body)) {
                    Flow::Leave(_) => Flow::Next,
                    flow => flow,
                })
            }
            None => self.maybe(body),
        }
    }

    /// `try`: that the body succeeds is what a working program does.
    fn attempt(&mut self, attempt: &Attempt) -> Flow {
        let flow = match (self.body(&attempt.body), attempt.handlers.first()) {
            (Flow::Next, _) => self.body(&attempt.otherwise),
            (Flow::Stop, Some(first)) => self.body(&first.body),
            (flow, _) => flow,
        };
        match self.body(&attempt.finally) {
            Flow::Next => flow,
            ended => ended,
        }
    }

    fn define(&mut self, definition: &Arc<FunctionDefinition>) {
        let function = self.function(definition);
        let value = self.decorated(&definition.decorators, Value::Function(function));
        self.bind(&definition.name, value);
    }

    fn define_class(&mut self, definition: &Arc<ClassDefinition>) {
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        let types = self.type_scope(&definition.type_parameters);
        let scope = Namespace::class(&types, self.birth());
        let module = self.place(definition.span).module;
        self.enter(Frame::new(module.clone(), types), |run| {
            for given in &definition.bases {
                let value = run.term(&given.value);
                match &given.keyword {
                    Some(keyword) => keywords.push((keyword.clone(), value)),
                    None => bases.push(value),
                }
            }
        });
        let frame = Frame::new(module.clone(), scope.clone());
        self.enter(frame, |run| run.body(&definition.body));
        let fields = definition.body.iter().enumerate().filter_map(|(statement, one)| match &one.kind {
            StatementKind::Annotated(Term { kind: TermKind::Name(name), .. }, _, value) => Some(ClassField {
                definition: definition.clone(),
                statement,
                name: name.clone(),
                default: value.as_ref().and_then(|_| scope.own(name)),
            }),
            _ => None,
        });
        let fields = fields.collect();
        let class = Rc::new(ClassValue {
            definition: definition.clone(),
            module,
            scope: scope.clone(),
            behind: super::lineage::resolution_order(&bases),
            bases,
            keywords,
            decorators: std::cell::RefCell::default(),
            fields,
            members: std::cell::RefCell::default(),
        });
        scope.makes(&class);
        self.enumerate(&class, definition);
        self.made(&class);
        let value = self.decorated(&definition.decorators, Value::Class(class));
        self.bind(&definition.name, value);
    }

    /// The scope that type parameters stand in, around what they are parameters of.
    pub(super) fn type_scope(&mut self, parameters: &[TypeParameter]) -> Rc<Namespace> {
        let around = self.scope();
        if parameters.is_empty() {
            return around;
        }
        let scope = Namespace::function(&around, self.birth());
        for one in parameters {
            let mut arguments = Arguments::positional([Value::Text(one.name.clone())]);
            if let Some(bound) = &one.bound {
                arguments.named.push(("bound".into(), self.term(bound)));
            }
            let place = self.place(crate::text::Span::default());
            let variable = self.object(Value::foreign("typing.TypeVar"), arguments, place);
            scope.bind(&one.name, Value::Object(variable));
        }
        scope
    }

    /// Makes members of the plain values of an enum.
    fn enumerate(&mut self, class: &Rc<ClassValue>, definition: &ClassDefinition) {
        if !Value::Class(class.clone()).is_enum() {
            return;
        }
        let assigned = definition.body.iter().filter_map(|one| match &one.kind {
            StatementKind::Assign(targets, _) => match targets.as_slice() {
                [Term { kind: TermKind::Name(name), span }] => Some((name, *span)),
                _ => None,
            },
            _ => None,
        });
        for (name, span) in assigned.filter(|(name, _)| !name.starts_with('_')) {
            let Some(mut value) = class.scope.own(name) else { continue };
            if value.path().is_some_and(|path| path == "enum.auto()") {
                value = if Value::Class(class.clone()).has_base("enum.StrEnum") {
                    Value::text(&name.to_lowercase())
                } else {
                    Value::Int(i64::try_from(class.members.borrow().len()).unwrap_or(0) + 1)
                };
            }
            let place = self.place(span);
            let member = self.object(Value::Class(class.clone()), Arguments::default(), place);
            member.fields.borrow_mut().insert("value".into(), value);
            member.fields.borrow_mut().insert("name".into(), Value::Text(name.clone()));
            class.members.borrow_mut().push(member.clone());
            class.scope.bind(name, Value::Object(member));
        }
    }

    /// What decorators make of a function or class.
    fn decorated(&mut self, decorators: &[Term], bare: Value) -> Value {
        let made: Vec<(Value, &Term)> = decorators.iter().map(|term| (self.term(term), term)).collect();
        made.into_iter().rev().fold(bare, |value, (decorator, term)| self.decorate(&decorator, value, term))
    }

    /// Gives a target a value.
    pub(super) fn assign(&mut self, target: &Term, value: Value) {
        match &target.kind {
            TermKind::Name(name) => self.bind(name, value),
            TermKind::Attribute(object, name) => {
                let object = self.term(object);
                if let held @ Value::Member(_) = object.without_default().0 {
                    self.tell(held, "__setattr__", [Value::Text(name.value.clone()), value.clone()], target);
                }
                self.set_attribute(&object, &name.value, value);
            }
            TermKind::Subscript(object, key) => {
                let (object, key) = (self.term(object), self.term(key));
                let condition = self.condition();
                match object.without_default().0 {
                    Value::Dict(dict) => {
                        let scope = dict.scope.borrow().clone();
                        if let (Some(scope), Some(name)) = (scope, key.as_text()) {
                            self.bind_in(&scope, &name, value.clone());
                        }
                        dict.insert(key, value, &condition);
                    }
                    Value::List(list) => self.set_item(list, &key, value),
                    // of something outside
                    held @ Value::Member(_) => self.tell(held, "__setitem__", [key, value], target),
                    _ => {}
                }
            }
            TermKind::Tuple(targets) | TermKind::List(targets) => self.unpack(targets, &value),
            TermKind::Starred(target) => self.assign(target, Value::Unknown),
            _ => {}
        }
    }

    /// Calls what a statement stands for on something outside.
    fn tell<const N: usize>(&mut self, held: &Value, method: &str, given: [Value; N], target: &Term) {
        let callee = held.clone().member(&method.into());
        let place = self.place(target.span);
        self.call(&callee, Arguments::positional(given), &place);
    }

    /// Takes away what a target names.
    fn delete(&mut self, target: &Term) {
        match &target.kind {
            TermKind::Name(name) => {
                let variable = Variable::Name(self.scope(), name.clone());
                self.give(&variable, None);
            }
            TermKind::Subscript(object, key) => {
                let (object, key) = (self.term(object), self.term(key));
                match object.without_default().0 {
                    Value::Dict(dict) => self.take_from(dict, Some(&key)),
                    Value::List(list) => drop(self.of_list(list, "pop", &Arguments::positional([key]))),
                    held @ Value::Member(_) => self.tell(held, "__delitem__", [key], target),
                    _ => {}
                }
            }
            TermKind::Tuple(targets) | TermKind::List(targets) => {
                for target in targets {
                    self.delete(target);
                }
            }
            _ => {}
        }
    }

    fn unpack(&mut self, targets: &[Term], value: &Value) {
        let starred = targets.iter().position(|target| matches!(target.kind, TermKind::Starred(_)));
        let items = if value.is_shuffled() { None } else { self.items(value) };
        let items = items.unwrap_or_default();
        let more = items.len().checked_sub(targets.len());
        for (at, target) in targets.iter().enumerate() {
            let from = match (more, starred) {
                (Some(more), Some(starred)) if at > starred => Some(at + more),
                (Some(0), None) | (Some(_), Some(_)) => Some(at),
                _ => None,
            };
            let value = from.map_or(Value::Unknown, |from| items[from].0.clone());
            self.assign(target, value);
        }
    }

    fn augment(&mut self, target: &Term, operator: Operator, value: &Term) {
        let (before, value) = (self.term(target), self.term(value));
        match (&before, operator) {
            (Value::List(list), Operator::Add) => {
                self.of_list(list, "extend", &Arguments::positional([value]));
                return;
            }
            (Value::Dict(dict), Operator::Or) => {
                let condition = self.condition();
                return self.update_dict(dict, &value, &condition);
            }
            // a frozen set is made anew
            (Value::Set(set), Operator::Or) if !set.is_lazy.get() => return self.extend_set(set, &value),
            (Value::Set(set), Operator::Subtract) if !set.is_lazy.get() => return self.subtract(set, &value),
            (Value::Set(set), Operator::And) if !set.is_lazy.get() => return self.intersect(set, &value),
            _ => {}
        }
        // what grows by items whose order nobody knows
        let is_shuffled = self.is_shuffled() && !matches!(before, Value::Int(_));
        let value = if is_shuffled { Value::Unknown } else { self.binary(&before, operator, &value) };
        self.assign(target, value);
    }

    fn import_as(&mut self, module: &Arc<str>, bound: Option<&Arc<str>>) {
        let value = self.module(module);
        match bound {
            Some(name) => self.bind(name, value),
            None => {
                let first = module.split('.').next().unwrap_or_default();
                let value = self.module(first);
                self.bind(&first.into(), value);
            }
        }
    }

    /// A module as a value, imported.
    fn module(&mut self, name: &str) -> Value {
        match self.import(name) {
            Some(_) => Value::Module(name.into()),
            None if self.program.path(name).is_some() => Value::Unknown,
            None => Value::foreign(name),
        }
    }

    fn import_from(&mut self, path: &ModulePath, names: &[Alias]) {
        let here = self.place(crate::text::Span::default()).module;
        let module = self.program.absolute(&here, path);
        for alias in names {
            let name = &alias.name.value;
            let value = match &module {
                Some(module) => match self.module(module) {
                    Value::Module(_) => self.global(module, name).unwrap_or(Value::Unknown),
                    Value::Foreign(path) => {
                        let below = format!("{path}.{name}");
                        match self.import(&below) {
                            Some(_) => Value::Module(below.into()),
                            None => Value::foreign(&below),
                        }
                    }
                    other => other,
                },
                None => Value::Unknown,
            };
            self.bind(&alias.bound().value, value);
        }
    }

    fn import_star(&mut self, path: &ModulePath) {
        let here = self.place(crate::text::Span::default()).module;
        let Some(scope) = self.program.absolute(&here, path).and_then(|module| self.import(&module)) else {
            return;
        };
        let listed = scope.own("__all__").and_then(|all| self.items(&all));
        let names: Vec<Arc<str>> = match listed {
            Some(all) => all.iter().filter_map(|(name, _)| name.as_text()).collect(),
            None => scope.names().into_iter().filter(|name| !name.starts_with('_')).collect(),
        };
        for name in names {
            if let Some(value) = scope.own(&name) {
                self.bind(&name, value);
            }
        }
    }
}

/// Whether the last statement of a body raises, or ends the program.
fn stops(body: &[Statement]) -> bool {
    body.last().is_some_and(|last| match &last.kind {
        StatementKind::Raise(..) => true,
        StatementKind::Evaluate(Term { kind: TermKind::Call(callee, _), .. }) => match &callee.kind {
            TermKind::Name(name) => matches!(&**name, "exit" | "quit"),
            TermKind::Attribute(_, name) => matches!(&*name.value, "exit" | "_exit" | "abort"),
            _ => false,
        },
        _ => false,
    })
}

/// The arms of an `if` or a `match` whose tests the text does not decide, with when each is taken.
#[derive(Default)]
struct Arms<'b> {
    going: Vec<(PathCondition, &'b [Statement])>,
    /// Those that stop the program: a server that runs was configured so that it does.
    stopping: Vec<(PathCondition, &'b [Statement])>,
    /// When none of these is.
    otherwise: Vec<Literal>,
}

impl<'b> Arms<'b> {
    /// Adds one that is taken where the test holds, and none before it was.
    fn extend(&mut self, test: Option<Literal>, body: &'b [Statement]) {
        let when = self.otherwise.iter().cloned().chain(test.clone()).collect();
        if stops(body) {
            self.stopping.push((when, body));
            return;
        }
        self.going.push((when, body));
        self.otherwise.extend(test.map(|test| test.negated()));
    }

    /// All of them, with what is done where none is taken.
    fn and_else(mut self, body: &'b [Statement]) -> Self {
        self.extend(None, body);
        // where the last one stops the program, that before it is taken
        if let (true, Some((when, _)), Some((last, before))) =
            (stops(body), self.going.last_mut(), self.otherwise.split_last())
            && when.literals().last() == Some(&last.negated())
        {
            *when = before.iter().cloned().collect();
        }
        self
    }
}

fn ends_the_program(value: &Value) -> bool {
    matches!(value, Value::Object(object) if matches!(
        object.class.path().as_deref(),
        Some("sys.exit" | "builtins.exit" | "builtins.quit" | "os._exit")
    ))
}
