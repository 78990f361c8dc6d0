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

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, Number, Stmt, UnaryOp};

use super::expression::{dotted, plain_text};
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
pub(super) fn test(test: &Expr, qualified: &Qualified<'_>, named: &Named<'_>) -> Test {
    let flat = |test: &Expr| {
        let known = test.as_name_expr().and_then(|name| named(&name.id));
        known.unwrap_or_else(|| flat(test, qualified))
    };
    match test {
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => match &*unary.operand {
            // Not deeper: nobody writes `not not x`.
            Expr::UnaryOp(_) => Test::both(Guard::Condition),
            operand => flat(operand).not(),
        },
        Expr::BoolOp(several) => {
            let tests = several.values.iter().map(|value| match value {
                Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => flat(&unary.operand).not(),
                value => flat(value),
            });
            match several.op {
                BoolOp::And => tests.reduce(Test::and),
                // not (a or b) is (not a) and (not b)
                BoolOp::Or => tests.map(Test::not).reduce(Test::and).map(Test::not),
            }
            .unwrap_or_default()
        }
        other => flat(other),
    }
}

fn flat(test: &Expr, qualified: &Qualified<'_>) -> Test {
    let path = |expression: &Expr| dotted(expression).and_then(|name| qualified(&name));
    if let Some(holds) = constant(test) {
        return if holds { Test::always() } else { Test::always().not() };
    }
    match test {
        Expr::Compare(compare) => comparison(compare, &path),
        Expr::Call(call) => {
            let name = dotted(&call.func).unwrap_or_default();
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
fn constant(test: &Expr) -> Option<bool> {
    match test {
        Expr::BooleanLiteral(literal) => Some(literal.value),
        Expr::NoneLiteral(_) => Some(false),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => Some(*number != 0),
            Number::Float(_) | Number::Complex { .. } => None,
        },
        Expr::StringLiteral(literal) => Some(!literal.value.is_empty()),
        Expr::Tuple(several) => several.elts.is_empty().then_some(false),
        Expr::List(several) => several.elts.is_empty().then_some(false),
        Expr::Dict(several) => several.items.is_empty().then_some(false),
        _ => None,
    }
}

fn comparison(compare: &ast::ExprCompare, path: &dyn Fn(&Expr) -> Option<String>) -> Test {
    let other = Test::both(Guard::Condition);
    let ([op], [right]) = (&*compare.ops, &*compare.comparators) else { return other };
    let left = &*compare.left;
    if let Some(test) = main(left, *op, right) {
        return test;
    }
    if let Some(test) = version(left, *op, right, path) {
        return test;
    }
    if [left, right].into_iter().any(|side| is_platform(side, path)) {
        return Test::both(Guard::Platform);
    }
    if path(right).as_deref() == Some("sys.modules") || is_find_spec(left) {
        return Test::both(Guard::Present);
    }
    transport(left, *op, right).unwrap_or(other)
}

fn main(left: &Expr, op: CmpOp, right: &Expr) -> Option<Test> {
    let name = |side: &Expr| side.as_name_expr().is_some_and(|name| name.id == "__name__");
    let main = |side: &Expr| plain_text(side).is_some_and(|text| &*text.value == "__main__");
    let holds = Test::either(Guard::Main, Guard::Condition);
    match op {
        _ if !(name(left) && main(right) || main(left) && name(right)) => None,
        CmpOp::Eq => Some(holds),
        CmpOp::NotEq => Some(holds.not()),
        _ => None,
    }
}

/// `sys.version_info >= (3, 11)` and its kin; the micro version says nothing here.
fn version(left: &Expr, op: CmpOp, right: &Expr, path: &dyn Fn(&Expr) -> Option<String>) -> Option<Test> {
    let info = |side: &Expr| path(side).as_deref() == Some("sys.version_info");
    // how much of the version is compared: (3, 11, 4) > (3, 11), but (3, 11) == (3, 11)
    let (cut, part) = match left {
        _ if info(left) => (false, None),
        Expr::Subscript(item) if info(&item.value) => match &*item.slice {
            Expr::Slice(_) => (true, None),
            index => (true, Some(integer(index)?)),
        },
        Expr::Attribute(attribute) if info(&attribute.value) => match attribute.attr.id.as_str() {
            "major" => (true, Some(0)),
            "minor" => (true, Some(1)),
            _ => return None,
        },
        _ => return None,
    };
    let (major, minor) = match (part, right) {
        (None, Expr::Tuple(numbers)) => {
            let mut numbers = numbers.elts.iter().map(integer);
            (numbers.next()??, numbers.next().map_or(Some(0), |minor| minor)?)
        }
        (Some(0), number) => (integer(number)?, 0),
        (Some(1), number) => (3, integer(number)?),
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
        CmpOp::GtE => since(minor),
        CmpOp::Gt => since(next),
        CmpOp::Lt => since(minor).not(),
        CmpOp::LtE => since(next).not(),
        _ => Test::both(Guard::Platform),
    })
}

/// `sys.version_info[0]` compared with 3.
fn third(op: CmpOp) -> Test {
    let always = Test::either(Guard::Since(0), Guard::Before(0));
    match op {
        CmpOp::GtE | CmpOp::Eq => always,
        CmpOp::Lt | CmpOp::NotEq | CmpOp::Gt => always.not(),
        _ => Test::both(Guard::Condition),
    }
}

fn integer(expression: &Expr) -> Option<u32> {
    match &expression.as_number_literal_expr()?.value {
        Number::Int(number) => number.as_u8().map(u32::from),
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
fn is_platform(side: &Expr, path: &dyn Fn(&Expr) -> Option<String>) -> bool {
    let whole = match side {
        Expr::Call(call) => &call.func,
        Expr::Subscript(item) => &item.value,
        Expr::Attribute(attribute) if path(&attribute.value).as_deref() == Some("sys.version_info") => {
            &attribute.value
        }
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
fn is_find_spec(side: &Expr) -> bool {
    let name = side.as_call_expr().and_then(|call| dotted(&call.func));
    name.is_some_and(|name| name.rsplit('.').next() == Some("find_spec"))
}

/// `transport == "stdio"` and `args.transport in ("sse", "http")`.
fn transport(left: &Expr, op: CmpOp, right: &Expr) -> Option<Test> {
    let (left, right) = if names_transport(left) { (left, right) } else { (right, left) };
    match op {
        CmpOp::Eq => transport_among(left, &[right]),
        CmpOp::NotEq => transport_among(left, &[right]).map(Test::not),
        CmpOp::In | CmpOp::NotIn => {
            let elements = match right {
                Expr::Tuple(several) => &several.elts,
                Expr::List(several) => &several.elts,
                Expr::Set(several) => &several.elts,
                _ => return None,
            };
            let says = transport_among(left, &elements.iter().collect::<Vec<_>>())?;
            Some(if op == CmpOp::In { says } else { says.not() })
        }
        _ => None,
    }
}

/// What it says that `subject`, which names the transport, is one of these literals.
pub(super) fn transport_among(subject: &Expr, values: &[&Expr]) -> Option<Test> {
    let is_stdio = |word: &str| Transport::read(&word.to_ascii_lowercase()) == Some(Transport::Stdio);
    let stdio = values.iter().map(|value| plain_text(value).map(|text| is_stdio(&text.value)));
    let stdio: Vec<bool> = stdio.collect::<Option<_>>()?;
    if !names_transport(subject) || stdio.is_empty() {
        return None;
    }
    let others = Test::either(Guard::OtherTransport, Guard::Condition);
    match (stdio.contains(&true), stdio.contains(&false)) {
        (false, _) => Some(others),
        (true, false) => Some(others.not()),
        (true, true) => Some(Test::either(Guard::Condition, Guard::OtherTransport)),
    }
}

/// Whether a name tells the transport: `args.transport`, `transport.lower()`, `os.environ["MCP_TRANSPORT"]`.
fn names_transport(expression: &Expr) -> bool {
    match expression {
        Expr::Name(name) => tells_transport(&name.id),
        Expr::Attribute(attribute) => {
            tells_transport(&attribute.attr.id) || names_transport(&attribute.value)
        }
        Expr::Call(call) => names_transport(&call.func) || call.arguments.args.first().is_some_and(names_key),
        Expr::Subscript(item) => names_transport(&item.value) || names_key(&item.slice),
        Expr::Named(named) => names_transport(&named.target),
        _ => false,
    }
}

fn names_key(key: &Expr) -> bool {
    plain_text(key).is_some_and(|text| tells_transport(&text.value))
}

/// Whether an `except` clause catches an exception that `is` names by its class.
pub(super) fn catches(caught: Option<&Expr>, is: fn(&str) -> bool) -> bool {
    let one = |class: &Expr| {
        let name = dotted(class);
        name.as_deref().and_then(|name| name.rsplit('.').next()).is_some_and(is)
    };
    match caught {
        None => true,
        Some(Expr::Tuple(several)) => several.elts.iter().any(one),
        Some(caught) => one(caught),
    }
}

/// Whether it is the class of a failing import's exception.
pub(super) fn is_import_error(class: &str) -> bool {
    matches!(class, "ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException")
}

/// Whether it is the class of a missing name's or keyword's exception.
pub(super) fn is_name_error(class: &str) -> bool {
    matches!(class, "AttributeError" | "NameError" | "TypeError" | "Exception" | "BaseException")
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
pub(super) fn exits(statement: &Stmt) -> bool {
    match statement {
        Stmt::Raise(_) => true,
        Stmt::Expr(expression) => {
            let call = expression.value.as_call_expr();
            let name = call.and_then(|call| dotted(&call.func));
            matches!(name.as_deref(), Some("sys.exit" | "exit" | "quit" | "os._exit"))
        }
        _ => false,
    }
}

/// What a `with` means for its body: `contextlib.suppress(ImportError)`, `redirect_stdout(...)`.
pub(super) fn context(context: &Expr) -> Vec<Guard> {
    let Some(call) = context.as_call_expr() else { return Vec::new() };
    let name = dotted(&call.func).unwrap_or_default();
    let caught = |is: fn(&str) -> bool| call.arguments.args.iter().any(|class| catches(Some(class), is));
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
