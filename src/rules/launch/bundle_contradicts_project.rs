use crate::diagnostic::Diagnostic;
use crate::registry_files::ParsedFile;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::{JsonNode, JsonValue};
use crate::spec::mcpb_manifest::Manifest;
use crate::spec::shape::is_placeholder;
use crate::text::{RelPath, Span, closest};

declare_rule! {
    /// ## What it does
    /// Checks that a bundle's `manifest.json` tells of the project what is so: its `entry_point` and `icon` are there, each
    /// `${user_config.x}` is declared in `user_config`, and each of its `tools` is one of the server's.
    ///
    /// What a build puts into the bundle is not known, so that only a file counts which would lie in a folder that is there
    /// or beside the manifest. Where the code does not tell all tools, none is held against it.
    ///
    /// ## Why is this bad?
    /// The bundle installs, and then does not start, gets the text `${user_config.x}` in place of a value, or shows users
    /// tools that it does not have.
    ///
    /// ## Example
    /// `manifest.json`:
    /// ```json
    /// {
    ///   "manifest_version": "0.4",
    ///   "name": "weather",
    ///   "version": "1.0.0",
    ///   "description": "Tells the weather",
    ///   "author": { "name": "Ada Example" },
    ///   "server": {
    ///     "type": "uv",
    ///     "entry_point": "src/weather/servr.py",
    ///     "mcp_config": { "command": "uv", "args": ["run", "--directory", "${__dirname}", "weather"] }
    ///   }
    /// }
    /// ```
    ///
    /// Use instead:
    /// `manifest.json`:
    /// ```json
    /// {
    ///   "manifest_version": "0.4",
    ///   "name": "weather",
    ///   "version": "1.0.0",
    ///   "description": "Tells the weather",
    ///   "author": { "name": "Ada Example" },
    ///   "server": {
    ///     "type": "uv",
    ///     "entry_point": "src/weather/server.py",
    ///     "mcp_config": { "command": "uv", "args": ["run", "--directory", "${__dirname}", "weather"] }
    ///   }
    /// }
    /// ```
    RUN008 "bundle-contradicts-project" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(parsed) = &subject.registry_files.manifest else { return };
    report.extend(entry_point(subject, parsed));
    report.extend(icon(subject, parsed));
    report.extend(settings(parsed));
    report.extend(tools(subject, parsed));
}

fn at(parsed: &ParsedFile<Manifest>, node: &JsonNode, message: String) -> Diagnostic {
    RULE.at((parsed.source.path(), node.range.clone().into()), message)
}

/// A finding at a string, which is replaced by `right` where that is known.
fn mended(
    parsed: &ParsedFile<Manifest>,
    node: &JsonNode,
    finding: Diagnostic,
    right: Option<&str>,
    other: &str,
) -> Diagnostic {
    let inside = Span::new(node.range.start + 1, node.range.end - 1);
    match right {
        Some(right) => finding.help(format!("write `\"{right}\"`")).edit(parsed.source.path(), inside, right),
        None => finding.help(other),
    }
}

/// The finding of an entry point that is not there.
fn entry_point(subject: &Subject<'_>, parsed: &ParsedFile<Manifest>) -> Option<Diagnostic> {
    let server = parsed.content.root.get("server")?;
    let kind = server.get("type")?.text()?;
    let node = server.get("entry_point")?;
    let written = node.text()?;
    let folder = parsed.source.path().parent();
    let path = RelPath::parse(written.strip_prefix("./").unwrap_or(written)).ok()?;
    let path =
        if folder == RelPath::root() { path } else { RelPath::parse(&format!("{folder}/{path}")).ok()? };
    let python = ["python", "uv"].contains(&kind) && written.ends_with(".py");
    if !python || !is_walked(&path) || is_placeholder(written) || subject.tree.file(&path).is_some() {
        return None;
    }
    let files =
        subject.tree.files().iter().map(|file| file.path.as_str()).filter(|file| file.ends_with(".py"));
    let near = closest(written, files).filter(|_| folder == RelPath::root());
    let finding = at(parsed, node, format!("the entry point `{written}` is not there"));
    Some(mended(parsed, node, finding, near, "write the file that starts the server"))
}

