use crate::diagnostic::{Diagnostic, Level};
use crate::project::FILE_NAME;
use crate::registry_files::Launch;
use crate::rule::{Subject, declare_rule};
use crate::server;
use crate::spec::name;
use crate::text::Spanned;
use crate::text::literal::{key, quoted};

declare_rule! {
    /// ## What it does
    /// Checks that a server has a script, and that one is called like the project.
    ///
    /// No script at all is an error where the project starts a server. It is a warning where it only makes one, where the
    /// readme runs it by `python -m`, and where there are scripts of other names alone. A project that makes no server is a
    /// library and needs none.
    ///
    /// ## Why is this bad?
    /// `uvx weather` runs the command `weather` of the distribution `weather`, and so does every client that takes
    /// the server from the registry. Without such a command each user must be told `--from weather other-name`.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// scripts = { serve-weather = "weather.server:main" }
    /// ```
    /// Without `project.scripts.weather`.
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// serve-weather = "weather.server:main"
    /// ```
    ENT008 "no-script-named-like-the-project" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(name) = &subject.project.name else { return };
    if subject.server.objects.is_empty() || !subject.layout.complete() || !name::is_valid(&name.value) {
        return;
    }
    if subject.project.has_scripts_elsewhere() {
        return;
    }
    // `uvx` takes the name literally: neither `-` for `_` nor another case will do
    if subject.project.scripts().any(|(_, entry)| entry.name.value == name.value) {
        return;
    }
    report.push(match subject.project.scripts().next() {
        None => no_script(subject, name),
        Some((_, entry)) => {
            let message = format!("no script is called `{}` like the project", name.value);
            let help = format!("add `{} = {}`", key(&name.value), quoted(&entry.value.value));
            RULE.at(subject.project.at(entry.name.span), message).level(Level::Warning).help(help)
        }
    });
}

fn no_script(subject: &Subject<'_>, name: &Spanned<String>) -> Diagnostic {
    let object = &subject.server.objects[0];
    let message = format!("`{}` makes an MCP server, but has no script to start it", name.value);
    // what only makes a server may be a library, whose users start it
    let needed = subject.server.starts && !is_run_as_module(subject);
    let finding = RULE
        .at(subject.project.at(name.span), message)
        .warning_unless(needed)
        .related_where(subject.in_module(&object.module, object.span), "the server");
    let (written, start) = start(subject);
    let first = if written { "add" } else { "write a function `main` that starts it, and add" };
    finding.help(format!("{first} to `{FILE_NAME}`:\n[project.scripts]\n{} = \"{start}\"", key(&name.value)))
}

/// Whether the readme runs a module of the project that is there: `python -m weather`.
fn is_run_as_module(subject: &Subject<'_>) -> bool {
    let modules = &subject.layout.modules;
    let mut launches = subject.registry_files.launches().iter().filter(|line| line.site.is_told_to_users());
    launches.any(|line| match &line.launch {
        Launch::Module(word) => match modules.get(&word.text) {
            Some(module) if module.package => modules.importable(&format!("{}.__main__", word.text)),
            module => module.is_some(),
        },
        _ => false,
    })
}

/// What may start the server, and whether it is there: a function beside the server object, or the object's own `run`.
fn start(subject: &Subject<'_>) -> (bool, String) {
    let module = &subject.server.objects[0].module;
    let functions = || subject.program.functions(module).map(|(name, ..)| name);
    let runs = |name: &&str| {
        let class = subject.program.class_of(module, 0, name);
        class.is_some_and(|class| server::runs_by_itself(subject.program, &class))
    };
    if let Some(function) = functions().find(|name| ["main", "run", "cli", "serve"].contains(name)) {
        return (true, format!("{module}:{function}"));
    }
    match subject.program.names(module).find(runs) {
        Some(object) => (true, format!("{module}:{object}.run")),
        None => (false, format!("{module}:main")),
    }
}
