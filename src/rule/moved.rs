//! What to say where a module is to lie elsewhere, or under another name.

use super::Subject;
use crate::text::RelPath;

impl Subject<'_> {
    /// The command that moves a file: git's own in a checkout.
    pub fn mv(self) -> &'static str {
        if self.tree.is_checkout() { "git mv" } else { "mv" }
    }

    /// What is left to do when the module `old` is called `new`: nothing, or `; then ...` of those who name it.
    pub fn then_called(self, old: &str, new: &str) -> String {
        if old != new && self.is_named(old) {
            format!("; then write `{new}` for `{old}` in scripts and imports")
        } else {
            String::new()
        }
    }

    /// Whether an entry point is in the module, or in one below it.
    pub fn starts_in(self, module: &str) -> bool {
        let entries = self.project.entry_points.iter().flat_map(|group| &group.entries);
        entries.filter_map(|entry| entry.reference.as_ref().ok()).any(|found| is_in(&found.module, module))
    }

    /// Whether an entry point or an import names the module. The files are asked as texts, as what lies wrongly is no part
    /// of the program.
    fn is_named(self, module: &str) -> bool {
        let python = self.tree.files().iter().filter(|file| file.path.name().ends_with(".py"));
        self.starts_in(module) || python.into_iter().any(|file| self.imports(&file.path, module))
    }

    /// Whether the file at `path` has a line that imports the module by its full name.
    pub fn imports(self, path: &RelPath, module: &str) -> bool {
        let text = self.tree.text_lossy(path).unwrap_or_default();
        text.lines().any(|line| {
            let line = line.trim_start();
            let named = line.strip_prefix("import ").or_else(|| line.strip_prefix("from "));
            let named = named.and_then(|rest| rest.trim_start().split([' ', ',', ';', '#']).next());
            named.is_some_and(|named| is_in(named, module))
        })
    }
}

/// Whether `name` is the module or lies in it.
fn is_in(name: &str, module: &str) -> bool {
    name.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}
