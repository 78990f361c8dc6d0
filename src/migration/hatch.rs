//! Hatchling: <https://hatch.pypa.io/latest/config/build/>.

use super::work::{self, Work};
use super::{Backend, Refusal, globs};
use crate::project::toml;
use crate::spec::glob::Glob;
use crate::text::RelPath;

pub(super) static BACKEND: Backend = Backend {
    name: "hatchling",
    modules: &["hatchling."],
    requires: &["hatchling", "hatch-vcs", "hatch-requirements-txt", "uv-dynamic-versioning", "editables"],
    tables: &["tool.hatch.build", "tool.hatch.version", "tool.hatch.metadata", "tool.uv-dynamic-versioning"],
    void: &[
        "tool.hatch.build.directory",
        "tool.hatch.build.reproducible",
        "tool.hatch.build.ignore-vcs",
        "tool.hatch.build.skip-excluded-dirs",
        "tool.hatch.build.artifacts",
        "tool.hatch.build.dev-mode-dirs",
        "tool.hatch.build.dev-mode-exact",
        "tool.hatch.build.targets.wheel.artifacts",
        "tool.hatch.build.targets.wheel.bypass-selection",
        "tool.hatch.build.targets.wheel.core-metadata-version",
        "tool.hatch.build.targets.wheel.reproducible",
        "tool.hatch.build.targets.wheel.strict-naming",
        "tool.hatch.build.targets.wheel.versions",
        "tool.hatch.build.targets.sdist.artifacts",
        "tool.hatch.build.targets.sdist.core-metadata-version",
        "tool.hatch.build.targets.sdist.reproducible",
        "tool.hatch.build.targets.sdist.strict-naming",
        "tool.hatch.build.targets.sdist.support-legacy",
        "tool.hatch.metadata.allow-direct-references",
        "tool.hatch.metadata.allow-ambiguous-features",
    ],
    commands: &["hatch build", "hatch version", "hatch publish"],
    carry,
};

const WHEEL: &str = "tool.hatch.build.targets.wheel";
const SDIST: &str = "tool.hatch.build.targets.sdist";
const BUILD: &str = "tool.hatch.build";

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    version(work);
    requirements(work);
    // what a target says counts in place of what all are told
    let (included, excluded) = ["include", "exclude"].map(|key| told(work, WHEEL, key)).into();
    let mut sources = sources(work);
    if let Some(packages) = named(work, "packages") {
        // a package is installed without what lies above it
        let above = packages.iter().filter_map(|path| work::plain(path).rsplit_once('/'));
        sources.extend(above.map(|(above, _)| (above.to_owned(), String::new())));
        all(work, &packages, &sources);
    } else if let Some(only) = named(work, "only-include") {
        all(work, &only, &sources);
    } else if included.is_some() {
        let excluded = excluded.as_deref().unwrap_or_default();
        selected(work, included.as_deref().unwrap_or_default(), excluded, &sources);
    } else {
        by_name(work)?;
    }
    if let Some(globs) = &included {
        let artifacts = ["artifacts", "targets.wheel.artifacts"]
            .map(|key| work.document.strings(&format!("{BUILD}.{key}")));
        let kept: Vec<Glob> =
            artifacts.into_iter().flatten().flatten().filter_map(|text| globs::of_gitignore(&text)).collect();
        work.exclude_rest(|path| globs::any(globs, path) || globs::any(&kept, path));
    }
    work.exclude(excluded.as_deref().unwrap_or_default());
    for key in ["include", "only-include"] {
        let globs = told(work, SDIST, key).unwrap_or_default();
        work.sdist_include(&globs);
    }
    let globs = told(work, SDIST, "exclude").unwrap_or_default();
    work.sdist_exclude(&globs);
    if let Some(files) = work.patterns(&format!("{WHEEL}.sbom-files"), globs::rooted) {
        for glob in files {
            work.glob("sbom-files", glob.as_str().to_owned());
        }
    }
    Ok(())
}

/// The patterns of a target, or else those for all.
fn told(work: &mut Work<'_>, target: &str, key: &str) -> Option<Vec<Glob>> {
    let all = work.patterns(&format!("{BUILD}.{key}"), globs::of_gitignore);
    work.patterns(&format!("{target}.{key}"), globs::of_gitignore).or(all)
}

/// The strings of the wheel's key, or else of the key for all.
fn named(work: &mut Work<'_>, key: &str) -> Option<Vec<String>> {
    let keys = [format!("{WHEEL}.{key}"), format!("{BUILD}.{key}")];
    let found = keys.iter().find_map(|key| work.document.strings(key));
    for key in &keys {
        work.document.carry(key);
    }
    found
}

/// Installs what lies at the paths; of a folder whose own name is taken off, what lies in it.
fn all(work: &mut Work<'_>, paths: &[String], sources: &[(String, String)]) {
    for path in paths.iter().map(|path| work::plain(path)) {
        let to = installed(path, sources);
        if to.is_empty() {
            let folder = RelPath::parse(path).unwrap_or_default();
            let below = work.tree.below(&folder).iter().filter_map(|file| file.path.below(&folder));
            let mut inner: Vec<String> =
                below.map(|rest| format!("{path}/{}", rest.split('/').next().unwrap_or_default())).collect();
            inner.dedup();
            for path in inner {
                work.installs(&path);
            }
        } else {
            work.installs_as(path, &to);
        }
    }
}

