//! `migrate`, told in `tests/migrate/*.md`, one file a backend.
//!
//! A heading begins a case, an empty folder. A path in backticks and a colon, alone on a line before a fenced block,
//! names the file that the block holds; `And` with paths in backticks makes files that hold nothing. The last block of a case, fenced as `plan`, holds what
//! `migrate --dry-run` prints, or why it refuses.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::migration::{self, GitState};
use mcp_backend::project::own_requirement;
use mcp_backend::render::TerminalStyle;
use mcp_backend::text::RelPath;
use mcp_backend::tree;
use proptest::prelude::*;

use crate::healthy::{Files, laid};

fn migrate(root: &Path, options: &[&str]) -> CommandOutput {
    let place = root.to_str().expect("UTF-8");
    let arguments: Vec<String> =
        ["migrate", place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&arguments, TerminalStyle::default(), &|| false)
}

/// All files below a folder.
fn read(folder: &Path) -> Files {
    let tree = tree::walk(folder, &[RelPath::root()]).expect("it can be walked");
    let one = |path: &RelPath| String::from_utf8(tree.read(path).expect("read")).expect("UTF-8");
    tree.files().iter().map(|file| (file.path.to_string(), one(&file.path))).collect()
}

/// What is printed, when it holds what it must: nothing is written, and done it leaves nothing to do.
fn printed(files: &Files) -> String {
    let folder = laid(files);
    let dry = migrate(folder.path(), &["--dry-run"]);
    assert_eq!(&read(folder.path()), files, "a dry run writes nothing");
    if dry.status == 2 {
        assert_eq!(migrate(folder.path(), &["--force"]).stderr, dry.stderr);
        assert_eq!(&read(folder.path()), files, "a refused run writes nothing");
        return dry.stderr;
    }
    let done = migrate(folder.path(), &["--force"]);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""), "{files:?}");
    let told = dry.stdout.split("left by hand:").nth(1);
    assert!(told.is_none_or(|told| done.stdout.contains(told)), "both tell the same");
    let after = read(folder.path());
    let again = migrate(folder.path(), &["--force"]);
    assert!(again.stderr.contains("there is nothing to do"), "{}", again.stderr);
    assert_eq!(read(folder.path()), after);
    let analysis = Analysis::read(folder.path()).expect("it can be read");
    assert!(analysis.project.is_readable(), "{}", after["pyproject.toml"]);
    if !dry.stdout.contains("__init__.py") {
        assert!(
            analysis.layout.faults.is_empty(),
            "{:?}\n{}",
            analysis.layout.faults,
            after["pyproject.toml"]
        );
    }
    dry.stdout
}

/// The same text with each `plan` block as it is really printed.
fn retold(text: &str) -> String {
    let (mut told, mut files, mut path) = (String::new(), Files::new(), None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            files = Files::new();
        }
        told += &format!("{line}\n");
        if let Some(rest) = line.strip_prefix("And ") {
            files.extend(rest.split('`').skip(1).step_by(2).map(|path| (path.to_owned(), String::new())));
        }
        if let Some(info) = line.strip_prefix("```") {
            let block: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            if info == "plan" {
                // the bound moves with every minor version
                told += &printed(&files).replace(&own_requirement(), "mcp-backend");
            } else {
                told += &block;
                files.insert(path.take().expect("a block follows the path of its file"), block);
            }
            told += "```\n";
        }
        if let Some(named) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            path = Some(named.to_owned());
        }
    }
    told
}

