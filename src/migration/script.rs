//! A script, one file that says in comments what it requires (PEP 723), becomes a project: its code moves into a module,
//! what it starts becomes an entry point, and the comments become `pyproject.toml`.

use std::collections::BTreeSet;

use super::start::{self, Start};
use super::statements::{Form, TomlStatement, statements};
use super::work::array;
use super::{FileRewrite, Migration, Note, Refusal};
use crate::knowledge::{imports, stdlib};
use crate::project::toml::{self, TomlNode};
use crate::project::{FILE_NAME, own_requirement};
use crate::spec::identifier::{is_identifier, is_keyword};
use crate::spec::inline_metadata::{self, InlineMetadata};
use crate::spec::name;
use crate::syntax::{self, Depth, Guard, Module};
use crate::text::literal::{key, quoted};
use crate::text::{RelPath, SourceText};
use crate::tree::SourceTree;

/// Names of scripts that say nothing of what they are.
const GENERIC: &[&str] = &["__main__", "app", "cli", "main", "mcp", "mcp_server", "run", "script", "server"];

/// What a project is called that is made of the script at `path`: as the script, or as its folder where that says more.
pub fn script_name(path: &RelPath, folder: &str) -> String {
    let stem = stem(path);
    let name = if GENERIC.contains(&stem) { folder } else { stem };
    name.trim_matches(['-', '_', '.']).replace([' ', '_'], "-").to_lowercase()
}

fn stem(path: &RelPath) -> &str {
    path.name().strip_suffix(".py").unwrap_or(path.name())
}

/// Decides what becomes of the script at `path` at the root of `tree`: a project of this `name`. It takes a high stack.
///
/// # Errors
/// When a project lies there already, what the script requires or starts is not told, or something is in the way.
pub fn script_plan(tree: &SourceTree, path: &RelPath, name: &str) -> Result<Migration, Refusal> {
    let text = tree.text(path).ok_or_else(|| Refusal(format!("`{path}` is not text in UTF-8")))?;
    for other in [FILE_NAME, "setup.py", "setup.cfg"] {
        if tree.file(&RelPath::new(other)).is_some() {
            return Err(Refusal(format!("`{other}` makes a project of the folder: `{path}` is part of it")));
        }
    }
    let metadata =
        inline_metadata::read(&text).map_err(|fault| Refusal(format!("`{path}` cannot be read: {fault}")))?;
    let module = syntax::parse(SourceText::new(path.clone(), text.clone()), FLOOR, Depth::Whole);
    if let Some(fault) = module.faults().first() {
        let line = module.source().position(fault.span.start).line;
        return Err(Refusal(format!("`{path}:{line}` is not Python: {}", fault.message)));
    }
    beside(tree, path, &module)?;
    let script = Script { path, name, text: &text, metadata: metadata.as_ref(), module: &module };
    script.migration(tree)
}

/// The grammar that a script is read by, where it does not say which Python it wants.
const FLOOR: u8 = 10;

/// Refuses a script that imports what lies beside it: in a module of the project that has another name.
fn beside(tree: &SourceTree, path: &RelPath, module: &Module) -> Result<(), Refusal> {
    let is_here = |top: &&str| {
        tree.file(&RelPath::new(format!("{top}.py"))).is_some()
            || tree.file(&RelPath::new(format!("{top}/__init__.py"))).is_some()
    };
    let Some(top) = tops(module).into_iter().find(is_here) else { return Ok(()) };
    let own = if top == stem(path) { "itself" } else { "what lies beside it" };
    Err(Refusal(format!(
        "`{path}` imports `{top}`, {own}, which has another name in a project: put both into a folder with an \
         `__init__.py` and a `{FILE_NAME}` beside it, and write `from . import {top}`"
    )))
}

/// The top-level modules that a script imports, each once: not those of the standard library, and not where a failing
/// import is caught.
fn tops(module: &Module) -> BTreeSet<&str> {
    let caught = [Guard::Handled, Guard::Reported, Guard::Fallback, Guard::TypeChecking];
    let imports = module
        .imports()
        .iter()
        .filter(|import| import.module.value.level == 0 && !caught.iter().any(|guard| import.under(*guard)));
    let tops = imports.map(|import| import.module.value.name.split('.').next().unwrap_or_default());
    tops.filter(|top| !top.is_empty() && !stdlib::is_stdlib_module(top)).collect()
}

