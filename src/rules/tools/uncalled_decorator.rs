use crate::dependencies;
use crate::diagnostic::Diagnostic;
use crate::program::{ClassOf, Reachability};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, Sdk};
use crate::server::is_test;
use crate::syntax::{Binding, BindingKind, Flow, Term};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds decorators of an SDK that lack their parentheses: `@mcp.tool` on a server of `mcp`, and `@mcp.resource` on any.
    ///
    /// `@mcp.tool` and `@mcp.prompt` are fine under `fastmcp` 2.7 and later; that older releases want the parentheses is a
    /// matter of `sdk-floor-too-low`. Where the code may not run when the server starts, it is a warning.
    ///
    /// ## Why is this bad?
    /// The decorator takes the function for its first argument and raises `TypeError`: the server does not start.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
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
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO010 "uncalled-decorator" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let read = subject.program.iter().filter(|(module, facts)| facts.faults().is_empty() && !is_test(module));
    for (module, facts) in read {
        for (body, code) in facts.bodies().iter().enumerate() {
            for binding in code.scope.iter().flat_map(|(_, bindings)| bindings) {
                let BindingKind::Function(function) = &binding.kind else { continue };
                for decorator in function.decorators().iter().filter(|one| one.as_call().is_none()) {
                    report.extend(finding(subject, (module, body), binding, decorator));
                }
            }
        }
    }
}

fn finding(
    subject: &Subject<'_>,
    (module, body): (&str, usize),
    binding: &Binding,
    decorator: &Term,
) -> Option<Diagnostic> {
    let written = decorator.decorator_name()?;
    let (object, method) = written.rsplit_once('.')?;
    let ClassOf::Foreign(class) = subject.program.class_of(module, body, object)? else { return None };
    let class = sdk::known_class(&class)?;
    let forms = sdk::decorator(class, method).filter(|forms| forms.bare.is_empty())?;
    let (sdk, sdks) = (Sdk::of_module(class)?, dependencies::read(subject.project));
    // what the release has no more is a matter of the requirement
    let fresh = sdks.fresh().and_then(|install| install.release(sdk));
    if fresh.is_some_and(|release| !forms.called.contains(release.minor)) {
        return None;
    }
    let path = subject.program.path(module)?;
    let message = format!("`@{written}` lacks its parentheses, so {} raises `TypeError`", sdk.name());
    let finding = RULE.at((path, decorator.span), message);
    let finding = finding.warning_unless(runs(subject, module, body, binding));
    Some(match method {
        "resource" => finding.help(format!("write `@{written}(\"...\")` with its URI")),
        "custom_route" => finding.help(format!("write `@{written}(...)` with its path and methods")),
        _ => {
            let end = Span { start: decorator.span.end, end: decorator.span.end };
            finding.help(format!("write `@{written}()`")).edit(path, end, "()")
        }
    })
}

/// Whether the binding is surely made when the server starts; without a script, when its module is imported.
fn runs(subject: &Subject<'_>, module: &str, body: usize, binding: &Binding) -> bool {
    let starts = match subject.project.scripts().next() {
        Some(_) => subject.program.reach_of(module, body) == Reachability::Start,
        None => body == 0,
    };
    starts && binding.flow == Flow::Always && binding.guard.is_none()
}
