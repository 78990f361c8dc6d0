//! Requirements that stand elsewhere: in files for pip, and in Poetry's grammar.

use super::work::{Work, array};
use crate::spec::requirement::Requirement;

/// The requirements of a file for pip; none where a line is none, as an option of pip is.
fn of_file(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Requirement::parse(line).is_ok().then(|| line.to_owned())).collect()
}

impl Work<'_> {
    /// The requirements of several files, as an array of TOML; none where they cannot all be read.
    pub(super) fn required_in(&self, files: &[String]) -> Option<String> {
        let all: Option<Vec<Vec<String>>> =
            files.iter().map(|file| of_file(&self.read(file.trim_start_matches("./"))?)).collect();
        all.filter(|all| !all.is_empty()).map(|all| array(&all.concat()))
    }
}
