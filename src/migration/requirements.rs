//! Requirements that stand in files for pip.

use super::work::{self, Work, array};
use crate::spec::requirement::Requirement;

/// The requirements of a file for pip; none where a line is none, as an option of pip is.
fn of_file(text: &str) -> Option<Vec<String>> {
    let lines = text.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| Requirement::parse(line).is_ok().then(|| line.to_owned())).collect()
}

impl Work<'_> {
    /// The requirements of several files; none where they cannot all be read.
    pub(super) fn requirements_of(&self, files: &[String]) -> Option<Vec<String>> {
        let all: Option<Vec<Vec<String>>> =
            files.iter().map(|file| of_file(&self.read(work::plain(file))?)).collect();
        all.filter(|all| !all.is_empty()).map(|all| all.concat())
    }

    /// The same as an array of TOML.
    pub(super) fn required_in(&self, files: &[String]) -> Option<String> {
        self.requirements_of(files).map(|all| array(&all))
    }

    /// The lines of several files.
    pub(super) fn lines_of(&self, files: &[String]) -> Option<Vec<String>> {
        let texts: Option<Vec<String>> = files.iter().map(|file| self.read(work::plain(file))).collect();
        let texts = texts?.join("\n");
        Some(texts.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }
}
