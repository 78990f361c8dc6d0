//! `uv_build`: <https://docs.astral.sh/uv/reference/settings/#build-backend>.

use super::work::{self, Work};
use super::{Backend, Refusal, globs};
use crate::foreign;
use crate::project::toml;

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::UV,
    requires: &["uv-build"],
    tables: &["tool.uv.build-backend"],
    void: &[
        "tool.uv.build-backend.namespace",
        "tool.uv.build-backend.default-excludes",
        "tool.uv.build-backend.module-root",
        "tool.uv.build-backend.module-name",
        "tool.uv.build-backend.wheel-exclude",
        "tool.uv.build-backend.source-exclude",
    ],
    commands: &[],
    carry,
};

const TABLE: &str = "tool.uv.build-backend";

#[expect(clippy::unnecessary_wraps, reason = "others refuse")]
fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    for (scheme, node) in work.document.entries(&format!("{TABLE}.data")) {
        if let Some(folder) = toml::text(&node) {
            work.data.push((scheme.clone(), work::plain(&folder)));
            work.document.carry(&format!("{TABLE}.data.{scheme}"));
        }
    }
    let excluded = work.patterns(&format!("{TABLE}.wheel-exclude"), pattern);
    work.excluded = excluded.unwrap_or_default();
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-include"), globs::rooted) {
        work.sdist_include(&globs);
    }
    if let Some(globs) = work.patterns(&format!("{TABLE}.source-exclude"), pattern) {
        work.sdist_exclude(&globs);
        work.excluded.extend(globs);
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
