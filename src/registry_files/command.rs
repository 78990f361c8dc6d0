//! The commands that a text tells its readers to run, as far as they start or install something in Python.
//!
//! Shell lines and the `command` with `args` of clients' settings are read alike. No shell is imitated: a line whose
//! options are not known says nothing.

use std::ops::Range;

use super::markdown::Block;
use crate::spec::json::{self, JsonNode};

/// A word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The word without its quotes.
    pub text: String,
    /// Where it stands, without its quotes.
    pub range: Range<usize>,
}

/// What a command starts or installs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Launch {
    /// A command out of a package: `uvx weather`, `uvx --from weather serve`, `pipx run weather`.
    Tool {
        /// The package, when it is told apart.
        from: Option<Word>,
        /// The command.
        command: Word,
        /// Whether it stands in JSON, where each word has its quotes.
        json: bool,
    },
    /// A package: `pip install weather`.
    Install(Word),
    /// A module: `python -m weather`.
    Module(Word),
    /// A file: `python src/weather/server.py`, `mcp run server.py`.
    File {
        /// The folder that the command changes to first.
        folder: Option<Word>,
        /// The file.
        path: Word,
    },
}

impl Word {
    /// The name of the distribution that the word asks for, and where it stands: `weather` of `weather[cli]@latest`.
    ///
    /// None for what is no plain name: a path, an address, something to be filled in.
    pub fn distribution(&self) -> Option<(&str, Range<usize>)> {
        let inner = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let length = self.text.find(|c: char| !inner(c)).unwrap_or(self.text.len());
        let (name, rest) = self.text.split_at(length);
        let plain = rest.is_empty() || rest.starts_with(['[', '=', '<', '>', '!', '~', '@', ' ', ';']);
        let address =
            rest.contains(['/', ':', '\\']) || [".whl", ".gz", ".py"].iter().any(|end| name.ends_with(end));
        let named = name.starts_with(|c: char| c.is_ascii_alphanumeric());
        (plain && !address && named).then(|| (name, self.range.start..self.range.start + length))
    }
}

/// What the commands in a block of code start or install.
pub(super) fn in_block(text: &str, block: &Block) -> Vec<Launch> {
    let body = &text[block.range.clone()];
    let first = body.trim_start().chars().next();
    match block.language.as_str() {
        "json" | "jsonc" | "json5" => in_json(body, block.range.start),
        "" | "text" if matches!(first, Some('{' | '"')) => in_json(body, block.range.start),
        "" | "text" | "sh" | "bash" | "shell" | "zsh" | "fish" | "console" | "terminal" | "powershell"
        | "pwsh" | "ps1" | "cmd" | "bat" => in_lines(text, block.range.clone()),
        _ => Vec::new(),
    }
}

/// What the lines of a stretch start or install.
pub(super) fn in_lines(text: &str, range: Range<usize>) -> Vec<Launch> {
    let mut launches = Vec::new();
    let mut start = range.start;
    for line in text[range].split_inclusive('\n') {
        launches.extend(commands(&words(line, start), false));
        start += line.len();
    }
    launches
}

/// What the settings of clients start: each object with a `command` and its `args`.
pub(super) fn in_json(text: &str, offset: usize) -> Vec<Launch> {
    // examples often show the members alone
    let bare = || json::parse(&format!("{{{}}}", text.trim_end().trim_end_matches(',')));
    let (root, shift) = match json::parse(text) {
        Ok(root) => (root, 0),
        Err(_) => match bare() {
            Ok(root) => (root, 1),
            Err(_) => return Vec::new(),
        },
    };
    let mut launches = Vec::new();
    in_settings(&root, &|at| offset + at - shift, &mut launches);
    launches
}

/// What each object with a `command` and its `args` at or below `node` starts; `place` tells where a byte lies.
pub(super) fn in_settings(node: &JsonNode, place: &dyn Fn(usize) -> usize, launches: &mut Vec<Launch>) {
    let word = |node: &JsonNode| {
        let text = node.text()?.to_owned();
        Some(Word { text, range: place(node.range.start + 1)..place(node.range.end - 1) })
    };
    if let Some(command) = node.get("command").and_then(word) {
        let arguments = node.get("args").map(JsonNode::items).unwrap_or_default();
        let arguments: Option<Vec<Word>> = arguments.iter().map(word).collect();
        let words: Vec<Word> = std::iter::once(command).chain(arguments.unwrap_or_default()).collect();
        launches.extend(commands(&words, true));
    }
    for child in node.items().iter().chain(node.members().iter().map(|member| &member.node)) {
        in_settings(child, place, launches);
    }
}

