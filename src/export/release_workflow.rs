//! Workflows of GitHub Actions: one releases a tag, with test, build, the package index, the other channels that are
//! configured, GitHub, and the MCP registry; one starts the newest release each night with the dependencies of the day.
//!
//! Every job has the rights that it needs and no others, publishing is by the identity of the workflow wherever the other
//! side takes it, and no text of the project or the event stands in a script: scripts get such by their environment. Actions
//! are named by the commits of their releases (`knowledge/actions.rs`), and the registry's publisher by the SHA-256 of its
//! archive, as it runs with the identity that publishes.

use super::publication::PYPI;
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, is_plain, server_json};
use crate::knowledge::actions::pinned;
use crate::project::PackageIndex;
use crate::spec::name;
use crate::text::literal::{array, command, in_workflow};
use crate::text::{RelPath, closest, filled, listed};

const CHANNEL: Channel = Channel::ReleaseWorkflow;

/// The channels whose files are attached to the release on GitHub.
const ATTACHED: [Channel; 4] = [Channel::ServerJson, Channel::Mcpb, Channel::Sbom, Channel::InstallScript];

/// What groups of requirements and extras for tests are usually called.
const TESTING: [&str; 4] = ["test", "tests", "testing", "dev"];

/// The platforms of an image, unless others are set.
const PLATFORMS: [&str; 2] = ["linux/amd64", "linux/arm64"];

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let folder = publication.tree.folder_in_repository();
    if !is_plain(folder.as_str()) {
        let what = "cannot name the folder of the project in a list of paths";
        let remedy = "rename it with ASCII letters, digits, `.`, `_` and `-`";
        return vec![MissingInput::missing(what, remedy)];
    }
    let mut lacks: Vec<MissingInput> = publication.without_script().into_iter().collect();
    lacks.extend(unknown_indexes(publication));
    if is_in_registry(publication) {
        lacks.extend(Channel::ServerJson.lacks(publication));
    }
    lacks.extend(named_elsewhere(publication));
    if packages(publication, Channel::Npm) {
        lacks.extend(Channel::Npm.lacks(publication));
    }
    if image(publication).is_some() {
        lacks.extend(Channel::Containerfile.lacks(publication));
    }
    // the version is that of the tag, which comes later
    let of_version = publication.without_semver();
    let mut once = Vec::new();
    for lack in lacks.into_iter().filter(|lack| of_version.as_ref() != Some(lack)) {
        if !once.contains(&lack) {
            once.push(lack);
        }
    }
    once
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let pythons: Vec<_> = publication.project.pythons().iter().map(|minor| format!("{minor}")).collect();
    let pythons = if pythons.is_empty() { vec!["3".to_owned()] } else { pythons };
    let project = name::normalize(publication.name);
    let folder = publication.tree.folder_in_repository();
    let is_alone = folder.as_str().is_empty();
    let file = |name: &str, workflow: String| {
        let (place, workflow) = if is_alone {
            (String::new(), workflow)
        } else {
            (format!("-{project}"), of_member(&workflow, &project, &folder))
        };
        Export::text(format!(".github/workflows/{name}{place}.yml"), pinned(&workflow))
    };
    let nightly = publication.is_on_pypi().then(|| file("nightly", nightly(&pythons, &project)));
    nightly.into_iter().chain([file("release", release(publication, &pythons))]).collect()
}

/// The workflow of a tag.
fn release(publication: &Publication<'_>, pythons: &[String]) -> String {
    let attached: Vec<_> = ATTACHED.into_iter().filter(|channel| attaches(publication, *channel)).collect();
    let packaged: Vec<_> = [Channel::Npm, Channel::Containerfile]
        .into_iter()
        .filter(|channel| packages(publication, *channel))
        .collect();
    let image = image(publication);
    let host = image.map_or("", |image| image.split('/').next().unwrap_or_default());
    let mut template = include_str!("template/release.yml").to_owned();
    for (name, is_wanted) in [
        ("pypi", publication.is_on_pypi()),
        ("npm", packages(publication, Channel::Npm)),
        ("npm-unproved", !is_provable(publication)),
        ("image", image.is_some()),
        ("image-ghcr", host == "ghcr.io"),
        ("image-secrets", image.is_some() && host != "ghcr.io"),
        ("image-label", publication.server_name.is_some()),
        ("registry", is_in_registry(publication)),
    ] {
        template = part(&template, name, &if is_wanted { vec![Vec::new()] } else { Vec::new() });
    }
    template = part(&template, "index", &publication.private_indexes().map(of_index).collect::<Vec<_>>());
    for (name, channels) in [("attached", &attached), ("packaged", &packaged)] {
        template = part(&template, name, &if channels.is_empty() { Vec::new() } else { vec![Vec::new()] });
    }
    filled(&template, &words(publication, pythons, &attached, &packaged))
}

