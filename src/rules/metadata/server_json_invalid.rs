use crate::diagnostic::{Diagnostic, Level, Location};
use crate::project::Remote;
use crate::registry_files::ParsedFile;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::JsonNode;
use crate::spec::server_json::{self, NEWEST, ServerJson, template_names};
use crate::spec::shape::{ShapeFault, ShapeFaultKind, Wrong, is_placeholder};
use crate::text::{Span, Spanned, closest};

declare_rule! {
    /// ## What it does
    /// Checks that `server.json` is as the MCP registry wants it, and a bundle's `manifest.json` as `mcpb` does: each
    /// member of its type, none missing, texts not too long.
    ///
    /// A `server.json` of an older format, of a draft or of none that it names is a warning, and what stands in it is not
    /// judged. What is filled in later, such as `$VERSION`, is taken as right. The settings `mcp-name` and `remotes` are held
    /// to the same: what is exported has that name, and lies at those addresses. There, a name in braces in the value of a
    /// header is to be one of the `variables` as well, which clients would send with its braces else.
    ///
    /// ## Why is this bad?
    /// The registry refuses such a file, and so does whoever installs the bundle, after the release is already made.
    ///
    /// Remedy: by hand, since only the publisher knows the namespace that is theirs.
    ///
    /// ## Example
    /// `server.json`:
    /// ```json
    /// {
    ///   "$schema": "https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json",
    ///   "name": "weather",
    ///   "description": "Tells the weather",
    ///   "version": "1.0.0"
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
    ///   "version": "1.0.0"
    /// }
    /// ```
    MET010 "server-json-invalid" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let registry_files = subject.registry_files;
    report.extend(setting(subject));
    report.extend(subject.project.settings.remotes.iter().flat_map(|remote| remote_faults(subject, remote)));
    for parsed in &registry_files.broken {
        let path = parsed.source.path();
        let at = parsed.content.at;
        let finding = RULE.at((path, Span::new(at, at)), format!("`{path}` is not JSON: {}", parsed.content));
        report.push(finding.help("write it there, or remove what stands there instead"));
    }
    if let Some(parsed) = &registry_files.server_json {
        report.extend(outdated(parsed));
        report.extend(parsed.content.faults().iter().map(|fault| finding(parsed, fault)));
    }
    if let Some(parsed) = &registry_files.manifest {
        report.extend(parsed.content.faults().iter().map(|fault| finding(parsed, fault)));
    }
}

/// The finding of a format that the registry does not take.
fn outdated(parsed: &ParsedFile<ServerJson>) -> Option<Diagnostic> {
    let path = parsed.source.path();
    let schema = parsed.content.root.get("$schema");
    let what = match (schema.and_then(JsonNode::text), parsed.content.date()) {
        (_, Some(date)) if date >= NEWEST => return None,
        (_, Some(date)) => format!("is in the format of {date}, which the registry takes no longer"),
        (Some(written), None) if is_placeholder(written) => return None,
        (Some(written), None) if written.contains("/draft/") => {
            "is in the format of a draft (`$schema`), which the registry does not take".to_owned()
        }
        (Some(_), None) => "names no format of the registry in `$schema`".to_owned(),
        (None, None) => "names no format: it lacks `$schema`".to_owned(),
    };
    let place = match schema {
        Some(schema) => Location::span(path, schema.range.clone().into()),
        None => Location::span(
            path,
            Span::new(parsed.content.root.range.start, parsed.content.root.range.start + 1),
        ),
    };
    let help = match parsed.content.date() {
        Some(_) => format!("bring it to the format of {NEWEST}, the newest that is known"),
        None if schema.is_some() => format!("write `\"{}\"`", server_json::schema()),
        None => format!("add `\"$schema\": \"{}\"`", server_json::schema()),
    };
    Some(RULE.at(place, format!("`{path}` {what}")).level(Level::Warning).help(help))
}

/// The setting that the name in an exported `server.json` comes from.
fn setting(subject: &Subject<'_>) -> Option<Diagnostic> {
    let set = subject.project.settings.mcp_name.as_ref()?;
    let wrong = server_json::name(&set.value)?;
    let place = subject.project.at(set.span);
    Some(RULE.at(place, format!("`mcp-name` is `{}`: it {}", set.value, wrong.what)).help(wrong.remedy))
}

/// What is wrong with a remote of the settings.
fn remote_faults(subject: &Subject<'_>, remote: &Remote) -> Vec<Diagnostic> {
    let declared: Vec<&str> = remote.variables.iter().map(|variable| variable.name.value.as_str()).collect();
    let mut faults = Vec::new();
    let mut tell = |what: &str, text: &Spanned<String>, wrong: Option<Wrong>| {
        let finding = wrong.map(|wrong| {
            let message = format!("the {what} `{}` {}", text.value, wrong.what);
            RULE.at(subject.project.at(text.span), message).help(wrong.remedy)
        });
        faults.extend(finding);
    };
    tell("address", &remote.url, server_json::remote_address(&remote.url.value, &declared));
    for header in &remote.headers {
        tell("header", &header.name, server_json::header_name(&header.name.value));
        // an object in braces is no name
        let fixed = header.value.as_ref().filter(|value| template_names(&value.value).all(is_identifier));
        if let Some(value) = fixed {
            tell("value", value, server_json::undeclared(&value.value, &declared));
        }
    }
    faults
}

fn is_identifier(name: &str) -> bool {
    name.chars().all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
}

fn finding<T>(parsed: &ParsedFile<T>, fault: &ShapeFault) -> Diagnostic {
    let path = parsed.source.path();
    // of a whole object its first brace is enough to see
    let start = fault.range.start;
    let whole = parsed.source.text()[fault.range.clone()].starts_with(['{', '[']);
    let span = if whole { Span::new(start, start + 1) } else { fault.range.clone().into() };
    let what = if fault.path.is_empty() { path.as_str() } else { fault.path.as_str() };
    let finding = RULE.at((path, span), format!("`{what}` {}", fault.kind));
    let name = fault.path.rsplit('.').next().unwrap_or_default();
    match &fault.kind {
        ShapeFaultKind::Missing(key) => finding.help(format!("add `\"{key}\"`")),
        ShapeFaultKind::Unknown { known } => match closest(name, known.iter().copied()) {
            Some(meant) => finding.help(format!("write `\"{meant}\"`")),
            None => finding.help("remove it"),
        },
        ShapeFaultKind::Type(kind) => finding.help(format!("write {kind}")),
        ShapeFaultKind::Word(words) => match words.as_slice() {
            [word] => finding.help(format!("write `\"{word}\"`")),
            _ => finding.help("write one of them"),
        },
        ShapeFaultKind::Text(wrong) => finding.help(wrong.remedy.as_str()),
    }
}
