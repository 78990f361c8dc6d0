//! The commands that a text tells somebody to run, as far as they start or install something in Python.
//!
//! Shell lines, the `command` with `args` of clients' settings and what an image runs are read alike. No shell is imitated:
//! a line whose options are not known says nothing.

use std::ops::Range;

use super::markdown::Block;

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
        /// Whether each word has its quotes, as in JSON.
        quoted: bool,
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
    /// A command by its name alone: `weather` where nothing else can be meant, `uv run weather`.
    Script(Word),
    /// A word that stands where a program wants one of its own, or a package: `uvx install weather`, `uv weather`.
    Misplaced {
        /// The program: `uvx`, `uv`, `pipx`.
        program: Word,
        /// The word.
        word: Word,
        /// What follows it, where it is the name of something.
        next: Option<Word>,
        /// Whether it follows the program itself.
        first: bool,
        /// Whether each word has its quotes, as in JSON.
        quoted: bool,
    },
    /// A file that the command needs: the sample in `cp .env.example .env`, the list in `pip install -r requirements.txt`.
    Needs(Word),
}

/// How the words of a command are written.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// Each has its quotes.
    pub(super) quoted: bool,
    /// The first is a program for sure, whatever it is called.
    pub(super) bare: bool,
}

/// A line of a shell in prose, where a word may be anything.
const LINE: Form = Form { quoted: false, bare: false };

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

/// What the commands in a block of code start or install, other than settings of clients.
pub(super) fn in_block(text: &str, block: &Block) -> Vec<Launch> {
    let body = &text[block.range.clone()];
    match block.language.as_str() {
        "" | "text" if body.trim_start().starts_with(['{', '"']) => Vec::new(),
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
        launches.extend(commands(&words(line, start), LINE));
        start += line.len();
    }
    launches
}

/// The words of a line as a shell parts them.
pub fn shell_words(line: &str) -> Vec<String> {
    words(line, 0).into_iter().map(|word| word.text).collect()
}

