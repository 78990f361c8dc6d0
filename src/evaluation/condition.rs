//! What has to hold for a stretch of code to run.
//!
//! A [`UndecidedTest`] is one that the text does not decide: `if args.write:`. A [`Literal`] is a test with its outcome, as in logic,
//! and a [`PathCondition`] holds all those that must come out so. The arms of one `if` have opposite literals of one test,
//! which is how what stands in both is known to be there at all, and what stands in one to be absent in the other.
//! A test on a flag, a setting or a variable has an outcome by default, and a name for users: its [`Causes`].
//!
//! That a module is imported is a test of its own: what its code does is done wherever one of the imports runs, and not
//! under the first of them alone.

use std::cell::{Ref, RefCell};
use std::collections::{BTreeSet, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// So many literals are compared with each other faster than they are hashed.
const FEW: usize = 16;

/// Of so many imports of a module it is known when they run.
const IMPORTS: usize = 8;

/// What a default may be changed by, as users name it: `--write`, `env:WEATHER_WRITE`, `import:yaml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Causes(Rc<BTreeSet<Arc<str>>>);

impl Causes {
    /// One cause.
    pub fn of(cause: impl Into<Arc<str>>) -> Self {
        Self(Rc::new(BTreeSet::from([cause.into()])))
    }

    /// These and others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        if others.0.is_subset(&self.0) {
            return self.clone();
        }
        Self(Rc::new(self.0.union(&others.0).cloned().collect()))
    }

    /// Those of two values of which either may be known for certain.
    pub(super) fn of_both(one: Option<&Self>, other: Option<&Self>) -> Option<Self> {
        match (one, other) {
            (Some(one), Some(other)) => Some(one.and(other)),
            (one, other) => one.or(other).cloned(),
        }
    }

    /// All of them, sorted.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<str>> {
        self.0.iter()
    }
}

/// A test that the text does not decide.
#[derive(Debug)]
pub struct UndecidedTest {
    number: usize,
    outcome: Outcome,
}

/// What is known of how a test comes out.
#[derive(Debug)]
enum Outcome {
    /// How it does by default, if that is known, and what may change it.
    Value(Option<bool>, Causes),
    /// It holds where one of these does, which have no test of this kind in them.
    Imported(RefCell<Vec<PathCondition>>),
}

impl UndecidedTest {
    /// The test of that number, with its outcome by default where it has one, and what may change that.
    pub(super) fn new(number: usize, default: Option<bool>, by: Causes) -> Rc<Self> {
        Rc::new(Self { number, outcome: Outcome::Value(default, by) })
    }

    /// That a module is imported, which so far it is where `condition` holds.
    pub(super) fn imported(number: usize, condition: &PathCondition) -> Rc<Self> {
        Rc::new(Self { number, outcome: Outcome::Imported(RefCell::new(condition.resolved())) })
    }

    /// Tells that the module is imported where `condition` holds, too.
    pub(super) fn also(&self, condition: &PathCondition) {
        let Outcome::Imported(imports) = &self.outcome else { return };
        for mut more in condition.resolved() {
            let mut imports = imports.borrow_mut();
            imports.retain(|known| match known.or(&more) {
                Some(either) => {
                    more = either;
                    false
                }
                None => true,
            });
            if imports.len() < IMPORTS {
                imports.push(more);
            }
        }
    }

    /// The conditions of which one holds where it does; none where it is no import.
    fn imports(&self) -> Option<Ref<'_, Vec<PathCondition>>> {
        match &self.outcome {
            Outcome::Value(..) => None,
            Outcome::Imported(imports) => Some(imports.borrow()),
        }
    }

    fn default(&self) -> Option<bool> {
        match &self.outcome {
            Outcome::Value(default, _) => *default,
            Outcome::Imported(imports) => {
                let imports = imports.borrow();
                let is = |outcome| move |import: &PathCondition| import.by_default() == Some(outcome);
                if imports.iter().any(is(true)) {
                    return Some(true);
                }
                imports.iter().all(is(false)).then_some(false)
            }
        }
    }

    fn causes(&self) -> Causes {
        match &self.outcome {
            Outcome::Value(_, by) => by.clone(),
            Outcome::Imported(imports) => {
                imports.borrow().iter().fold(Causes::default(), |all, import| all.and(&import.causes()))
            }
        }
    }
}

