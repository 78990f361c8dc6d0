//! A workflow of GitHub Actions that releases a tag: test, build, PyPI, GitHub, and the MCP registry.
//!
//! Every job has the rights that it needs and no others, publishing is by the identity of the workflow instead of stored
//! tokens, and no text of the project or the event stands in a script: scripts get such by their environment.

use super::literal::{array, command, in_workflow};
use super::{Artifacts, Channel, Emitter, Export, Lack, Needs, Publication};
use crate::spec::name;
use crate::text::RelPath;

const CHANNEL: Channel = Channel::ReleaseWorkflow;

// The releases of the actions, as of autumn 2026; the tags of these are not moved.
const CHECKOUT: &str = "actions/checkout@v7.0.1";
const SETUP_UV: &str = "astral-sh/setup-uv@v8.3.2";
const UPLOAD: &str = "actions/upload-artifact@v7.0.1";
const DOWNLOAD: &str = "actions/download-artifact@v8.0.1";
const ATTEST: &str = "actions/attest-build-provenance@v4.1.0";
const TO_PYPI: &str = "pypa/gh-action-pypi-publish@v1.14.2";
/// The release of the registry's own publisher, and the SHA-256 of its archive: it runs with the identity that publishes.
const PUBLISHER: [&str; 2] = ["v1.8.1", "a06c9096dcb9727c13555b6be26c7effa707b01f06a4c561ba7a3635443cf2cc"];

/// The channels whose files are attached to the release on GitHub, when they are configured.
const ATTACHED: [Channel; 4] = [Channel::ServerJson, Channel::Mcpb, Channel::Sbom, Channel::InstallScript];

/// What groups of requirements and extras for tests are usually called.
const TESTING: [&str; 4] = ["test", "tests", "testing", "dev"];

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<Lack> {
    if is_in_registry(publication) {
        // the version is that of the tag, which comes later
        let of_version = publication.without_semver();
        let lacks = Channel::ServerJson.lacks(publication).into_iter();
        return lacks.filter(|lack| of_version.as_ref() != Some(lack)).collect();
    }
    publication.without_script().into_iter().collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let mut text = HEAD.to_owned() + &test(publication) + &build(publication) + &pypi(publication);
    text += &github(!attached(publication).is_empty());
    if is_in_registry(publication) {
        text += &registry();
    }
    vec![Export::text(".github/workflows/release.yml", text)]
}

/// Whether the workflow can publish in the registry: it proves to be of GitHub's, and of nothing else.
fn is_in_registry(publication: &Publication<'_>) -> bool {
    publication.server_name.is_some_and(|name| name.value.starts_with("io.github."))
}

const HEAD: &str = "\
# Tests, builds and publishes the tag that is pushed. Once, before the first: PyPI has to know this workflow as the
# project's trusted publisher (https://docs.pypi.org/trusted-publishers/).
name: Release

