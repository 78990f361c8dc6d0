//! Actions of GitHub's, each at one commit: a tag can be moved, by whoever gets hold of the action's repository.
//!
//! A line of the table is an action, a tab, and what stands behind the `@` of a step that uses it, with the tag as a comment.

use super::table::Table;

static ACTIONS: Table = Table::new(include_str!("data/actions.txt"));

/// What a workflow writes in the place of the commit, until [`pinned`] puts it there.
const PIN: &str = "@PIN";

/// The workflow with the commit of each action in the place of `@PIN`; an action that is not known keeps the word.
pub fn pinned(workflow: &str) -> String {
    let line = |line: &str| {
        let commit = line.trim_end().strip_suffix(PIN).and_then(|used| {
            let action = used.rsplit(' ').next()?;
            Some(format!("{used}@{}\n", ACTIONS.get(action)?))
        });
        commit.unwrap_or_else(|| line.to_owned())
    };
    workflow.split_inclusive('\n').map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::knowledge::table::assert_sorted;

    /// The actions that a workflow or an action of ours uses, each with what stands behind its `@`.
    fn used(text: &str) -> Vec<(&str, &str)> {
        let uses = text.lines().filter_map(|line| line.split_once("uses: ")?.1.split_once('@'));
        uses.collect()
    }

    #[test]
    fn every_line_is_a_commit_and_a_tag() {
        assert_sorted(&ACTIONS);
        for (action, pin) in ACTIONS.entries() {
            let (commit, tag) = pin.split_once(" # v").expect("a commit, and the tag of a release");
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{action}");
            assert_eq!(tag.split('.').count(), 3, "{action}");
        }
    }

    #[test]
    fn puts_the_commit_into_its_place() {
        let text = "steps:\n  - uses: actions/checkout@PIN\n  - uses: you/own@PIN\n  - run: echo @PIN";
        let pinned = pinned(text);
        let expected =
            format!("- uses: actions/checkout@{}\n", ACTIONS.get("actions/checkout").expect("known"));
        assert!(pinned.contains(&expected), "{pinned}");
        assert!(pinned.ends_with("  - uses: you/own@PIN\n  - run: echo @PIN"), "{pinned}");
    }

    #[test]
    fn our_own_workflows_use_the_same() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = vec![root.join("action.yml")];
        let workflows = fs::read_dir(root.join(".github/workflows")).expect("they lie there");
        files.extend(workflows.map(|entry| entry.expect("an entry").path()));
        for file in files {
            for (action, pin) in used(&fs::read_to_string(&file).expect("it is a text")) {
                assert_eq!(ACTIONS.get(action), Some(pin), "{action} in {}", file.display());
            }
        }
    }
}