/// What stands in the places of the template's words.
fn words(
    publication: &Publication<'_>,
    pythons: &[String],
    attached: &[Channel],
    packaged: &[Channel],
) -> Vec<(&'static str, String)> {
    let environment = publication.setting(CHANNEL, "environment").map_or("pypi", |set| &set.value);
    let each = |line: &'static str, channels: &[Channel]| {
        (line, channels.iter().map(|channel| line.replace("CHANNEL", channel.name())).collect())
    };
    let image = image(publication).unwrap_or_default();
    let label = publication.server_name.map_or("", |name| &name.value);
    let label = format!("io.modelcontextprotocol.server.name={label}");
    let platforms = publication.project.settings.exports.texts(Channel::Containerfile, "platforms");
    let platforms = platforms.map_or_else(
        || PLATFORMS.join(","),
        |set| set.iter().map(|platform| platform.value.as_str()).collect::<Vec<_>>().join(","),
    );
    vec![
        ("[\"PYTHONS\"]", array(pythons)),
        ("\"TESTS\"", in_workflow(&tests(publication))),
        (" OPTIONS", requirements(publication)),
        ("dist/NAME-", format!("dist/{}-", name::escaped(publication.name))),
        each(ATTACH, attached),
        each(PACKAGE, packaged),
        ("\"ENVIRONMENT\"", in_workflow(environment)),
        ("\"INDEXES\"", jobs_of_indexes(publication).join(", ")),
        (", \"NAMED\"", named(publication).into_iter().map(|job| format!(", {job}")).collect()),
        ("\"IMAGE\"", in_workflow(image)),
        ("HOST", image.split('/').next().unwrap_or_default().to_owned()),
        ("PLATFORMS", in_workflow(&platforms)),
        ("\"LABEL\"", in_workflow(&label)),
        ("PROJECT", name::normalize(publication.name)),
    ]
}

/// What stands in the job of an index in the places of its words.
fn of_index(index: &PackageIndex) -> Vec<(&'static str, String)> {
    vec![
        ("\"INDEX\"", in_workflow(&index.name.value)),
        ("JOB", job(index)),
        ("\"PUBLISH-URL\"", in_workflow(index.publish_url.as_deref().unwrap_or_default())),
        ("\"CHECK-URL\"", in_workflow(&index.url)),
    ]
}

