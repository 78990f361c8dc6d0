use crate::diagnostic::Diagnostic;
use crate::project::{License, ReadmeSource};
use crate::registry_files::{Copied, ParsedFile, ProjectInstall, project_installs};
use crate::rule::{Subject, declare_rule};
use crate::spec::dockerfile::Stage;
use crate::spec::dockerignore;
use crate::text::{RelPath, SourceText, Span};

declare_rule! {
    /// ## What it does
    /// Checks that an image has the readme and the licence that `pyproject.toml` names when it builds the project: they are
    /// copied before, and `.dockerignore` lets them in.
    ///
    /// Where an image comes by its files in another way, from another stage or over the network, nothing is said. Some
    /// backends do without such a file.
    ///
    /// ## Why is this bad?
    /// The build of the image ends with an error: "Readme file does not exist".
    ///
    /// ## Example
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY pyproject.toml LICENSE ./
    /// COPY src ./src
    /// RUN pip install .
    /// ENTRYPOINT ["weather"]
    /// ```
    ///
    /// Use instead:
    /// `Dockerfile`:
    /// ```dockerfile
    /// FROM python:3.13-slim
    /// WORKDIR /app
    /// COPY pyproject.toml README.md LICENSE ./
    /// COPY src ./src
    /// RUN pip install .
    /// ENTRYPOINT ["weather"]
    /// ```
    RUN005 "image-lacks-file" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let needed = needed(subject);
    let at_root = |image: &&ParsedFile<Vec<Stage>>| image.source.path().parent() == RelPath::root();
    for image in subject.registry_files.images.iter().filter(at_root) {
        let installs = project_installs(&image.content);
        let is_of_project = |install: &&ProjectInstall| {
            install.copied.iter().flatten().any(|copied| copied.covers("pyproject.toml"))
        };
        let Some(install) = installs.iter().find(is_of_project) else { continue };
        report.extend(needed.iter().filter_map(|path| missing(subject, image, install, path)));
    }
}

/// The files without which the backend does not build.
fn needed(subject: &Subject<'_>) -> Vec<String> {
    let project = subject.project;
    let backend = project.build_system.backend.as_ref().map_or("", |backend| backend.value.as_str());
    let demands = |backends: &[&str]| {
        subject.project.build_system.is_ours() && !backend.is_empty()
            || backends.iter().any(|name| backend.split(['.', ':']).next() == Some(*name))
    };
    let there = |path: &String| RelPath::parse(path).is_ok_and(|path| subject.tree.file(&path).is_some());
    let readme = project.readme.as_ref().and_then(|readme| match &readme.source {
        ReadmeSource::File(file) => Some(file.value.clone()),
        ReadmeSource::Text(_) => None,
    });
    let readme = readme.filter(|_| demands(&["hatchling", "flit_core", "poetry", "pdm", "uv_build"]));
    let license = match &project.license {
        Some(License::File(file)) => Some(file.value.clone()),
        _ => None,
    };
    let license = license.filter(|_| demands(&["hatchling", "flit_core", "poetry", "pdm"]));
    let patterns = project.license_files.iter().flatten().filter_map(|glob| glob.value.as_ref().ok());
    let plain = patterns.map(|glob| glob.as_str().to_owned()).filter(|glob| !glob.contains(['*', '?', '[']));
    let plain: Vec<String> = plain.filter(|_| demands(&["flit_core", "poetry", "pdm"])).collect();
    let mut all: Vec<String> = readme.into_iter().chain(license).chain(plain).filter(there).collect();
    all.dedup();
    all
}

fn missing(
    subject: &Subject<'_>,
    image: &ParsedFile<Vec<Stage>>,
    install: &ProjectInstall,
    path: &str,
) -> Option<Diagnostic> {
    let copied = install.copied.as_ref()?;
    let what = |fate: &str| {
        format!("`{path}`, without which `{}` does not build the project, is {fate}", install.command)
    };
    if copied.iter().any(|copied| copied.covers(path)) {
        let ignored = subject.registry_files.ignored.as_ref()?;
        return kept_out(ignored, path, what("kept out of images"));
    }
    let file = image.source.path();
    let span = Span::new(install.range.start, install.range.end);
    let finding = RULE.at((file, span), what("not copied before"));
    let finding = finding.help(format!("copy `{path}` beside `pyproject.toml`"));
    let own = copied.iter().find(|copied| copied.path.trim_start_matches("./") == "pyproject.toml");
    Some(match own.filter(|_| !path.contains('/')) {
        Some(own) => {
            let end = Span::new(own.range.end, own.range.end);
            finding.edit(file, end, beside(image, own, path))
        }
        None => finding,
    })
}

/// The finding of a file that is copied, and that `.dockerignore` does not let in.
fn kept_out(ignored: &SourceText, path: &str, message: String) -> Option<Diagnostic> {
    let text = ignored.text();
    let range = dockerignore::excluded_by(text, path)?;
    let finding = RULE.at((ignored.path(), Span::new(range.start, range.end)), message);
    let finding = finding.help(format!("add to `{}`:\n!{path}", ignored.path()));
    let end = Span::new(text.len(), text.len());
    let before = if text.ends_with('\n') { "" } else { "\n" };
    Some(finding.edit(ignored.path(), end, format!("{before}!{path}\n")))
}

/// What is written behind a word that is copied, to copy another file too.
fn beside(image: &ParsedFile<Vec<Stage>>, word: &Copied, path: &str) -> String {
    if image.source.text()[word.range.clone()].starts_with('"')
        && image.source.text()[word.range.end..].trim_start().starts_with([',', ']'])
    {
        format!(", \"{path}\"")
    } else {
        format!(" {path}")
    }
}
