use crate::diagnostic::Diagnostic;
use crate::registry_files::{ClientSettings, ServerEntry, servers, shell_words};
use crate::rule::names::KnownNames;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::{JsonNode, JsonValue};
use crate::text::Span;
use crate::text::literal::{array, quoted};

declare_rule! {
    /// ## What it does
    /// Checks that clients can use the settings which the readme shows, or that lie in files of the repository: `command` is
    /// one program, `args` a list of strings, `env` an object of strings.
    ///
    /// ## Why is this bad?
    /// A client starts no shell: it looks for a program that is called `uvx weather`, with the blank, and finds none. Settings
    /// of another type it refuses, often together with all others in the file.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// { "mcpServers": { "weather": { "command": "uvx weather" } } }
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~json
    /// { "mcpServers": { "weather": { "command": "uvx", "args": ["weather"] } } }
    /// ~~~
    /// ```
    RUN002 "unusable-settings" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let names = KnownNames::of(subject);
    for settings in subject.registry_files.settings() {
        for server in settings.root.iter().flat_map(servers) {
            let is_program = |word: &str| {
                let name = word.rsplit(['/', '\\']).next().unwrap_or_default();
                let name = name.strip_suffix(".exe").unwrap_or(name);
                let own = || names.as_ref().is_some_and(|names| names.is_own(name));
                PROGRAMS.contains(&name) || own()
            };
            report.extend(of_command(settings, server, &is_program));
            report.extend(of_arguments(settings, server.whole));
            report.extend(of_environment(settings, server.whole));
        }
    }
}

/// Programs that a path with blanks is not taken for.
const PROGRAMS: &[&str] =
    &["uvx", "uv", "python", "python3", "pipx", "npx", "node", "docker", "podman", "fastmcp", "mcp"];

/// The finding of a command that is several words.
fn of_command(
    settings: &ClientSettings,
    server: ServerEntry<'_>,
    is_program: &dyn Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let node = server.command;
    let written = node.text()?;
    let words = shell_words(written);
    let [program, rest @ ..] = words.as_slice() else { return None };
    if rest.is_empty() || !is_program(program) {
        return None;
    }
    let path = settings.source.path();
    let message = format!(
        "clients take `{written}` for the name of one program: all but the first word belong into `args`"
    );
    let right = quoted(program);
    let finding = RULE
        .at((path, span(node)), message)
        .help(format!("write `\"command\": {right}, \"args\": {}`", array(rest)));
    let words = rest.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ");
    Some(match server.whole.get("args").map(|args| (args, &args.value)) {
        None => finding.edit(path, span(node), format!("{right}, \"args\": [{words}]")),
        Some((args, JsonValue::Array(items))) => {
            let start = Span::new(args.range.start + 1, args.range.start + 1);
            let separator = if items.is_empty() { "" } else { ", " };
            finding.edit(path, span(node), right).edit(path, start, words + separator)
        }
        Some(_) => finding,
    })
}

/// The finding of arguments that are no list of strings.
fn of_arguments(settings: &ClientSettings, server: &JsonNode) -> Option<Diagnostic> {
    let path = settings.source.path();
    let node = server.get("args")?;
    match &node.value {
        JsonValue::String(written) => {
            let right = array(&shell_words(written));
            let finding =
                RULE.at((path, span(node)), "`args` is a string, and clients want a list of strings");
            Some(finding.help(format!("write `{right}`")).edit(path, span(node), right))
        }
        JsonValue::Array(items) => {
            let (item, right) = items.iter().find_map(|item| Some((item, as_text(item)?)))?;
            let finding =
                RULE.at((path, span(item)), "`args` holds what is no string, and clients want strings alone");
            Some(finding.help(format!("write `{right}`")).edit(path, span(item), right))
        }
        _ => None,
    }
}

/// The finding of variables that are no strings.
fn of_environment(settings: &ClientSettings, server: &JsonNode) -> Option<Diagnostic> {
    let path = settings.source.path();
    let node = server.get("env")?;
    if let JsonValue::Array(_) = node.value {
        let place = Span::new(node.range.start, node.range.start + 1);
        let finding =
            RULE.at((path, place), "`env` is a list, and clients want an object of names and values");
        return Some(finding.help("write `{ \"NAME\": \"value\" }`"));
    }
    let members = node.members();
    let (member, right) = members.iter().find_map(|member| Some((member, as_text(&member.node)?)))?;
    let message = format!("`{}` in `env` is no string, and clients want strings alone", member.name);
    let place = span(&member.node);
    Some(RULE.at((path, place), message).help(format!("write `{right}`")).edit(path, place, right))
}

/// The string that a number or a truth was meant as.
fn as_text(node: &JsonNode) -> Option<String> {
    match &node.value {
        JsonValue::Number(number) => Some(quoted(number)),
        JsonValue::Bool(truth) => Some(quoted(&truth.to_string())),
        _ => None,
    }
}

fn span(node: &JsonNode) -> Span {
    node.range.clone().into()
}
