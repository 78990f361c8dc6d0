//! Under which conditions a stretch of code does its work.
//!
//! A guard says what has to hold for the code below it, in words that rules can reason with: `if sys.version_info >= (3, 11)`
//! is [`Guard::Since`]`(11)` in its first arm and [`Guard::Before`]`(11)` in the other. What says nothing that a rule knows is
//! [`Guard::Condition`]: the code may run or not.
//!
//! A test is read as two lists, what is true where it holds and what is true where it fails ([`Test`]). That is enough
//! for the connectives:
//!
//! | test | where it holds | where it fails |
//! |---|---|---|
//! | `not a` | what is true where `a` fails | what is true where `a` holds |
//! | `a and b` | what both say where they hold | one of them failed, nobody knows which: a condition |
//! | `a or b` | a condition | what both say where they fail |
//!
//! An early way out guards what follows: behind `if sys.version_info < (3, 11): raise ...` all code is `Since(11)`.
//! What is wrong on the safe side: a guard too many makes a warning of an error, or silence of a warning; a guard too
//! few makes a false error. So what is not understood is a guard.

use std::sync::Arc;

use super::code::by_position;
use super::expression::dotted;
use super::{CompareOp, Statement, StatementKind, Term, TermKind};
use crate::sdk::{Transport, tells_transport};

/// A condition under which a stretch of code does its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Guard {
    /// In the body of a function: when that is called.
    Function,
    /// Under `if __name__ == "__main__"`: when the file is run, not imported.
    Main,
    /// Under `if TYPE_CHECKING`: never when the program runs.
    TypeChecking,
    /// Under a test that never holds: `if False`.
    Never,
    /// Where a failing import is caught: `try` with `except ImportError`, or `suppress(ImportError)`.
    Handled,
    /// Where a failing import is caught only to say so and to end the program: `except ImportError: sys.exit(1)`.
    Reported,
    /// In such an `except`: when another import failed.
    Fallback,
    /// Where a missing attribute, name or keyword is caught: `try` with `except AttributeError` or `TypeError`.
    AttributeHandled,
    /// Where a missing file is caught: `try` with `except OSError`.
    FileHandled,
    /// Where it is caught, and lived with, that the environment lacks a variable: `try` with `except KeyError`.
    VariableHandled,
    /// Under `if sys.version_info >= (3, N)`: on Python 3.N and later.
    Since(u8),
    /// Under `if sys.version_info < (3, N)`: on Pythons older than 3.N.
    Before(u8),
    /// Under a test of the operating system, or of the Python in a form that says nothing certain.
    Platform,
    /// Under a test of whether something is there at all: `hasattr`, `find_spec`.
    Present,
    /// Where the text says that no client speaks over stdio: the transport is another, or a terminal is there.
    OtherTransport,
    /// Under `with redirect_stdout(...)`.
    Redirected,
    /// Under any other `if`, `while`, `for`, `case` or `except`.
    Condition,
}

/// What a stretch of code stands under, outermost first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guards(Arc<[Guard]>);

impl Guards {
    pub(super) fn new(guards: &[Guard]) -> Self {
        Self(guards.into())
    }

    /// All of them, outermost first.
    pub fn all(&self) -> &[Guard] {
        &self.0
    }

    /// Whether `guard` is one of them.
    pub fn contain(&self, guard: Guard) -> bool {
        self.0.contains(&guard)
    }

    /// Those between the code and the function that it stands in.
    pub fn inner(&self) -> &[Guard] {
        let function = self.0.iter().rposition(|guard| *guard == Guard::Function);
        &self.0[function.map_or(0, |at| at + 1)..]
    }

    /// Whether the code runs whenever the function or module that holds it does, unless that fails before.
    pub fn always(&self) -> bool {
        let harmless = |guard: &Guard| {
            matches!(
                guard,
                Guard::AttributeHandled
                    | Guard::FileHandled
                    | Guard::Handled
                    | Guard::Redirected
                    | Guard::Reported
                    | Guard::VariableHandled
            )
        };
        self.inner().iter().all(harmless)
    }

    /// Whether the code may run on Python 3.`minor`.
    pub fn admit(&self, minor: u8) -> bool {
        self.0.iter().all(|guard| match guard {
            Guard::Since(first) => minor >= *first,
            Guard::Before(end) => minor < *end,
            Guard::TypeChecking | Guard::Never => false,
            _ => true,
        })
    }
}

impl Default for Guards {
    fn default() -> Self {
        Self::new(&[])
    }
}

/// What is true where a test holds, and where it does not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Test {
    pub(super) holds: Vec<Guard>,
    pub(super) fails: Vec<Guard>,
}

impl Test {
    pub(super) fn both(guard: Guard) -> Self {
        Self { holds: vec![guard], fails: vec![guard] }
    }

