use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::JsonNode;
use crate::spec::name;
use crate::text::Span;
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Checks that the project has a script that is called exactly like the `identifier` that `server.json` gives its
    /// package on PyPI.
    ///
    /// ## Why is this bad?
    /// Clients of the registry run `uvx IDENTIFIER@VERSION`. PyPI knows `Weather_MCP` and `weather-mcp` as one project, but
    /// `uvx` runs the script of exactly that name, and ends with an error where there is none. Nothing else in `server.json`
    /// can name it.
    ///
    /// Where the package has a `runtimeHint` other than `uvx`, some clients may do otherwise: a warning.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `server.json`:
    /// ```json
    /// {
    ///   "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    ///   "name": "io.github.you/weather",
    ///   "description": "Tells the weather",
    ///   "version": "1.0.0",
    ///   "packages": [
    ///     { "registryType": "pypi", "identifier": "Weather", "version": "1.0.0", "transport": { "type": "stdio" } }
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `server.json`:
    /// ```json
    /// {
    ///   "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    ///   "name": "io.github.you/weather",
    ///   "description": "Tells the weather",
    ///   "version": "1.0.0",
    ///   "packages": [
    ///     { "registryType": "pypi", "identifier": "weather", "version": "1.0.0", "transport": { "type": "stdio" } }
    ///   ]
    /// }
    /// ```
    MET027 "identifier-without-script" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let (Some(own), Some(parsed)) = (&project.name, &subject.registry_files.server_json) else { return };
    let unknown =
        ["scripts", "entry-points"].iter().any(|key| project.is_dynamic(key) || project.misread(key));
    if unknown || !project.has_table() {
        return;
    }
    let scripts: Vec<&str> = project.scripts().map(|(_, entry)| entry.name.value.as_str()).collect();
    let packages = parsed.content.root.get("packages").map(JsonNode::items).unwrap_or_default();
    for package in packages {
        let text = |key: &str| package.get(key).and_then(JsonNode::text);
        let (Some("pypi"), Some(identifier)) = (text("registryType"), text("identifier")) else { continue };
        // an extra may stand behind the name
        let called = identifier.split('[').next().unwrap_or_default();
        if name::normalize(called) != name::normalize(&own.value) || scripts.contains(&called) {
            continue;
        }
        let Some(node) = package.get("identifier") else { continue };
        let span: Span = node.range.clone().into();
        let message = format!("clients will run `uvx {called}`, and the project has no script `{called}`");
        let finding = RULE.at((parsed.source.path(), span), message);
        let alike = scripts.iter().find(|script| name::normalize(script) == name::normalize(called));
        let finding = match alike {
            Some(script) => {
                let right = quoted(&identifier.replacen(called, script, 1));
                finding.help(format!("write `{right}`")).edit(parsed.source.path(), span, right)
            }
            None => finding.help(format!("add `{called}` to `[project.scripts]`")),
        };
        let sure = text("runtimeHint").is_none_or(|hint| hint == "uvx");
        report.push(finding.warning_unless(sure));
    }
}