struct Script<'s> {
    path: &'s RelPath,
    name: &'s str,
    text: &'s str,
    metadata: Option<&'s InlineMetadata>,
    module: &'s Module,
}

impl Script<'_> {
    fn migration(&self, tree: &SourceTree) -> Result<Migration, Refusal> {
        let start =
            start::of(self.module, self.text).map_err(|why| Refusal(format!("`{}` {why}", self.path)))?;
        let package = format!("src/{}", name::escaped(self.name));
        let file = format!("{package}/{}.py", self.module_name());
        if tree.has_folder(&RelPath::new(package.as_str())) {
            return Err(Refusal(format!("`{package}` is there already, where the module has to lie")));
        }
        let (pyproject, code) = (self.pyproject(&start, tree)?, self.code(&start));
        let written = |path: &str, text: String| FileRewrite {
            path: RelPath::new(path),
            before: None,
            after: Some(text),
        };
        let mut changes = vec![
            written(FILE_NAME, pyproject),
            FileRewrite { path: self.path.clone(), before: Some(self.text.to_owned()), after: None },
            written(&format!("{package}/__init__.py"), String::new()),
            written(&file, code),
        ];
        changes.sort_by(|left, right| left.path.cmp(&right.path));
        Ok(Migration {
            backend: "a script",
            moves: Vec::new(),
            changes,
            by_hand: self.by_hand(&file),
            wheel: BTreeSet::new(),
        })
    }

    /// The module of the project that the code becomes.
    fn module_name(&self) -> &str {
        let stem = stem(self.path);
        let is_fit =
            is_identifier(stem) && !is_keyword(stem) && GENERIC.contains(&stem) && stem != "__main__";
        if is_fit { stem } else { "server" }
    }

    fn by_hand(&self, file: &str) -> Vec<Note> {
        let at = self.text.lines().position(|line| line.contains("__file__"));
        let what =
            "names its own place by `__file__`: what it reads beside it belongs into the module's folder";
        let note = |at: usize| Note {
            path: RelPath::new(file),
            line: u32::try_from(at + 1).unwrap_or(u32::MAX),
            what: what.to_owned(),
        };
        at.map(note).into_iter().collect()
    }

    /// The first line, where it runs uv: the script of the installed project does that now.
    fn shebang(&self) -> Option<&str> {
        let line = self.text.split_inclusive('\n').next()?;
        let runs_uv = line.starts_with("#!") && line.split([' ', '/', '\t']).any(|word| word.trim() == "uv");
        runs_uv.then_some(line)
    }

    /// What a first line such as `#!/usr/bin/env -S uv run --with rich --script` requires.
    fn with(&self) -> Vec<String> {
        let mut words = self.shebang().unwrap_or_default().split_whitespace();
        let mut found = Vec::new();
        while let Some(word) = words.next() {
            let given = if word == "--with" { words.next() } else { word.strip_prefix("--with=") };
            found.extend(given.iter().flat_map(|given| given.split(',')).map(str::to_owned));
        }
        found
    }

    /// The code as the module holds it: without the comments that became `pyproject.toml`, with a function that starts it.
    fn code(&self, start: &Start) -> String {
        let mut edits = start.edits.clone();
        if let Some(metadata) = self.metadata {
            edits.push((metadata.lines.clone(), String::new()));
        }
        if let Some(line) = self.shebang() {
            edits.push((0..line.len(), String::new()));
        }
        edits.sort_by_key(|(range, _)| range.start);
        let (mut code, mut done) = (String::new(), 0);
        for (range, content) in edits {
            code.push_str(&self.text[done..range.start]);
            code.push_str(&content);
            done = range.end;
        }
        code += &self.text[done..];
        if self.text.contains("\r\n") { code.replace("\r\n", "\n").replace('\n', "\r\n") } else { code }
    }

    fn pyproject(&self, start: &Start, tree: &SourceTree) -> Result<String, Refusal> {
        let told = self.metadata.map_or("", |metadata| metadata.toml.as_str());
        let (root, faults) = toml::parse(told);
        if let Some(fault) = faults.first() {
            return Err(Refusal(format!(
                "the block `# /// script` of `{}` is not TOML: {}",
                self.path, fault.value
            )));
        }
        let requires = match toml::at(&root, "dependencies") {
            Some(node) => with_items(slice(told, node), &self.with()),
            None => array(&[self.imported()?, self.with()].concat()),
        };
        let python = toml::at(&root, "requires-python").map_or("\">=3.10\"", |node| slice(told, node));
        let readme = tree.file(&RelPath::new("README.md")).map_or("", |_| "readme = \"README.md\"\n");
        let entry = format!("{}.{}:{}", name::escaped(self.name), self.module_name(), start.function);
        let (before, tables) = rest(told);
        let gap = if tables.is_empty() { "" } else { "\n" };
        Ok(format!(
            "{before}[build-system]\nrequires = [{}]\nbuild-backend = \"mcp_backend\"\n\n[project]\nname = {}\n\
             version = \"0.1.0\"\ndescription = {}\n{readme}requires-python = {python}\ndependencies = {requires}\n\n\
             [project.scripts]\n{} = {}\n{gap}{tables}",
            quoted(&own_requirement()),
            quoted(self.name),
            quoted(&self.summary()),
            key(self.name),
            quoted(&entry),
        ))
    }

    /// The first line of the script's docstring.
    fn summary(&self) -> String {
        let line = start::docstring(self.text).and_then(|text| {
            text.lines()
                .map(str::trim)
                .find(|line| !line.is_empty())
                .map(|line| line.trim_end_matches('.').to_owned())
        });
        line.unwrap_or_else(|| format!("The MCP server {}", self.name))
    }

    /// What the imports require, where each is held by one distribution that is known.
    fn imported(&self) -> Result<Vec<String>, Refusal> {
        let (mut found, mut open) = (Vec::new(), Vec::new());
        for top in tops(self.module) {
            let distributions = imports::distributions_of(top);
            match distributions[..] {
                [one] => found.push(one.to_owned()),
                _ if ["mcp", "fastmcp"].contains(&top) => found.push(top.to_owned()),
                _ => open.push(format!("`{top}`")),
            }
        }
        if open.is_empty() {
            return Ok(found);
        }
        let open: Vec<&str> = open.iter().map(String::as_str).collect();
        Err(Refusal(format!(
            "`{}` does not say what it requires, and its imports do not tell for {}: begin it with\n# /// script\n\
             # dependencies = [\"mcp\", ...]\n# ///",
            self.path,
            open.join(", ")
        )))
    }
}