    fn either(holds: Guard, fails: Guard) -> Self {
        Self { holds: vec![holds], fails: vec![fails] }
    }

    fn always() -> Self {
        Self { holds: Vec::new(), fails: vec![Guard::Never] }
    }

    fn not(self) -> Self {
        Self { holds: self.fails, fails: self.holds }
    }

    fn and(mut self, other: Self) -> Self {
        // what never holds does not in company either
        if self.holds.contains(&Guard::Never) || other.holds.contains(&Guard::Never) {
            return Self::always().not();
        }
        // nor does what always holds decide
        match (&*self.fails, &*other.fails) {
            ([Guard::Never], _) => return other,
            (_, [Guard::Never]) => return self,
            _ => {}
        }
        self.holds.extend(other.holds);
        // which of the two fails is not known
        let certain = if self.fails == other.fails { self.fails } else { vec![Guard::Condition] };
        Self { holds: self.holds, fails: certain }
    }
}

type Qualified<'q> = dyn Fn(&str) -> Option<String> + 'q;
type Named<'n> = dyn Fn(&str) -> Option<Test> + 'n;

/// Reads the test of an `if`; `qualified` resolves a dotted name through the imports of the file, and `named` knows the
/// tests that names were given: `PY311 = sys.version_info >= (3, 11)`.
pub(super) fn test(test: &Term, qualified: &Qualified<'_>, named: &Named<'_>) -> Test {
    let flat = |test: &Term| {
        let known = test.as_name().and_then(named);
        known.unwrap_or_else(|| flat(test, qualified))
    };
    let negated = |test: &Term| match &test.kind {
        TermKind::Not(operand) => flat(operand).not(),
        _ => flat(test),
    };
    match &test.kind {
        // not deeper: nobody writes `not not x`
        TermKind::Not(operand) if matches!(operand.kind, TermKind::Not(_)) => Test::both(Guard::Condition),
        TermKind::Not(operand) => flat(operand).not(),
        TermKind::All(several) => several.iter().map(negated).reduce(Test::and).unwrap_or_default(),
        // not (a or b) is (not a) and (not b)
        TermKind::Any(several) => {
            let none = several.iter().map(negated).map(Test::not).reduce(Test::and);
            none.unwrap_or_default().not()
        }
        _ => flat(test),
    }
}

fn flat(test: &Term, qualified: &Qualified<'_>) -> Test {
    let path = |term: &Term| dotted(term).and_then(|name| qualified(&name));
    if let Some(holds) = constant(test) {
        return if holds { Test::always() } else { Test::always().not() };
    }
    match &test.kind {
        TermKind::Compare(left, op, right) => comparison(left, *op, right, &path),
        TermKind::Call(callee, _) => {
            let name = dotted(callee).unwrap_or_default();
            match name.rsplit('.').next() {
                Some("hasattr" | "find_spec") => Test::both(Guard::Present),
                Some("isatty") => Test::either(Guard::OtherTransport, Guard::Condition),
                _ => Test::both(Guard::Condition),
            }
        }
        _ => match path(test).as_deref() {
            // `else` of it runs whenever the program does
            Some("typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING") => {
                Test { holds: vec![Guard::TypeChecking], fails: Vec::new() }
            }
            _ if dotted(test).is_some_and(|name| tells_python(&name)) => Test::both(Guard::Platform),
            _ => Test::both(Guard::Condition),
        },
    }
}

/// Whether a literal is true.
fn constant(test: &Term) -> Option<bool> {
    match &test.kind {
        TermKind::Bool(truth) => Some(*truth),
        TermKind::None => Some(false),
        TermKind::Int(number) => Some(*number != 0),
        TermKind::Text(text) => Some(!text.is_empty()),
        TermKind::Tuple(several) | TermKind::List(several) => several.is_empty().then_some(false),
        TermKind::Dict(several) => several.is_empty().then_some(false),
        _ => None,
    }
}

fn comparison(left: &Term, op: CompareOp, right: &Term, path: &dyn Fn(&Term) -> Option<String>) -> Test {
    if let Some(test) = main(left, op, right) {
        return test;
    }
    if let Some(test) = version(left, op, right, path) {
        return test;
    }
    if [left, right].into_iter().any(|side| is_platform(side, path)) {
        return Test::both(Guard::Platform);
    }
    if path(right).as_deref() == Some("sys.modules") || is_find_spec(left) {
        return Test::both(Guard::Present);
    }
    transport(left, op, right).unwrap_or_else(|| Test::both(Guard::Condition))
}

