//! PDM: <https://backend.pdm-project.org/build_config/>.

use super::work::{self, Work};
use super::{Backend, Refusal, globs};
use crate::text::RelPath;

pub(super) static BACKEND: Backend = Backend {
    name: "pdm-backend",
    modules: &["pdm.backend", "pdm.pep517"],
    requires: &["pdm-backend", "pdm-pep517"],
    tables: &["tool.pdm.build", "tool.pdm.version"],
    void: &["tool.pdm.build.is-purelib", "tool.pdm.build.editable-backend"],
    commands: &["pdm build", "pdm publish"],
    carry,
};

const TABLE: &str = "tool.pdm.build";

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.document.at(&format!("{TABLE}.run-setuptools")).is_some() {
        return Err(Refusal("the project compiles extension modules, which mcp-backend does not".to_owned()));
    }
    version(work);
    let excluded = work.patterns(&format!("{TABLE}.excludes"), globs::rooted).unwrap_or_default();
    let root = work.document.text(&format!("{TABLE}.package-dir")).unwrap_or_else(|| {
        let src = work.tree.has_folder(&RelPath::new("src"));
        if src { "src".to_owned() } else { String::new() }
    });
    work.document.carry(&format!("{TABLE}.package-dir"));
    let root = work::plain(&root).to_owned();
    let includes = format!("{TABLE}.includes");
    match work.document.strings(&includes) {
        Some(paths) => {
            let mut any = false;
            for path in &paths {
                let path = work::plain(path);
                let top = RelPath::parse(path).unwrap_or_default();
                let python = path.ends_with(".py")
                    || work.tree.below(&top).iter().any(|file| file.path.name().ends_with(".py"));
                let to = work::plain(path.strip_prefix(&root).unwrap_or(path));
                if python && !path.contains('*') {
                    any |= work.installs_as(path, if to.is_empty() { path } else { to });
                }
            }
            if !any {
                found(work, &root);
            }
            if !paths.iter().any(|path| path.contains(['*', '?', '['])) {
                work.document.carry(&includes);
            }
        }
        None => found(work, &root),
    }
    work.exclude(&excluded);
    work.sdist_exclude(&excluded);
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-includes"), globs::rooted) {
        work.sdist_include(&globs);
    }
    Ok(())
}

/// The packages in the folder of packages, else the modules.
fn found(work: &mut Work<'_>, root: &str) {
    let root = RelPath::parse(root).unwrap_or_default();
    let here = |path: &RelPath| path.parent() == root;
    let tests = |path: &RelPath| root == RelPath::root() && ["tests", "test"].contains(&path.name());
    let packages: Vec<String> = work
        .tree
        .folders()
        .filter(|path| here(path) && !tests(path) && work.tree.file(&path.join("__init__.py")).is_some())
        .map(ToString::to_string)
        .collect();
    let files = || {
        work.tree
            .files()
            .iter()
            .map(|file| &file.path)
            .filter(|path| here(path) && path.name().ends_with(".py"))
    };
    let own = [work.module() + ".py"];
    let single = || {
        files()
            .filter(|path| root != RelPath::root() || own.contains(&path.name().to_owned()))
            .map(ToString::to_string)
    };
    let all: Vec<String> = if packages.is_empty() { single().collect() } else { packages };
    for path in all {
        work.installs(&path);
    }
}

/// `tool.pdm.version`.
fn version(work: &mut Work<'_>) {
    if !work.is_dynamic("version") {
        return;
    }
    let key = "tool.pdm.version";
    let source = work.document.text(&format!("{key}.source")).unwrap_or_default();
    let path = work.document.text(&format!("{key}.path")).unwrap_or_default();
    match source.as_str() {
        "file" if work.version_in(&path, &["__version__", "VERSION"]) => work.document.carry(key),
        "scm" => {
            let span = work.document.at("project.dynamic").map(|node| node.span).unwrap_or_default();
            work.version_of_repository(span);
            work.unwritten(&format!("{key}.write_to"));
            if work.is_settled("version") {
                work.document.carry(key);
            }
        }
        _ => {}
    }
}