/// The words of a line that begins at `start`, without its prompt and comment.
pub(super) fn words(line: &str, start: usize) -> Vec<Word> {
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
pub(super) fn commands(words: &[Word], form: Form) -> Vec<Launch> {
    let mut launches = Vec::new();
    // behind the first command only a wrapper surely runs another
    let mut bare = form.bare;
    for part in words.split(|word| ["&&", "||", ";", "|", "--"].contains(&word.text.as_str())) {
        let skipped = part.iter().take_while(|word| is_prefix(&word.text)).count();
        let part = &part[skipped..];
        launches.extend(command(part, None, Form { bare, ..form }));
        bare = bare && part.first().is_some_and(|word| WRAPPERS.contains(&word.text.as_str()));
    }
    launches
}

/// Programs that run the command behind them.
const WRAPPERS: &[&str] = &["tini", "dumb-init", "exec", "env", "gosu", "su-exec", "xvfb-run"];

/// Whether the word stands before a command and does not change what it is: `KEY=value`, `sudo`.
fn is_prefix(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    let assigns = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    assigns || ["sudo", "env", "exec", "export"].contains(&word)
}

fn command(words: &[Word], folder: Option<Word>, form: Form) -> Vec<Launch> {
    let Some((program, rest)) = words.split_first() else { return Vec::new() };
    let name = program.text.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = name.strip_suffix(".exe").unwrap_or(name);
    match name {
        "uv" => uv(program, rest, form),
        "uvx" => tool(program, rest, "--from", form),
        "pipx" => match rest.split_first() {
            Some((verb, rest)) if verb.text == "run" => tool(program, rest, "--spec", form),
            Some((verb, rest)) if verb.text == "install" => install(rest),
            Some((verb, _)) => misplaced(program, verb, true, form).into_iter().collect(),
            None => Vec::new(),
        },
        "pip" | "pip3" => match rest.split_first() {
            Some((verb, rest)) if verb.text == "install" => install(rest),
            _ => Vec::new(),
        },
        "mcp" | "fastmcp" => served(rest, folder),
        "cp" | "mv" | "copy" | "Copy-Item" if !form.bare => sample(rest).into_iter().collect(),
        "cmd" => match rest {
            [flag, rest @ ..] if flag.text.eq_ignore_ascii_case("/c") => command(rest, folder, form),
            _ => Vec::new(),
        },
        "sh" | "bash" | "zsh" => match rest {
            [flag, line, ..] if ["-c", "-lc", "-ec"].contains(&flag.text.as_str()) => script(line),
            _ => Vec::new(),
        },
        _ if WRAPPERS.contains(&name) => command(rest, folder, form),
        _ if is_python(name) => python(rest, folder),
        _ if form.bare && is_script(program) => vec![Launch::Script(program.clone())],
        _ => Vec::new(),
    }
}

/// Whether a program may be a script of a distribution: a name alone, and not that of a file.
fn is_script(program: &Word) -> bool {
    let is_file = [".sh", ".js", ".bat", ".cmd", ".ps1"].iter().any(|end| program.text.ends_with(end));
    !is_file && program.distribution().is_some_and(|(name, _)| name == program.text)
}

/// What a shell runs that is given its line as one word.
fn script(line: &Word) -> Vec<Launch> {
    // with escapes the places are others
    let is_plain = line.text.len() == line.range.len();
    if is_plain {
        commands(&words(&line.text, line.range.start), Form { bare: true, ..LINE })
    } else {
        Vec::new()
    }
}

/// The sample that a command copies.
fn sample(words: &[Word]) -> Option<Launch> {
    let mut files = words.iter().filter(|word| !word.text.starts_with('-'));
    let from = files.next().filter(|_| files.next().is_some())?;
    let marks = ["example", "sample", "template", "dist", "default"];
    let name = from.text.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_sample = name.split(['.', '-', '_']).any(|part| marks.contains(&part));
    is_sample.then(|| Launch::Needs(from.clone()))
}

fn misplaced(program: &Word, word: &Word, first: bool, form: Form) -> Option<Launch> {
    let is_name = |word: &Word| word.distribution().is_some_and(|(name, _)| name == word.text);
    let (program, word) = (program.clone(), word.clone());
    is_name(&word).then_some(Launch::Misplaced { program, word, next: None, first, quoted: form.quoted })
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

/// What other programs of this kind call what they do, and `uvx` takes for a package.
const FOREIGN_VERBS: &[&str] = &["run", "install", "tool", "add"];

fn tool(program: &Word, words: &[Word], from: &str, form: Form) -> Vec<Launch> {
    let Some((options, [command, rest @ ..])) = options(words) else { return Vec::new() };
    let from = value(&options, from).cloned();
    let is_foreign = from.is_none() && FOREIGN_VERBS.contains(&command.text.as_str());
    if let [next, ..] = rest
        && is_foreign
        && next.distribution().is_some()
    {
        let (program, word, next) = (program.clone(), command.clone(), Some(next.clone()));
        return vec![Launch::Misplaced { program, word, next, first: true, quoted: form.quoted }];
    }
    if is_python(&command.text) || command.text.starts_with('-') {
        return Vec::new();
    }
    vec![Launch::Tool { from, command: command.clone(), quoted: form.quoted }]
}

/// Everything that is installed by name, and the lists of more.
fn install(words: &[Word]) -> Vec<Launch> {
    let (mut launches, mut rest) = (Vec::new(), words);
    while let Some((options, behind)) = options(rest) {
        let lists = options.iter().filter(|(name, _)| ["-r", "--requirement"].contains(name));
        launches.extend(lists.filter_map(|(_, list)| Some(Launch::Needs((*list)?.clone()))));
        let Some((package, behind)) = behind.split_first() else { break };
        if package.text.starts_with('-') {
            break;
        }
        launches.push(Launch::Install(package.clone()));
        rest = behind;
    }
    launches
}

fn uv(program: &Word, words: &[Word], form: Form) -> Vec<Launch> {
    let Some((global, [verb, rest @ ..])) = options(words) else { return Vec::new() };
    match (verb.text.as_str(), rest) {
        ("tool", [verb, rest @ ..]) if verb.text == "run" => tool(program, rest, "--from", form),
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
                [program, ..] if program.text != "uv" => command(rest, folder, Form { bare: true, ..form }),
                _ => Vec::new(),
            }
        }
        _ => misplaced(program, verb, global.is_empty(), form).into_iter().collect(),
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
            Launch::Script(command) => format!("script {}", command.text),
            Launch::Misplaced { program, word, .. } => format!("{} {}?", program.text, word.text),
            Launch::Needs(file) => format!("needs {}", file.text),
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
            ("pip install -r requirements.txt -U weather", &["needs requirements.txt", "install weather"]),
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
            ("uv run weather --port 80", &["script weather"]),
            ("uvx install weather", &["uvx install?"]),
            ("uvx run --port 80", &["tool run"]),
            ("uv weather", &["uv weather?"]),
            ("pipx weather", &["pipx weather?"]),
            ("uv --version", &[]),
            ("cmd /c uvx weather", &["tool weather"]),
            ("tini -- sh start.sh", &[]),
            ("sh -c 'uvx weather && python -m weather'", &["tool weather", "module weather"]),
            ("cp .env.example .env", &["needs .env.example"]),
            ("cp -r src dst", &[]),
            ("weather --port 80", &[]),
            ("npx weather", &[]),
        ] {
            let found: Vec<_> = in_lines(line, 0..line.len()).iter().map(told).collect();
            assert_eq!(found, expected, "{line}");
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
        }
    }
}
