use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::platforms::{self, Platform};
use crate::program::Reachability;
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::syntax::{BindingKind, Guard, Guards, Imported, Module, Use};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds what every start of the server needs of the standard library and only some operating systems have: modules
    /// such as `fcntl` and `msvcrt`, names such as `signal.SIGHUP`, and `add_signal_handler` of an event loop, which
    /// Windows does not do.
    ///
    /// It is an error where a classifier promises such a system (`Operating System :: OS Independent` promises all), a
    /// warning where no classifier tells of systems, and fine where those that are named have it. A test of
    /// `sys.platform` or `os.name`, a `hasattr`, and a `try` that catches the failure are fine as well.
    ///
    /// ## Why is this bad?
    /// Installers take the server for every system, and there it ends with `ModuleNotFoundError`, `AttributeError` or
    /// `NotImplementedError` when it is started.
    ///
    /// Remedy: by hand, since only the author knows what to do on the other systems.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// classifiers = ["Operating System :: OS Independent"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import fcntl
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     with open("/tmp/cache") as cache:
    ///         fcntl.flock(cache, fcntl.LOCK_SH)
    ///         return cache.read()
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
    /// classifiers = ["Operating System :: POSIX"]
    /// ```
    PYV011 "platform-only" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (name, facts) in subject.program.iter() {
        let Some(path) = subject.program.path(name) else { continue };
        let mut told: Vec<String> = Vec::new();
        for (what, platform, span, body, guards) in needs(subject, name, facts) {
            let reach = subject.program.reach_under(name, body, guards);
            // in a loop over signals, if no test of the file is one of the system
            let perhaps = what == HANDLER && reach == Reachability::Called && !names_systems(facts);
            if is_prepared(guards) || told.contains(&what) || !(perhaps || reach == Reachability::Start) {
                continue;
            }
            if let Some(level) = promise(subject.project, platform) {
                let level = if perhaps { Level::Warning } else { level };
                let message = format!("`{what}` is not there on {}", platform.others());
                let help =
                    "guard it with `sys.platform`, or say in `classifiers` which systems the server is for";
                report.push(RULE.at(Location::span(path, span), message).help(help).level(level));
                told.push(what);
            }
        }
    }
}

/// The method of event loops that those of Windows do not have.
const HANDLER: &str = "add_signal_handler";

/// Whether the text of a module speaks of operating systems.
fn names_systems(facts: &Module) -> bool {
    let text = facts.source().text().to_ascii_lowercase();
    ["win32", "windows", "os.name", "platform", "posix"].iter().any(|word| text.contains(word))
}

type Need<'a> = (String, Platform, Span, usize, &'a Guards);

/// What a module needs of one kind of system.
fn needs<'a>(subject: &Subject<'_>, module: &str, facts: &'a Module) -> Vec<Need<'a>> {
    let mut needs = Vec::new();
    for import in facts.imports() {
        let path = &import.module.value;
        if path.level > 0
            || subject.layout.modules.owns(&path.name)
            || is_replaced(subject.project, &path.name)
        {
            continue;
        }
        if let Some(platform) = platforms::of_module(&path.name) {
            needs.push((path.name.clone(), platform, import.module.span, import.body, &import.guards));
        }
        let Imported::Names(names) = &import.names else { continue };
        for name in names {
            let word = &name.name.value;
            if let Some(platform) = platforms::of_name(&path.name, word) {
                needs.push((
                    format!("{}.{word}", path.name),
                    platform,
                    name.name.span,
                    import.body,
                    &import.guards,
                ));
            }
        }
    }
    for one in facts.uses().iter().filter(|one| one.imported && !one.stored && !one.annotation) {
        needs.extend(used(subject, facts, one));
    }
    let handlers = facts.calls().iter().filter(|call| {
        let own = || subject.program.callees(module, call.body, &call.path);
        call.path.ends_with(".add_signal_handler") && own().is_empty()
    });
    needs.extend(
        handlers.map(|call| (HANDLER.to_owned(), Platform::Posix, call.name, call.body, &call.guards)),
    );
    needs
}

/// `signal.SIGHUP` of a module that is imported as such.
fn used<'a>(subject: &Subject<'_>, facts: &'a Module, one: &'a Use) -> Option<Need<'a>> {
    let parts: Vec<&str> = one.path.split('.').collect();
    let first = facts.source().slice(one.span).split('.').next()?;
    let (_, bindings) = facts.lookup(one.body, first)?;
    let [binding] = bindings else { return None };
    let BindingKind::Module(target) = &binding.kind else { return None };
    let at = target.split('.').count();
    let module = parts.get(..at)?.join(".");
    let name = parts.get(at)?;
    let platform = platforms::of_name(&module, name).filter(|_| !subject.layout.modules.owns(&module))?;
    Some((format!("{module}.{name}"), platform, one.span, one.body, &one.guards))
}

/// Whether the code is prepared for other systems, or may be for one alone.
fn is_prepared(guards: &Guards) -> bool {
    guards.all().iter().any(|guard| {
        matches!(
            guard,
            Guard::Platform | Guard::Handled | Guard::Fallback | Guard::AttributeHandled | Guard::Present
        )
    })
}

/// How bad it is that only this platform has something; none where no other is meant.
fn promise(project: &Project, platform: Platform) -> Option<Level> {
    let systems = project.classifiers.iter().filter_map(|one| one.value.strip_prefix("Operating System :: "));
    let systems: Vec<&str> = systems.collect();
    if systems.is_empty() {
        return Some(Level::Warning);
    }
    let promises = |system: &&str| match platform {
        Platform::Posix => system.starts_with("Microsoft") || *system == "OS Independent",
        Platform::Windows => !system.starts_with("Microsoft"),
    };
    systems.iter().any(promises).then_some(Level::Error)
}

/// Whether a requirement brings the module to the systems that lack it.
fn is_replaced(project: &Project, module: &str) -> bool {
    let wanted = project.dependencies.iter().filter_map(|each| each.value.as_ref().ok());
    module == "readline" && wanted.into_iter().any(|each| name::normalize(&each.name).contains("readline"))
}
