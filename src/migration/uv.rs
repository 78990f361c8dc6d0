//! `uv_build`: <https://docs.astral.sh/uv/reference/settings/#build-backend>.

use super::work::{self, Work};
use super::{Backend, Refusal, globs};
use crate::project::toml;
use crate::text::RelPath;

pub(super) static BACKEND: Backend = Backend {
    name: "uv_build",
    modules: &["uv_build"],
    requires: &["uv-build"],
    tables: &["tool.uv.build-backend"],
    void: &["tool.uv.build-backend.namespace", "tool.uv.build-backend.default-excludes"],
    commands: &[],
    carry,
};

const TABLE: &str = "tool.uv.build-backend";

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    let root = work.document.text(&format!("{TABLE}.module-root")).unwrap_or_else(|| "src".to_owned());
    let root = work::plain(&root).to_owned();
    let own = work.module();
    let names = work.document.strings(&format!("{TABLE}.module-name")).unwrap_or_else(|| {
        // a distribution of stubs is called like its folder (PEP 561)
        vec![own.strip_suffix("_stubs").map_or(own.clone(), |stem| format!("{stem}-stubs"))]
    });
    for name in names {
        let to = name.replace('.', "/");
        if !work.installs_as(format!("{root}/{to}").trim_start_matches('/'), &to) {
            return Err(Refusal(format!(
                "uv_build finds no module `{name}` in `{}`",
                if root.is_empty() { "." } else { &root }
            )));
        }
    }
    for key in ["module-root", "module-name"] {
        work.document.carry(&format!("{TABLE}.{key}"));
    }
    for (scheme, node) in work.document.entries(&format!("{TABLE}.data")) {
        if let Some(folder) = toml::text(&node) {
            work.data.push((scheme.clone(), work::plain(&folder).to_owned()));
            work.document.carry(&format!("{TABLE}.data.{scheme}"));
        }
    }
    if let Some(mut globs) = work.patterns(&format!("{TABLE}.wheel-exclude"), pattern) {
        // for a wheel an anchored pattern takes no folder's files along
        globs.retain(|glob| !RelPath::parse(glob.as_str()).is_ok_and(|path| work.tree.has_folder(&path)));
        work.exclude(&globs);
    }
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-include"), globs::rooted) {
        work.sdist_include(&globs);
    }
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-exclude"), pattern) {
        work.exclude(&globs);
        work.sdist_exclude(&globs);
    }
    Ok(())
}

/// An exclude of uv: anywhere, unless it begins with `/`.
fn pattern(text: &str) -> Option<crate::spec::glob::Glob> {
    if text.starts_with('/') || text.starts_with("**/") {
        globs::of_gitignore(text)
    } else {
        globs::rooted(&format!("**/{text}"))
    }
}
