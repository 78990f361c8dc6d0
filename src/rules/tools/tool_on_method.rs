use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Primitive, Signature};
use crate::syntax::ParameterKind;

declare_rule! {
    /// ## What it does
    /// Finds tools and prompts that are made of a method in the body of its class, so that `self` or `cls` is a parameter of
    /// them.
    ///
    /// ## Why is this bad?
    /// There is no object yet that the method could be bound to. The server asks its clients for a `self`, which they do not
    /// have, and every call fails; `fastmcp` 3 and later raise an error when the tool is registered.
    ///
    /// Remedy: by hand, since only the author knows which object the method belongs to.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// class Office:
    ///     @mcp.tool()
    ///     def forecast(self, city: str) -> str:
    ///         """Tell tomorrow's weather in a city."""
    ///         return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// class Office:
    ///     def forecast(self, city: str) -> str:
    ///         """Tell tomorrow's weather in a city."""
    ///         return f"Rain in {city}."
    ///
    ///
    /// mcp.tool()(Office().forecast)
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO014 "tool-on-method" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (primitive, what) in subject.tools_and_prompts() {
        let signature = primitive.signature().filter(|signature| is_on_method(signature));
        report.extend(signature.and_then(|signature| finding(subject, primitive, what, signature)));
    }
}

/// Whether the first parameter is the object that a method would be bound to.
pub(super) fn is_on_method(signature: &Signature) -> bool {
    signature.parameters.first().is_some_and(|first| {
        let is_plain = matches!(first.kind, ParameterKind::Normal | ParameterKind::Positional);
        is_plain && !first.is_annotated && !first.has_default && ["self", "cls"].contains(&&*first.name)
    })
}

fn finding(
    subject: &Subject<'_>,
    primitive: &Primitive,
    what: &str,
    signature: &Signature,
) -> Option<Diagnostic> {
    let (name, first) = (primitive.text("name")?, signature.parameters.first()?);
    if subject.is_caught(&signature.registered) {
        return None;
    }
    let object = &first.name;
    let message = format!(
        "the {what} `{name}` is a method that no object is bound to: its clients are asked for `{object}`"
    );
    let place = offered::within(&signature.path, first.span);
    let finding = offered::of(&RULE.card, primitive, place, message);
    Some(finding.help(format!("register the method of an object: `mcp.{what}()(obj.method)`")))
}
