//! PDM: <https://backend.pdm-project.org/build_config/>.

use super::tag_plugin::PDM_SCM;
use super::work::Work;
use super::{Backend, Refusal, globs};
use crate::foreign;

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::PDM,
    requires: &["pdm-backend", "pdm-pep517"],
    tables: &["tool.pdm.build", "tool.pdm.version"],
    void: &[
        "tool.pdm.build.is-purelib",
        "tool.pdm.build.editable-backend",
        "tool.pdm.build.package-dir",
        "tool.pdm.build.includes",
        "tool.pdm.build.excludes",
    ],
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
    work.sdist_exclude(&excluded);
    work.excluded = excluded;
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-includes"), globs::rooted) {
        work.sdist_include(&globs);
    }
    Ok(())
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
            work.version_from_tags(span, &PDM_SCM);
            work.unwritten(&format!("{key}.write_to"));
            if work.is_settled("version") {
                work.document.carry(key);
            }
        }
        _ => {}
    }
}
