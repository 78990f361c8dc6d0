use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{
    Launch, LaunchLine, LaunchSite, ParsedFile, ServerEntry, Word, project_installs, servers, started,
};
use crate::rule::names::{KnownNames, is_near};
use crate::rule::{Subject, declare_rule};
use crate::spec::dockerfile::{self, Instruction, Stage};
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
    report.extend(without_uv(subject));
    let mut told = BTreeSet::new();
    for line in subject.registry_files.launches() {
        let finding = match &line.launch {
            Launch::Module(word) => module(subject, line, word),
            Launch::File { folder, path } => file(subject, line, folder.as_ref(), path),
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
    if let Some(right) = misspelled(subject, called) {
        let span = Span::new(word.range.start, word.range.end);
        let finding =
            at(line, word, format!("`python -m {called}` names no module: parts are joined by `.`"));
        return Some(finding.help(format!("write `{right}`")).edit(line.source.path(), span, right));
    }
    let is_name = called
        .split('.')
        .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c)));
    if !is_name || !subject.layout.complete() || modules.importable(called) || lies(subject, called) {
        return None;
    }
    let top = called.split('.').next().unwrap_or_default();
    let meant = format!("{}{}", meant_root(subject, top)?, &called[top.len()..]);
    let right = if modules.importable(&meant) { Some(meant) } else { beside(subject, &meant) };
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

/// The top level of the project that is meant; none where it is another's.
fn meant_root<'s>(subject: &Subject<'s>, top: &str) -> Option<&'s str> {
    if let Some(own) = subject.layout.modules.get(top) {
        return Some(&own.name);
    }
    let is_meant = |root: &str| {
        name::normalize(root) == name::normalize(top) || is_near(top, root) && !is_elsewhere(subject, top)
    };
    subject.layout.roots.iter().map(|root| root.name.as_str()).find(|root| is_meant(root))
}

/// The module of the same package that is called most alike.
fn beside(subject: &Subject<'_>, called: &str) -> Option<String> {
    let (package, last) = called.rsplit_once('.')?;
    let modules = subject.layout.modules.iter();
    let names = modules.filter_map(|module| module.name.strip_prefix(package)?.strip_prefix('.'));
    let near = closest(last, names.filter(|name| !name.contains('.')))?;
    Some(format!("{package}.{near}"))
}

/// The module that is meant by a path, or by what an entry point says: `weather/server.py`, `weather.server:main`.
fn misspelled(subject: &Subject<'_>, called: &str) -> Option<String> {
    let module = called.split(':').next().unwrap_or_default();
    let module = module.strip_prefix("src/").unwrap_or(module);
    let module = module.strip_suffix(".py").unwrap_or(module).replace('/', ".");
    let known = subject.layout.modules.get(&module).is_some() && !subject.layout.modules.importable(called);
    (known && module != called).then_some(module)
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

/// The finding of a file of the project that is not there.
fn file(subject: &Subject<'_>, line: &LaunchLine, folder: Option<&Word>, word: &Word) -> Option<Diagnostic> {
    let (path, is_at_root) = in_project(subject, line, folder, word)?;
    let first = path.parts().next()?;
    let of_project = first != path.as_str()
        && (first == "src" || subject.layout.roots.iter().any(|root| root.name == first))
        && subject.tree.has_folder(&RelPath::new(first));
    let is_seen = of_project || is_at_root && path.parts().count() <= 2;
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

/// What stands for the folder of the project in files of clients and bundles.
const ROOTS: &[&str] = &["${__dirname}", "${extensionPath}", "${CLAUDE_PLUGIN_ROOT}", "${workspaceFolder}"];

/// The file of the project that a command names, and whether it surely does so from the project's own folder.
fn in_project(
    subject: &Subject<'_>,
    line: &LaunchLine,
    folder: Option<&Word>,
    word: &Word,
) -> Option<(RelPath, bool)> {
    let is_root = |text: &str| ROOTS.contains(&text.trim_end_matches('/'));
    let written = word.text.as_str();
    let below = ROOTS.iter().find_map(|root| {
        let rest = written.strip_prefix(root)?;
        rest.strip_prefix('/').or_else(|| rest.strip_prefix("${/}"))
    });
    let is_own = match (folder, below) {
        (_, Some(_)) => true,
        (Some(folder), None) => is_root(&folder.text) || folder.text == ".",
        (None, None) => line.site == LaunchSite::Client,
    };
    if folder.is_some() && !is_own {
        return None;
    }
    let manifest = subject.registry_files.manifest.as_ref().filter(|_| line.site == LaunchSite::Bundle);
    let entry = manifest.and_then(|parsed| parsed.content.root.get("server")?.get("entry_point")?.text());
    let relative = below.unwrap_or(written).replace("${/}", "/");
    let relative = relative.strip_prefix("./").unwrap_or(&relative).to_owned();
    // what the manifest says once has a rule of its own, and its folder is where it lies
    let is_told = entry.is_some_and(|entry| entry.trim_start_matches("./") == relative);
    let is_deeper = manifest.is_some_and(|parsed| parsed.source.path().parent() != RelPath::root());
    if is_told || is_deeper {
        return None;
    }
    let in_image = (line.site == LaunchSite::Image).then(|| copied_whole(subject, line, &relative)).flatten();
    let is_at_root = is_own || in_image.is_some();
    let path = RelPath::parse(&in_image.unwrap_or(relative)).ok()?;
    Some((path, is_at_root))
}

/// The path of a file in an image into whose working folder all of the project is copied, and that makes no such file.
fn copied_whole(subject: &Subject<'_>, line: &LaunchLine, path: &str) -> Option<String> {
    let image = image_of(subject, line)?;
    let steps: Vec<&Instruction> = dockerfile::steps(&image.content).collect();
    let folder = steps.iter().rfind(|step| step.keyword == "WORKDIR")?.body.trim().trim_end_matches('/');
    let is_whole = |step: &Instruction| {
        let words: Vec<String> = step.words().into_iter().map(|word| word.text).collect();
        let is_here = |target: &str| [".", "./"].contains(&target) || target.trim_end_matches('/') == folder;
        matches!(&words[..], [source, target] if [".", "./"].contains(&source.as_str()) && is_here(target))
    };
    let relative = match path.strip_prefix('/') {
        Some(_) => path.strip_prefix(folder)?.strip_prefix('/')?,
        None => path,
    };
    let name = relative.rsplit('/').next().unwrap_or_default();
    let makes = |step: &&Instruction| {
        !["CMD", "ENTRYPOINT", "HEALTHCHECK"].contains(&step.keyword.as_str()) && step.body.contains(name)
    };
    let is_copied = steps.iter().filter(|step| step.keyword == "COPY").any(|step| is_whole(step));
    (is_copied && !steps.iter().any(makes)).then(|| relative.to_owned())
}

fn image_of<'s>(subject: &Subject<'s>, line: &LaunchLine) -> Option<&'s ParsedFile<Vec<Stage>>> {
    subject.registry_files.images.iter().find(|image| image.source.path() == line.source.path())
}

