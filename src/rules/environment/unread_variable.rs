use crate::diagnostic::Diagnostic;
use crate::environment::{Sample, is_ambient, samples};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::text::{RelPath, Spanned, closest, has_word, listed};

declare_rule! {
    /// ## What it does
    /// Checks that the program reads each environment variable that `[[tool.mcp-backend.env]]` declares, or that a sample
    /// of a `.env` file at the project's root sets.
    ///
    /// It is silent where the program asks for names that its text does not tell, where any Python file, script or recipe
    /// of the project names the variable, and where a dependency may be the one that reads it.
    ///
    /// ## Why is this bad?
    /// A variable with a slip in its name, or one that the program has long forgotten, is set by users with care and
    /// changes nothing.
    ///
    /// ## Example
    /// `.env.example`:
    /// ```sh
    /// WEATHER_REGIO=north
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ.get("WEATHER_REGION", "north"))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `.env.example`:
    /// ```sh
    /// WEATHER_REGION=north
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ.get("WEATHER_REGION", "north"))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENV002 "unread-variable" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let samples = samples(subject.tree);
    let declared = subject.project.settings.env.iter().map(|one| &one.name);
    let set = samples.iter().flat_map(|sample| &sample.set);
    let mut unread: Vec<&str> = declared.chain(set).map(|name| name.value.as_str()).collect();
    unread.sort_unstable();
    unread.dedup();
    unread.retain(|name| !is_read(subject, name) && !is_ambient(name) && is_own(subject, name));
    if unread.is_empty() || !is_known(subject) {
        return;
    }
    for text in subject.python_texts().chain(recipes(subject)) {
        unread.retain(|name| !has_word(&text, name));
    }
    let is_unread = |name: &&Spanned<String>| unread.contains(&name.value.as_str());
    for name in subject.project.settings.env.iter().map(|one| &one.name).filter(is_unread) {
        report.push(finding(subject, subject.project.path(), &[name]));
    }
    for Sample { source, set } in &samples {
        let names: Vec<_> = set.iter().filter(is_unread).collect();
        if !names.is_empty() {
            report.push(finding(subject, source.path(), &names));
        }
    }
}

fn is_read(subject: &Subject<'_>, name: &str) -> bool {
    subject.environment().reads.iter().any(|read| read.name.eq_ignore_ascii_case(name))
}

/// Whether all that the scripts read is known.
fn is_known(subject: &Subject<'_>) -> bool {
    let program = subject.program;
    !subject.environment().open
        && !program.entries().is_empty()
        && !program.iter().any(|(_, module)| module.is_dynamic())
}

/// Distributions that read no variables but those of the system.
const QUIET: &[&str] = &[
    "aiohttp", "anyio", "beautifulsoup4", "environs", "fastmcp", "httpx", "lxml", "markdownify", "mcp",
    "pydantic", "pydantic-settings", "python-dateutil", "python-decouple", "python-dotenv", "pyyaml",
    "requests", "tenacity", "typer", "typing-extensions",
];

/// Whether no dependency may be the one that reads the variable: none reads any, or the variable begins with the
/// project's own name, which is part of no other.
fn is_own(subject: &Subject<'_>, variable: &str) -> bool {
    let project = subject.project;
    let extras = project.optional_dependencies.iter().flat_map(|extra| &extra.requirements);
    let extras = extras.filter_map(|each| Some(name::normalize(&each.value.as_ref().ok()?.name)));
    let loud: Vec<String> =
        project.dependency_names().chain(extras).filter(|name| !QUIET.contains(&name.as_str())).collect();
    let own = project.module_name();
    let own = own.split('_').find(|word| !matches!(*word, "mcp" | "server" | "py" | "python"));
    let begins = |own: &str| variable.split('_').next().is_some_and(|word| word.eq_ignore_ascii_case(own));
    loud.is_empty() || own.is_some_and(|own| begins(own) && !loud.iter().any(|name| name.contains(own)))
}

/// The texts of what starts, tests or packs the server beside its modules: scripts, recipes of containers.
fn recipes<'a>(subject: &Subject<'a>) -> impl Iterator<Item = String> + use<'a> {
    let tree = subject.tree;
    let ends = [".cfg", ".conf", ".ini", ".json5", ".py", ".sh", ".toml"];
    let begins =
        ["Containerfile", "Dockerfile", "Makefile", "Procfile", "compose", "docker-compose", "justfile"];
    let files = tree.files().iter().filter(move |file| {
        let name = file.path.name();
        name != "pyproject.toml"
            && (ends.iter().any(|end| name.ends_with(end))
                || begins.iter().any(|begin| name.starts_with(begin)))
    });
    files.filter_map(|file| tree.text_lossy(&file.path))
}

fn finding(subject: &Subject<'_>, path: &RelPath, names: &[&Spanned<String>]) -> Diagnostic {
    let words: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    let mut finding = RULE.at((path, names[0].span), format!("the program never reads {}", listed(&words)));
    for name in &names[1..] {
        finding = finding.related((path, name.span), "never read");
    }
    let reads = &subject.environment().reads;
    match (words.as_slice(), closest(words[0], reads.iter().map(|read| read.name.as_str()))) {
        ([_], Some(meant)) => finding.help(format!("write `{meant}`, which it reads")),
        ([_], None) if path == subject.project.path() => finding.help("remove its declaration"),
        ([_], None) => finding.help("remove it"),
        _ => finding.help("remove them"),
    }
}