on:
  push:
    tags: [\"v*\"]

permissions: {}

jobs:
";

/// The steps that every job with the sources begins with.
fn sources(python: &str) -> String {
    format!(
        "    steps:
      - uses: {CHECKOUT}
        with:
          persist-credentials: false
      - uses: {SETUP_UV}
        with:
{python}          enable-cache: false
"
    )
}

fn test(publication: &Publication<'_>) -> String {
    let pythons: Vec<_> = publication.pythons().iter().map(|minor| format!("{minor}")).collect();
    let pythons = if pythons.is_empty() { vec!["3".to_owned()] } else { pythons };
    format!(
        "  test:
    name: Python ${{{{ matrix.python }}}}
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      contents: read
    strategy:
      fail-fast: false
      matrix:
        python: {}
{}      - env:
          TEST: {}
        run: uv run{} -- sh -c \"$TEST\"
",
        array(&pythons),
        sources("          python-version: ${{ matrix.python }}\n"),
        in_workflow(&tests(publication)),
        requirements(publication),
    )
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

fn build(publication: &Publication<'_>) -> String {
    let attached = attached(publication);
    let exports =
        attached.iter().map(|channel| format!("          uvx mcp-backend export {channel} . -o exports\n"));
    let exports: String = exports.collect();
    let (step, folder) = if attached.is_empty() {
        ("", "")
    } else {
        ("      - name: Make what is attached to the release\n        run: |\n", "            exports/\n")
    };
    format!(
        r#"
  build:
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: read
{sources}      - run: uv build
      - name: Hold the tag to the version
        run: |
          if ! test -e "dist/{name}-${{GITHUB_REF_NAME#v}}.tar.gz"; then
            ls dist
            echo "::error::the tag is not the letter v and the project's version"
            exit 1
          fi
{step}{exports}      - name: Tell what changed for the server's users
        env:
          GH_TOKEN: ${{{{ github.token }}}}
        run: |
          touch notes.md
          previous=$(gh release list --exclude-drafts --exclude-pre-releases --limit 1 --json tagName --jq '.[].tagName')
          if test -n "$previous" && gh release download "$previous" --pattern '*.whl' --dir previous; then
            # the status is 1 where the version says too little of the changes
            if uvx mcp-backend contract . --diff previous/*.whl > changes.txt || test $? -eq 1; then
              printf '## The server\n\n' > notes.md
              sed 's/^/    /' changes.txt >> notes.md
            fi
          fi
      - uses: {UPLOAD}
        with:
          name: dist
          path: dist/
          if-no-files-found: error
      - uses: {UPLOAD}
        with:
          name: release
          path: |
            notes.md
{folder}"#,
        sources = sources(""),
        name = name::escaped(publication.name),
    )
}

/// The steps that every job with what was built begins with.
fn built(names: &[&str]) -> String {
    let steps = names.iter().map(|name| {
        format!("      - uses: {DOWNLOAD}\n        with:\n          name: {name}\n          path: {name}\n")
    });
    steps.collect()
}

fn pypi(publication: &Publication<'_>) -> String {
    let set = publication.setting(CHANNEL, "environment");
    let environment = in_workflow(set.map_or("pypi", |set| &set.value));
    format!(
        "
  pypi:
    needs: [test, build]
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    environment:
      name: {environment}
      url: https://pypi.org/p/{name}
    permissions:
      # by which PyPI knows the publisher; it signs the attestations too
      id-token: write
    steps:
{built}      - uses: {TO_PYPI}
        with:
          packages-dir: dist
          attestations: true
",
        name = name::normalize(publication.name),
        built = built(&["dist"]),
    )
}

fn github(attached: bool) -> String {
    let (subject, upload) = if attached {
        let upload = "          \
             find release -path 'release/exports/*' -type f -exec gh release upload \"$GITHUB_REF_NAME\" {} +\n";
        ("            release/exports/**\n", upload)
    } else {
        ("", "")
    };
    format!(
        r#"
  github:
    needs: pypi
    runs-on: ubuntu-24.04
    timeout-minutes: 15
    permissions:
      contents: write
      # for the attestations of what is attached
      attestations: write
      id-token: write
    steps:
{built}      - uses: {ATTEST}
        with:
          subject-path: |
            dist/*
{subject}      - env:
          GH_TOKEN: ${{{{ github.token }}}}
          GH_REPO: ${{{{ github.repository }}}}
        run: |
          case $GITHUB_REF_NAME in
            *[0-9]a[0-9]* | *[0-9]b[0-9]* | *rc[0-9]* | *dev[0-9]*) kind=--prerelease ;;
            *) kind=--latest ;;
          esac
          gh release create "$GITHUB_REF_NAME" dist/* --verify-tag "$kind" --notes-file release/notes.md --generate-notes
{upload}"#,
        built = built(&["dist", "release"]),
    )
}

fn registry() -> String {
    let [release, digest] = PUBLISHER;
    format!(
        r#"
  registry:
    # what server.json names has to be published before
    needs: github
    runs-on: ubuntu-24.04
    timeout-minutes: 30
    permissions:
      # by which the registry knows the owner of the name
      id-token: write
    steps:
{built}      - env:
          PUBLISHER: https://github.com/modelcontextprotocol/registry/releases/download/{release}/mcp-publisher_linux_amd64.tar.gz
          DIGEST: {digest}
        run: |
          curl -fsSL -o publisher.tar.gz "$PUBLISHER"
          echo "$DIGEST  publisher.tar.gz" | sha256sum -c -
          tar -xzf publisher.tar.gz mcp-publisher
          cp release/exports/server.json .
          # the index tells of a release some time after it was uploaded
          for pause in 0 15 30 60 120 240 480; do
            sleep "$pause"
            if ./mcp-publisher login github-oidc && ./mcp-publisher publish; then exit 0; fi
          done
          exit 1
"#,
        built = built(&["release"]),
    )
}
