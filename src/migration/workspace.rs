//! A workspace of uv, whose members are projects of their own: <https://docs.astral.sh/uv/concepts/projects/workspaces/>.

use super::Refusal;
use super::work::Work;
use crate::project::FILE_NAME;
use crate::spec::glob::Glob;
use crate::text::RelPath;

const TABLE: &str = "tool.uv.workspace";

/// Refuses a root that builds nothing itself, or whose wheel holds what is a member's.
pub(super) fn refuse(work: &Work<'_>) -> Result<(), Refusal> {
    if work.document.at(TABLE).is_none() {
        return Ok(());
    }
    let members = members(work);
    let builds = ["project", "build-system"].iter().all(|key| work.document.at(key).is_some());
    let is_member = |path: &RelPath| members.iter().any(|member| path.below(member).is_some());
    if builds && !work.sources.files.keys().any(is_member) {
        return Ok(());
    }
    let then = match members.len() {
        0 => "it has no members yet",
        _ => "`mcp-backend migrate --workspace` moves its members",
    };
    Err(Refusal(format!("this is the root of a workspace, not a project of its own; {then}")))
}

/// The folders of the members, in order.
fn members(work: &Work<'_>) -> Vec<RelPath> {
    let globs = |key: &str| -> Vec<Glob> {
        let texts = work.document.strings(&format!("{TABLE}.{key}")).unwrap_or_default();
        texts.iter().filter_map(|text| Glob::parse(&super::work::plain(text)).ok()).collect()
    };
    let (wanted, excluded) = (globs("members"), globs("exclude"));
    let any = |globs: &[Glob], path: &RelPath| globs.iter().any(|glob| glob.matches(path.as_str()));
    let is_member = |path: &&RelPath| {
        any(&wanted, path) && !any(&excluded, path) && work.tree.file(&path.join(FILE_NAME)).is_some()
    };
    work.tree.folders().filter(is_member).cloned().collect()
}