/// Whether the tree was looked through for such a path.
fn is_walked(path: &RelPath) -> bool {
    path.parts().count() <= 2 || path.parts().next() == Some("src")
}

/// The finding of an icon that is not there, without which no bundle is packed.
fn icon(subject: &Subject<'_>, parsed: &ParsedFile<Manifest>) -> Option<Diagnostic> {
    let node = parsed.content.root.get("icon")?;
    let written = node.text().filter(|written| !is_placeholder(written) && !written.contains("://"))?;
    let path = RelPath::parse(written.strip_prefix("./").unwrap_or(written)).ok()?;
    let is_at_root = parsed.source.path().parent() == RelPath::root();
    if !is_walked(&path) || !is_at_root || subject.tree.file(&path).is_some() {
        return None;
    }
    let finding = at(parsed, node, format!("the icon `{written}` is not there"));
    Some(finding.help(format!("add the file `{path}`")))
}

/// The findings of settings that are used and not declared.
fn settings(parsed: &ParsedFile<Manifest>) -> Vec<Diagnostic> {
    let root = &parsed.content.root;
    let declared: Vec<&str> = root
        .get("user_config")
        .map(JsonNode::members)
        .unwrap_or_default()
        .iter()
        .map(|member| member.name.as_str())
        .collect();
    let mut findings = Vec::new();
    let mut pending: Vec<&JsonNode> = root.get("server").into_iter().collect();
    while let Some(node) = pending.pop() {
        for used in node.text().into_iter().flat_map(used).filter(|used| !declared.contains(used)) {
            let finding =
                at(parsed, node, format!("`${{user_config.{used}}}` is not declared in `user_config`"));
            let text = &parsed.source.text()[node.range.clone()];
            let place = text
                .find(&format!("user_config.{used}}}"))
                .map(|place| node.range.start + place + "user_config.".len());
            findings.push(match (closest(used, declared.iter().copied()), place) {
                (Some(right), Some(start)) => finding.help(format!("write `${{user_config.{right}}}`")).edit(
                    parsed.source.path(),
                    Span::new(start, start + used.len()),
                    right,
                ),
                _ => finding.help(format!("add `\"{used}\"` to `user_config`")),
            });
        }
        pending.extend(node.items().iter().chain(node.members().iter().map(|member| &member.node)));
    }
    findings.sort_by_key(|finding| finding.primary.span.map(|span| span.start));
    findings
}

/// The settings that a text uses.
fn used(text: &str) -> Vec<&str> {
    let pieces = text.split("${user_config.").skip(1);
    pieces
        .filter_map(|piece| piece.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
        .collect()
}

/// The findings of tools that the server does not have.
fn tools(subject: &Subject<'_>, parsed: &ParsedFile<Manifest>) -> Vec<Diagnostic> {
    let root = &parsed.content.root;
    let generated = root.get("tools_generated").is_some_and(|node| node.value == JsonValue::Bool(true));
    let listed = root.get("tools").map(JsonNode::items).unwrap_or_default();
    if listed.is_empty() || generated {
        return Vec::new();
    }
    let offered = subject.offered_with_recording();
    let known: Option<Vec<&str>> =
        offered.tools.iter().map(|tool| tool.listed.get("name").and_then(|name| name.as_str())).collect();
    let whole = offered.unknown.is_empty() && !offered.tools.is_empty() && !subject.server.unknown;
    let is_partial = offered.tools.iter().any(|tool| tool.partial.iter().any(|field| field == "name"));
    let Some(known) = known.filter(|_| whole && !is_partial) else { return Vec::new() };
    let names = listed.iter().filter_map(|tool| tool.get("name"));
    let foreign = names.filter(|node| node.text().is_some_and(|name| !known.contains(&name)));
    foreign
        .map(|node| {
            let written = node.text().unwrap_or_default();
            let finding = at(parsed, node, format!("the server has no tool `{written}`"));
            mended(parsed, node, finding, closest(written, known.iter().copied()), "take it out of `tools`")
        })
        .collect()
}