/// The findings of images that start the project by a `uv` that they do not have.
fn without_uv(subject: &Subject<'_>) -> Vec<Diagnostic> {
    if subject.project.dependency_names().any(|name| name::normalize(&name) == "uv") {
        return Vec::new();
    }
    let images = subject.registry_files.images.iter().filter_map(|image| {
        let words = started(&image.content);
        let program = words.first().filter(|word| ["uv", "uvx"].contains(&word.text.as_str()))?;
        let first = *dockerfile::lineage(&image.content).first()?;
        let is_plain = ["python", "debian", "ubuntu", "alpine"].contains(&first.image());
        // a list of requirements may bring it
        let brings = |step: &Instruction| {
            let starts =
                ["CMD", "ENTRYPOINT", "HEALTHCHECK", "ENV", "WORKDIR"].contains(&step.keyword.as_str());
            !starts && (has_word(&step.body, "uv") || step.body.contains("-r ") || step.body.contains("/bin"))
        };
        if !is_plain || dockerfile::steps(&image.content).any(brings) {
            return None;
        }
        let span = Span::new(program.range.start, program.range.end);
        let finding = RULE.at((image.source.path(), span), format!("the image has no `{}`", program.text));
        Some(finding.help("start the script of the project, which needs none, or copy `uv` into the image"))
    });
    images.collect()
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
        LaunchSite::Image => image_of(subject, line).is_some_and(|image| makes_all(&image.content, called)),
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
    let foreign = subject.registry_files.extensions().filter_map(|settings| {
        let root = settings.root.as_ref()?;
        let is_own = root.get("name").and_then(JsonNode::text).is_some_and(|name| names.is_own(name));
        let launches: Vec<Launch> = servers(root).iter().flat_map(ServerEntry::launches).collect();
        let is_other = |launch: &Launch| {
            started_word(launch).and_then(Word::distribution).is_some_and(|(name, _)| {
                !names.is_own(name) && !names.is_known(name) && !PROGRAMS.contains(&name)
            })
        };
        let word = launches.first().and_then(started_word)?;
        // what is near has a rule of its own
        let is_near = names.package(word).or_else(|| names.bare(word)).is_some();
        if !is_own || is_near || !launches.iter().all(is_other) {
            return None;
        }
        let span = Span::new(word.range.start, word.range.end);
        let message =
            format!("the extension starts `{}`, and not the project that it is called like", word.text);
        let right = names.scripts().first()?;
        let finding = RULE.at(Location::span(settings.source.path(), span), message);
        let is_alone = !matches!(&launches[0], Launch::Tool { from: Some(_), .. });
        let is_plain = is_alone && names.is_own(right) && word.distribution()?.0 == word.text;
        let finding = finding.help(format!("write `{right}`"));
        Some(if is_plain { finding.edit(settings.source.path(), span, *right) } else { finding })
    });
    foreign.collect()
}

/// The word that says which package or command is started.
fn started_word(launch: &Launch) -> Option<&Word> {
    match launch {
        Launch::Tool { from, command, .. } => Some(from.as_ref().unwrap_or(command)),
        Launch::Script(command) => Some(command),
        _ => None,
    }
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

/// Whether all stages begin with a plain Python, the project is installed, and no step speaks of the command.
fn makes_all(stages: &[Stage], called: &str) -> bool {
    let is_plain = |stage: &Stage| {
        stage.parent.is_some() || ["python", "uv", "debian", "ubuntu", "alpine"].contains(&stage.image())
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
