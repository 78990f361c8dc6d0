use crate::diagnostic::{Diagnostic, Level};
use crate::environment::names_a_secret;
use crate::project::EnvVariable;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::{JsonNode, JsonValue};
use crate::spec::name;
use crate::spec::server_json::Package;
use crate::spec::shape::is_placeholder;
use crate::text::{SourceText, Span, has_word, listed};

declare_rule! {
    /// ## What it does
    /// Checks that the files which are kept by hand for clients and catalogues tell of the environment variables what
    /// `[[tool.mcp-backend.env]]` does: `server.json` in its package on PyPI, the `manifest.json` of a bundle, and the
    /// `server.yaml` of Docker's catalogue.
    ///
    /// A declared variable with `required = true` that the file never names is an error, and a warning where the server
    /// may be given it as an argument or in a file. So is one that is not declared, but without which the server does not
    /// start. Where the file has it otherwise than the declaration, required, secret or with another default, that is a
    /// warning too. A variable that the file itself gives a value has nothing to ask for.
    ///
    /// ## Why is this bad?
    /// A client asks its user for what the file lists and for nothing else. A server that was installed so does not start,
    /// and what is not marked as a secret is shown on screens.
    ///
    /// Remedy: by hand, since only the author can tell users what the variable is for.
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
    ///     {
    ///       "registryType": "pypi", "identifier": "weather", "version": "1.0.0", "transport": { "type": "stdio" },
    ///       "environmentVariables": [
    ///         { "name": "WEATHER_REGION", "description": "Where the weather is told", "isRequired": true }
    ///       ]
    ///     }
    ///   ]
    /// }
    /// ```
    ENV006 "listed-variables-differ" Error(Start) Author
}

/// A list of variables that is kept by hand.
struct List<'s> {
    source: &'s SourceText,
    /// What stands in it.
    text: &'s str,
    /// Where it tells of variables.
    place: Span,
    /// How one is added.
    remedy: &'static str,
    /// The server may be given values in another way.
    open: bool,
}

/// What a list says of one variable.
struct Listed<'s> {
    place: &'s JsonNode,
    required: bool,
    secret: bool,
    default: Option<&'s JsonNode>,
    /// How it says that a variable is required, and that one is a secret.
    words: [&'static str; 2],
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let registry_files = subject.registry_files;
    let packages = registry_files.server_json.iter().flat_map(|parsed| {
        let own = subject.project.name.as_ref().map(|own| name::normalize(&own.value));
        let is_own = move |package: &Package<'_>| {
            package.registry == "pypi" && package.identifier.text().map(name::normalize) == own
        };
        parsed.content.packages().filter(is_own).map(|package| (&*parsed.source, package.whole))
    });
    for (source, package) in packages {
        missing(subject, &of_package(source, package), report);
        differing(subject, source, |name| in_package(package, name), report);
    }
    if let Some(parsed) = &registry_files.manifest {
        let (source, root) = (&*parsed.source, &parsed.content.root);
        missing(subject, &of_manifest(source, root), report);
        differing(subject, source, |name| in_manifest(root, name), report);
    }
    if let Some(source) = &registry_files.catalog {
        missing(subject, &of_catalog(source), report);
    }
}

fn of_package<'s>(source: &'s SourceText, package: &JsonNode) -> List<'s> {
    let place = package.get("environmentVariables").or_else(|| package.get("identifier")).unwrap_or(package);
    List {
        source,
        text: &source.text()[package.range.clone()],
        place: start(place),
        remedy: "add it to `environmentVariables`, with `\"isRequired\": true`",
        open: ["packageArguments", "runtimeArguments"].iter().any(|key| package.get(key).is_some()),
    }
}

fn of_manifest<'s>(source: &'s SourceText, root: &JsonNode) -> List<'s> {
    let config = root.get("server").and_then(|server| server.get("mcp_config"));
    let words = config.and_then(|config| config.get("args")).map(JsonNode::items).unwrap_or_default();
    let place = config.and_then(|config| config.get("env")).or(config).unwrap_or(root);
    List {
        source,
        text: source.text(),
        place: start(place),
        remedy: "add it to `env` of `mcp_config`, as a `${user_config.NAME}` that is required",
        open: words.iter().filter_map(JsonNode::text).any(|word| word.contains("${user_config.")),
    }
}

fn of_catalog(source: &SourceText) -> List<'_> {
    let text = source.text();
    let at = text.find("\nconfig:").map_or(0, |at| at + 1);
    let open = text.contains("command:");
    List { source, text, place: Span::new(at, at), remedy: "add it to `config`", open }
}

/// Of an object or a list its first brace is enough to see.
fn start(node: &JsonNode) -> Span {
    let whole = matches!(node.value, JsonValue::Object(_) | JsonValue::Array(_));
    Span::new(node.range.start, if whole { node.range.start + 1 } else { node.range.end })
}

