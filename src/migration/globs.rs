//! Patterns of other backends as globs of ours.

use super::work::Work;
use crate::spec::glob::Glob;
use crate::text::RelPath;

/// A pattern as `.gitignore` has them, which Hatch reads, as a glob; none where it cannot be one.
pub(super) fn of_gitignore(pattern: &str) -> Option<Glob> {
    let plain = pattern.trim().trim_end_matches('/');
    let plain = plain.strip_suffix("/**/*").or(plain.strip_suffix("/**")).unwrap_or(plain);
    let anchored = plain.strip_prefix("./").or(plain.strip_prefix('/'));
    let text = match anchored {
        Some(rest) => rest.to_owned(),
        None if plain.contains('/') => plain.to_owned(),
        None => format!("**/{plain}"),
    };
    Glob::parse(&text).ok()
}

/// A pattern from the project's root as a glob.
pub(super) fn rooted(pattern: &str) -> Option<Glob> {
    let plain = pattern.trim().trim_start_matches("./").trim_end_matches('/');
    let plain = plain.strip_suffix("/**/*").or(plain.strip_suffix("/**")).unwrap_or(plain);
    Glob::parse(plain).ok()
}

/// Whether any of the globs matches a file or a folder of it.
pub(super) fn any(globs: &[Glob], path: &RelPath) -> bool {
    globs.iter().any(|glob| glob.matches_file_or_folder_of(path.as_str()))
}

impl Work<'_> {
    /// The patterns at a key as globs; the key is carried when all could be read.
    pub(super) fn patterns(&mut self, key: &str, read: impl Fn(&str) -> Option<Glob>) -> Option<Vec<Glob>> {
        let texts = self.document.strings(key)?;
        let globs: Option<Vec<Glob>> = texts.iter().map(|text| read(text)).collect();
        if globs.is_some() {
            self.document.carry(key);
        }
        globs
    }

    /// Puts into the sdist what the globs match beside what it holds anyway.
    pub(super) fn sdist_include(&mut self, globs: &[Glob]) {
        for glob in globs {
            let new = |path: &RelPath| {
                let unwanted =
                    ["setup.py", "setup.cfg", "MANIFEST.in", ".gitignore"].contains(&path.as_str());
                glob.matches_file_or_folder_of(path.as_str()) && !self.is_default(path) && !unwanted
            };
            if self.tree.files().iter().any(|file| new(&file.path)) {
                self.glob("sdist-include", glob.as_str().to_owned());
            }
        }
    }

    /// Keeps out of the sdist what the globs match and it would hold.
    pub(super) fn sdist_exclude(&mut self, globs: &[Glob]) {
        let included = self.globs.get("sdist-include").cloned().unwrap_or_default();
        let included: Vec<Glob> = included.iter().filter_map(|glob| Glob::parse(glob).ok()).collect();
        for glob in globs {
            let own = |path: &RelPath| {
                let held = self.is_default(path) || any(&included, path);
                glob.matches_file_or_folder_of(path.as_str()) && held && !self.is_module(path)
            };
            if self.tree.files().iter().any(|file| own(&file.path)) {
                self.glob("sdist-exclude", glob.as_str().to_owned());
            }
        }
    }

    fn is_module(&self, path: &RelPath) -> bool {
        self.sources.all.iter().any(|source| *path == source.from || path.below(&source.from).is_some())
    }

    /// Whether an sdist of ours holds the file without a word.
    fn is_default(&self, path: &RelPath) -> bool {
        const BESIDE: &[&str] = &[
            "readme", "changelog", "changes", "history", "news", "license", "licence", "copying", "notice",
            "authors", "pyproject.toml", "conftest.py", "pkg-info",
        ];
        let lower = path.as_str().to_ascii_lowercase();
        let first = path.parts().next().unwrap_or_default();
        let beside = !lower.contains('/') && BESIDE.iter().any(|name| lower.starts_with(name));
        beside || ["tests", "test"].contains(&first) || self.is_module(path)
    }
}
