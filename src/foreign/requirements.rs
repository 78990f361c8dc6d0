//! Requirements that stand in files for pip.

use super::{plain, text};
use crate::spec::requirement::Requirement;
use crate::tree::SourceTree;

/// The requirements of a file for pip; none where a line is none, as an option of pip is.
fn of_file(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Requirement::parse(line).is_ok().then(|| line.to_owned())).collect()
}

/// The requirements of several files of the project; none where they cannot all be read.
pub(crate) fn of_files(tree: &SourceTree, files: &[String]) -> Option<Vec<String>> {
    let all: Option<Vec<Vec<String>>> =
        files.iter().map(|file| of_file(&text(tree, &plain(file))?)).collect();
    all.filter(|all| !all.is_empty()).map(|all| all.concat())
}