/// Adds the finding of what the server does not start without, and `list` never names.
fn missing(subject: &Subject<'_>, list: &List<'_>, report: &mut Vec<Diagnostic>) {
    // some libraries for settings take a name in either case
    let text = list.text.to_ascii_uppercase();
    let is_missing = |name: &str| !has_word(&text, &name.to_ascii_uppercase());
    let declared = &subject.project.settings.env;
    let required = declared.iter().filter(|one| one.is_required() && one.default.is_none());
    let told = required.map(|one| (&one.name.value, subject.project.at(one.name.span)));
    let told: Vec<_> = told.filter(|(name, _)| is_missing(name)).collect();
    let is_known = |name: &String| declared.iter().any(|one| one.name.value == *name);
    let read = subject.environment().reads.iter().filter(|read| read.required && !is_known(&read.name));
    let read = read.filter_map(|read| Some((&read.name, read.places.first()?.clone())));
    let sure = !told.is_empty() && !list.open && !text.contains("ENV-FILE");
    let all: Vec<_> = told.into_iter().chain(read.filter(|(name, _)| is_missing(name))).collect();
    let Some((_, first)) = all.first() else { return };
    let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
    let path = list.source.path();
    let message =
        format!("`{path}` does not tell of {}, without which the server does not start", listed(&names));
    let finding = RULE.at((path, list.place), message);
    let finding = finding.related(first.clone(), "required here").help(list.remedy);
    report.push(finding.warning_unless(sure));
}

fn in_package<'s>(package: &'s JsonNode, name: &str) -> Option<Listed<'s>> {
    let mut all = package.get("environmentVariables")?.items().iter();
    let entry = all.find(|entry| entry.get("name").and_then(JsonNode::text) == Some(name))?;
    let is_open = entry.get("value").is_none();
    let flag = |key: &str| is_true(entry.get(key));
    is_open.then(|| Listed {
        place: entry.get("name").unwrap_or(entry),
        required: flag("isRequired"),
        secret: flag("isSecret"),
        default: entry.get("default"),
        words: ["isRequired", "isSecret"],
    })
}

/// What the user is asked for whose answer becomes the variable.
fn in_manifest<'s>(root: &'s JsonNode, name: &str) -> Option<Listed<'s>> {
    let value = root.get("server")?.get("mcp_config")?.get("env")?.get(name)?.text()?;
    let key = value.strip_prefix("${user_config.")?.strip_suffix('}')?;
    let entry = root.get("user_config")?.get(key)?;
    let flag = |key: &str| is_true(entry.get(key));
    Some(Listed {
        place: entry,
        required: flag("required"),
        secret: flag("sensitive"),
        default: entry.get("default"),
        words: ["required", "sensitive"],
    })
}

fn is_true(node: Option<&JsonNode>) -> bool {
    node.is_some_and(|node| node.value == JsonValue::Bool(true))
}

/// Adds the findings of what is declared otherwise than it is listed.
fn differing<'s>(
    subject: &Subject<'_>,
    source: &SourceText,
    find: impl Fn(&str) -> Option<Listed<'s>>,
    report: &mut Vec<Diagnostic>,
) {
    for declared in &subject.project.settings.env {
        let Some(listed) = find(&declared.name.value) else { continue };
        let starts_without =
            || !subject.environment().variable(&declared.name.value).is_some_and(|read| read.required);
        let faults = [of_need(declared, &listed, starts_without), of_secrecy(declared, &listed)];
        for (what, remedy) in faults.into_iter().flatten().chain(of_default(declared, &listed)) {
            let message = format!("`{}` {what}", source.path());
            let finding = RULE.at((source.path(), start(listed.place)), message);
            let place = subject.project.at(declared.name.span);
            report.push(finding.related(place, "the declaration").help(remedy).level(Level::Warning));
        }
    }
}

type Mismatch = (String, String);

fn of_need(
    declared: &EnvVariable,
    listed: &Listed<'_>,
    starts_without: impl Fn() -> bool,
) -> Option<Mismatch> {
    let (name, word) = (&declared.name.value, listed.words[0]);
    if declared.is_required() {
        let is_open = !listed.required && listed.default.is_none() && declared.default.is_none();
        let what = format!("lets users leave out `{name}`, which is declared as required");
        return is_open.then(|| (what, format!("add `\"{word}\": true`")));
    }
    // what the source demands has a rule of its own
    let what = format!("demands `{name}`, which is declared as optional");
    (listed.required && starts_without())
        .then(|| (what, format!("remove `\"{word}\"`, or declare `required = true`")))
}

fn of_secrecy(declared: &EnvVariable, listed: &Listed<'_>) -> Option<Mismatch> {
    let (name, word) = (&declared.name.value, listed.words[1]);
    match (declared.is_secret(), listed.secret) {
        (true, false) => {
            Some((format!("does not say that `{name}` is a secret"), format!("add `\"{word}\": true`")))
        }
        // a name that tells it has a rule of its own
        (false, true) if declared.secret.is_some() || !names_a_secret(name) => Some((
            format!("says that `{name}` is a secret, and its declaration does not"),
            format!("declare `secret = true`, or remove `\"{word}\"`"),
        )),
        _ => None,
    }
}

/// The values stay untold, as one may be a secret that nobody marked.
fn of_default(declared: &EnvVariable, listed: &Listed<'_>) -> Option<Mismatch> {
    let own = &declared.default.as_ref().filter(|_| !declared.is_secret())?.value;
    let other = match &listed.default?.value {
        JsonValue::String(text) | JsonValue::Number(text) => text.clone(),
        JsonValue::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    let differs = other != *own && !is_placeholder(&other) && !listed.secret;
    let what = format!("has another default for `{}` than its declaration", declared.name.value);
    differs.then(|| (what, "write the same in both".to_owned()))
}
