use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{Launch, LaunchLine, LaunchSite, ServerEntry, Word, project_installs, servers};
use crate::rule::names::{KnownNames, is_near};
use crate::rule::{Subject, declare_rule};
use crate::spec::dockerfile::Stage;
use crate::spec::json::JsonNode;
use crate::spec::name;
use crate::text::{RelPath, Span, closest, has_word};

declare_rule! {
    /// ## What it does
    /// Checks that what a command starts is there: the module of the project behind `python -m`, the file below `src`, and in
    /// an image or a bundle the script. An extension that is called like the project starts the project.
    ///
    /// A module, file or command of another project says nothing, and neither does what is to be filled in.
    ///
    /// ## Why is this bad?
    /// The command ends with "No module named" or "executable file not found", and a client shows a server that failed.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python -m weather.servr
    /// ~~~
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python -m weather.server
    /// ~~~
    /// ```
    RUN004 "launch-target-missing" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let names = KnownNames::of(subject);
    report.extend(names.iter().flat_map(|names| extensions(subject, names)));
    let mut told = BTreeSet::new();
    for line in subject.registry_files.launches() {
        let finding = match &line.launch {
            Launch::Module(word) => module(subject, line, word),
            Launch::File { folder: None, path } => file(subject, line, path),
            Launch::Script(word) => names.as_ref().and_then(|names| script(subject, line, word, names)),
            _ => None,
        };
        // one text may stand in a file twice
        report.extend(finding.filter(|finding| told.insert((line.source.path(), finding.message.clone()))));
    }
}

fn at(line: &LaunchLine, word: &Word, message: String) -> Diagnostic {
    let span = Span::new(word.range.start, word.range.end);
    RULE.at(Location::span(line.source.path(), span), message)
}

/// The finding of a module of the project that is not there.
fn module(subject: &Subject<'_>, line: &LaunchLine, word: &Word) -> Option<Diagnostic> {
    let modules = &subject.layout.modules;
    let called = word.text.as_str();
    let is_name = called
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)));
    if !is_name || !subject.layout.complete() || modules.importable(called) || lies(subject, called) {
        return None;
    }
    let top = called.split('.').next().unwrap_or_default();
    let own = modules.get(top).is_some();
    let is_meant = |root: &str| {
        name::normalize(root) == name::normalize(top) || is_near(top, root) && !is_elsewhere(subject, top)
    };
    let meant = subject.layout.roots.iter().find(|root| is_meant(&root.name));
    if !own && meant.is_none() {
        return None;
    }
    let corrected = meant.filter(|_| !own).map(|root| format!("{}{}", root.name, &called[top.len()..]));
    let corrected = corrected.filter(|name| modules.importable(name));
    let beside = called.rsplit_once('.').and_then(|(package, last)| {
        let names = modules.iter().filter_map(|module| module.name.strip_prefix(package)?.strip_prefix('.'));
        closest(last, names.filter(|name| !name.contains('.'))).map(|near| format!("{package}.{near}"))
    });
    let right = corrected.or(beside);
    let finding =
        at(line, word, format!("`python -m {called}` names a module that the project does not have"));
    Some(match right {
        Some(right) => {
            let span = Span::new(word.range.start, word.range.end);
            finding.help(format!("write `{right}`")).edit(line.source.path(), span, right)
        }
        None => finding.help("write the module that starts the server"),
    })
}

/// Whether something lies in the project where the module would, or would be found from its root.
fn lies(subject: &Subject<'_>, module: &str) -> bool {
    let path = module.replace('.', "/");
    let places = [path.clone(), format!("src/{path}")];
    places.iter().any(|path| {
        let file = |end: &str| subject.tree.file(&RelPath::new(format!("{path}{end}"))).is_some();
        file(".py") || file("") || subject.tree.has_folder(&RelPath::new(path.as_str()))
    })
}

/// Whether a requirement may bring the module.
fn is_elsewhere(subject: &Subject<'_>, top: &str) -> bool {
    subject.project.dependency_names().any(|name| name::normalize(&name) == name::normalize(top))
}

/// The finding of a file below the project's sources that is not there.
fn file(subject: &Subject<'_>, line: &LaunchLine, word: &Word) -> Option<Diagnostic> {
    let written = word.text.strip_prefix("./").unwrap_or(&word.text);
    let path = RelPath::parse(written).ok()?;
    let first = path.parts().next().filter(|first| *first != path.as_str())?;
    let of_project = first == "src" || subject.layout.roots.iter().any(|root| root.name == first);
    let is_seen = of_project && subject.tree.has_folder(&RelPath::new(first));
    let is_plain = !path.as_str().contains(['<', '$', '{', '*', ' '])
        && !["...", "path/to", "your"].iter().any(|mark| path.as_str().contains(mark));
    if !is_seen || !is_plain || subject.tree.file(&path).is_some() || !subject.layout.complete() {
        return None;
    }
    let files = subject.tree.below(&path.parent()).iter().filter(|file| file.path.parent() == path.parent());
    let names =
        files.map(|file| file.path.name()).filter(|name| name.ends_with(".py") && *name != "__init__.py");
    let finding = at(line, word, format!("`{path}` is not there"));
    Some(match closest(path.name(), names) {
        Some(right) => {
            let end = word.range.end;
            let span = Span::new(end - path.name().len(), end);
            finding.help(format!("write `{}`", path.parent().join(right))).edit(
                line.source.path(),
                span,
                right,
            )
        }
        None => finding.help("write the file that starts the server"),
    })
}