/// The job that publishes to an index: its name, of the letters that a job can have.
fn job(index: &PackageIndex) -> String {
    format!("index-{}", name::normalize(&index.name.value))
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
        ("            packages/\n", format!("            {folder}/packages/\n")),
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
const ATTACH: &str = "          uvx mcp-backend export CHANNEL . -o exports\n";
/// The line that stands for each channel that a job of its own publishes.
const PACKAGE: &str = "          uvx mcp-backend export CHANNEL . -o packages\n";

/// The template with what stands between the comments `<name>` and `</name>` once for each of `copies`, with the copy's words
/// in their places; the comments go.
fn part(template: &str, name: &str, copies: &[Vec<(&'static str, String)>]) -> String {
    let (begin, end) = (format!("# <{name}>"), format!("# </{name}>"));
    let (mut text, mut inside): (String, Option<String>) = (String::new(), None);
    for line in template.split_inclusive('\n') {
        if line.trim() == begin {
            inside = Some(String::new());
        } else if line.trim() == end {
            let block = inside.take().unwrap_or_default();
            text.extend(copies.iter().map(|words| filled(&block, words)));
        } else {
            inside.as_mut().unwrap_or(&mut text).push_str(line);
        }
    }
    text
}

fn jobs_of_indexes(publication: &Publication<'_>) -> Vec<String> {
    let pypi = publication.is_on_pypi().then(|| PYPI.to_owned());
    pypi.into_iter().chain(publication.private_indexes().map(job)).collect()
}

fn unknown_indexes(publication: &Publication<'_>) -> Vec<MissingInput> {
    let set = publication.project.settings.exports.texts(CHANNEL, "indexes").unwrap_or_default();
    let all = &publication.project.indexes;
    let publishing =
        all.iter().filter(|index| index.publish_url.is_some()).map(|index| index.name.value.as_str());
    let known: Vec<_> = std::iter::once(PYPI).chain(publishing).collect();
    let unknown = set.iter().filter(|name| !known.contains(&name.value.as_str())).map(|name| {
        let remedy = if all.iter().any(|index| index.name.value == name.value) {
            format!("add `publish-url` to `{}` in `[[tool.uv.index]]`", name.value)
        } else if let Some(meant) = closest(&name.value, known.iter().copied()) {
            format!("did you mean `{meant}`?")
        } else {
            format!(
                "there are {}; one of your own needs a `publish-url` in `[[tool.uv.index]]`",
                listed(&known)
            )
        };
        MissingInput::at(name.span, format!("knows no index `{}` to publish to", name.value), remedy)
    });
    unknown.collect()
}

/// Whether the workflow publishes in the registry: it proves to be of GitHub's, and of nothing else, and all that
/// `server.json` names is published before.
fn is_in_registry(publication: &Publication<'_>) -> bool {
    publication.server_name.is_some_and(|name| name.value.starts_with("io.github."))
        && unpublished(publication).is_none()
}

/// Whether `server.json` names what no job publishes.
fn unpublished(publication: &Publication<'_>) -> Option<&'static str> {
    let names_pypi = server_json::packages(publication).contains(&"pypi");
    (names_pypi && !publication.is_on_pypi()).then_some("pypi")
}

/// What is missing where `server.json` is wanted, and names what no job publishes.
fn named_elsewhere(publication: &Publication<'_>) -> Option<MissingInput> {
    if !is_configured(publication, Channel::ServerJson) {
        return None;
    }
    unpublished(publication).map(|_| {
        let indexes = publication.indexes();
        let what =
            format!("publishes to {} alone, and `server.json` names the package on PyPI", listed(&indexes));
        let remedy = format!(
            "add `{PYPI}` to `indexes` in `[tool.mcp-backend.export.{CHANNEL}]`, or set `packages` in \
             `[tool.mcp-backend.export.{}]` to what is published",
            Channel::ServerJson
        );
        MissingInput::missing(what, remedy)
    })
}

/// The jobs that publish what `server.json` names, beside the index and the release on GitHub.
fn named(publication: &Publication<'_>) -> Vec<&'static str> {
    let named = server_json::packages(publication);
    [("npm", "npm"), ("oci", "image")]
        .into_iter()
        .filter(|(kind, _)| named.contains(kind))
        .map(|(_, job)| job)
        .collect()
}

/// Whether npm can prove where the package comes from: it holds the proof to the repository that the package names.
fn is_provable(publication: &Publication<'_>) -> bool {
    publication.repository().is_some_and(|repository| repository.source == Some("github"))
}

/// Where the images of the release go, when the project says so.
fn image<'a>(publication: &Publication<'a>) -> Option<&'a str> {
    publication.setting(Channel::Containerfile, "image").map(|image| image.value.as_str())
}

fn is_configured(publication: &Publication<'_>, wanted: Channel) -> bool {
    publication.project.settings.exports.channels().any(|channel| channel.value == wanted)
}

/// Whether `server.json` goes to the registry and names a package of the kind.
fn is_named(publication: &Publication<'_>, kind: &str) -> bool {
    is_in_registry(publication) && server_json::packages(publication).contains(&kind)
}

/// Whether the files of the channel are attached to the release: it is configured, or the registry names it.
fn attaches(publication: &Publication<'_>, channel: Channel) -> bool {
    is_configured(publication, channel)
        || channel == Channel::ServerJson && is_in_registry(publication)
        || channel == Channel::Mcpb && is_named(publication, "mcpb")
}

/// Whether a job publishes what the channel makes.
fn packages(publication: &Publication<'_>, channel: Channel) -> bool {
    match channel {
        Channel::Npm => is_configured(publication, channel) || is_named(publication, "npm"),
        _ => image(publication).is_some(),
    }
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
