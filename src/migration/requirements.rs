//! Requirements that stand in files for pip.

use super::work::{self, Work, array};
use crate::foreign;

impl Work<'_> {
    /// The requirements of several files; none where they cannot all be read.
    pub(super) fn requirements_of(&self, files: &[String]) -> Option<Vec<String>> {
        foreign::requirements_of_files(self.tree, files)
    }

    /// The same as an array of TOML.
    pub(super) fn required_in(&self, files: &[String]) -> Option<String> {
        self.requirements_of(files).map(|all| array(&all))
    }

    /// The lines of several files.
    pub(super) fn lines_of(&self, files: &[String]) -> Option<Vec<String>> {
        let texts: Option<Vec<String>> = files.iter().map(|file| self.read(&work::plain(file))).collect();
        let texts = texts?.join("\n");
        Some(texts.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }
}