/// The words of a line that begins at `start`, without its prompt and comment.
fn words(line: &str, start: usize) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut at = 0;
    while let Some(skipped) = line[at..].find(|c: char| !c.is_whitespace()) {
        at += skipped;
        let quote = line[at..].chars().next().filter(|quote| "\"'".contains(*quote));
        at += usize::from(quote.is_some());
        let rest = &line[at..];
        let length = match quote {
            Some(quote) => rest.find(quote).unwrap_or(rest.len()),
            None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        let text = &rest[..length];
        if quote.is_none() && text.starts_with('#') {
            break;
        }
        let ends = quote.is_none() && text.len() > 1 && text.ends_with(';');
        let (text, length) = if ends { (&text[..length - 1], length - 1) } else { (text, length) };
        let prompt = words.is_empty() && ["$", ">", "%", "PS>"].contains(&text);
        if !prompt {
            words.push(Word { text: text.to_owned(), range: start + at..start + at + length });
        }
        at += length + usize::from(quote.is_some() && length < rest.len());
    }
    words
}

/// What the commands of a line start or install.
fn commands(words: &[Word], json: bool) -> Vec<Launch> {
    let separates = |word: &Word| ["&&", "||", ";", "|", "--"].contains(&word.text.as_str());
    let parts = words.split(separates).map(|part| {
        let skipped = part.iter().take_while(|word| is_prefix(&word.text)).count();
        &part[skipped..]
    });
    parts.flat_map(|part| command(part, None, json)).collect()
}

/// Whether the word stands before a command and does not change what it is: `KEY=value`, `sudo`.
fn is_prefix(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    let assigns = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    assigns || ["sudo", "env", "exec", "export"].contains(&word)
}

fn command(words: &[Word], folder: Option<Word>, json: bool) -> Vec<Launch> {
    let Some((program, rest)) = words.split_first() else { return Vec::new() };
    let name = program.text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    match name {
        "uv" => uv(rest, json),
        "uvx" => tool(rest, "--from", json),
        "pipx" => match rest.split_first() {
            Some((verb, rest)) if verb.text == "run" => tool(rest, "--spec", json),
            Some((verb, rest)) if verb.text == "install" => install(rest),
            _ => Vec::new(),
        },
        "pip" | "pip3" => match rest.split_first() {
            Some((verb, rest)) if verb.text == "install" => install(rest),
            _ => Vec::new(),
        },
        "mcp" | "fastmcp" => served(rest, folder),
        _ if is_python(name) => python(rest, folder),
        _ => Vec::new(),
    }
}

fn is_python(name: &str) -> bool {
    let version = name.strip_prefix("python").or_else(|| name.strip_prefix("py"));
    version.is_some_and(|version| version.chars().all(|c| c.is_ascii_digit() || c == '.'))
}

/// Options that a value follows.
const VALUED: &[&str] = &[
    "--from", "--spec", "--with", "--with-editable", "--with-requirements", "--python", "-p", "--index",
    "--index-url", "-i", "--default-index", "--extra-index-url", "--find-links", "-f", "--env-file",
    "--directory", "--project", "--cache-dir", "--prerelease", "--refresh-package", "--extra", "--group",
    "--package", "--constraint", "-c", "--requirement", "-r", "--editable", "-e", "--target", "-t",
    "--link-mode", "--resolution", "--exclude-newer", "-X", "-W", "--python-preference", "--config-file",
    "--suffix", "--pip-args",
];

/// Options that stand alone.
const FLAGS: &[&str] = &[
    "-q",
    "--quiet",
    "-v",
    "--verbose",
    "--refresh",
    "--isolated",
    "--offline",
    "--no-cache",
    "-n",
    "--native-tls",
    "--no-progress",
    "--no-config",
    "--upgrade",
    "-U",
    "--force",
    "--reinstall",
    "--system",
    "-y",
    "--yes",
    "--pre",
    "--user",
    "--no-deps",
    "--no-env-file",
    "--no-build",
    "--no-index",
    "--no-sync",
    "--frozen",
    "--locked",
    "--no-dev",
    "--all-extras",
    "--no-project",
    "--active",
    "--dev",
    "--force-reinstall",
    "--break-system-packages",
    "--no-cache-dir",
    "--exact",
    "-u",
    "-B",
    "-I",
    "-E",
    "-s",
    "-S",
    "-O",
    "--include-deps",
    "--system-site-packages",
];