fn main(left: &Term, op: CompareOp, right: &Term) -> Option<Test> {
    let name = |side: &Term| side.as_name() == Some("__name__");
    let main = |side: &Term| side.as_text() == Some("__main__");
    let holds = Test::either(Guard::Main, Guard::Condition);
    match op {
        _ if !(name(left) && main(right) || main(left) && name(right)) => None,
        CompareOp::Equal => Some(holds),
        CompareOp::Unequal => Some(holds.not()),
        _ => None,
    }
}

/// `sys.version_info >= (3, 11)` and its kin; the micro version says nothing here.
fn version(left: &Term, op: CompareOp, right: &Term, path: &dyn Fn(&Term) -> Option<String>) -> Option<Test> {
    let info = |side: &Term| path(side).as_deref() == Some("sys.version_info");
    // how much of the version is compared: (3, 11, 4) > (3, 11), but (3, 11) == (3, 11)
    let (cut, part) = match &left.kind {
        _ if info(left) => (false, None),
        TermKind::Subscript(whole, part) if info(whole) => match &part.kind {
            TermKind::Slice(_) => (true, None),
            _ => (true, Some(integer(part)?)),
        },
        TermKind::Attribute(whole, part) if info(whole) => match &*part.value {
            "major" => (true, Some(0)),
            "minor" => (true, Some(1)),
            _ => return None,
        },
        _ => return None,
    };
    let (major, minor) = match (part, &right.kind) {
        (None, TermKind::Tuple(numbers)) => {
            let mut numbers = numbers.iter().map(integer);
            (numbers.next()??, numbers.next().map_or(Some(0), |minor| minor)?)
        }
        (Some(0), _) => (integer(right)?, 0),
        (Some(1), _) => (3, integer(right)?),
        _ => return None,
    };
    // Python 2 is older than any 3.N, Python 4 newer
    let minor = match major {
        3 if part == Some(0) => return Some(third(op)),
        3 => u8::try_from(minor).ok()?,
        0..3 => 0,
        _ => u8::MAX,
    };
    let since = |minor: u8| Test::either(Guard::Since(minor), Guard::Before(minor));
    let next = if cut { minor.saturating_add(1) } else { minor };
    Some(match op {
        CompareOp::GreaterEqual => since(minor),
        CompareOp::Greater => since(next),
        CompareOp::Less => since(minor).not(),
        CompareOp::LessEqual => since(next).not(),
        _ => Test::both(Guard::Platform),
    })
}

/// `sys.version_info[0]` compared with 3.
fn third(op: CompareOp) -> Test {
    let always = Test::either(Guard::Since(0), Guard::Before(0));
    match op {
        CompareOp::GreaterEqual | CompareOp::Equal => always,
        CompareOp::Less | CompareOp::Unequal | CompareOp::Greater => always.not(),
        _ => Test::both(Guard::Condition),
    }
}

fn integer(term: &Term) -> Option<u32> {
    match term.kind {
        TermKind::Int(number) => u8::try_from(number).ok().map(u32::from),
        _ => None,
    }
}

/// Whether a name is one for what Python this is: `PY3`, `compat.IS_PYTHON_3_12`, `at_least_311`.
fn tells_python(name: &str) -> bool {
    let last = name.rsplit('.').next().unwrap_or_default().replace('_', "").to_ascii_uppercase();
    let minor = |(at, _): (usize, &str)| last[at + 2..].starts_with(|c: char| c.is_ascii_digit());
    last.contains("PY3") || last.contains("PYTHON3") || last.match_indices("31").any(minor)
}

/// Whether it tells the operating system, or the Python in a form that is not read here.
fn is_platform(side: &Term, path: &dyn Fn(&Term) -> Option<String>) -> bool {
    let whole = match &side.kind {
        TermKind::Call(whole, _) | TermKind::Subscript(whole, _) => whole,
        TermKind::Attribute(whole, _) if path(whole).as_deref() == Some("sys.version_info") => whole,
        _ => side,
    };
    matches!(
        path(whole).as_deref(),
        Some(
            "sys.platform"
                | "os.name"
                | "platform.system"
                | "sys.version_info"
                | "sys.hexversion"
                | "sys.version"
                | "sys.implementation.name"
                | "platform.python_version"
                | "platform.python_version_tuple"
                | "platform.python_implementation"
        )
    )
}

/// `find_spec("x") is not None`.
fn is_find_spec(side: &Term) -> bool {
    let name = side.as_call().and_then(|(callee, _)| dotted(callee));
    name.is_some_and(|name| name.rsplit('.').next() == Some("find_spec"))
}

/// `transport == "stdio"` and `args.transport in ("sse", "http")`.
fn transport(left: &Term, op: CompareOp, right: &Term) -> Option<Test> {
    let (left, right) = if names_transport(left) { (left, right) } else { (right, left) };
    match op {
        CompareOp::Equal => transport_among(left, std::slice::from_ref(right)),
        CompareOp::Unequal => transport_among(left, std::slice::from_ref(right)).map(Test::not),
        CompareOp::In => transport_among(left, right.elements()?),
        CompareOp::NotIn => transport_among(left, right.elements()?).map(Test::not),
        _ => None,
    }
}

