use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that no folder lies in what the setting [`data`](../configuration.md) puts among the scripts.
    ///
    /// ## Why is this bad?
    /// Scripts are commands, and lie side by side. uv refuses a wheel with a folder among them, so that neither
    /// `uvx` nor `uv pip install` takes the project at all.
    ///
    /// Remedy: by hand, since only the author knows what reads those files.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// data = { scripts = "bin" }
    /// ```
    ///
    /// `bin/lib/common.sh`:
    /// ```sh
    /// set -e
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// data = { scripts = "bin" }
    /// ```
    ///
    /// `bin/common.sh`:
    /// ```sh
    /// set -e
    /// ```
    FIL022 "folder-among-scripts" Error(Install) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut folders: BTreeMap<&str, &RelPath> = BTreeMap::new();
    for shipped in &subject.layout.data {
        let inside = shipped.installed.strip_prefix("scripts/").and_then(|script| script.split_once('/'));
        if let Some((folder, _)) = inside {
            folders.entry(folder).or_insert(&shipped.file.path);
        }
    }
    for (folder, file) in folders {
        let message = format!("`{folder}` is a folder among the scripts, and uv refuses a wheel with one");
        let finding = RULE.at(file, message);
        report.push(finding.help("move its files beside the scripts, or into the module's folder"));
    }
}
