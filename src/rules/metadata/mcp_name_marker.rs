use crate::diagnostic::{Diagnostic, Location};
use crate::layout::dynamic_readme;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::server_json::{has_marker, marker};
use crate::spec::shape::is_placeholder;
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that the readme holds the line `mcp-name:` with the server's name, when `server.json` lists the project as
    /// its package on PyPI, or `mcp-name` is set.
    ///
    /// ## Why is this bad?
    /// By that line in the description on PyPI the MCP registry knows that package and server have one owner, and it
    /// refuses to list the server without it. A description cannot be changed afterwards: the mistake costs a release.
    ///
    /// ## Example
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
    ///
    /// Use instead:
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
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    MET008 "mcp-name-marker" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let setting = project.settings.mcp_name.as_ref();
    let Some((name, told)) = listed(subject).or_else(|| {
        let setting = setting?;
        Some((setting.value.as_str(), project.at(setting.span)))
    }) else {
        return;
    };
    let Some(readme) = &subject.registry_files.readme else {
        // one that is named but not there has a rule of its own, and a text that cannot be read says nothing
        if project.has_table() && !project.has("readme") {
            let message = format!("there is no readme to hold `mcp-name: {name}`");
            let help =
                format!("add `readme = \"README.md\"`, and to that file:\n{}", marker(name, "text/markdown"));
            report.push(RULE.at(project.at(project.span), message).related(told, "the server").help(help));
        }
        return;
    };
    let added = setting.is_some_and(|setting| setting.value == name)
        && subject.is_ours()
        && dynamic_readme(project, subject.tree).is_some();
    let text = readme.source.text();
    if added || has_marker(text, name) {
        return;
    }
    let line = marker(name, &readme.content_type);
    let path = readme.source.path();
    let place = readme
        .inline
        .or_else(|| misspelt(text))
        .map_or(Location::whole(path), |span| Location::span(path, span));
    let finding = RULE.at(place, format!("the readme lacks `mcp-name: {name}`"));
    let finding = finding.related(told, "the server").help(format!("add to the readme:\n{line}"));
    let apart = if text.is_empty() || text.ends_with("\n\n") {
        ""
    } else if text.ends_with('\n') {
        "\n"
    } else {
        "\n\n"
    };
    let end = Span::new(text.len(), text.len());
    // another marker may be another server's: it stays
    report.push(if readme.inline.is_none() {
        finding.edit(path, end, format!("{apart}{line}\n"))
    } else {
        finding
    });
}

/// The server's name, when `server.json` has this project as its package on PyPI.
fn listed<'s>(subject: &Subject<'s>) -> Option<(&'s str, Location)> {
    let parsed = subject.registry_files.server_json.as_ref()?;
    let own = name::normalize(&subject.project.name.as_ref()?.value);
    let is_own =
        |identifier: Option<&str>| identifier.is_some_and(|identifier| name::normalize(identifier) == own);
    let mut packages = parsed.content.packages();
    packages.find(|package| package.registry == "pypi" && is_own(package.identifier.text()))?;
    let node = parsed.content.name()?;
    let name = node.text().filter(|name| !is_placeholder(name) && name.contains('/'))?;
    Some((name, Location::span(parsed.source.path(), node.range.clone().into())))
}

/// Where a marker stands that is not the right one.
fn misspelt(text: &str) -> Option<Span> {
    let at = text.find("mcp-name:")?;
    let length = text[at..].find(['\n', '\r']).unwrap_or(text.len() - at);
    let length = text[at..at + length].find("-->").unwrap_or(length);
    Some(Span::new(at, at + text[at..at + length].trim_end().len()))
}