/// A test with an outcome.
#[derive(Clone, Debug)]
pub struct Literal {
    test: Rc<UndecidedTest>,
    holds: bool,
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        self.test.number == other.test.number && self.holds == other.holds
    }
}

impl Eq for Literal {}

impl Literal {
    pub(super) fn new(test: &Rc<UndecidedTest>, holds: bool) -> Self {
        Self { test: test.clone(), holds }
    }

    /// The test with the other outcome.
    #[must_use]
    pub(super) fn negated(&self) -> Self {
        Self { test: self.test.clone(), holds: !self.holds }
    }

    fn opposes(&self, other: &Self) -> bool {
        self.test.number == other.test.number && self.holds != other.holds
    }

    fn by_default(&self) -> Option<bool> {
        self.test.default().map(|outcome| outcome == self.holds)
    }

    /// Whether it is that a module is imported which is not where `here` holds.
    fn is_never(&self, here: &PathCondition) -> bool {
        let never = |import: &PathCondition| import.contradicts(here);
        self.holds && self.test.imports().is_some_and(|imports| imports.iter().all(never))
    }

    /// Whether it holds wherever `here` does.
    fn follows_from(&self, here: &PathCondition) -> bool {
        let is_stated = |here: &PathCondition| here.literals().contains(self);
        let is_imported = |here: &PathCondition| {
            let known =
                |import: &PathCondition| import.literals().iter().all(|one| here.literals().contains(one));
            self.holds && self.test.imports().is_some_and(|imports| imports.iter().any(known))
        };
        let is_known = |here: &PathCondition| is_stated(here) || is_imported(here);
        // what runs in a module runs where that is imported
        let within =
            |one: &Self| one.holds && one.test.imports().is_some_and(|imports| imports.iter().all(is_known));
        is_known(here) || here.literals().iter().any(within)
    }
}

/// The tests that must come out so for something to be there; none where it surely is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathCondition(Option<Rc<[Literal]>>);

impl FromIterator<Literal> for PathCondition {
    fn from_iter<I: IntoIterator<Item = Literal>>(literals: I) -> Self {
        let mut all: Vec<Literal> = literals.into_iter().collect();
        if all.len() > FEW {
            let mut known = HashSet::new();
            all.retain(|one| known.insert((one.test.number, one.holds)));
        } else {
            let mut at = 0;
            while at < all.len() {
                if all[..at].contains(&all[at]) { drop(all.remove(at)) } else { at += 1 }
            }
        }
        Self((!all.is_empty()).then(|| all.into()))
    }
}

impl From<Literal> for PathCondition {
    fn from(literal: Literal) -> Self {
        Self(Some([literal].into()))
    }
}

