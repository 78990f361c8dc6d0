//! Code that need not run: the arms of an `if`, the rounds of a loop, what follows an early `return`.
//!
//! Each arm is followed from the same state. What it binds is noted in the [`Journal`](super::journal::Journal) and undone,
//! and at the end the states are joined: a name that one arm alone binds, or that two bind differently, is one of these
//! values afterwards, or the one that it has by default.
//!
//! An arm that leaves the function, or the round of a loop, ends its region: its state is set [`Aside`] while the rest of
//! the region is followed as one that runs if no such arm was taken, and is joined at the region's end.

use std::cell::RefCell;

use super::condition::{Causes, Literal, PathCondition, UndecidedTest};
use super::journal::{State, Variable};
use super::value::{Presumed, Value};
use super::{Host, Run};

/// How a body of code ends; first what leaves least of the code around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    /// It goes on to what follows.
    Next,
    /// It leaves the round of a loop, or with `true` the loop.
    Leave(bool),
    /// It returned.
    Return,
    /// It raised, or ended the program.
    Stop,
}

/// So many tests are told apart at once: thousands of arms, or of early returns, are a table.
const LONGEST: usize = 32;

/// What is done in an arm.
type Work<'w, 'a, H> = Box<dyn FnOnce(&mut Run<'a, H>) -> Flow + 'w>;

/// One of several ways that code may go.
pub(super) struct Arm<'w, 'a, H> {
    /// When it does, besides what holds already.
    pub(super) when: PathCondition,
    /// What is done then.
    pub(super) work: Work<'w, 'a, H>,
}

impl<'w, 'a, H> Arm<'w, 'a, H> {
    pub(super) fn new(when: PathCondition, work: impl FnOnce(&mut Run<'a, H>) -> Flow + 'w) -> Self {
        Self { when, work: Box::new(work) }
    }

    /// The way on which nothing is done.
    pub(super) fn idle(when: PathCondition) -> Self {
        Self::new(when, |_| Flow::Next)
    }
}

/// An arm that was followed.
#[derive(Debug)]
struct Ended {
    when: PathCondition,
    flow: Flow,
    state: State,
}

/// What waits for the end of a region that some arms have left.
#[derive(Debug)]
pub(super) struct Aside {
    /// The states of these arms.
    left: Vec<(PathCondition, State)>,
    /// When the rest of the region runs.
    rest: PathCondition,
}

impl<'a, H: Host> Run<'a, H> {
    /// A test that the text does not decide, with its outcome by default.
    pub(super) fn new_test(&mut self, default: Option<bool>, by: Causes) -> Literal {
        self.tests += 1;
        Literal::new(&UndecidedTest::new(self.tests, default, by), true)
    }

    /// A test of which nothing is known.
    pub fn new_unknown(&mut self) -> PathCondition {
        self.new_test(None, Causes::default()).into()
    }

    /// The test of a value whose truth the text does not tell.
    pub fn test_of(&mut self, value: &Value) -> Literal {
        match value.leaning() {
            Some((truth, by)) => self.new_test(Some(truth), by),
            None => self.new_test(None, Causes::default()),
        }
    }

    /// What holds where `condition` does not.
    pub fn negation(&mut self, condition: &PathCondition) -> PathCondition {
        match condition.literals() {
            [literal] => literal.negated().into(),
            _ => self.new_test(condition.by_default(), condition.causes()).negated().into(),
        }
    }

    /// The condition, or one test in its place where it asks for more than anybody needs to tell apart.
    pub(super) fn shortened(&mut self, condition: PathCondition) -> PathCondition {
        if condition.literals().len() <= LONGEST {
            return condition;
        }
        self.new_test(condition.by_default(), condition.causes()).into()
    }

    /// What holds where one of the two does, of which the text does not tell more.
    pub fn either(&mut self, one: &PathCondition, other: &PathCondition) -> PathCondition {
        let default = match (one.by_default(), other.by_default()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
        self.new_test(default, one.causes().and(&other.causes())).into()
    }

    /// Follows the arms, of which one is taken.
    pub(super) fn alternatives(&mut self, arms: Vec<Arm<'_, 'a, H>>) -> Flow {
        let here = self.condition();
        let mut ended: Vec<Ended> = Vec::new();
        for arm in arms {
            if !arm.when.contradicts(&here) {
                ended.push(self.arm(arm));
            }
        }
        // what stops the program does not lead to what follows
        ended.retain(|arm| !matches!(arm.flow, Flow::Stop));
        let Some(flow) = ended.iter().map(|arm| arm.flow).min() else { return Flow::Stop };
        let (going, left): (Vec<_>, Vec<_>) = ended.into_iter().partition(|arm| arm.flow == flow);
        let rest = if left.is_empty() { PathCondition::default() } else { self.rest(&going, &left) };
        self.join(going.into_iter().map(|arm| (arm.when, arm.state)).collect());
        if !left.is_empty() {
            self.go_on(rest, left);
        }
        flow
    }

    /// Goes on with the region that some arms have left, as code that runs where `rest` holds.
    fn go_on(&mut self, rest: PathCondition, left: Vec<Ended>) {
        let breaks = left.iter().any(|arm| arm.flow == Flow::Leave(true));
        let frame = self.frame();
        frame.breaks += usize::from(breaks);
        let all = frame.left.iter().chain(rest.literals()).cloned().collect();
        let left = left.into_iter().map(|arm| (arm.when, arm.state)).collect();
        frame.aside.push(Aside { left, rest });
        let all = self.shortened(all);
        self.frame().left = all.literals().to_vec();
        self.journal.begin(self.objects);
    }

    fn arm(&mut self, arm: Arm<'_, 'a, H>) -> Ended {
        self.journal.begin(self.objects);
        let before = self.branches.len();
        self.branches.extend(arm.when.literals().iter().cloned());
        let flow = (arm.work)(self);
        self.branches.truncate(before);
        Ended { when: arm.when, flow, state: self.journal.end() }
    }

    /// When one of the arms that go on is taken.
    fn rest(&mut self, going: &[Ended], left: &[Ended]) -> PathCondition {
        let common = going[1..].iter().fold(going[0].when.clone(), |common, arm| common.common(&arm.when));
        if left.iter().all(|arm| arm.when.contradicts(&common)) {
            return common;
        }
        let is_default = |arms: &[Ended]| arms.iter().any(|arm| arm.when.by_default() == Some(true));
        let default = if is_default(going) { Some(true) } else { is_default(left).then_some(false) };
        let by = going.iter().chain(left).fold(Causes::default(), |all, arm| all.and(&arm.when.causes()));
        self.new_test(default, by).into()
    }

    /// Ends the regions that were left since there were so many.
    pub(super) fn rejoin(&mut self, asides: usize) {
        while self.frame().aside.len() > asides {
            let Some(Aside { mut left, rest }) = self.frame().aside.pop() else { return };
            let state = self.journal.end();
            left.push((rest, state));
            self.join(left);
        }
    }

    /// Gives all that the arms gave a value the one that it has after them.
    fn join(&mut self, arms: Vec<(PathCondition, State)>) {
        let touched: Vec<Variable> =
            arms.iter().flat_map(|(_, state)| state).map(|(variable, _)| variable.clone()).collect();
        let mut states: Vec<_> = arms
            .into_iter()
            .map(|(when, state)| {
                let values = state.into_iter().map(|(variable, value)| (variable.identity(), value));
                (when, values.collect::<std::collections::HashMap<_, _>>())
            })
            .collect();
        for variable in touched {
            let (identity, before) = (variable.identity(), variable.value());
            // the first arm that gave it one tells of all
            if !states.iter().any(|(_, values)| values.contains_key(&identity)) {
                continue;
            }
            let after = states.iter_mut().filter_map(|(when, values)| {
                let value = values.remove(&identity).unwrap_or_else(|| before.clone());
                value.map(|value| (value, when.clone()))
            });
            let after: Vec<_> = after.collect();
            let value = (!after.is_empty()).then(|| outcome(after));
            self.give(&variable, value);
        }
    }

    /// Gives something a value, or takes it away.
    pub(super) fn give(&mut self, variable: &Variable, value: Option<Value>) {
        self.journal.note(variable);
        match (variable, value) {
            (Variable::Name(scope, name), Some(value)) => scope.bind(name, value),
            (Variable::Name(scope, name), None) => scope.forget(name),
            (Variable::Field(object, name), Some(value)) => {
                drop(object.fields.borrow_mut().insert(name.clone(), value));
            }
            (Variable::Field(object, name), None) => drop(object.fields.borrow_mut().remove(name)),
        }
    }

    /// When a value is what it is by default, and when each of the others.
    pub(super) fn ways(&mut self, presumed: &Presumed, by: &Causes) -> (PathCondition, Vec<PathCondition>) {
        let when = match presumed.when() {
            unknown if unknown.is_empty() => self.new_test(Some(true), by.clone()).into(),
            known => known.clone(),
        };
        let not = self.negation(&when);
        // which of several it is, nobody knows
        let alone = presumed.others().len() == 1;
        let others =
            presumed.others().iter().map(|_| if alone { not.clone() } else { not.and(&self.new_unknown()) });
        (when, others.collect())
    }

    /// Follows `work` with each value that a presumed one may have.
    pub fn each_way(
        &mut self,
        presumed: &Presumed,
        by: &Causes,
        work: impl Fn(&mut Self, &Value) -> Value,
    ) -> Value {
        if presumed.others().is_empty() {
            return work(self, presumed).by_default(by);
        }
        let (when, otherwise) = self.ways(presumed, by);
        let others = otherwise.into_iter().zip(presumed.others());
        let made = self.values_of(std::iter::once((when, &**presumed)).chain(others), work);
        let is_error = |value: &Value| matches!(value, Value::Unknown) && matches!(**presumed, Value::None);
        // a program that asks `None` for something has another value
        match made.split_first() {
            Some(((first, _), rest)) if is_error(first) => {
                Value::either(rest.iter().map(|(value, _)| value.clone()))
            }
            _ => outcome(made),
        }
    }

    /// What `work` gives in each arm that may be taken, with when it is.
    pub(super) fn values_of<T, R>(
        &mut self,
        arms: impl IntoIterator<Item = (PathCondition, T)>,
        work: impl Fn(&mut Self, T) -> R,
    ) -> Vec<(R, PathCondition)> {
        let (work, made) = (&work, &RefCell::new(Vec::new()));
        let arm = |(when, of): (PathCondition, T)| {
            Arm::new(when.clone(), move |run: &mut Self| {
                let value = work(run, of);
                made.borrow_mut().push((value, when));
                Flow::Next
            })
        };
        self.alternatives(arms.into_iter().map(arm).collect());
        made.take()
    }

    /// Follows `work` with each of `ways`, of which one is taken and nobody knows which; gives what it gave with each.
    pub fn each_alone<T, R>(&mut self, ways: Vec<T>, work: impl Fn(&mut Self, T) -> R) -> Vec<R> {
        let mut others = PathCondition::default();
        let last = ways.len().saturating_sub(1);
        let mut arms = Vec::new();
        for (at, way) in ways.into_iter().enumerate() {
            // the last is taken where no other is
            let test = if at < last { self.new_unknown() } else { PathCondition::default() };
            arms.push((others.and(&test), way));
            if at < last {
                others = others.and(&self.negation(&test));
            }
        }
        self.values_of(arms, work).into_iter().map(|(given, _)| given).collect()
    }

    /// Follows `work` as code that runs where `condition` holds; none where it cannot.
    pub fn under<T>(&mut self, condition: &PathCondition, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if condition.is_empty() {
            return Some(work(self));
        }
        let more = condition.beyond(&self.condition())?;
        if more.is_empty() {
            return Some(work(self));
        }
        let mut done = None;
        let otherwise = self.negation(&more);
        let taken = |run: &mut Self| {
            done = Some(work(run));
            Flow::Next
        };
        self.alternatives(vec![Arm::new(more, taken), Arm::idle(otherwise)]);
        done
    }

    /// Follows `work` as code that need not run.
    pub fn perhaps<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        let condition = self.new_unknown();
        self.under(&condition, work).expect("nothing contradicts a new test")
    }

    /// Follows `work`, which need not run where it is not `sure`.
    pub fn surely<T>(&mut self, sure: bool, work: impl FnOnce(&mut Self) -> T) -> T {
        if sure { work(self) } else { self.perhaps(work) }
    }
}

/// The value among those of several arms: that of the arm which is taken by default, or any.
pub(super) fn outcome(values: Vec<(Value, PathCondition)>) -> Value {
    let default = values.iter().position(|(_, when)| when.by_default() == Some(true));
    let Some(default) = default else { return Value::either(values.into_iter().map(|(value, _)| value)) };
    let taken = values[default].0.clone();
    let mut others = values.iter().enumerate().filter(|(at, _)| *at != default);
    if others.all(|(_, (value, _))| value.is(&taken)) {
        return taken;
    }
    let by = values.iter().fold(Causes::default(), |all, (_, when)| all.and(&when.causes()));
    let when = values[default].1.clone();
    taken.or_else(&when, values.into_iter().map(|(value, _)| value), &by)
}
