use crate::diagnostic::Diagnostic;
use crate::knowledge::stdlib::Minor;
use crate::project::raised;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::Primitive;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds tools and prompts whose types hold a `TypedDict` of `typing`, where `requires-python` admits a Python before
    /// 3.12. What a tool of `mcp` returns itself, not in a list or another type, is fine.
    ///
    /// ## Why is this bad?
    /// The SDK has pydantic make a schema of the type when the tool is registered. Before Python 3.12 a `TypedDict` of
    /// `typing` does not tell it enough, so that it raises an error, and the server does not start.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from typing import TypedDict
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// class Place(TypedDict):
    ///     city: str
    ///
    ///
    /// @mcp.tool()
    /// def forecast(place: Place) -> str:
    ///     """Tell tomorrow's weather at a place."""
    ///     return f"Rain in {place['city']}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "typing-extensions>=4.9"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    /// from typing_extensions import TypedDict
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// class Place(TypedDict):
    ///     city: str
    ///
    ///
    /// @mcp.tool()
    /// def forecast(place: Place) -> str:
    ///     """Tell tomorrow's weather at a place."""
    ///     return f"Rain in {place['city']}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO019 "typing-typed-dict" Error(Start) Author
}

/// The first Python whose `typing.TypedDict` tells pydantic enough.
const ENOUGH: Minor = Minor(12);

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (wanted, range) = (&subject.project.requires_python, subject.project.python());
    // without a bound, installers take the server for any Python
    let older = range.map_or(wanted.is_none(), |range| range.oldest() < ENOUGH);
    if !older {
        return;
    }
    let raised = wanted.as_ref().and_then(|wanted| raised(&wanted.text.value, ENOUGH));
    let raised = raised.unwrap_or_else(|| format!(">={ENOUGH}"));
    for (primitive, what) in subject.tools_and_prompts() {
        report.extend(finding(primitive, what).map(|finding| {
            let older = format!("write `requires-python = \"{raised}\"` under `[project]`");
            finding.help(format!("{older}, or import `TypedDict` from `typing_extensions`"))
        }));
    }
}

fn finding(primitive: &Primitive, what: &str) -> Option<Diagnostic> {
    let signature = primitive.signature()?;
    // what a prompt returns is not published
    let published = |span: &Span| what == "tool" || *span != signature.defined;
    let (class, span) = signature.typed_dict.as_ref().filter(|(_, span)| published(span))?;
    let message = format!(
        "the {what} `{}` has a type with `{class}`, a `TypedDict` of `typing`, which pydantic refuses before Python {ENOUGH}",
        primitive.text("name")?
    );
    Some(offered::of(&RULE.card, primitive, offered::within(&signature.path, *span), message))
}
