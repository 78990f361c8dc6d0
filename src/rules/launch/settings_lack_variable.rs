use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{ClientSettings, Launch, LaunchSite, ServerEntry, servers};
use crate::rule::names::KnownNames;
use crate::rule::{Subject, declare_rule};
use crate::text::{Span, has_word, listed};

declare_rule! {
    /// ## What it does
    /// Checks that the settings which the readme shows for clients, or an extension holds, give the server each variable that
    /// `[[tool.mcp-backend.env]]` declares as required and without a default.
    ///
    /// One of several examples that has it is enough.
    ///
    /// ## Why is this bad?
    /// A client hands on few of its own variables. Who copies the settings gets a server that does not start, or fails at the
    /// first call.
    ///
    /// Remedy: by hand, since only the author can tell users what to write in place of the value.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_REGION"
    /// required = true
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ["WEATHER_REGION"])
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// { "mcpServers": { "weather": { "command": "uvx", "args": ["weather"] } } }
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_REGION"
    /// required = true
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ["WEATHER_REGION"])
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// {
    ///   "mcpServers": {
    ///     "weather": { "command": "uvx", "args": ["weather"], "env": { "WEATHER_REGION": "<your region>" } }
    ///   }
    /// }
    /// ~~~
    /// ```
    RUN009 "settings-lack-variable" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(names) = KnownNames::of(subject) else { return };
    let declared = subject.project.settings.env.iter();
    let required: Vec<_> = declared.filter(|one| one.is_required() && one.default.is_none()).collect();
    if required.is_empty() {
        return;
    }
    let settings = subject.registry_files.settings();
    for site in [LaunchSite::Readme, LaunchSite::Extension] {
        let of_site = settings.iter().filter(|settings| settings.site == site);
        let own: Vec<(&ClientSettings, ServerEntry<'_>)> = of_site
            .flat_map(|settings| settings.root.iter().flat_map(servers).map(move |server| (settings, server)))
            .filter(|(_, server)| starts_own(subject, &names, *server))
            .collect();
        let Some((first, server)) = own.first() else { continue };
        let is_given = |name: &str| {
            own.iter().any(|(settings, server)| {
                let text = &settings.source.text()[server.whole.range.clone()];
                has_word(text, name) || text.contains("env-file") || text.contains("envFile")
            })
        };
        let lacking: Vec<_> = required.iter().filter(|one| !is_given(&one.name.value)).collect();
        let Some(one) = lacking.first() else { continue };
        let called: Vec<&str> = lacking.iter().map(|one| one.name.value.as_str()).collect();
        let place = Span::new(server.command.range.start, server.command.range.end);
        let message = format!("these settings do not give {}, which the server requires", listed(&called));
        let finding = RULE.at(Location::span(first.source.path(), place), message);
        let finding = finding.related(subject.project.at(one.name.span), "required here");
        let shown = format!("\"env\": {{ \"{0}\": \"<{0}>\" }}", one.name.value);
        report.push(finding.help(format!("add `{shown}`")));
    }
}

/// Whether the server is the project's own, started by name.
fn starts_own(subject: &Subject<'_>, names: &KnownNames<'_>, server: ServerEntry<'_>) -> bool {
    server.launches().iter().any(|launch| match launch {
        Launch::Tool { from, command, .. } => {
            let word = from.as_ref().unwrap_or(command);
            word.distribution().is_some_and(|(name, _)| names.is_own(name))
        }
        Launch::Script(word) => names.is_own(&word.text),
        Launch::Module(word) => subject.layout.modules.get(&word.text).is_some(),
        _ => false,
    })
}
