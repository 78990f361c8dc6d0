use crate::diagnostic::Diagnostic;
use crate::program::{Unresolved, UnresolvedHint};
use crate::rule::{Subject, declare_rule, offered};
use crate::syntax::Guard;

declare_rule! {
    /// ## What it does
    /// Finds tools and prompts with annotations that cannot be evaluated when they are registered. Those in quotes, and
    /// all of a module with `from __future__ import annotations`, are evaluated in the names of the module: what only a
    /// function around binds, what is imported only under `if TYPE_CHECKING`, and what is defined below the decorator is
    /// not there.
    ///
    /// ## Why is this bad?
    /// The SDK reads the types of a function when it is registered, to publish them. It ends with `InvalidSignature` or
    /// `NameError` there, and the server does not start.
    ///
    /// Remedy: by hand, since what is imported for type checkers alone may import this module in its turn.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from __future__ import annotations
    ///
    /// from typing import TYPE_CHECKING
    ///
    /// from mcp.server import MCPServer
    ///
    /// if TYPE_CHECKING:
    ///     from datetime import date
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(day: date) -> str:
    ///     """Tell the weather of a day."""
    ///     return f"Rain on {day}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from __future__ import annotations
    ///
    /// from datetime import date
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(day: date) -> str:
    ///     """Tell the weather of a day."""
    ///     return f"Rain on {day}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO018 "unresolvable-hint" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (primitive, what) in subject.tools_and_prompts() {
        let Some(signature) = primitive.signature() else { continue };
        let hints = subject.program.unresolved_hints(&signature.module, signature.defined);
        if let (Some(hint), Some(name)) = (hints.first(), primitive.text("name")) {
            let (said, help) = told(hint);
            let message = format!("the {what} `{name}` has a type that cannot be evaluated: {said}");
            let place = offered::within(&signature.path, hint.span);
            report.push(offered::of(&RULE.card, primitive, place, message).help(help));
        }
    }
}

/// What is wrong with a name, and what to do.
fn told(hint: &UnresolvedHint) -> (String, &'static str) {
    let name = &hint.name;
    match hint.why {
        Unresolved::Nowhere => (format!("`{name}` is not defined"), "import or define it"),
        Unresolved::Local => {
            (format!("`{name}` is a local name of the function around"), "bind it at the top of the module")
        }
        Unresolved::Under(Guard::Main) => (
            format!("`{name}` is defined only under `if __name__ == \"__main__\"`"),
            "define it at the top of the module",
        ),
        Unresolved::Under(_) => {
            (format!("`{name}` is imported only under `if TYPE_CHECKING`"), "import it outside of the `if`")
        }
        Unresolved::Later => (format!("`{name}` is defined below"), "define it above the function"),
    }
}