/// Whether the option and its value are one word, and one that does not matter: `--python=3.12`.
fn is_assigned(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    VALUED.contains(&name) && !["--from", "--spec", "--directory"].contains(&name)
}

/// Options by name, each with its value.
type Options<'w> = Vec<(&'w str, Option<&'w Word>)>;

/// The options in front, each with its value, and the words from the first that is none, or none that is known.
fn options(words: &[Word]) -> Option<(Options<'_>, &[Word])> {
    let (mut options, mut at) = (Vec::new(), 0);
    while let Some(word) = words.get(at).filter(|word| word.text.starts_with('-')) {
        let name = word.text.as_str();
        if VALUED.contains(&name) {
            options.push((name, Some(words.get(at + 1)?)));
            at += 2;
        } else if FLAGS.contains(&name) || is_assigned(name) {
            options.push((name, None));
            at += 1;
        } else {
            break;
        }
    }
    Some((options, &words[at.min(words.len())..]))
}

fn value<'w>(options: &[(&str, Option<&'w Word>)], name: &str) -> Option<&'w Word> {
    options.iter().find(|(option, _)| *option == name).and_then(|(_, value)| *value)
}

fn tool(words: &[Word], from: &str, json: bool) -> Vec<Launch> {
    let Some((options, [command, ..])) = options(words) else { return Vec::new() };
    let from = value(&options, from).cloned();
    if is_python(&command.text) || command.text.starts_with('-') {
        return Vec::new();
    }
    vec![Launch::Tool { from, command: command.clone(), json }]
}

/// Everything that is installed by name.
fn install(words: &[Word]) -> Vec<Launch> {
    let (mut launches, mut rest) = (Vec::new(), words);
    while let Some((_, behind)) = options(rest) {
        let Some((package, behind)) = behind.split_first() else { break };
        if package.text.starts_with('-') {
            break;
        }
        launches.push(Launch::Install(package.clone()));
        rest = behind;
    }
    launches
}

