//! Workflows of GitHub Actions: one releases a tag, with test, build, PyPI, GitHub, and the MCP registry; one starts the
//! newest release each night with the dependencies of the day.
//!
//! Every job has the rights that it needs and no others, publishing is by the identity of the workflow instead of stored
//! tokens, and no text of the project or the event stands in a script: scripts get such by their environment. Actions are
//! named by releases whose tags are not moved, as of autumn 2026, and the registry's publisher by the SHA-256 of its archive,
//! as it runs with the identity that publishes.

use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication};
use crate::spec::name;
use crate::text::literal::{array, command, in_workflow};
use crate::text::{RelPath, filled};

const CHANNEL: Channel = Channel::ReleaseWorkflow;

/// The channels whose files are attached to the release on GitHub, when they are configured.
const ATTACHED: [Channel; 4] = [Channel::ServerJson, Channel::Mcpb, Channel::Sbom, Channel::InstallScript];

/// What groups of requirements and extras for tests are usually called.
const TESTING: [&str; 4] = ["test", "tests", "testing", "dev"];

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let folder = publication.tree.folder_in_repository();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    if !folder.as_str().chars().all(is_plain) {
        let what = "cannot name the folder of the project in a list of paths";
        let remedy = "rename it with ASCII letters, digits, `.`, `_` and `-`";
        return vec![MissingInput::missing(what, remedy)];
    }
    if is_in_registry(publication) {
        // the version is that of the tag, which comes later
        let of_version = publication.without_semver();
        let lacks = Channel::ServerJson.lacks(publication).into_iter();
        return lacks.filter(|lack| of_version.as_ref() != Some(lack)).collect();
    }
    publication.without_script().into_iter().collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let pythons: Vec<_> = publication.project.pythons().iter().map(|minor| format!("{minor}")).collect();
    let pythons = if pythons.is_empty() { vec!["3".to_owned()] } else { pythons };
    let environment = publication.setting(CHANNEL, "environment").map_or("pypi", |set| &set.value);
    let attached = attached(publication);
    let each = |channel: &Channel| EXPORT.replace("CHANNEL", channel.name());
    let words = [
        ("[\"PYTHONS\"]", array(&pythons)),
        ("\"TESTS\"", in_workflow(&tests(publication))),
        (" OPTIONS", requirements(publication)),
        ("dist/NAME-", format!("dist/{}-", name::escaped(publication.name))),
        (EXPORT, attached.iter().map(each).collect()),
        ("\"ENVIRONMENT\"", in_workflow(environment)),
        ("PROJECT", name::normalize(publication.name)),
    ];
    let template = part(include_str!("template/release.yml"), "attached", !attached.is_empty());
    let template = part(&template, "registry", is_in_registry(publication));
    let project = name::normalize(publication.name);
    let (release, nightly) = (filled(&template, &words), nightly(&pythons, &project));
    let folder = publication.tree.folder_in_repository();
    let (place, release, nightly) = if folder.as_str().is_empty() {
        (String::new(), release, nightly)
    } else {
        (
            format!("-{project}"),
            of_member(&release, &project, &folder),
            of_member(&nightly, &project, &folder),
        )
    };
    vec![
        Export::text(format!(".github/workflows/nightly{place}.yml"), nightly),
        Export::text(format!(".github/workflows/release{place}.yml"), release),
    ]
}