impl PathCondition {
    /// Whether nothing has to hold.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub(super) fn literals(&self) -> &[Literal] {
        self.0.as_deref().unwrap_or_default()
    }

    /// This and another.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        match (self.is_empty(), other.is_empty()) {
            (true, _) => other.clone(),
            (_, true) => self.clone(),
            _ => self.literals().iter().chain(other.literals()).cloned().collect(),
        }
    }

    /// Whether it holds wherever `here` does.
    pub(super) fn follows_from(&self, here: &Self) -> bool {
        self.literals().iter().all(|literal| literal.follows_from(here))
    }

    /// Whether both never hold together.
    pub fn contradicts(&self, other: &Self) -> bool {
        let opposes = |one: &Literal| other.literals().iter().any(|other| one.opposes(other));
        self.literals().iter().any(|one| opposes(one) || one.is_never(other))
    }

    /// What has to hold besides `here`; none where it cannot hold there.
    pub fn beyond(&self, here: &Self) -> Option<Self> {
        if self.is_empty() {
            return Some(self.clone());
        }
        let rest = self.literals().iter().filter(|literal| !literal.follows_from(here));
        (!self.contradicts(here)).then(|| rest.cloned().collect())
    }

    /// What has to hold for this or the other to do; none where that is no plain condition.
    pub fn or(&self, other: &Self) -> Option<Self> {
        if self.follows_from(other) {
            return Some(self.clone());
        }
        if other.follows_from(self) {
            return Some(other.clone());
        }
        let differs = |one: &&Literal| !other.literals().contains(one);
        let mut apart = self.literals().iter().filter(differs);
        let (Some(one), None) = (apart.next(), apart.next()) else { return None };
        let same = self.literals().len() == other.literals().len();
        let is_opposed = same && other.literals().iter().any(|literal| literal.opposes(one));
        is_opposed.then(|| self.literals().iter().filter(|literal| *literal != one).cloned().collect())
    }

    /// The conditions of which one holds where this does, without the imports of modules.
    fn resolved(&self) -> Vec<Self> {
        let mut all = vec![Self::default()];
        for literal in self.literals() {
            let ways = match literal.test.imports().filter(|_| literal.holds) {
                Some(imports) => imports.clone(),
                None => vec![literal.clone().into()],
            };
            all = all.iter().flat_map(|one| ways.iter().map(|way| one.and(way))).take(IMPORTS).collect();
        }
        all
    }

    /// What both have in common.
    pub fn common(&self, other: &Self) -> Self {
        self.literals().iter().filter(|literal| other.literals().contains(literal)).cloned().collect()
    }

    /// Whether it holds by default; none where the text does not tell.
    pub fn by_default(&self) -> Option<bool> {
        let outcomes = || self.literals().iter().map(Literal::by_default);
        if outcomes().any(|outcome| outcome == Some(false)) {
            return Some(false);
        }
        outcomes().all(|outcome| outcome == Some(true)).then_some(true)
    }

    /// What may change whether it holds.
    pub fn causes(&self) -> Causes {
        self.literals().iter().fold(Causes::default(), |all, literal| all.and(&literal.test.causes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Causes, Literal, PathCondition, UndecidedTest};

    fn literal(number: usize, default: Option<bool>, holds: bool) -> Literal {
        Literal::new(&UndecidedTest::new(number, default, Causes::of(format!("--{number}"))), holds)
    }

    fn condition(literals: &[(usize, Option<bool>, bool)]) -> PathCondition {
        literals.iter().map(|(number, default, holds)| literal(*number, *default, *holds)).collect()
    }

    #[test]
    fn opposite_arms_make_a_whole() {
        let (one, other) = (condition(&[(1, None, true)]), condition(&[(1, None, false)]));
        assert!(one.contradicts(&other));
        assert_eq!(one.or(&other), Some(PathCondition::default()));
        let within = condition(&[(1, None, false), (2, None, true)]);
        assert_eq!(one.or(&within), None);
        assert_eq!(other.or(&within), Some(other));
    }

    #[test]
    fn one_that_fails_decides_the_default() {
        for (literals, expected) in [
            (&[][..], Some(true)),
            (&[(1, Some(true), true)], Some(true)),
            (&[(1, Some(true), false)], Some(false)),
            (&[(1, Some(true), true), (2, None, true)], None),
            (&[(1, None, true), (2, Some(false), true)], Some(false)),
        ] {
            assert_eq!(condition(literals).by_default(), expected, "{literals:?}");
        }
    }

    #[test]
    fn a_module_is_imported_where_one_import_runs() {
        let (one, other) = (condition(&[(1, Some(false), true)]), condition(&[(1, Some(false), false)]));
        let test = UndecidedTest::imported(2, &one);
        let imported: PathCondition = Literal::new(&test, true).into();
        assert!(imported.follows_from(&one) && !imported.follows_from(&other));
        assert_eq!(imported.by_default(), Some(false));
        test.also(&other);
        assert_eq!(imported.by_default(), Some(true));
        assert_eq!(imported.beyond(&PathCondition::default()), Some(PathCondition::default()));
    }

    #[test]
    fn what_holds_already_is_not_asked_again() {
        let here = condition(&[(1, None, true)]);
        let there = condition(&[(1, None, true), (2, None, true)]);
        assert_eq!(there.beyond(&here), Some(condition(&[(2, None, true)])));
        assert_eq!(condition(&[(1, None, false)]).beyond(&here), None);
    }
}
