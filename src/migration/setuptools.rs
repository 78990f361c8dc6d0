//! Setuptools: <https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html>, with `setup.cfg`, `setup.py` and
//! `MANIFEST.in`.

use super::tag_plugin::{SETUPTOOLS_GIT, SETUPTOOLS_SCM};
use super::work::{self, Work, array, quoted};
use super::{Backend, Refusal, manifest, setup_cfg, setup_fields};
use crate::foreign::{self, Setup};
use crate::project::toml;
use crate::spec::glob::Glob;

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::SETUPTOOLS,
    requires: &["setuptools", "wheel", "setuptools-scm", "setuptools-git-versioning"],
    tables: &["tool.setuptools", "tool.setuptools_scm", "tool.setuptools-git-versioning", "tool.distutils"],
    void: &[
        "tool.setuptools.include-package-data",
        "tool.setuptools.zip-safe",
        "tool.setuptools.platforms",
        "tool.setuptools.package-data",
        "tool.setuptools.exclude-package-data",
        "tool.setuptools.package-dir",
        "tool.setuptools.packages",
        "tool.setuptools.py-modules",
        "tool.distutils.bdist_wheel.universal",
    ],
    commands: &["python setup.py", "python3 setup.py", "setup.py "],
    carry,
};

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.document.at("tool.setuptools.ext-modules").is_some() {
        return Err(Refusal("the project compiles extension modules, which mcp-backend does not".to_owned()));
    }
    let setup = setup_cfg::read(work)?;
    repository(work, &setup);
    setup_fields::put(work, &setup);
    dynamic(work);
    work.excluded = excluded_data(work, &setup);
    manifest::carry(work);
    if let Some(files) = work.document.strings("tool.setuptools.license-files") {
        if work.document.at("project.license-files").is_none() {
            work.settle("license-files", array(&files));
        }
        work.document.carry("tool.setuptools.license-files");
    }
    Ok(())
}

/// `tool.setuptools.dynamic`, and the plugins that ask the repository.
fn dynamic(work: &mut Work<'_>) {
    for (key, node) in work.document.entries("tool.setuptools.dynamic") {
        let path = format!("tool.setuptools.dynamic.{key}");
        let files = toml::at(&node, "file").map(toml::strings);
        let attr = toml::at(&node, "attr").and_then(toml::text);
        match (key.as_str(), files, attr) {
            ("version", _, Some(attr)) => {
                work.version_at(&attr);
            }
            ("version", Some(files), _) => {
                files.iter().any(|file| work.version_file(file));
            }
            ("readme", Some(files), _) if files.len() == 1 => work.settle("readme", quoted(&files[0])),
            ("description", Some(files), _) if files.len() == 1 => {
                if let Some(text) = work.read(&files[0]) {
                    work.settle("description", quoted(text.trim()));
                }
            }
            ("dependencies", Some(files), _) => {
                if let Some(all) = work.required_in(&files) {
                    work.settle("dependencies", all);
                }
            }
            ("optional-dependencies", ..) => extras(work, &node),
            _ => {}
        }
        if work.is_settled(&key) {
            work.document.carry(&path);
        }
    }
}

/// The version that a plugin takes from the repository, where nobody else says it.
fn repository(work: &mut Work<'_>, setup: &Setup) {
    let left = match work.document.at("project") {
        Some(_) => {
            work.is_dynamic("version") && work.document.at("tool.setuptools.dynamic.version").is_none()
        }
        None => setup.get("version").is_none(),
    };
    let plugins = ["tool.setuptools_scm", "tool.setuptools-git-versioning"];
    let mut required = work.document.strings("build-system.requires").unwrap_or_default();
    required.extend(setup.list("setup_requires").unwrap_or_default());
    let of_plugin = |one: &String| {
        ["setuptools-scm", "setuptools_scm", "setuptools-git-versioning"]
            .iter()
            .any(|name| one.starts_with(name))
    };
    let asked = setup.get("use_scm_version").is_some()
        || plugins.iter().any(|key| work.document.at(key).is_some())
        || required.iter().any(of_plugin);
    if !asked || !left {
        return;
    }
    let span = work.document.at("project.dynamic").map(|node| node.span).unwrap_or_default();
    let is_other = work.document.at(SETUPTOOLS_GIT.table).is_some()
        || required.iter().any(|one| one.starts_with(SETUPTOOLS_GIT.name));
    work.version_from_tags(span, if is_other { &SETUPTOOLS_GIT } else { &SETUPTOOLS_SCM });
    for key in ["write_to", "version_file"] {
        work.unwritten(&format!("tool.setuptools_scm.{key}"));
    }
    if work.is_settled("version") {
        for key in plugins {
            work.document.carry(key);
        }
    }
}

fn extras(work: &mut Work<'_>, node: &toml::TomlNode) {
    let found: Option<Vec<String>> = super::document::pairs(node)
        .map(|(name, node)| {
            let files = toml::at(node, "file").map(toml::strings)?;
            Some(format!("{} = {}", work::key(name), work.required_in(&files)?))
        })
        .collect();
    if let Some(found) = found {
        work.settle("optional-dependencies", format!("{{ {} }}", found.join(", ")));
    }
}

/// `exclude-package-data`, whose patterns are of the package's folder.
fn excluded_data(work: &Work<'_>, setup: &Setup) -> Vec<Glob> {
    let written = work.document.entries("tool.setuptools.exclude-package-data");
    let written = written.into_iter().map(|(package, node)| (package, toml::strings(&node)));
    let all = written.chain(setup.table("exclude_package_data"));
    let globs = all.flat_map(|(package, texts)| {
        let path = package.replace('.', "/");
        let folder = match package.as_str() {
            "*" | "" => Some("**".to_owned()),
            _ => work.sources.place_of(&format!("{path}/__init__.py")).map(|init| init.parent().to_string()),
        };
        let glob = move |text: String| Glob::parse(&format!("{}/{text}", folder.as_deref()?)).ok();
        texts.into_iter().filter_map(glob)
    });
    globs.collect()
}