/// `sources`: what is taken off the front of a path, and what comes in its place.
fn sources(work: &mut Work<'_>) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for key in [format!("{WHEEL}.sources"), format!("{BUILD}.sources")] {
        let Some(node) = work.document.at(&key) else { continue };
        pairs.extend(toml::strings(node).into_iter().map(|from| (from, String::new())));
        pairs.extend(
            super::document::pairs(node).filter_map(|(from, to)| Some((from.to_owned(), toml::text(to)?))),
        );
        work.document.carry(&key);
    }
    pairs
}

/// The path in the wheel of a path in the project.
fn installed(path: &str, sources: &[(String, String)]) -> String {
    let rest = sources.iter().find_map(|(from, to)| {
        let from = from.trim_matches('/');
        let rest = path.strip_prefix(from)?;
        let rest = if from.is_empty() || rest.is_empty() { rest } else { rest.strip_prefix('/')? };
        Some([to.trim_matches('/'), rest].join("/").trim_matches('/').to_owned())
    });
    rest.unwrap_or_else(|| path.to_owned())
}

/// The top folders and files that `include` selects.
fn selected(work: &mut Work<'_>, included: &[Glob], excluded: &[Glob], sources: &[(String, String)]) {
    let wanted = |file: &&crate::tree::SourceFile| {
        file.path.name().ends_with(".py")
            && globs::any(included, &file.path)
            && !globs::any(excluded, &file.path)
    };
    let mut found: Vec<(String, String)> = Vec::new();
    for file in work.tree.files().iter().filter(wanted) {
        let to = installed(file.path.as_str(), sources);
        let top = to.split('/').next().unwrap_or_default();
        // what is renamed within keeps no common end
        if let Some(from) = file.path.as_str().strip_suffix(&to[top.len()..]) {
            found.push((from.to_owned(), top.to_owned()));
        }
    }
    found.dedup();
    for (from, to) in found {
        work.installs_as(&from, &to);
    }
}

/// The module that is named like the project.
fn by_name(work: &mut Work<'_>) -> Result<(), Refusal> {
    let raw = work.name().unwrap_or_default().replace(['-', '.'], "_");
    let init = |folder: &str| format!("{folder}/__init__.py");
    for name in [raw, work.module()] {
        let package =
            [name.clone(), format!("src/{name}")].into_iter().find(|path| work.read(&init(path)).is_some());
        if let Some(path) =
            package.or_else(|| Some(format!("{name}.py")).filter(|path| work.read(path).is_some()))
        {
            work.installs(&path);
            return Ok(());
        }
        let end = format!("/{}", init(&name));
        let spaces: Vec<&str> =
            work.tree.files().iter().filter_map(|file| file.path.as_str().strip_suffix(&end)).collect();
        if let [space] = spaces[..]
            && !space.contains('/')
        {
            let space = space.to_owned();
            work.installs(&space);
            return Ok(());
        }
    }
    Err(Refusal(format!("hatchling finds no package that is named like the project, `{}`", work.module())))
}

/// `tool.hatch.version`.
fn version(work: &mut Work<'_>) {
    if !work.is_dynamic("version") {
        return;
    }
    let key = "tool.hatch.version";
    let Some(span) = work.document.at("project.dynamic").map(|node| node.span) else { return };
    let source = work.document.text(&format!("{key}.source")).unwrap_or_default();
    match (work.document.text(&format!("{key}.path")), source.as_str()) {
        (_, "vcs" | "uv-dynamic-versioning" | "versioningit") => {
            work.version_of_repository(span);
            for key in ["version-file", "_version-file"] {
                work.unwritten(&format!("{BUILD}.hooks.vcs.{key}"));
            }
            work.document.carry("tool.hatch.build.hooks.vcs");
        }
        (Some(path), "" | "regex") if work.document.at(&format!("{key}.pattern")).is_none() => {
            if !work.version_in(&path, &["__version__", "VERSION"]) {
                return;
            }
        }
        _ => return,
    }
    if work.is_settled("version") {
        work.document.carry(key);
        work.document.carry("tool.uv-dynamic-versioning");
    }
}

/// `hatch-requirements-txt`.
fn requirements(work: &mut Work<'_>) {
    let key = "tool.hatch.metadata.hooks.requirements_txt";
    if let Some(files) = work.document.strings(&format!("{key}.files"))
        && let Some(all) = work.required_in(&files)
    {
        work.settle("dependencies", all);
        work.document.carry(&format!("{key}.files"));
    }
    let extras = format!("{key}.optional-dependencies");
    let found: Option<Vec<String>> = work
        .document
        .entries(&extras)
        .iter()
        .map(|(name, node)| {
            Some(format!("{} = {}", work::key(name), work.required_in(&toml::strings(node))?))
        })
        .collect();
    if let Some(found) = found.filter(|found| !found.is_empty()) {
        work.settle("optional-dependencies", format!("{{ {} }}", found.join(", ")));
        work.document.carry(&extras);
    }
}
