//! Hatchling: <https://hatch.pypa.io/latest/config/build/>.

use super::tag_plugin::{HATCH_VCS, UV_DYNAMIC, VERSIONINGIT};
use super::work::{self, Work};
use super::{Backend, Refusal, globs};
use crate::foreign::{self, HATCH_FILE as FILE};
use crate::project::toml;
use crate::spec::glob::Glob;
use crate::text::RelPath;

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::HATCH,
    requires: &[
        "hatchling", "hatch-vcs", "hatch-requirements-txt", "uv-dynamic-versioning", "versioningit",
        "editables",
    ],
    tables: &[
        "tool.hatch.build",
        "tool.hatch.version",
        "tool.hatch.metadata",
        "tool.uv-dynamic-versioning",
        "tool.versioningit",
    ],
    // which files the wheel installs is read from these
    void: &[
        "tool.hatch.build.directory",
        "tool.hatch.build.reproducible",
        "tool.hatch.build.ignore-vcs",
        "tool.hatch.build.skip-excluded-dirs",
        "tool.hatch.build.artifacts",
        "tool.hatch.build.dev-mode-dirs",
        "tool.hatch.build.dev-mode-exact",
        "tool.hatch.build.include",
        "tool.hatch.build.exclude",
        "tool.hatch.build.packages",
        "tool.hatch.build.only-include",
        "tool.hatch.build.only-packages",
        "tool.hatch.build.sources",
        "tool.hatch.build.force-include",
        "tool.hatch.build.targets.wheel.artifacts",
        "tool.hatch.build.targets.wheel.bypass-selection",
        "tool.hatch.build.targets.wheel.core-metadata-version",
        "tool.hatch.build.targets.wheel.exclude",
        "tool.hatch.build.targets.wheel.force-include",
        "tool.hatch.build.targets.wheel.ignore-vcs",
        "tool.hatch.build.targets.wheel.include",
        "tool.hatch.build.targets.wheel.only-include",
        "tool.hatch.build.targets.wheel.only-packages",
        "tool.hatch.build.targets.wheel.packages",
        "tool.hatch.build.targets.wheel.reproducible",
        "tool.hatch.build.targets.wheel.sources",
        "tool.hatch.build.targets.wheel.strict-naming",
        "tool.hatch.build.targets.wheel.versions",
        "tool.hatch.build.targets.sdist.artifacts",
        "tool.hatch.build.targets.sdist.core-metadata-version",
        "tool.hatch.build.targets.sdist.ignore-vcs",
        "tool.hatch.build.targets.sdist.packages",
        "tool.hatch.build.targets.sdist.reproducible",
        "tool.hatch.build.targets.sdist.sources",
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
    if let Some(text) = work.read(FILE) {
        let set = work.document.set_beside("tool.hatch", RelPath::new(FILE), text);
        set.map_err(|fault| Refusal(format!("`{FILE}` is not TOML: {}", fault.value)))?;
    }
    version(work);
    requirements(work);
    // what a target says counts in place of what all are told
    work.excluded = told(work, WHEEL, "exclude");
    for key in ["include", "only-include"] {
        let globs = told(work, SDIST, key);
        work.sdist_include(&globs);
    }
    let globs = told(work, SDIST, "exclude");
    work.sdist_exclude(&globs);
    if let Some(files) = work.patterns(&format!("{WHEEL}.sbom-files"), globs::rooted) {
        for glob in files {
            work.glob("sbom-files", glob.as_str().to_owned());
        }
    }
    Ok(())
}

/// The patterns of a target, or else those for all.
fn told(work: &mut Work<'_>, target: &str, key: &str) -> Vec<Glob> {
    let all = work.patterns(&format!("{BUILD}.{key}"), globs::of_gitignore);
    let own = work.patterns(&format!("{target}.{key}"), globs::of_gitignore);
    own.or(all).unwrap_or_default()
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
            let plugin = match source.as_str() {
                "vcs" => &HATCH_VCS,
                "versioningit" => &VERSIONINGIT,
                _ => &UV_DYNAMIC,
            };
            work.version_from_tags(span, plugin);
            let hook = ["version-file", "_version-file"].map(|name| format!("{BUILD}.hooks.vcs.{name}"));
            let raw = ["version_file", "write_to"].map(|name| format!("{key}.raw-options.{name}"));
            for key in hook.iter().chain(&raw) {
                work.unwritten(key);
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
        work.document.carry("tool.versioningit");
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
