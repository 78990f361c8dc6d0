//! What a condition says about when its branch runs.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};

use super::Guard;
use super::expression::{dotted, plain_text};

/// What a test says, if it says anything certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Test {
    /// When it holds, so does the guard.
    Holds(Guard),
    /// When it does not hold, the guard does.
    Fails(Guard),
    /// Anything else.
    Other,
}

impl Test {
    fn not(self) -> Self {
        match self {
            Self::Holds(guard) => Self::Fails(guard),
            Self::Fails(guard) => Self::Holds(guard),
            Self::Other => Self::Other,
        }
    }
}

/// Reads the test of an `if`; `qualified` resolves a dotted name through the imports of the file.
pub(super) fn test(test: &Expr, qualified: &dyn Fn(&str) -> Option<String>) -> Test {
    match test {
        Expr::Compare(compare) => main(compare),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not => match &*unary.operand {
            // Not deeper: nobody writes `not not __name__ == "__main__"`.
            Expr::UnaryOp(_) => Test::Other,
            operand => test_flat(operand, qualified).not(),
        },
        Expr::BoolOp(several) => {
            let mut tests = several.values.iter().map(|value| test_flat(value, qualified));
            let telling = |test: &Test| match several.op {
                BoolOp::And => matches!(test, Test::Holds(_)),
                BoolOp::Or => matches!(test, Test::Fails(_)),
            };
            tests.find(telling).unwrap_or(Test::Other)
        }
        other => test_flat(other, qualified),
    }
}

fn test_flat(test: &Expr, qualified: &dyn Fn(&str) -> Option<String>) -> Test {
    match test {
        Expr::Compare(compare) => main(compare),
        Expr::UnaryOp(unary) if unary.op == UnaryOp::Not && type_checking(&unary.operand, qualified) => {
            Test::Fails(Guard::TypeChecking)
        }
        _ if type_checking(test, qualified) => Test::Holds(Guard::TypeChecking),
        _ => Test::Other,
    }
}

fn main(compare: &ast::ExprCompare) -> Test {
    let ([op], [right]) = (&*compare.ops, &*compare.comparators) else { return Test::Other };
    let name = |side: &Expr| side.as_name_expr().is_some_and(|name| name.id == "__name__");
    let main = |side: &Expr| plain_text(side).is_some_and(|text| &*text.value == "__main__");
    let left = &*compare.left;
    match op {
        _ if !(name(left) && main(right) || main(left) && name(right)) => Test::Other,
        CmpOp::Eq => Test::Holds(Guard::Main),
        CmpOp::NotEq => Test::Fails(Guard::Main),
        _ => Test::Other,
    }
}

fn type_checking(test: &Expr, qualified: &dyn Fn(&str) -> Option<String>) -> bool {
    let path = dotted(test).and_then(|name| qualified(&name));
    matches!(path.as_deref(), Some("typing.TYPE_CHECKING" | "typing_extensions.TYPE_CHECKING"))
}

/// Whether an `except` clause catches a failing import.
pub(super) fn catches_import_error(caught: Option<&Expr>) -> bool {
    let Some(caught) = caught else { return true };
    match caught {
        Expr::Tuple(several) => several.elts.iter().any(is_import_error),
        one => is_import_error(one),
    }
}

/// Whether a `with` swallows a failing import: `contextlib.suppress(ImportError)`.
pub(super) fn suppresses_import_error(context: &Expr) -> bool {
    let Some(call) = context.as_call_expr() else { return false };
    let suppress = dotted(&call.func).is_some_and(|name| name.rsplit('.').next() == Some("suppress"));
    suppress && call.arguments.args.iter().any(is_import_error)
}

fn is_import_error(class: &Expr) -> bool {
    let name = dotted(class);
    let last = name.as_deref().and_then(|name| name.rsplit('.').next());
    matches!(last, Some("ImportError" | "ModuleNotFoundError" | "Exception" | "BaseException"))
}