fn uv(words: &[Word], json: bool) -> Vec<Launch> {
    let Some((global, [verb, rest @ ..])) = options(words) else { return Vec::new() };
    match (verb.text.as_str(), rest) {
        ("tool", [verb, rest @ ..]) if verb.text == "run" => tool(rest, "--from", json),
        ("tool" | "pip", [verb, rest @ ..]) if verb.text == "install" => install(rest),
        ("add", rest) => install(rest),
        ("run", rest) => {
            let Some((local, rest)) = options(rest) else { return Vec::new() };
            let folder = value(&local, "--directory").or_else(|| value(&global, "--directory")).cloned();
            match rest {
                [option, module, ..] if ["-m", "--module"].contains(&option.text.as_str()) => {
                    vec![Launch::Module(module.clone())]
                }
                [path, ..] if path.text.ends_with(".py") => vec![Launch::File { folder, path: path.clone() }],
                [program, ..] if program.text != "uv" => command(rest, folder, json),
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn python(words: &[Word], folder: Option<Word>) -> Vec<Launch> {
    match options(words) {
        Some((_, [option, module, rest @ ..])) if option.text == "-m" => match (module.text.as_str(), rest) {
            ("pip", [verb, rest @ ..]) if verb.text == "install" => install(rest),
            _ => vec![Launch::Module(module.clone())],
        },
        Some((_, [path, ..])) if path.text.ends_with(".py") => {
            vec![Launch::File { folder, path: path.clone() }]
        }
        _ => Vec::new(),
    }
}

/// `mcp run server.py:app`
fn served(words: &[Word], folder: Option<Word>) -> Vec<Launch> {
    let [verb, rest @ ..] = words else { return Vec::new() };
    let known = ["run", "dev", "install"].contains(&verb.text.as_str());
    let Some((_, [path, ..])) = options(rest).filter(|_| known) else { return Vec::new() };
    let length = path.text.rfind(".py:").map_or(path.text.len(), |at| at + 3);
    let path = Word {
        text: path.text[..length].to_owned(),
        range: path.range.start..path.range.start + length.min(path.range.len()),
    };
    if path.text.ends_with(".py") { vec![Launch::File { folder, path }] } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(launch: &Launch) -> String {
        match launch {
            Launch::Tool { from: Some(from), command, .. } => {
                format!("tool {} of {}", command.text, from.text)
            }
            Launch::Tool { command, .. } => format!("tool {}", command.text),
            Launch::Install(package) => format!("install {}", package.text),
            Launch::Module(module) => format!("module {}", module.text),
            Launch::File { folder: Some(folder), path } => format!("file {} in {}", path.text, folder.text),
            Launch::File { path, .. } => format!("file {}", path.text),
        }
    }

    #[test]
    fn shell_lines_are_read() {
        for (line, expected) in [
            ("uvx weather", &["tool weather"][..]),
            ("$ uvx weather@latest --port 80  # start", &["tool weather@latest"]),
            ("KEY=x uvx -q --from 'weather[cli]>=1' serve", &["tool serve of weather[cli]>=1"]),
            ("uv tool run --python 3.12 weather", &["tool weather"]),
            ("uvx --unheard-of x weather", &[]),
            ("uvx python -c 1", &[]),
            ("claude mcp add weather -e K=v -- uvx weather", &["tool weather"]),
            (
                "cd x && pip install weather httpx; uvx weather",
                &["install weather", "install httpx", "tool weather"],
            ),
            ("pip install -r requirements.txt -U weather", &["install weather"]),
            ("pip install -e .", &[]),
            ("python3 -m pip install \"weather\"", &["install weather"]),
            ("uv pip install weather && uv add weather", &["install weather", "install weather"]),
            ("pipx run --spec weather serve", &["tool serve of weather"]),
            ("pipx install weather", &["install weather"]),
            ("python -u -m weather --x", &["module weather"]),
            ("uv run --with mcp python -m weather", &["module weather"]),
            ("uv run -m weather", &["module weather"]),
            ("C:\\venv\\python.exe src/weather/server.py", &["file src/weather/server.py"]),
            ("uv --directory /x/weather run server.py", &["file server.py in /x/weather"]),
            ("uv run --directory /x mcp run server.py:app", &["file server.py in /x"]),
            ("mcp dev src/weather/server.py", &["file src/weather/server.py"]),
            ("python -c 'import weather'", &[]),
            ("# uvx weather", &[]),
            ("npx weather", &[]),
        ] {
            let found: Vec<_> = in_lines(line, 0..line.len()).iter().map(told).collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn settings_of_clients_are_read() {
        for text in [
            r#"x {"mcpServers": {"w": {"command": "uvx", "args": ["--from", "weather", "serve"], "env": {}}}}"#,
            r#"x "w": {"args": ["--from", "weather", "serve"], "command": "uvx"},"#,
        ] {
            let block = Block { language: "json".to_owned(), range: 2..text.len() };
            let launches = in_block(text, &block);
            let [Launch::Tool { from: Some(from), command, json: true }] = &launches[..] else {
                panic!("{launches:?}")
            };
            assert_eq!((&text[from.range.clone()], &text[command.range.clone()]), ("weather", "serve"));
        }
    }

    #[test]
    fn a_word_asks_for_a_distribution() {
        for (word, name) in [
            ("weather", Some("weather")),
            ("weather[cli]==1.0", Some("weather")),
            ("weather@latest", Some("weather")),
            ("weather>=1", Some("weather")),
            ("git+https://example.org/x", None),
            ("weather@git+https://example.org/x", None),
            ("./weather", None),
            (".", None),
            ("dist/weather.whl", None),
            ("weather-1.0.whl", None),
            ("<package>", None),
            ("$NAME", None),
            ("", None),
        ] {
            let word = Word { text: word.to_owned(), range: 5..5 + word.len() };
            assert_eq!(word.distribution().map(|(name, _)| name), name, "{word:?}");
        }
    }

    proptest! {
        #[test]
        fn every_word_stands_where_it_says(line in "(uvx|uv|run|pip|install|--from|-m|python|mcp|a.py| |'|\"|\\$|#|&&|--|é|=|\n){0,16}") {
            for word in words(&line, 0) {
                prop_assert_eq!(line.get(word.range.clone()), Some(word.text.as_str()));
            }
            let _ = in_lines(&line, 0..line.len());
            let _ = in_json(&line, 0);
        }
    }
}