/// The text of an array with more items at its start, where nothing that is written there is touched.
fn with_items(array: &str, items: &[String]) -> String {
    let more: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    match array.strip_prefix('[') {
        Some(rest) if !more.is_empty() && rest.trim_start() == "]" => format!("[{}]", more.join(", ")),
        Some(rest) if !more.is_empty() => {
            let rest = rest.trim_start_matches(' ');
            let gap = if rest.starts_with(['\r', '\n']) { "" } else { " " };
            format!("[{},{gap}{rest}", more.join(", "))
        }
        _ => array.to_owned(),
    }
}

/// The text of a value.
fn slice<'t>(text: &'t str, node: &TomlNode) -> &'t str {
    text.get(node.span.range()).unwrap_or_default()
}

/// What a block holds beside its requirements, as it is written: pairs that stand before all tables, and the tables.
fn rest(text: &str) -> (String, String) {
    let all = statements(text);
    let first = all.iter().position(|one| one.form == Form::Header).unwrap_or(all.len());
    let of_tool = |one: &&TomlStatement| one.key.first().is_some_and(|key| key == "tool");
    let before: String = all[..first].iter().filter(of_tool).map(|one| &text[one.lines.clone()]).collect();
    let from = all[..first].iter().rev().take_while(|one| one.form == Form::Comment).last();
    let start = from.or_else(|| all.get(first)).map_or(text.len(), |one| one.lines.start);
    let before = if before.is_empty() { before } else { before + "\n" };
    (before, text[start.min(text.len())..].trim_start_matches('\n').to_owned())
}
