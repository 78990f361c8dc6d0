use crate::diagnostic::{Diagnostic, Location};
use crate::environment::{Read, names_a_secret, samples};
use crate::rule::{Subject, declare_rule};
use crate::text::{has_word, listed};

declare_rule! {
    /// ## What it does
    /// Checks that each environment variable without which the server does not start is told to its users: declared in
    /// `pyproject.toml`, or named in the readme, in `.env.example`, `.env.sample`, `.env.template` or `env.example`, in
    /// `server.json` or in the manifest of a bundle.
    ///
    /// A variable counts when every script reaches the place that fails without it: `os.environ["X"]`, a soft look at it
    /// with `raise` behind, a field of `pydantic-settings` without a default. Those that every system sets do not.
    ///
    /// ## Why is this bad?
    /// Whoever installs the server finds it dead in the client's list, and the reason in a log.
    ///
    /// ## Example
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
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// Set `WEATHER_REGION` to the region whose weather is told.
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
    ENV001 "undeclared-variable" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let declared = &subject.project.settings.env;
    let required = subject.environment().reads.iter().filter(|read| read.required);
    let mut missing: Vec<&Read> =
        required.filter(|read| declared.iter().all(|one| one.name.value != read.name)).collect();
    if missing.is_empty() || !knows_the_readme(subject) {
        return;
    }
    let samples = samples(subject.tree);
    let readme = subject.registry_files.readme.as_ref().map(|readme| &readme.source);
    let texts =
        samples.iter().map(|sample| &sample.source).chain(readme).chain(subject.registry_files.sources());
    for source in texts {
        missing.retain(|read| !has_word(source.text(), &read.name));
    }
    let Some((first, others)) = missing.split_first() else { return };
    let names: Vec<&str> = missing.iter().map(|read| read.name.as_str()).collect();
    let them = if others.is_empty() { "it" } else { "them" };
    let message = format!(
        "the server does not start without {}, and nothing tells its users of {them}",
        listed(&names)
    );
    let mut finding = RULE.at(first.places[0].clone(), message).help(format!(
        "name {them} in the readme, or add to `pyproject.toml`:\n{}",
        names.iter().map(|name| declaration(name)).collect::<Vec<_>>().join("\n\n")
    ));
    for (name, place) in others.iter().filter_map(|read| Some((&read.name, read.places.first()?))) {
        finding = finding.related(Location::clone(place), format!("`{name}`"));
    }
    report.push(finding);
}

/// The table that tells users of the variable.
fn declaration(name: &str) -> String {
    let secret = if names_a_secret(name) { "\nsecret = true" } else { "" };
    format!("[[tool.mcp-backend.env]]\nname = \"{name}\"\nrequired = true{secret}")
}

/// Whether there is no readme, or its text is known.
fn knows_the_readme(subject: &Subject<'_>) -> bool {
    let project = subject.project;
    subject.registry_files.readme.is_some() || project.readme.is_none() && !project.is_dynamic("readme")
}