/// The workflow of a project that shares its repository: it goes by tags that begin with the project's name, works in its
/// folder, and stands beside those of the others.
fn of_member(workflow: &str, project: &str, folder: &RelPath) -> String {
    let place = in_workflow(folder.as_str());
    let first = "    steps:\n      - uses: actions/checkout@";
    let words = [
        ("name: Release\n", format!("name: Release {project}\n")),
        ("name: Nightly\n", format!("name: Nightly {project}\n")),
        ("tags: [\"v*\"]", format!("tags: [\"{project}-v*\"]")),
        ("${GITHUB_REF_NAME#v}", format!("${{GITHUB_REF_NAME#{project}-v}}")),
        ("case $GITHUB_REF_NAME in", format!("case ${{GITHUB_REF_NAME#{project}-v}} in")),
        ("the letter v and", format!("{project}-v and")),
        (
            "--limit 1 --json tagName --jq '.[].tagName'",
            format!(
                "--limit 100 --json tagName --jq '[.[].tagName | select(startswith(\"{project}-v\"))][0] // empty'"
            ),
        ),
        ("run: uv build\n", "run: uv build --out-dir dist\n".to_owned()),
        ("path: dist/\n", format!("path: {folder}/dist/\n")),
        ("            notes.md\n", format!("            {folder}/notes.md\n")),
        ("            exports/\n", format!("            {folder}/exports/\n")),
        (first, format!("    defaults:\n      run:\n        working-directory: {place}\n{first}")),
    ];
    filled(workflow, &words)
}

/// The workflow of each night, on the oldest and the newest of the Pythons that are admitted.
fn nightly(pythons: &[String], project: &str) -> String {
    let mut ends: Vec<&String> = pythons.iter().take(1).chain(pythons.last()).collect();
    ends.dedup();
    let words = [("[\"PYTHONS\"]", array(&ends)), ("PROJECT", project.to_owned())];
    filled(include_str!("template/nightly.yml"), &words)
}

/// The line of the template that stands for each attached channel.
const EXPORT: &str = "          uvx mcp-backend export CHANNEL . -o exports\n";

/// The template with what stands between the comments `<name>` and `</name>`, or without; the comments go in either case.
fn part(template: &str, name: &str, is_wanted: bool) -> String {
    let mut inside = false;
    let lines = template.split_inclusive('\n').filter(|line| {
        let begins = line.trim() == format!("# <{name}>");
        let ends = line.trim() == format!("# </{name}>");
        inside = (inside || begins) && !ends;
        !begins && !ends && (is_wanted || !inside)
    });
    lines.collect()
}

/// Whether the workflow can publish in the registry: it proves to be of GitHub's, and of nothing else.
fn is_in_registry(publication: &Publication<'_>) -> bool {
    publication.server_name.is_some_and(|name| name.value.starts_with("io.github."))
}

/// The command that tests the project.
fn tests(publication: &Publication<'_>) -> String {
    if let Some(set) = publication.setting(CHANNEL, "test") {
        return set.value.clone();
    }
    let module = publication.reference().map_or("", |reference| &reference.module);
    if has_tests(publication) || module.is_empty() {
        return "pytest".to_owned();
    }
    command(&["python", "-c", &format!("import {module}")])
}

fn has_tests(publication: &Publication<'_>) -> bool {
    ["tests", "test"].into_iter().any(|folder| !publication.tree.below(&RelPath::new(folder)).is_empty())
}

/// What `uv run` installs beside the project.
fn requirements(publication: &Publication<'_>) -> String {
    let (groups, extras) =
        (&publication.project.dependency_groups.groups, &publication.project.optional_dependencies);
    let mut options = String::new();
    for word in TESTING {
        if groups.iter().any(|(group, _)| name::normalize(group) == word) {
            options += &format!(" --group {word}");
        }
        if extras.iter().any(|extra| name::normalize(&extra.name.value) == word) {
            options += &format!(" --extra {word}");
        }
    }
    if has_tests(publication) { options + " --with pytest" } else { options }
}

/// The channels whose files are attached to the release.
fn attached(publication: &Publication<'_>) -> Vec<Channel> {
    let is_configured = |wanted: &Channel| {
        let mut channels = publication.project.settings.exports.channels();
        channels.any(|channel| channel.value == *wanted)
            || *wanted == Channel::ServerJson && is_in_registry(publication)
    };
    ATTACHED.into_iter().filter(is_configured).collect()
}