/// What it says that `subject`, which names the transport, is one of these literals.
pub(super) fn transport_among(subject: &Term, values: &[Term]) -> Option<Test> {
    let is_stdio = |word: &str| Transport::read(&word.to_ascii_lowercase()) == Some(Transport::Stdio);
    let stdio: Option<Vec<bool>> = values.iter().map(|value| value.as_text().map(is_stdio)).collect();
    let stdio = stdio.filter(|stdio| names_transport(subject) && !stdio.is_empty())?;
    let others = Test::either(Guard::OtherTransport, Guard::Condition);
    match (stdio.contains(&true), stdio.contains(&false)) {
        (false, _) => Some(others),
        (true, false) => Some(others.not()),
        (true, true) => Some(Test::either(Guard::Condition, Guard::OtherTransport)),
    }
}

/// Whether a name tells the transport: `args.transport`, `transport.lower()`, `os.environ["MCP_TRANSPORT"]`.
fn names_transport(term: &Term) -> bool {
    match &term.kind {
        TermKind::Name(name) => tells_transport(name),
        TermKind::Attribute(object, name) => tells_transport(&name.value) || names_transport(object),
        TermKind::Call(callee, given) => {
            names_transport(callee) || by_position(given).next().is_some_and(names_key)
        }
        TermKind::Subscript(object, key) => names_transport(object) || names_key(key),
        TermKind::Named(name, _) => names_transport(name),
        _ => false,
    }
}

fn names_key(key: &Term) -> bool {
    key.as_text().is_some_and(tells_transport)
}

/// Whether an `except` clause catches an exception that `is` names by its class.
pub(super) fn catches(caught: Option<&Term>, is: fn(&str) -> bool) -> bool {
    let one = |class: &Term| {
        let name = dotted(class);
        name.as_deref().and_then(|name| name.rsplit('.').next()).is_some_and(is)
    };
    match caught {
        None => true,
        Some(Term { kind: TermKind::Tuple(several), .. }) => several.iter().any(one),
        Some(caught) => one(caught),
    }
}

/// Whether it is the class of a failing import's exception.
pub(super) fn is_import_error(class: &str) -> bool {
    matches!(class, "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
}

/// Whether it is the class of a missing name's or keyword's exception, or of what a platform does not do.
pub(super) fn is_name_error(class: &str) -> bool {
    matches!(
        class,
        "AttributeError" | "NameError" | "NotImplementedError" | "TypeError" | "Exception" | "BaseException"
    )
}

/// Whether it is the class of a missing file's exception.
pub(super) fn is_os_error(class: &str) -> bool {
    matches!(
        class,
        "OSError" | "IOError" | "EnvironmentError" | "FileNotFoundError" | "Exception" | "BaseException"
    )
}

/// Whether it is the class of an exception by which code tells that a setting is missing.
pub(super) fn is_lack_error(class: &str) -> bool {
    matches!(
        class,
        "KeyError"
            | "LookupError"
            | "ValueError"
            | "RuntimeError"
            | "ValidationError"
            | "EnvError"
            | "UndefinedValueError"
            | "SystemExit"
            | "Exception"
            | "BaseException"
    )
}

/// Whether the statement ends the program, or raises.
pub(super) fn exits(statement: &Statement) -> bool {
    match &statement.kind {
        StatementKind::Raise(..) => true,
        StatementKind::Evaluate(term) => {
            let name = term.as_call().and_then(|(callee, _)| dotted(callee));
            matches!(name.as_deref(), Some("sys.exit" | "exit" | "quit" | "os._exit"))
        }
        _ => false,
    }
}

/// What a `with` means for its body: `contextlib.suppress(ImportError)`, `redirect_stdout(...)`.
pub(super) fn context(context: &Term) -> Vec<Guard> {
    let Some((callee, given)) = context.as_call() else { return Vec::new() };
    let name = dotted(callee).unwrap_or_default();
    let caught = |is: fn(&str) -> bool| by_position(given).any(|class| catches(Some(class), is));
    match name.rsplit('.').next() {
        Some("suppress") => {
            let first = [
                (is_import_error as fn(&str) -> bool, Guard::Handled),
                (is_name_error, Guard::AttributeHandled),
                (is_os_error, Guard::FileHandled),
            ];
            let first = first.into_iter().find(|(is, _)| caught(*is)).map(|(_, guard)| guard);
            first.into_iter().chain(caught(is_lack_error).then_some(Guard::VariableHandled)).collect()
        }
        Some("redirect_stdout") => vec![Guard::Redirected],
        _ => Vec::new(),
    }
}
