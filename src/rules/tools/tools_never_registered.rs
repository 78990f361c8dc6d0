use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, PrimitiveKind, Role};
use crate::server::{is_test, sdk_class};
use crate::syntax::{BindingKind, Guard, Module, Term};

declare_rule! {
    /// ## What it does
    /// Finds modules that decorate tools of the project's server, while nothing that the scripts lead to imports them.
    ///
    /// Silent where the program imports modules by names that it computes, or loads plugins; on tests and examples; and on what
    /// is a program of its own, with an `if __name__ == "__main__"`.
    ///
    /// ## Why is this bad?
    /// A decorator registers its tool when its module is imported. Without an import the server starts well and lacks the
    /// tools.
    ///
    /// Remedy: by hand, since only the author knows in which order the modules load.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `src/weather/tools.py`:
    /// ```python
    /// from weather.server import mcp
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
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
    /// def main() -> None:
    ///     from weather import tools
    ///
    ///     mcp.run()
    /// ```
    /// `src/weather/tools.py`:
    /// ```python
    /// from weather.server import mcp
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    /// ```
    TOO011 "tools-never-registered" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Subject { program, tree, .. } = *subject;
    if program.iter().any(|(_, module)| loads(module) || !module.faults().is_empty()) {
        return;
    }
    // what nothing reaches was skimmed, but for a build
    let makers = subject.layout.modules.iter().filter(|file| program.may_make_tools(&file.path));
    for file in makers.filter(|file| !is_apart(&file.name)) {
        let Some(facts) = program.load(&file.name, tree) else { continue };
        let is_program = facts.calls().iter().any(|call| call.guards.contain(Guard::Main));
        if is_program || !facts.faults().is_empty() {
            continue;
        }
        let mut tools = tools(program, &file.name, &facts);
        tools.sort_by_key(|(_, decorator)| decorator.span);
        let Some((name, first)) = tools.first() else { continue };
        let more = if tools.len() > 1 { format!(" (and {} more)", tools.len() - 1) } else { String::new() };
        let message =
            format!("nothing imports `{}`, so its tool `{name}` is never registered{more}", file.name);
        let finding = RULE.at((&file.path, first.span), message);
        report.push(finding.help(format!("import `{}` where the server starts", file.name)));
    }
}

/// Whether the module may import others by names that are not in its text, or that are texts.
fn loads(module: &Module) -> bool {
    let loading = ["import_module", "__import__", "exec", "entry_points", "spec_from_file_location"];
    module.calls().iter().any(|call| {
        let (above, name) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
        loading.contains(&name) || matches!(above, "pkgutil" | "runpy")
    })
}

/// Whether the module is no part of the server: a test, or an example.
fn is_apart(module: &str) -> bool {
    is_test(module)
        || module
            .split('.')
            .any(|part| matches!(part, "__main__" | "demo" | "docs" | "example" | "examples" | "scripts"))
}

/// The functions of the module that decorators make tools of a server that it imports, and these decorators.
fn tools<'m>(program: &Program, module: &str, facts: &'m Module) -> Vec<(&'m str, &'m Term)> {
    let bound =
        facts.scope().iter().flat_map(|(name, bindings)| bindings.iter().map(move |one| (name, &one.kind)));
    let decorated = bound.filter_map(|(name, kind)| {
        let BindingKind::Function(function) = kind else { return None };
        let registers = |decorator: &&Term| is_of_server(program, module, facts, decorator).is_some();
        Some((name, function.decorators().iter().find(registers)?))
    });
    decorated.collect()
}

/// `@mcp.tool()` of a server that the module imports.
fn is_of_server(program: &Program, module: &str, facts: &Module, decorator: &Term) -> Option<()> {
    let name = decorator.decorator_name()?;
    let (object, method) = name.rsplit_once('.')?;
    if sdk::role(method) != Some(Role::Decorates(PrimitiveKind::Tool)) {
        return None;
    }
    let first = object.split('.').next()?;
    let path = match &facts.scope().only(first)?.kind {
        BindingKind::From { module, name } => {
            let from = format!("{}{}", ".".repeat(module.level as usize), module.name);
            let dot = if module.name.is_empty() { "" } else { "." };
            format!("{from}{dot}{name}")
        }
        BindingKind::Module(path) => path.clone(),
        _ => return None,
    };
    let class = program.class_of(module, 0, &format!("{path}{}", &object[first.len()..]))?;
    sdk_class(program, &class).map(drop)
}
