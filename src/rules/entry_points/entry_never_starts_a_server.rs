use crate::diagnostic::{Diagnostic, Level};
use crate::program::{ClassOf, Resolution};
use crate::rule::{Subject, Target, declare_rule};
use crate::server;
use crate::syntax::{Call, Guard};

declare_rule! {
    /// ## What it does
    /// Checks that some script of a project that makes a server also starts it: that a call such as `mcp.run()` stands
    /// somewhere in what the scripts reach. A script that names the server object itself is an error: Python calls what a
    /// script names, and that object cannot be called.
    ///
    /// ## Why is this bad?
    /// The command ends at once and without a word. A client says that the server disconnected.
    ///
    /// Remedy: by hand, since only the author knows what the function is to do beside.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     """Should serve."""
    ///
    /// if __name__ == "__main__":
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
    /// def main() -> None:
    ///     mcp.run()
    ///
    /// if __name__ == "__main__":
    ///     main()
    /// ```
    ENT012 "entry-never-starts-a-server" Warning(Start) Author
}

/// Whether a call that starts a server stands anywhere but where a file is run by its path.
fn starts(subject: &Subject<'_>) -> bool {
    let called = |call: &Call| server::starts_server(&call.path) && !call.guards.contain(Guard::Main);
    subject
        .program
        .iter()
        .any(|(_, facts)| facts.calls().iter().any(called) || hands_on(facts.source().text()))
}

/// Whether a text names a method that starts a server without calling it: `anyio.run(server.run_async)`.
fn hands_on(text: &str) -> bool {
    text.match_indices(".run").any(|(at, _)| {
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (method, rest) = rest.split_at(end);
        server::starts_server(&format!("server.{method}")) && !rest.starts_with(['(', '.'])
    })
}

/// A finding where the script names a server object, which Python cannot call.
fn object(subject: &Subject<'_>, target: &Target<'_>) -> Option<Diagnostic> {
    let Target { entry, reference, .. } = target;
    let [object] = reference.attributes.as_slice() else { return None };
    let class = subject.program.class_of(&reference.module, 0, object)?;
    let foreign = matches!(class, ClassOf::Foreign(_)) && server::runs_by_itself(subject.program, &class);
    let place = subject.project.at(entry.value.span);
    let message =
        format!("script `{}` names `{reference}`, a server object, which cannot be called", entry.name.value);
    foreign.then(|| RULE.at(place, message).level(Level::Error).help(format!("write `{reference}.run`")))
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let objects: Vec<_> =
        subject.targets().filter(Target::is_script).filter_map(|target| object(subject, &target)).collect();
    if !objects.is_empty() {
        report.extend(objects);
        return;
    }
    let server = subject.server;
    let unread = subject.program.unread().next().is_some();
    let dynamic = subject.program.iter().any(|(_, facts)| facts.is_dynamic());
    if server.objects.is_empty() || starts(subject) || unread || dynamic {
        return;
    }
    let mut targets = subject.targets().filter(Target::is_script);
    let Some(target) = targets.next() else { return };
    let all_known = matches!(target.resolution, Resolution::Bound(_))
        && targets.all(|target| matches!(target.resolution, Resolution::Bound(_)));
    if !all_known || subject.project.scripts().count() != subject.targets().filter(Target::is_script).count()
    {
        return;
    }
    let place = subject.project.at(target.entry.value.span);
    let message = format!("script `{}` starts no server", target.entry.name.value);
    let object = &server.objects[0];
    let finding = RULE.at(place, message).help("call `run()` of the server in it");
    report.push(finding.related_where(subject.in_module(&object.module, object.span), "the server"));
}
