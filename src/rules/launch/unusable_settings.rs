use crate::diagnostic::Diagnostic;
use crate::registry_files::{ClientSettings, Launch, ServerEntry, servers, shell_words};
use crate::rule::names::KnownNames;
use crate::rule::{Subject, declare_rule};
use crate::spec::json::{JsonNode, JsonValue};
use crate::text::Span;
use crate::text::literal::{array, quoted};

declare_rule! {
    /// ## What it does
    /// Checks that clients can use the settings which the readme shows, or that lie in files of the repository: `command` is
    /// one program and no install, `args` a list of single words, `env` an object of strings.
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
    let is_own = |word: &str| names.as_ref().is_some_and(|names| names.is_own(word));
    for settings in subject.registry_files.settings() {
        for server in settings.root.iter().flat_map(servers) {
            report.extend(of_command(settings, server, &is_own));
            report.extend(of_list(settings, server));
            report.extend(of_arguments(settings, server.whole));
            report.extend(of_words(settings, server, &is_own));
            report.extend(of_environment(settings, server.whole));
            report.extend(of_install(settings, server));
        }
    }
}

/// Programs that a path with blanks is not taken for.
const PROGRAMS: &[&str] =
    &["uvx", "uv", "python", "python3", "pipx", "pip", "npx", "node", "docker", "podman", "fastmcp", "mcp"];

/// What a program is called, whatever folder it lies in.
fn name(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or_default();
    name.strip_suffix(".exe").unwrap_or(name)
}

/// The finding of a command that is several words.
fn of_command(
    settings: &ClientSettings,
    server: ServerEntry<'_>,
    is_own: &dyn Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let node = server.command;
    let written = node.text()?;
    let words = shell_words(written);
    let [program, rest @ ..] = words.as_slice() else { return None };
    let name = name(program);
    if rest.is_empty() || !PROGRAMS.contains(&name) && !is_own(name) {
        return None;
    }
    let path = settings.source.path();
    let message = format!(
        "clients take `{written}` for the name of one program: all but the first word belong into `args`"
    );
    let right = quoted(program);
    let finding = RULE.at((path, span(node)), message);
    let finding = finding.help(format!("write `\"command\": {right}, \"args\": {}`", array(rest)));
    Some(match server.whole.get("args").map(|args| (args, &args.value)) {
        None => finding.edit(path, span(node), format!("{right}, \"args\": {}", array(rest))),
        Some((args, JsonValue::Array(items))) => {
            let start = Span::new(args.range.start + 1, args.range.start + 1);
            let separator = if items.is_empty() { "" } else { ", " };
            finding.edit(path, span(node), right).edit(path, start, in_list(rest) + separator)
        }
        Some(_) => finding,
    })
}

/// Words as they stand in a list.
fn in_list(words: &[String]) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")
}

/// The finding of a command in a list, for clients that take one word.
fn of_list(settings: &ClientSettings, server: ServerEntry<'_>) -> Option<Diagnostic> {
    let node = server.command;
    let items = node.items();
    let words: Option<Vec<String>> = items.iter().map(|item| item.text().map(str::to_owned)).collect();
    let words = words.filter(|_| server.common && server.whole.get("args").is_none())?;
    let (program, rest) = words.split_first()?;
    let right = format!("{}, \"args\": {}", quoted(program), array(rest));
    let path = settings.source.path();
    let message =
        "`command` is a list, and clients want the program alone: the other words belong into `args`";
    let finding = RULE.at((path, span(node)), message);
    Some(finding.help(format!("write `\"command\": {right}`")).edit(path, span(node), right))
}

/// The finding of arguments that are no list of strings.
fn of_arguments(settings: &ClientSettings, server: &JsonNode) -> Option<Diagnostic> {
    let path = settings.source.path();
    let node = server.get("args")?;
    match &node.value {
        JsonValue::String(written) => {
            let right = array(&shell_words(written));
            let message = "`args` is a string, and clients want a list of strings";
            let finding = RULE.at((path, span(node)), message);
            Some(finding.help(format!("write `{right}`")).edit(path, span(node), right))
        }
        JsonValue::Array(items) => {
            let item = items.iter().find(|item| item.text().is_none())?;
            Some(no_text(settings, item, "`args` holds what is no string, and clients want strings alone"))
        }
        _ => None,
    }
}

/// The finding of several words in one argument, of which the first can only stand alone.
fn of_words(
    settings: &ClientSettings,
    server: ServerEntry<'_>,
    is_own: &dyn Fn(&str) -> bool,
) -> Option<Diagnostic> {
    let program = name(server.command.text()?);
    let items = server.whole.get("args")?.items();
    if !["uvx", "uv", "pipx", "python", "python3"].contains(&program) {
        return None;
    }
    let alone = ["-m", "run", "tool", "--from", "--directory", "--project", "--with", "install"];
    let before = |at: usize| at.checked_sub(1).and_then(|at| items[at].text());
    let found = items.iter().enumerate().find_map(|(at, item)| {
        let words = shell_words(item.text()?);
        let first = words.first().filter(|_| words.len() > 1 && before(at) != Some("-c"))?;
        (alone.contains(&first.as_str()) || is_own(first)).then_some((item, words))
    });
    let (item, words) = found?;
    let path = settings.source.path();
    let message = "clients hand on an argument as one word, blanks included".to_owned();
    let right = in_list(&words);
    let finding = RULE.at((path, span(item)), message);
    Some(finding.help(format!("write `{right}`")).edit(path, span(item), right))
}

/// The finding of variables that are no strings.
fn of_environment(settings: &ClientSettings, server: &JsonNode) -> Option<Diagnostic> {
    let path = settings.source.path();
    let node = server.get("env")?;
    if let JsonValue::Array(_) = node.value {
        let place = Span::new(node.range.start, node.range.start + 1);
        let message = "`env` is a list, and clients want an object of names and values";
        return Some(RULE.at((path, place), message).help("write `{ \"NAME\": \"value\" }`"));
    }
    let member = node.members().iter().find(|member| member.node.text().is_none())?;
    let message = format!("`{}` in `env` is no string, and clients want strings alone", member.name);
    Some(no_text(settings, &member.node, message))
}

/// The finding of a value that should be a string: a number or a truth is meant as one.
fn no_text(settings: &ClientSettings, node: &JsonNode, message: impl Into<String>) -> Diagnostic {
    let path = settings.source.path();
    let right = match &node.value {
        JsonValue::Number(number) => quoted(number),
        JsonValue::Bool(truth) => quoted(&truth.to_string()),
        _ => {
            return RULE
                .at((path, Span::new(node.range.start, node.range.start + 1)), message)
                .help("write a string");
        }
    };
    RULE.at((path, span(node)), message).help(format!("write `{right}`")).edit(path, span(node), right)
}

/// The finding of a command that installs something, and then ends.
fn of_install(settings: &ClientSettings, server: ServerEntry<'_>) -> Option<Diagnostic> {
    let launches = server.launches();
    let [Launch::Install(package), rest @ ..] = &launches[..] else { return None };
    if !rest.iter().all(|launch| matches!(launch, Launch::Install(_))) {
        return None;
    }
    let place = Span::new(package.range.start, package.range.end);
    let message = format!("the command installs `{}` and ends: it starts no server", package.text);
    Some(RULE.at((settings.source.path(), place), message).help(format!("write `uvx {}`", package.text)))
}

fn span(node: &JsonNode) -> Span {
    node.range.clone().into()
}
