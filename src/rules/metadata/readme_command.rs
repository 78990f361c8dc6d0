use crate::diagnostic::Diagnostic;
use crate::registry_files::{Launch, LaunchLine};
use crate::rule::names::{KnownNames, WrongName};
use crate::rule::{Subject, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that the commands that install or start the project do it by its name and by a script that it has: `uvx`,
    /// `pipx run`, `pip install`, `uv run`, and the `command` of clients' settings. It reads the readme, the settings and
    /// extensions of clients in the repository, a bundle's `manifest.json`, what images and compose files run,
    /// `smithery.yaml` and workflows.
    ///
    /// A name that is not near the project's or a script's is another project's. Commands of `uv`, `mcp` and `fastmcp`,
    /// addresses, paths and the project's requirements are left alone.
    ///
    /// ## Why is this bad?
    /// Users copy the line, and get an error, or what somebody else has uploaded under that name. `uvx` takes a name
    /// literally: it installs the project of that name and runs its command of exactly that name.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// uvx weather-mcp
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// uvx weather
    /// ~~~
    /// ```
    MET007 "readme-command" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(names) = KnownNames::of(subject) else { return };
    for line in subject.registry_files.launches() {
        let fault = match &line.launch {
            Launch::Install(package) => names.package(package),
            Launch::Tool { from: Some(package), command, .. } => {
                names.package(package).or_else(|| names.script(package, command))
            }
            Launch::Tool { from: None, command, quoted } => names.tool(command, *quoted),
            Launch::Script(command) => names.bare(command),
            Launch::Module(_) | Launch::File { .. } | Launch::Misplaced { .. } | Launch::Needs(_) => None,
        };
        report.extend(fault.map(|fault| finding(line, fault)));
    }
}

fn finding(line: &LaunchLine, WrongName { range, message, right }: WrongName) -> Diagnostic {
    let (path, span) = (line.source.path(), Span::new(range.start, range.end));
    let shown = right.replace("\", \"", " ");
    let finding = RULE.at((path, span), message).help(format!("write `{shown}`"));
    // elsewhere several words are written in more ways than one
    if shown == right || line.site.is_json() { finding.edit(path, span, right) } else { finding }
}
