use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::sdk::Dialect;
use crate::server::{Primitive, Signature, SignatureParameter};
use crate::syntax::ParameterKind;

declare_rule! {
    /// ## What it does
    /// Finds tools whose function takes `*args`, `**kwargs` or parameters before a `/`.
    ///
    /// What took over the signature of another function by `functools.wraps` is judged by that one; what a decorator of
    /// another distribution made is not judged. Parameters before a `/` are a warning under `fastmcp` 2 and 3.
    ///
    /// ## Why is this bad?
    /// A client gives arguments by name, each of a name and type that the server has published. `fastmcp` refuses such a
    /// function with a `ValueError` when it is registered, and the server does not start; prompts too. `mcp` publishes a
    /// required parameter called `args` or `kwargs`, and fails when it calls the function with it, or hands it on as an
    /// argument of that name.
    ///
    /// Remedy: by hand, since the body of the function changes with its parameters.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(*cities: str) -> str:
    ///     """Tell tomorrow's weather in some cities."""
    ///     return ", ".join(f"rain in {city}" for city in cities)
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
    /// @mcp.tool()
    /// def forecast(cities: list[str]) -> str:
    ///     """Tell tomorrow's weather in some cities."""
    ///     return ", ".join(f"rain in {city}" for city in cities)
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO003 "unsupported-signature" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (primitive, what) in subject.tools_and_prompts() {
        let Some(signature) = primitive.signature() else { continue };
        // what `mcp` makes of a prompt is odd at most
        if what == "tool" || signature.dialect.is_fastmcp() {
            report.extend(finding(primitive, what, signature));
        }
    }
}

/// One finding for a function: it is mended as a whole.
fn finding(primitive: &Primitive, what: &str, signature: &Signature) -> Option<Diagnostic> {
    let odd = |kind: ParameterKind| !matches!(kind, ParameterKind::Normal | ParameterKind::Keyword);
    let parameter = signature.parameters.iter().find(|parameter| odd(parameter.kind))?;
    let message =
        format!("the {what} `{}` takes {}", primitive.text("name")?, taken(parameter, signature.dialect));
    let place = offered::within(&signature.path, parameter.span);
    let finding = offered::of(&RULE.card, primitive, place, message).help(help(parameter));
    let positional = parameter.kind == ParameterKind::Positional;
    let perhaps = matches!(signature.dialect, Dialect::Fastmcp2 | Dialect::Fastmcp3);
    Some(finding.warning_unless(!positional || !perhaps))
}

/// What the function takes, and what comes of it.
fn taken(parameter: &SignatureParameter, dialect: Dialect) -> String {
    let name = &parameter.name;
    let (written, mcp) = match parameter.kind {
        ParameterKind::Rest => {
            (format!("`*{name}`"), format!("publishes as `{name}` and then cannot give it"))
        }
        ParameterKind::RestByName => {
            (format!("`**{name}`"), format!("publishes as one required parameter `{name}`"))
        }
        _ => (format!("`{name}` by position alone"), "gives by name: every call fails".to_owned()),
    };
    match dialect {
        Dialect::Mcp1 | Dialect::Mcp2 => format!("{written}, which mcp {mcp}"),
        Dialect::Fastmcp2 | Dialect::Fastmcp3 if parameter.kind == ParameterKind::Positional => {
            format!("{written}, which fastmcp does not publish")
        }
        _ => format!("{written}, which fastmcp refuses when the server starts"),
    }
}

fn help(parameter: &SignatureParameter) -> String {
    let name = &parameter.name;
    match parameter.kind {
        ParameterKind::Rest => format!("take one parameter that is a list: `{name}: list[str]`"),
        ParameterKind::RestByName => {
            format!("name the parameters, or take one that is a dict: `{name}: dict[str, str]`")
        }
        _ => "remove the `/`".to_owned(),
    }
}