/// The finding of a command that nothing in its environment has.
fn script(
    subject: &Subject<'_>,
    line: &LaunchLine,
    word: &Word,
    names: &KnownNames<'_>,
) -> Option<Diagnostic> {
    let called = word.text.as_str();
    let is_closed = match line.site {
        LaunchSite::Image => is_closed_image(subject, line, called),
        LaunchSite::Compose => {
            subject.registry_files.images.first().is_some_and(|image| makes_all(&image.content, called))
        }
        LaunchSite::Bundle | LaunchSite::Smithery => true,
        LaunchSite::Readme | LaunchSite::Client | LaunchSite::Extension | LaunchSite::Workflow => false,
    };
    // what is near has a rule of its own
    let is_other = names.is_known(called) || PROGRAMS.contains(&called) || names.bare(word).is_some();
    let (Some(first), true, false) = (names.scripts().first(), is_closed, is_other) else { return None };
    let finding =
        at(line, word, format!("nothing here is called `{called}`: the project has no such script"));
    Some(match names.scripts() {
        [only] => {
            let span = Span::new(word.range.start, word.range.end);
            finding.help(format!("write `{only}`")).edit(line.source.path(), span, *only)
        }
        _ => finding.help(format!("write one of its scripts, such as `{first}`")),
    })
}

/// The findings of extensions that are called like the project and start other packages alone.
fn extensions(subject: &Subject<'_>, names: &KnownNames<'_>) -> Vec<Diagnostic> {
    let settings =
        subject.registry_files.settings().iter().filter(|settings| settings.site == LaunchSite::Extension);
    let foreign = settings.filter_map(|settings| {
        let root = settings.root.as_ref()?;
        let is_own = root.get("name").and_then(JsonNode::text).is_some_and(|name| names.is_own(name));
        let launches: Vec<Launch> = servers(root).iter().flat_map(ServerEntry::launches).collect();
        let is_other = |launch: &Launch| match launch {
            Launch::Tool { from, command, .. } => {
                let word = from.as_ref().unwrap_or(command);
                word.distribution().is_some_and(|(name, _)| !names.is_own(name) && !names.is_known(name))
            }
            _ => false,
        };
        let [Launch::Tool { from, command, .. }, ..] = &launches[..] else { return None };
        let word = from.as_ref().unwrap_or(command);
        // what is near has a rule of its own
        let is_near = names.package(word).is_some();
        if !is_own || is_near || !launches.iter().all(is_other) {
            return None;
        }
        let span = Span::new(word.range.start, word.range.end);
        let message =
            format!("the extension starts `{}`, and not the project that it is called like", word.text);
        let right = names.scripts().first()?;
        let finding = RULE.at(Location::span(settings.source.path(), span), message);
        let is_plain = from.is_none() && names.is_own(right) && word.distribution()?.0 == word.text;
        let finding = finding.help(format!("write `{right}`"));
        Some(if is_plain { finding.edit(settings.source.path(), span, *right) } else { finding })
    });
    foreign.collect()
}

/// Programs that are there without the project, or that its requirements bring.
const PROGRAMS: &[&str] = &[
    "bun",
    "caddy",
    "celery",
    "chainlit",
    "conda",
    "daphne",
    "deno",
    "docker",
    "doppler",
    "dotenv",
    "flask",
    "granian",
    "gunicorn",
    "hypercorn",
    "infisical",
    "java",
    "make",
    "mcp-proxy",
    "mcpo",
    "micromamba",
    "nginx",
    "node",
    "npm",
    "npx",
    "op",
    "opentelemetry-instrument",
    "pdm",
    "podman",
    "poetry",
    "pytest",
    "sleep",
    "streamlit",
    "supergateway",
    "supervisord",
    "tail",
    "tini",
    "uvicorn",
    "watchfiles",
    "cat",
    "echo",
    "true",
    "ls",
    "git",
    "ddtrace-run",
    "newrelic-admin",
    "hatch",
    "ash",
    "dash",
    "run",
    "start",
    "serve",
    "rye",
];

/// Whether the image of the file that the line stands in has no other commands than the project's and known ones.
fn is_closed_image(subject: &Subject<'_>, line: &LaunchLine, called: &str) -> bool {
    let mut images = subject.registry_files.images.iter();
    images
        .find(|image| image.source.path() == line.source.path())
        .is_some_and(|image| makes_all(&image.content, called))
}

/// Whether all stages begin with a plain Python, the project is installed, and no step speaks of the command.
fn makes_all(stages: &[Stage], called: &str) -> bool {
    let is_plain = |stage: &Stage| {
        let name =
            stage.base.split(['@', ':']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
        stage.parent.is_some() || ["python", "uv", "debian", "ubuntu", "alpine"].contains(&name)
    };
    let mut steps = stages.iter().flat_map(|stage| &stage.instructions);
    let speaks = steps.any(|step| {
        !["CMD", "ENTRYPOINT", "HEALTHCHECK"].contains(&step.keyword.as_str()) && has_word(&step.body, called)
            || step.keyword == "COPY"
                && step.body.contains("--from=")
                && step.body.contains("bin")
                && !step.body.contains("/uv")
    });
    let installs = project_installs(stages);
    stages.iter().all(is_plain) && !speaks && !installs.is_empty()
}
