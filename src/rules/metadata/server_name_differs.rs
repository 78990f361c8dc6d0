use crate::diagnostic::{Diagnostic, Level, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::dockerfile::{self, Label};
use crate::spec::shape::is_placeholder;
use crate::text::literal::{in_containerfile, quoted};
use crate::text::{RelPath, Span};

/// The label by which the registry knows whose an image is.
const LABEL: &str = "io.modelcontextprotocol.server.name";

declare_rule! {
    /// ## What it does
    /// Checks that an image's label `io.modelcontextprotocol.server.name` and the `mcpName` of a `package.json` say the
    /// name that the server has in the MCP registry: `mcp-name` of `[tool.mcp-backend]`, or else the one in
    /// `server.json`. A Dockerfile without the label is a warning where `server.json` lists an image.
    ///
    /// ## Why is this bad?
    /// By them the registry knows that image, package and server have one owner. It compares letter by letter, and refuses
    /// to list the server when they differ; an image or a package that was published cannot be changed any more.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// mcp-name = "io.github.you/weather"
    /// ```
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// LABEL io.modelcontextprotocol.server.name="io.github.You/weather"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// mcp-name = "io.github.you/weather"
    /// ```
    /// `README.md`:
    /// ```markdown
    /// <!-- mcp-name: io.github.you/weather -->
    /// ```
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// LABEL io.modelcontextprotocol.server.name="io.github.you/weather"
    /// ```
    MET026 "server-name-differs" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some((name, told)) = server_name(subject) else { return };
    report.extend(unlabelled(subject, name, &told));
    let mut compare = |path: &RelPath, span: Span, what: &str, written: &str, right: String| {
        if written != name && !is_placeholder(written) {
            let message = format!("{what} is `{written}`, but the server is `{name}`");
            let finding = RULE.at((path, span), message).related(told.clone(), "the server");
            report.push(finding.help(format!("write `{name}`")).edit(path, span, right));
        }
    };
    for image in &subject.registry_files.images {
        for label in dockerfile::labels(&image.content).iter().filter(|label| label.key == LABEL) {
            let what = format!("`{LABEL}`");
            compare(image.source.path(), label.range.clone().into(), &what, &label.value, name.to_owned());
        }
    }
    if let Some(package) = &subject.registry_files.npm
        && let Some(node) = package.content.get("mcpName")
        && let Some(written) = node.text()
    {
        let right = quoted(name);
        compare(package.source.path(), node.range.clone().into(), "`mcpName`", written, right);
    }
}

/// The finding of an image in `server.json` that the project makes and gives no label.
fn unlabelled(subject: &Subject<'_>, name: &str, told: &Location) -> Option<Diagnostic> {
    let mut packages = subject.registry_files.server_json.as_ref()?.content.packages();
    packages.find(|package| package.registry == "oci")?;
    let images = &subject.registry_files.images;
    let is_labelled = |label: &Label| label.key == LABEL;
    let image = images
        .first()
        .filter(|_| !images.iter().any(|image| dockerfile::labels(&image.content).iter().any(is_labelled)))?;
    let path = image.source.path();
    let finding = RULE.at(path, format!("`{path}` does not set the label `{LABEL}`"));
    // a build may add it
    let finding = finding.level(Level::Warning).related(told.clone(), "the server");
    Some(finding.help(format!("add to `{path}`:\nLABEL {LABEL}={}", in_containerfile(name))))
}

/// The server's name in the registry, and where it is set.
fn server_name<'s>(subject: &Subject<'s>) -> Option<(&'s str, Location)> {
    if let Some(set) = &subject.project.settings.mcp_name {
        return Some((&set.value, subject.project.at(set.span)));
    }
    let parsed = subject.registry_files.server_json.as_ref()?;
    let node = parsed.content.name()?;
    let name = node.text().filter(|name| !is_placeholder(name))?;
    Some((name, Location::span(parsed.source.path(), node.range.clone().into())))
}