#[test]
fn every_backend_is_left_as_told() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut pages: Vec<_> = fs::read_dir("tests/migrate")
        .expect("the cases lie there")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    pages.sort();
    for page in pages {
        let text = fs::read_to_string(&page).expect("the cases are text");
        let told = retold(&text);
        if told != text && update {
            fs::write(&page, &told).expect("the cases can be written");
        } else if told != text {
            let lines = text.lines().zip(told.lines()).find(|(left, right)| left != right);
            wrong.push(format!("{}: {lines:?}", page.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n(`UPDATE=1` rewrites them)", wrong.join("\n"));
}

#[test]
fn changes_that_are_not_committed_are_kept_apart() {
    let git = |folder: &Path, words: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@b"]).args(words);
        let output = git.output().expect("git is there");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let pyproject = "[build-system]\r\nrequires = [\"hatchling\", \"hatch-vcs\"]\r\nbuild-backend = \"hatchling.build\"\r\n\r\n[project]\r\n\
                     name = \"weather\"\r\ndynamic = [\"version\"]\r\n\r\n[tool.hatch.version]\r\nsource = \"vcs\"\r\n";
    let files = [("pyproject.toml", pyproject), ("weather/__init__.py", "")];
    let folder = laid(&files.map(|(path, text)| (path.to_owned(), text.to_owned())).into());
    let root = folder.path();
    git(root, &["init", "--quiet"]);
    let refused = migrate(root, &[]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("not committed, as `pyproject.toml`"), "{}", refused.stderr);
    git(root, &["add", "."]);
    git(root, &["commit", "--quiet", "--message", "all"]);
    git(root, &["tag", "v1.2.3"]);
    let done = migrate(root, &[]);
    assert_eq!((done.status, done.stderr.as_str()), (0, ""));
    let expected = "[build-system]\r\nrequires = [\"OWN\"]\r\nbuild-backend = \"mcp_backend\"\r\n\r\n[project]\r\n\
                    name = \"weather\"\r\ndynamic = [\"version\"]\r\n\r\n[tool.mcp-backend]\r\nversion = \"git\"\r\n\r\n\
                    [tool.uv]\r\ncache-keys = [{ file = \"pyproject.toml\" }, { git = { commit = true, tags = true } }]\r\n";
    let expected = expected.replace("OWN", &own_requirement());
    assert_eq!(fs::read_to_string(root.join("pyproject.toml")).expect("read"), expected);
    assert_eq!(
        git(root, &["status", "--porcelain"]),
        "M  pyproject.toml\nR  weather/__init__.py -> src/weather/__init__.py\n".replace("M  ", " M ")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    /// Whatever the tables hold, the answer is a plan or a refusal, and the new text is TOML.
    #[test]
    fn any_toml_is_migrated_or_refused(
        backend in prop::sample::select(&["hatchling.build", "setuptools.build_meta", "flit_core.buildapi", "poetry.core.masonry.api", "pdm.backend", "uv_build"]),
        lines in prop::collection::vec((prop::sample::select(HEADERS), prop::sample::select(KEYS), prop::sample::select(VALUES)), 0..10),
    ) {
        let mut text = format!("[build-system]\nbuild-backend = '{backend}'\n");
        for (number, (header, key, value)) in lines.iter().enumerate() {
            text += &format!("[{header}]\n# {number}\n{key} = {value} # why\n\n");
        }
        let names = ["weather/__init__.py", "weather/sub/x.py", "src/other.py", "MANIFEST.in", "tests/test_it.py"];
        let mut files: Files = names.map(|name| (name.to_owned(), "include ../x weather *.md\n\"weather/sub\" __file__.parent\n".to_owned())).into();
        files.insert("pyproject.toml".to_owned(), text.clone());
        let folder = laid(&files);
        let tree = tree::walk(folder.path(), &[RelPath::root()]).expect("walked");
        if let Ok(plan) = migration::plan(&tree, &GitState { tags: vec!["v1".to_owned()], ..GitState::default() }) {
            let after = plan.changes.iter().find(|change| change.path.as_str() == "pyproject.toml").and_then(|change| change.after.clone()).expect("a text");
            let project = mcp_backend::project::read(after.clone().into_bytes());
            prop_assert!(project.is_readable(), "{}\n---\n{}", text, after);
        }
    }
}

const HEADERS: &[&str] = &[
    "project",
    "tool.hatch.build.targets.wheel",
    "tool.hatch.build",
    "tool.hatch.version",
    "tool.setuptools",
    "tool.setuptools.dynamic",
    "tool.setuptools.packages.find",
    "tool.flit.module",
    "tool.flit.sdist",
    "tool.poetry",
    "tool.poetry.dependencies",
    "tool.poetry.group.dev.dependencies",
    "tool.poetry.extras",
    "tool.poetry.scripts",
    "tool.pdm.build",
    "tool.pdm.version",
    "tool.uv.build-backend",
    "tool.coverage.run",
    "dependency-groups",
];
const KEYS: &[&str] = &[
    "name", "version", "dynamic", "packages", "include", "exclude", "sources", "path", "source",
    "dependencies", "weather", "python", "\"a.b\"", "module-name", "data", "module-root", "package-dir",
    "includes", "where", "py-modules", "license", "authors", "readme", "only-include",
];
const VALUES: &[&str] = &[
    "'weather'",
    "['weather']",
    "['version', 'dependencies']",
    "'../x'",
    "''",
    "[]",
    "{}",
    "{ a = 'b' }",
    "[{ include = 'weather' }]",
    "true",
    "3",
    "'^1.2'",
    "{ version = '~1', optional = true }",
    "[\n  'weather', # a\n  'é*',\n]",
    "\"\"\"\n[x]\n\"\"\"",
    "{ attr = 'weather.__version__' }",
    "'/'",
    "['**', '!a']",
];
