//! `setup.cfg` and `setup.py`, and what becomes of them.

use super::work::Work;
use super::{FileRewrite, Refusal};
use crate::foreign::Setup;
use crate::text::RelPath;

/// Reads both files, and decides what becomes of them.
pub(super) fn read(work: &mut Work<'_>) -> Result<Setup, Refusal> {
    let setup = Setup::read(work.tree);
    if let Some(text) = work.read("setup.cfg") {
        let rest = without_setup(&text);
        work.changes.push(FileRewrite { path: RelPath::new("setup.cfg"), before: Some(text), after: rest });
    }
    if let Some(text) = work.read("setup.py") {
        let of_py = |place: &&(String, _, &'static str, u32)| place.2 == "setup.py";
        let computed: Vec<_> = setup.computed().filter(of_py).collect();
        if let Some((_, _, file, line)) = computed.iter().find(|(name, ..)| name == "ext_modules") {
            return Err(Refusal(format!(
                "{file}:{line} compiles extension modules, which mcp-backend does not"
            )));
        }
        if setup.unread {
            let what = "what it says is computed: write it into `pyproject.toml`, and remove the file";
            work.note("setup.py", 1, what);
        } else if computed.is_empty() {
            work.changes.push(FileRewrite {
                path: RelPath::new("setup.py"),
                before: Some(text),
                after: None,
            });
        }
        for (name, _, file, line) in computed {
            let what =
                format!("`{name}` is computed: write its value into `pyproject.toml`, and remove the file");
            work.note(file, *line, what);
        }
    }
    Ok(setup)
}

/// The sections that setuptools reads.
fn is_ours(section: &str) -> bool {
    section == "metadata"
        || section.starts_with("options")
        || ["bdist_wheel", "egg_info", "sdist", "aliases", "build_ext"].contains(&section)
}

/// What is left of `setup.cfg` for other tools; none when that is nothing.
fn without_setup(text: &str) -> Option<String> {
    let mut keeps = true;
    let mut rest = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            keeps = !is_ours(name.trim());
        }
        if keeps {
            rest += line;
        }
    }
    (!rest.trim().is_empty()).then_some(rest)
}
